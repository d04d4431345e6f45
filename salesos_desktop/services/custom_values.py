"""Values of a workspace's own fields on a record: read the way a person writes them, checked, kept as JSON, shown."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from .. import storage
from ..domain import custom_fields
from ..domain.condition_fields import known_fields
from ..domain.custom_fields import CustomField, FieldForm
from ..domain.money import MAX_MINOR
from ..domain.opportunities import NAME_LIMIT, NOTE_LIMIT, Card
from ..domain.text import mended, one_line
from ..errors import InvalidInput
from ..i18n import decimal, money, parse_amount, parse_decimal, short_date, tr
from . import reach
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork


_READ: WeakKeyDictionary[UnitOfWork, list[CustomField]] = WeakKeyDictionary()


def definitions(uow: UnitOfWork, table: str) -> list[CustomField]:
    """The fields that records of ``table`` have, in order; a unit of work reads them once, however many rows it writes."""
    if uow not in _READ:
        _READ[uow] = storage.custom_fields.fields(uow.connection)
    return [each for each in _READ[uow] if each.belongs_to(table)]


def written(
    ws: Workspace, uow: UnitOfWork, table: str, row: Mapping[str, Any], values: Mapping[str, Any], *, new: bool
) -> str:
    """The ``custom`` column of a record with ``values`` (key → what a person entered, or a value as it is kept) put in.

    A new record also takes the defaults. Raises InvalidInput on ``custom.<key>`` for a value that does not fit, for one
    that a new record must have, and for one that was taken out of a field that must have it.
    """
    known = definitions(uow, table)
    by_key = {each.key: each for each in known}
    kept = custom_fields.stored(row)
    if new:
        kept = {each.key: each.default for each in known if each.default is not None} | kept
    for key, value in values.items():
        each = by_key.get(key)
        if each is None:
            raise InvalidInput(f"custom.{key}", tr("There is no field {field}.").format(field=key))
        clean = cleaned(ws, each, value)
        if custom_fields.is_blank(clean):
            kept.pop(key, None)
        else:
            kept[key] = clean
    text = json.dumps(kept, ensure_ascii=False)
    # Columns that a new record leaves out are empty; only a field that nobody knows cannot be asked.
    after = {**dict.fromkeys(known_fields(table)), **row, "custom": text}
    lacking = [each for each in custom_fields.missing(known, after, ws.clock.today()) if new or each.key in values]
    for each in lacking:
        raise InvalidInput(
            each.path,
            tr("“{name}” is missing.").format(name=each.label),
            tr("Fill it in."),
            lacking=tuple(field.path for field in lacking),
        )
    return text


def cleaned(ws: Workspace, each: CustomField, value: Any) -> Any:
    """A value as it is kept; texts are read the way a person writes them. Raises InvalidInput on ``custom.<key>``."""
    if custom_fields.is_blank(value):
        return None
    try:
        return _READERS[each.form](ws, each, value)
    except InvalidInput as error:
        raise InvalidInput(each.path, f"{each.label}: {error.title}", error.message) from error


def shown(ws: Workspace, each: CustomField, value: Any) -> str:
    """A kept value as text for people; empty for none. A value that no longer fits its form is shown as it is."""
    if custom_fields.is_blank(value):
        return ""
    match each.form:
        case FieldForm.CURRENCY if isinstance(value, int):
            return money(value, ws.currency)
        case FieldForm.NUMBER if isinstance(value, int | float):
            return decimal(Decimal(str(value)))
        case FieldForm.DATE if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            return short_date(date.fromisoformat(value), ws.clock.today().year)
        case FieldForm.CHECKBOX:
            return tr("Yes")
        case FieldForm.CHOICES if isinstance(value, list):
            return ", ".join(str(part) for part in value)
    return str(value)


def card_texts(ws: Workspace, fields: Sequence[CustomField], card: Card) -> list[str]:
    """Values of some fields as texts, those that have one and whose condition, as far as the card knows, shows them."""
    kept = custom_fields.stored({"custom": card.custom})
    if not kept:
        return []
    row = {
        "name": card.name, "value": card.value, "currency": card.currency, "probability": card.probability,
        "probability_set": card.probability_set, "stage_id": card.stage_id, "owner_id": card.owner_id,
        "company_id": card.company_id, "priority": card.priority.value, "expected_close": card.expected_close,
        "closed_on": card.closed_on, "stage_since": card.stage_since, "custom": card.custom,
    }  # fmt: skip
    today = ws.clock.today()
    there = [each for each in fields if custom_fields.is_shown(each, row, today)]
    return [text for text in (shown(ws, each, kept.get(each.key)) for each in there) if text]


def _text(_ws: Workspace, each: CustomField, value: Any) -> str:
    text = mended(str(value)).strip() if each.form is FieldForm.LONG_TEXT else one_line(str(value))
    if len(text) > (NOTE_LIMIT if each.form is FieldForm.LONG_TEXT else NAME_LIMIT):
        raise InvalidInput("", tr("The text is too long."), tr("Shorten it."))
    return text


def _number(_ws: Workspace, _each: CustomField, value: Any) -> int | float:
    try:
        found = parse_decimal(value) if isinstance(value, str) else Decimal(str(value))
        if found is not None and not found.is_finite():
            raise ValueError(value)
    except (ValueError, InvalidOperation) as error:
        raise InvalidInput(
            "", tr("“{text}” is not a number.").format(text=str(value)[:40]), tr("Correct it.")
        ) from error
    if found is None or isinstance(value, bool) or not -(10**15) <= found <= 10**15:
        raise InvalidInput("", tr("“{text}” is not a number.").format(text=str(value)[:40]), tr("Correct it."))
    return int(found) if found == found.to_integral_value() else float(round(found, 6))


def _amount(ws: Workspace, _each: CustomField, value: Any) -> int:
    found = parse_amount(value, ws.currency) if isinstance(value, str) else value
    if isinstance(found, bool) or not isinstance(found, int) or abs(found) > MAX_MINOR:
        raise InvalidInput("", tr("This is not an amount."), tr("Correct it."))
    return found


def _day(_ws: Workspace, _each: CustomField, value: Any) -> str:
    try:
        day = value if isinstance(value, date) else date.fromisoformat(str(value).strip())
    except ValueError as error:
        raise InvalidInput(
            "", tr("“{text}” is not a date.").format(text=str(value)[:40]), tr("Write it like 2026-12-31.")
        ) from error
    return day.isoformat()


def _choice(_ws: Workspace, each: CustomField, value: Any) -> str:
    found = custom_fields.option_named(each, str(value))
    if found is None:
        raise InvalidInput(
            "",
            tr("“{text}” is not one of the options.").format(text=str(value)[:40]),
            tr("Choose one of: {options}.").format(options=", ".join(each.options[:12])),
        )
    return found


def _choices(ws: Workspace, each: CustomField, value: Any) -> list[str]:
    parts = value if isinstance(value, list | tuple) else re.split("[;,|]", str(value))
    if isinstance(value, str) and custom_fields.option_named(each, value.strip()) is not None:
        parts = [value]
    found = {_choice(ws, each, str(part).strip()) for part in parts if str(part).strip()}
    return [option for option in each.options if option in found]


def _flag(_ws: Workspace, _each: CustomField, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    text = str(value).strip().casefold()
    if text in ("1", "true", "yes", "y", "x", "sí", "si", "s", "verdadero"):
        return True
    if text in ("0", "false", "no", "n", "falso"):
        return False
    raise InvalidInput("", tr("“{text}” is neither yes nor no.").format(text=text[:40]), tr("Correct it."))


def _url(_ws: Workspace, _each: CustomField, value: Any) -> str:
    text = str(value).strip()
    if "://" not in text:
        text = f"https://{text}"
    if not re.fullmatch(r"(?i)https?://[^\s/.]+(\.[^\s/.]+)+(/\S*)?", text) or len(text) > 2000:
        raise InvalidInput(
            "",
            tr("“{text}” is not a web address.").format(text=text[:60]),
            tr("Write it like https://example.com/page."),
        )
    return text


_READERS = {
    FieldForm.TEXT: _text, FieldForm.LONG_TEXT: _text, FieldForm.NUMBER: _number, FieldForm.CURRENCY: _amount,
    FieldForm.DATE: _day, FieldForm.CHOICE: _choice, FieldForm.CHOICES: _choices, FieldForm.CHECKBOX: _flag,
    FieldForm.EMAIL: lambda _ws, _each, value: reach.clean_email(str(value)),
    FieldForm.PHONE: lambda ws, _each, value: reach.clean_phone(str(value), reach.region(ws)),
    FieldForm.URL: _url,
}  # fmt: skip
