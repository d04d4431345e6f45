"""Templates to fill in and import: the columns of a kind with two example rows, as a spreadsheet opens them."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from ... import storage
from ...config import resources_dir
from ...domain.custom_fields import CustomField, FieldForm
from ...domain.stages import StageKind
from ...errors import UserError
from ...i18n import language, tr
from ..workspace import Workspace
from .cells import joined
from .mapping import KIND_TITLES, fields_of, headers
from .results import check_target

_HERE = "*"
"""In an example: what this workspace has in this place (its own statuses, stages, currency, the person)."""


def write(ws: Workspace, kind: str, target: Path) -> None:
    """Writes the template of a kind to a new file. Raises UserError.

    UTF-8 with a mark, the workspace's own fields behind the usual ones; headers and examples in the language in use,
    parted by semicolons in Spanish and by commas in English. It can be imported as it is.
    """
    check_target(target)
    with ws.store.read() as connection:
        own = storage.custom_fields.fields(connection)
        here = _here(ws, connection)
    with _source(kind).open(encoding="utf-8", newline="") as file:
        examples = list(csv.DictReader(file))
    usual = [field for field in fields_of(kind) if field.name in examples[0]]
    mine = {field.name: field for field in fields_of(kind, own)[len(fields_of(kind)) :]}
    rows = [
        [
            *(_word(row[field.name], here.get(field.name, ()), n) for field in usual),
            *(_example(each, n) for each in own if each.path in mine),
        ]
        for n, row in enumerate(examples)
    ]
    columns = headers(kind, [*usual, *(mine[each.path] for each in own if each.path in mine)], own)
    try:
        with target.open("x", encoding="utf-8-sig", newline="") as made:
            csv.writer(made, delimiter=";" if language() == "es" else ",").writerows([columns, *rows])
    except OSError as error:
        raise UserError(tr("{path} cannot be written.").format(path=target), tr("Choose another folder.")) from error


def file_name(kind: str) -> str:
    """What the file of a template is called at first."""
    return tr("template {kind}").format(kind=tr(KIND_TITLES[kind])).lower().replace(" ", "-") + ".csv"


def _source(kind: str) -> Path:
    return resources_dir() / "templates" / f"{kind}-{language()}.csv"


def _here(ws: Workspace, connection: Any) -> dict[str, tuple[str, ...]]:
    pipeline = storage.reference.pipelines(connection)[0]
    stages = storage.reference.stages(connection, pipeline.id)
    statuses = storage.leads.statuses(connection)
    return {
        "currency": (ws.currency,),
        "pipeline": (pipeline.name,),
        "stage": tuple(stage.name for stage in stages if stage.kind is StageKind.OPEN),
        "status": tuple(status.name for status in statuses if status.kind.value == "open" and status.active),
        "owner": (storage.reference.name_of(connection, "person", ws.actor_id or None),),
    }


def _word(text: str, here: tuple[str, ...], row: int) -> str:
    if text != _HERE:
        return text
    return here[min(row, len(here) - 1)] if here else ""


def _example(each: CustomField, row: int) -> str:
    """A value that the field takes."""
    match each.form:
        case FieldForm.CHOICE:
            return each.options[row % len(each.options)]
        case FieldForm.CHOICES:
            return joined(each.options[:2])
        case FieldForm.CHECKBOX:
            return tr("Yes") if row == 0 or each.required else ""
    return _EXAMPLES.get(each.form, tr("Example"))


_EXAMPLES = {
    FieldForm.NUMBER: "12", FieldForm.CURRENCY: "2500", FieldForm.DATE: "2027-01-31",
    FieldForm.EMAIL: "info@example.com", FieldForm.PHONE: "+34 912 345 678", FieldForm.URL: "https://example.com",
}  # fmt: skip
