"""The dialog for a new or edited opportunity: name, value, expected close and first stage are all that a new one needs."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QPlainTextEdit, QWidget
from shiboken6 import isValid

from ...domain.changes import ChangeSet
from ...domain.money import CURRENCIES
from ...domain.opportunities import NAME_LIMIT, Priority
from ...domain.stages import StageKind
from ...domain.text import fold
from ...errors import InvalidInput, NeedsMore
from ...i18n import amount_for_edit, parse_amount, tr
from ...services import board as lists
from ...services import opportunities as service
from ...services.board import Named
from ...services.deal_words import CATEGORIES as CATEGORIES
from ...services.deal_words import PRIORITIES as PRIORITIES
from ...services.opportunities import Opportunity
from ..boxes import ComboBox
from ..dates import OptionalDateEdit
from ..edits import ask_edit, only_changed
from ..own_fields import OwnFieldsForm, amount_or_none
from ..session import Session
from .base import FormDialog

_SUGGESTED = 12


class DealDialog(FormDialog):
    """A new opportunity, or every field of one that is there, written together in one step.

    Signals:
        created(id): a new one is on the board.
    """

    created = Signal(object)

    def __init__(
        self, parent: QWidget | None, session: Session, lists: Mapping[str, Any], *, stage_id: int | None = None,
        deal: Opportunity | None = None,
    ) -> None:  # fmt: skip
        title = tr("New opportunity") if deal is None else tr("Edit opportunity")
        super().__init__(parent, title, "" if deal is None else deal.card.name, width=600)
        self._session, self._deal = session, deal
        self._name, self._value, self._tags = _line(tr("What is it about?")), _line(""), _line("")
        self._currency = combo([(code, code) for code in CURRENCIES], session.workspace.currency)
        self._close = OptionalDateEdit()
        self._probability = _line(tr("the stage's"))
        self._stage = combo([(s.name, s.id) for s in lists["stages"] if s.kind is StageKind.OPEN], stage_id)
        self._company, self._contact, self._product = (
            NamedEdit(session, table) for table in ("company", "contact", "product")
        )
        owners = [(p.name, p.id) for p in session.in_reach(lists["person"]) if p.active]
        nobody = [(tr("Nobody"), None)] if session.rights.reaches(None) else []
        self._owner = combo(nobody + owners, session.workspace.actor_id)
        self._source = combo([("—", None)] + [(s.name, s.id) for s in lists["source"] if s.active], None)
        self._priority = combo([(tr(text), kind.value) for kind, text in PRIORITIES.items()], Priority.MEDIUM.value)
        self._note = QPlainTextEdit()
        self._note.setTabChangesFocus(True)
        self._note.setFixedHeight(64)
        self._own = OwnFieldsForm(session)
        self._own.set_fields(lists["fields"], lists["sections"])
        self.fields.update(self._own.fields)
        self._place()
        if deal is None:
            self._own.start({})
            self._close.set_day(session.today + timedelta(days=30))
            self._own.follow_editors("opportunity", self._editors(), self._typed)
            self.add_buttons(tr("Create opportunity"), self._create)
        else:
            self._fill(deal)
            self._own.follow_editors("opportunity", self._editors(), lambda: {**deal.row, **self._typed()})
            self._before, self._expect = self._values(), deal.row
            session.changed.connect(self._on_changed)
            self.add_buttons(tr("Save"), self._save)
        self._name.setFocus()

    def _place(self) -> None:
        add = self.add_field
        self.body.addWidget(add("name", tr("Name"), self._name))
        self.add_row(
            add("value", tr("Value"), self._value), add("currency", tr("Currency"), self._currency),
            add("expected_close", tr("Expected close"), self._close),
        )  # fmt: skip
        stage = add("stage", tr("Stage"), self._stage)
        stage.setVisible(self._deal is None)
        self.add_row(
            stage, add("probability", tr("Probability %"), self._probability),
            add("priority", tr("Priority"), self._priority),
        )  # fmt: skip
        self.add_row(add("company", tr("Company"), self._company), add("contact", tr("Contact"), self._contact))
        self.add_row(add("product", tr("Product"), self._product), add("source", tr("Source"), self._source))
        self.add_row(add("owner", tr("Owner"), self._owner), add("tags", tr("Tags, separated by commas"), self._tags))
        self.body.addWidget(add("note", tr("Note"), self._note))
        self.body.addWidget(self._own.in_dialog())

    def _fill(self, deal: Opportunity, *, typed: Collection[str] = ()) -> None:
        """Shows a deal; ``typed`` fields stay as they are."""
        card, row = deal.card, deal.row
        for name, edit, text in (
            ("name", self._name, card.name), ("value", self._value, amount_for_edit(card.value, card.currency)),
            ("company", self._company, card.company), ("contact", self._contact, card.contact),
            ("product", self._product, card.product), ("tags", self._tags, ", ".join(json.loads(row["tags"]))),
            ("probability", self._probability, str(card.probability) if card.probability_set else ""),
        ):  # fmt: skip
            if name not in typed and edit.text() != text:
                edit.setText(text)
                edit.setCursorPosition(0)
        self._probability.setEnabled(card.kind is StageKind.OPEN)
        self._own.show_record(row, same="custom" in typed)
        if "expected_close" not in typed:
            self._close.set_day(card.expected_close)
        if "note" not in typed and self._note.toPlainText() != row["note"]:
            self._note.setPlainText(row["note"])
        for name, box, value, text in (
            ("currency", self._currency, card.currency, card.currency),
            ("owner_id", self._owner, card.owner_id, card.owner),
            ("source_id", self._source, row["source_id"], deal.source),
            ("priority", self._priority, card.priority.value, ""),
        ):  # fmt: skip
            if name not in typed:
                choose(box, value, text)

    def _on_changed(self, changes: ChangeSet) -> None:
        """Somebody else has changed the deal: it is read again."""
        if self._deal is not None and changes.origin != self._session.workspace.origin:
            deal_id = self._deal.card.id
            if any(change.row_id == deal_id for change in changes.of("opportunity")):
                self._session.ask(
                    service.get, deal_id, done=lambda deal: isValid(self) and self._take_news(deal),
                    failed=lambda _: None,
                )  # fmt: skip

    def _take_news(self, deal: Opportunity) -> None:
        """Fields that nobody has touched here take what somebody else wrote, marked for a moment; typed ones stay."""
        try:
            typed = only_changed(self._values(), self._before)
        except InvalidInput:
            # What cannot be read yet is compared when it is saved.
            return
        before = self._before
        self._fill(deal, typed=typed.keys())
        self._before = self._values()
        for key in typed.get("custom", {}):
            self._before["custom"][key] = before["custom"].get(key)
        for name in typed.keys() - {"custom"}:
            self._before[name] = before[name]
        columns = {column for name in typed for column in (name, f"{name}_id")}
        columns |= {"currency"} if "value" in typed else set()
        self._expect = {**deal.row, **{name: self._expect[name] for name in columns & self._expect.keys()}}
        for name in only_changed(self._before, before).keys() - {"custom"}:
            self.fields[name.removesuffix("_id")].flash()

    def _editors(self) -> list[QWidget]:
        return [field.editor for name, field in self.fields.items() if name not in self._own.fields]

    def _typed(self) -> dict[str, Any]:
        """Columns as they are typed, for the conditions of own fields."""
        currency = self._currency.currentData()
        typed = {
            "name": self._name.text(), "currency": currency, "value": amount_or_none(self._value.text(), currency),
            "owner_id": self._owner.currentData(), "source_id": self._source.currentData(),
            "priority": self._priority.currentData(), "tags": json.dumps(split_tags(self._tags.text())),
            "note": self._note.toPlainText(), "expected_close": self._close.day(),
        }  # fmt: skip
        if self._deal is None:
            typed |= {"stage_id": self._stage.currentData(), "day": typed["expected_close"]}
        return typed

    def _values(self) -> dict[str, Any]:
        """What the fields say, by the names that the service takes. Raises InvalidInput."""
        values = {
            "name": self._name.text(), "currency": self._currency.currentData(),
            "value": parse_amount(self._value.text(), self._currency.currentData()),
            "expected_close": self._close.day(), "company": self._company.text(), "contact": self._contact.text(),
            "product": self._product.text(), "owner_id": self._owner.currentData(),
            "source_id": self._source.currentData(), "priority": self._priority.currentData(),
            "tags": split_tags(self._tags.text()), "note": self._note.toPlainText(), "custom": self._own.values(),
        }  # fmt: skip
        if self._probability.isEnabled():
            values["probability"] = parse_probability(self._probability.text())
        return values

    def _create(self) -> None:
        self._session.ask(
            service.create, self._values(), stage_id=self._stage.currentData(), done=self._on_created,
            failed=self.show_problem, draft=("opportunity_new", self._name.text()),
        )  # fmt: skip

    def show_problem(self, error: Exception) -> None:
        """Marks every field that the stage asks for as well."""
        super().show_problem(error)
        if isinstance(error, NeedsMore):
            fields = [self.fields[name.removesuffix("_id")] for name in error.fields]
            for field in fields:
                field.show_error(tr("This is needed in this stage."))
            fields[0].editor.setFocus()
            self.fit()

    def _on_created(self, deal_id: int | None) -> None:
        if deal_id is not None:
            self.created.emit(deal_id)
        self.accept()

    def _save(self) -> None:
        assert self._deal is not None
        ask_edit(
            self._session, self, service.edit, self._deal.card.id, only_changed(self._values(), self._before),
            expect=self._expect, done=self.on_done, failed=self.show_problem, draft="opportunity",
        )  # fmt: skip


def parse_probability(text: str) -> int | None:
    """A whole percentage as a person types it, None for nothing (the stage's). Raises InvalidInput."""
    digits = text.strip().rstrip("% \u00a0")
    if digits and not (digits.isdecimal() and int(digits) <= 100):
        raise InvalidInput(
            "probability",
            tr("“{text}” is not a whole number.").format(text=text.strip()),
            tr("Write a number from 0 to 100."),
        )
    return int(digits) if digits else None


def split_tags(text: str) -> list[str]:
    """Tags that are separated by commas."""
    return [tag.strip() for tag in text.split(",") if tag.strip()]


class NamedEdit(QLineEdit):
    """A name of a company, contact or product, completed from those there are; a new name makes a new one."""

    def __init__(self, session: Session, table: str) -> None:
        super().__init__()
        self.setMaxLength(NAME_LIMIT)
        self._session, self._table = session, table
        self._completer = QCompleter([], self)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self.setCompleter(self._completer)
        self._asked = ""
        self.textEdited.connect(self._on_edited)

    def _on_edited(self, text: str) -> None:
        self._asked = text
        if text.strip():
            self._session.ask(
                lists.names, self._table, like=fold(text), limit=_SUGGESTED,
                done=lambda found, text=text: self._on_found(text, found),
            )  # fmt: skip

    def _on_found(self, text: str, found: list[Named]) -> None:
        if text != self._asked or not self.hasFocus():
            return
        from PySide6.QtCore import QStringListModel

        self._completer.setModel(QStringListModel([item.name for item in found], self._completer))
        if found and not (len(found) == 1 and found[0].name == text):
            self._completer.complete()


def combo(items: list[tuple[str, Any]], chosen: Any) -> QComboBox:
    """A list of (text, value) with ``chosen`` selected."""
    made = ComboBox()
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(8)
    for text, value in items:
        made.addItem(text[:120], value)
    position = made.findData(chosen)
    if position >= 0:
        made.setCurrentIndex(position)
    return made


def choose(box: QComboBox, value: Any, text: str) -> None:
    """Selects a value; one that is no longer offered (a person who left) is shown all the same."""
    if value is not None and box.findData(value) < 0:
        box.addItem(text or str(value), value)
    box.setCurrentIndex(max(0, box.findData(value)))


def _line(hint: str) -> QLineEdit:
    made = QLineEdit()
    made.setPlaceholderText(hint)
    made.setMaxLength(NAME_LIMIT)
    return made
