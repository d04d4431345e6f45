"""Editors of one cell of the table of opportunities, by the field that is edited."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QSize
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QWidget

from ...domain.custom_fields import CustomField, FieldForm, stored
from ...domain.deal_rows import DealRow
from ...domain.money import CURRENCIES
from ...domain.opportunities import NAME_LIMIT, Priority
from ...domain.stages import OPEN_CATEGORIES, Category, StageKind
from ...errors import InvalidInput
from ...i18n import amount_for_edit, decimal, parse_amount, tr
from ...services.deal_words import CATEGORIES
from ..boxes import ComboBox
from ..choices import Choices
from ..dates import OptionalDateEdit
from ..deal_lists import KeptDealLists
from ..record_edit import RecordEdit
from ..session import Session
from .columns import priority_name
from .tags_edit import TagsEdit

_NOTE_WIDE, _NOTE_LINES = 320, 6


class CellEditor:
    """A widget, what is to be written, and how a first letter is put in. ``value`` raises InvalidInput."""

    def __init__(self, widget: QWidget, value: Callable[[], Any]) -> None:
        self.widget, self.value = widget, value
        self.before: Any = None

    def type(self, text: str) -> None:
        """What was typed on the cell takes the place of what it says; in a box it chooses what begins with it."""
        if isinstance(self.widget, QLineEdit):
            self.widget.setText(text)
        elif isinstance(self.widget, NoteEdit):
            self.widget.setPlainText(text)
            self.widget.moveCursor(QTextCursor.MoveOperation.End)
        elif isinstance(self.widget, QComboBox) and text:
            found = next(
                (
                    n
                    for n in range(self.widget.count())
                    if self.widget.itemText(n).casefold().startswith(text.casefold())
                ),
                -1,
            )
            if found >= 0:
                self.widget.setCurrentIndex(found)
        elif isinstance(self.widget, OptionalDateEdit):
            self.widget.type(text)


class NoteEdit(QPlainTextEdit):
    """Several lines above a cell: Shift+Enter begins another, Enter is done."""

    def sizeHint(self) -> QSize:
        """Some lines."""
        return QSize(_NOTE_WIDE, self.fontMetrics().lineSpacing() * _NOTE_LINES)

    def minimumSizeHint(self) -> QSize:
        """As wide as it is to be."""
        return self.sizeHint()


def editor(session: Session, lists: KeptDealLists, field: str, row: DealRow) -> CellEditor:
    """The editor of a field of a deal, showing what it is. Raises InvalidInput for what cannot be edited now."""
    if field.startswith("custom."):
        made = _own(session, lists, field, row)
    else:
        made = _MAKERS[field](session, lists, row)
    made.before = made.value() if not isinstance(made.widget, QLineEdit) else made.widget.text()
    return made


def fields(field: str, value: Any) -> dict[str, Any]:
    """What services/opportunities.py is to write for a field."""
    return {"custom": {field.removeprefix("custom."): value}} if field.startswith("custom.") else {field: value}


def _line(text: str, read: Callable[[str], Any] | None = None) -> CellEditor:
    line = QLineEdit(text)
    return CellEditor(line, lambda: read(line.text()) if read else line.text())


def _name(_session: Session, _lists: KeptDealLists, row: DealRow) -> CellEditor:
    made = _line(row.name)
    made.widget.setMaxLength(NAME_LIMIT)  # type: ignore[attr-defined]
    return made


def _value(_session: Session, _lists: KeptDealLists, row: DealRow) -> CellEditor:
    return _line(amount_for_edit(row.value, row.currency), lambda text: parse_amount(text, row.currency))


def _probability(_session: Session, _lists: KeptDealLists, row: DealRow) -> CellEditor:
    if row.kind is not StageKind.OPEN:
        raise InvalidInput(
            "probability", tr("A closed deal has the probability of its stage."), tr("Reopen it to change that.")
        )
    return _line(str(row.probability), read_percent)


def read_percent(text: str) -> int | None:
    """A whole number of percent, None for nothing. Raises InvalidInput."""
    clean = text.replace("%", "").strip()
    if not clean:
        return None
    if not clean.isdecimal():
        raise InvalidInput(
            "probability", tr("“{text}” is not a whole number.").format(text=text[:40]), tr("Correct it.")
        )
    return int(clean)


def _close(_session: Session, _lists: KeptDealLists, row: DealRow) -> CellEditor:
    if row.kind is not StageKind.OPEN:
        raise InvalidInput(
            "expected_close", tr("A closed deal keeps its closing date."), tr("Reopen it to change that.")
        )
    edit = OptionalDateEdit()
    edit.set_day(row.expected_close)
    return CellEditor(edit, edit.taken)


def _record(table: str) -> Callable[[Session, KeptDealLists, DealRow], CellEditor]:
    def make(session: Session, _lists: KeptDealLists, row: DealRow) -> CellEditor:
        edit = RecordEdit(session, table)
        edit.setText(getattr(row, table))
        # People are offered with their companies behind a dot.
        return CellEditor(edit, lambda: edit.text().partition(" · ")[0] if edit.known_id else edit.text())

    return make


def _box(options: list[tuple[Any, str]], now: Any) -> CellEditor:
    box = ComboBox()
    for value, text in options:
        box.addItem(text, value)
    if box.findData(now) < 0 and now is not None:
        box.addItem(tr("no longer there"), now)
    box.setCurrentIndex(max(0, box.findData(now)))
    return CellEditor(box, box.currentData)


def _named(name: str, nothing: str) -> Callable[[Session, KeptDealLists, DealRow], CellEditor]:
    def make(session: Session, lists: KeptDealLists, row: DealRow) -> CellEditor:
        now, owner = getattr(row, f"{name}_id"), name == "owner"
        if owner and not session.rights.assign:
            raise InvalidInput(name, tr("Your role does not allow this."), tr("Ask an administrator."))
        allowed = session.rights.reaches if owner else bool
        known = lists.people if owner else lists.sources
        options = [(each.id, each.name) for each in known if (each.active and allowed(each.id)) or each.id == now]
        return _box([(None, nothing), *options] if not owner or session.rights.reaches(None) else options, now)

    return make


def _priority(_session: Session, _lists: KeptDealLists, row: DealRow) -> CellEditor:
    return _box([(each.value, priority_name(each)) for each in Priority], row.priority.value)


def _category(_session: Session, _lists: KeptDealLists, row: DealRow) -> CellEditor:
    if row.kind is not StageKind.OPEN:
        raise InvalidInput("category", tr("A closed deal counts as closed."), tr("Reopen it to change that."))
    of_stage = tr("{what} (stage)").format(what=tr(CATEGORIES[Category(row.stage_category)]))
    return _box([("", of_stage), *((each.value, tr(CATEGORIES[each])) for each in OPEN_CATEGORIES)], row.category)


def _currency(session: Session, _lists: KeptDealLists, row: DealRow) -> CellEditor:
    codes = dict.fromkeys((session.workspace.currency, row.currency, *CURRENCIES))
    return _box([(code, code) for code in codes], row.currency)


def _stage(_session: Session, lists: KeptDealLists, row: DealRow) -> CellEditor:
    mine = [each for each in lists.stages if each.pipeline_id == row.pipeline_id]
    return _box([(each.id, each.name) for each in mine], row.stage_id)


def _note(_session: Session, _lists: KeptDealLists, row: DealRow) -> CellEditor:
    edit = NoteEdit(row.note)
    edit.setTabChangesFocus(True)
    return CellEditor(edit, edit.toPlainText)


def _tags(_session: Session, lists: KeptDealLists, row: DealRow) -> CellEditor:
    edit = TagsEdit(lists.tags)
    edit.setText(", ".join(row.tags))
    return CellEditor(edit, edit.tags)


_MAKERS: dict[str, Callable[[Session, KeptDealLists, DealRow], CellEditor]] = {
    "name": _name, "value": _value, "probability": _probability, "expected_close": _close,
    "company": _record("company"), "contact": _record("contact"), "product": _record("product"),
    "owner_id": _named("owner", "—"), "source_id": _named("source", "—"), "priority": _priority,
    "category": _category,
    "currency": _currency, "stage_id": _stage, "tags": _tags, "note": _note,
}  # fmt: skip
FIELDS = frozenset(_MAKERS)
"""Fields that are edited in cells, beside own ones."""


def _own(session: Session, lists: KeptDealLists, path: str, row: DealRow) -> CellEditor:
    each = next((field for field in lists.fields if field.path == path), None)
    if each is None:
        raise InvalidInput(path, tr("This field does not exist any more."), tr("Nothing was changed."))
    now = stored({"custom": row.custom}).get(each.key)
    match each.form:
        case FieldForm.DATE:
            edit = OptionalDateEdit()
            edit.set_day(_day(now))
            return CellEditor(edit, edit.taken)
        case FieldForm.CHECKBOX:
            return _box([(False, tr("No")), (True, tr("Yes"))], now is True)
        case FieldForm.CHOICE:
            return _box([(None, "—"), *((option, option) for option in each.options)], now)
        case FieldForm.CHOICES:
            box = Choices()
            box.set_options([(option, option) for option in each.options])
            box.choose(now if isinstance(now, list) else [])
            return CellEditor(box, box.chosen)
    return _line(_text(session, each, now))


def _text(session: Session, each: CustomField, now: Any) -> str:
    """A kept value as a person types it."""
    if each.form is FieldForm.CURRENCY and isinstance(now, int):
        return amount_for_edit(now, session.workspace.currency)
    if each.form is FieldForm.NUMBER and isinstance(now, int | float):
        return decimal(Decimal(str(now)))
    return "" if now is None else str(now)


def _day(kept: Any) -> Any:
    from datetime import date

    try:
        return date.fromisoformat(str(kept)) if kept else None
    except ValueError:
        return None
