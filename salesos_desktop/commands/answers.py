"""What a stage asks of a deal, answered by options of the command line; what is still missing is named with its option."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from typing import Any

from ..domain.custom_fields import CustomField, FieldForm
from ..domain.stage_rules import COLUMNS
from ..domain.stages import Stage
from ..domain.text import fold
from ..errors import InvalidInput, NeedsMore, UserError
from ..i18n import tr
from ..services import custom_fields, pipelines
from ..services.conversion import LABELS
from ..services.workspace import Workspace
from . import values

_SHORT = {"close": "expected_close", "owner": "owner_id", "source": "source_id"}
_LONG = {field: name for name, field in _SHORT.items()}


def given(ws: Workspace, args: argparse.Namespace, currency: str, stage: Stage) -> dict[str, Any]:
    """What ``moves.move`` and the like take beside the stage. Raises InvalidInput for an answer that is not asked for."""
    answers = entered(ws, args, currency)
    known = {each.stage.id: each.required for each in pipelines.stages(ws, stage.pipeline_id)}
    for field in answers:
        if field not in known.get(stage.id, ()):
            raise InvalidInput(
                field,
                tr("{stage} does not ask for the field {field}.").format(stage=stage.name, field=_label(ws, field)),
                tr("Nothing was moved."),
            )
    return {"answers": answers, "confirmed": args.confirm, "back_reason": args.back_reason or ""}


def entered(ws: Workspace, args: argparse.Namespace, currency: str) -> dict[str, Any]:
    """Field → value of every ``--set FIELD=VALUE``, own fields as ``custom.<key>``. Raises InvalidInput, NotFound."""
    own = custom_fields.fields(ws, "opportunity")
    found: dict[str, Any] = {}
    for text in args.set:
        name, sign, value = text.partition("=")
        if not sign:
            raise InvalidInput(
                "set", tr("“{text}” says nothing of a field.").format(text=text[:60]), tr("Write it like note=Called.")
            )
        field = _field(own, name.strip())
        custom = next((each for each in own if each.path == field), None)
        found[field] = _own(custom, value, ws) if custom else _READERS[field](ws, value.strip(), currency)
    return found


def as_values(answers: dict[str, Any]) -> dict[str, Any]:
    """Answers as ``opportunities.create`` and the like take them."""
    plain = {field: value for field, value in answers.items() if field in COLUMNS}
    own = {field.removeprefix("custom."): value for field, value in answers.items() if field not in COLUMNS}
    return plain | ({"custom": own} if own else {})


@contextmanager
def asking(ws: Workspace) -> Iterator[None]:
    """Names what a stage still asks for, or a new deal needs, with the options that give it."""
    try:
        yield
    except NeedsMore as error:
        if error.skipped:
            raise
        parts = [_option(ws, field) for field in error.fields]
        if error.entry_text:
            text = " ".join(error.entry_text.split())
            parts.append(tr("that this is so, “{text}” (--confirm)").format(text=text))
        if error.back_reason:
            parts.append(tr("why it goes back (--back-reason TEXT)"))
        raise UserError(
            error.title, tr("Still to give: {what}. Nothing was changed.").format(what="; ".join(parts))
        ) from error
    except InvalidInput as error:
        if not error.lacking:
            raise
        what = "; ".join(_option(ws, field) for field in error.lacking)
        raise UserError(error.title, tr("Still to give: {what}. Nothing was changed.").format(what=what)) from error


def _option(ws: Workspace, field: str) -> str:
    return f"{_label(ws, field)} (--set {_LONG.get(field, field.removeprefix('custom.'))}=…)"


def _label(ws: Workspace, field: str) -> str:
    if field in LABELS:
        return tr(LABELS[field])
    return next((each.label for each in custom_fields.fields(ws) if each.path == field), field)


def _field(own: list[CustomField], name: str) -> str:
    """The field that a name on the command line means. Raises InvalidInput."""
    plain = _SHORT.get(name, name)
    if plain in COLUMNS:
        return plain
    for each in own:
        if name in (each.key, each.path) or fold(name) == fold(each.label):
            return each.path
    names = (*(_LONG.get(field, field) for field in COLUMNS), *(each.key for each in own))
    raise InvalidInput(
        "set",
        tr("There is no field {field}.").format(field=name[:60]),
        tr("Use one of: {names}.").format(names=", ".join(names)),
    )


def _own(each: CustomField, text: str, ws: Workspace) -> Any:
    """Amounts and numbers as they are written everywhere on the command line; the rest as it is read by hand."""
    if each.form is FieldForm.CURRENCY and text.strip():
        return values.amount(text.strip(), ws.currency)
    if each.form is FieldForm.NUMBER and text.strip():
        try:
            return Decimal(text.strip())
        except InvalidOperation:
            return text
    return text


_READERS: dict[str, Any] = {
    "value": lambda _ws, text, currency: values.amount(text, currency),
    "expected_close": lambda _ws, text, _currency: values.day("close", text),
    "owner_id": lambda ws, text, _currency: values.person(ws, text),
    "source_id": lambda ws, text, _currency: values.source(ws, text),
    "tags": lambda _ws, text, _currency: [tag.strip() for tag in text.split(",") if tag.strip()],
    **dict.fromkeys(("company", "contact", "product", "note"), lambda _ws, text, _currency: text),
}
