"""The General tab: every field of a deal, each written in its own transaction when it is left."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QWidget

from ...domain.money import CURRENCIES
from ...domain.opportunities import NAME_LIMIT
from ...domain.stages import StageKind
from ...errors import InvalidInput
from ...i18n import amount_for_edit, long_date, ntr, parse_amount, tr
from ...services.board import Named
from ...services.opportunities import Opportunity
from ..dates import OptionalDateEdit
from ..dialogs.deal import PRIORITIES, NamedEdit, choose, combo, parse_probability, split_tags
from ..own_fields import OwnFieldsForm
from ..parts import Field, label
from ..session import Session
from ..typed_fields import TypedFields
from .note import NoteEdit


class GeneralForm(TypedFields):
    """Fields of one deal. What was typed and not yet written is never overwritten by news from elsewhere.

    Signals:
        edited(deal_id, field, value, text): a field of that deal was left with another value, typed as ``text``.
        own_edited(deal_id, key, value): the same of one of the workspace's own fields.
    """

    edited = Signal(object, object, object, object)
    own_edited = Signal(object, object, object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._deal: Opportunity | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 14, 10, 14)
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(12)
        self.name, self.value, self.probability, self.tags = (QLineEdit() for _ in range(4))
        self.name.setMaxLength(NAME_LIMIT)
        self.close = OptionalDateEdit()
        self.currency = combo([(code, code) for code in CURRENCIES], session.workspace.currency)
        self.company, self.contact, self.product = (NamedEdit(session, t) for t in ("company", "contact", "product"))
        self.owner, self.source = combo([], None), combo([], None)
        self.priority = combo([(tr(text), kind.value) for kind, text in PRIORITIES.items()], None)
        self.note = NoteEdit()
        self.own = OwnFieldsForm(session)
        self.own.edited.connect(self._on_own_edited)
        self._facts = label("", "muted", wrap=True)
        self._closing = label("", "muted", wrap=True, selectable=True)
        self._place()
        self._listen()

    def _place(self) -> None:
        rows: list[list[tuple[str, str, QWidget, int]]] = [
            [("name", tr("Name"), self.name, 6)],
            [("value", tr("Value"), self.value, 2), ("currency", tr("Currency"), self.currency, 2),
             ("expected_close", tr("Expected close"), self.close, 2)],
            [("company", tr("Company"), self.company, 3), ("contact", tr("Contact"), self.contact, 3)],
            [("owner_id", tr("Owner"), self.owner, 3), ("product", tr("Product"), self.product, 3)],
            [("probability", tr("Probability"), self.probability, 2), ("priority", tr("Priority"), self.priority, 2),
             ("source_id", tr("Source"), self.source, 2)],
            [("tags", tr("Tags, separated by commas"), self.tags, 6)],
            [("note", tr("Note"), self.note, 6)],
        ]  # fmt: skip
        for number, row in enumerate(rows):
            column = 0
            for name, caption, editor, span in row:
                editor.setMinimumWidth(76)
                self.fields[name] = Field(caption, editor)
                self._grid.addWidget(self.fields[name], number, column, 1, span, Qt.AlignmentFlag.AlignTop)
                column += span
        for column in range(6):
            self._grid.setColumnStretch(column, 1)
        for place, widget in enumerate((self.own, self._closing, self._facts), start=len(rows)):
            self._grid.addWidget(widget, place, 0, 1, 6)
        self._grid.setRowStretch(len(rows) + 3, 1)

    def _listen(self) -> None:
        for name in ("name", "value", "probability", "tags", "company", "contact", "product"):
            edit = self.fields[name].editor
            assert isinstance(edit, QLineEdit)
            edit.editingFinished.connect(lambda name=name: self.commit(name))
        for name in ("currency", "owner_id", "priority", "source_id"):
            box = self.fields[name].editor
            assert isinstance(box, QComboBox)
            box.activated.connect(lambda _, name=name: self.commit(name))
        self.close.finished.connect(lambda: self.commit("expected_close"))
        self.note.finished.connect(lambda: self.commit("note"))

    # Showing ------------------------------------------------------------------------------------------------------

    def set_lists(self, people: list[Named], sources: list[Named]) -> None:
        """The people and sources to choose from."""
        for box, items, none in ((self.owner, people, tr("Nobody")), (self.source, sources, "—")):
            chosen = box.currentData()
            box.clear()
            box.addItem(none, None)
            for item in items:
                if item.active or item.id == chosen:
                    box.addItem(item.name[:120], item.id)
            box.setCurrentIndex(max(0, box.findData(chosen)))
        if self._deal is not None:
            self.show_deal(self._deal)

    def show_deal(self, deal: Opportunity) -> None:
        """Shows a deal; a field that is being edited keeps what was typed when it is the same deal."""
        same = self._deal is not None and self._deal.card.id == deal.card.id
        self._deal = deal
        card, row = deal.card, deal.row
        texts = {
            "name": card.name, "value": amount_for_edit(card.value, card.currency), "company": card.company,
            "contact": card.contact, "product": card.product, "probability": str(card.probability),
            "tags": ", ".join(json.loads(row["tags"])), "note": row["note"],
        }  # fmt: skip
        for name, text in texts.items():
            if same and self._text(name) != self._shown.get(name, ""):
                continue
            self._shown[name] = text
            self._set_text(name, text)
            if not same:
                self.fields[name].show_error("")
        self.close.set_day(card.expected_close)
        for box, value, text in (
            (self.owner, card.owner_id, card.owner), (self.source, row["source_id"], deal.source),
            (self.priority, card.priority.value, ""), (self.currency, card.currency, card.currency),
        ):  # fmt: skip
            choose(box, value, text)
        self.own.show_record(row, same=same)
        open_deal = card.kind is StageKind.OPEN
        self.probability.setEnabled(open_deal)
        by_hand = (
            tr("Probability % (by hand; empty: the stage's)") if card.probability_set else tr("Probability % (stage)")
        )
        self.fields["probability"].set_caption(by_hand)
        self._show_facts(deal)

    def _show_facts(self, deal: Opportunity) -> None:
        card, today = deal.card, self._session.today
        age = (today - deal.row["created_on"]).days if deal.row["created_on"] else None
        facts = [ntr("{count} day in stage", "{count} days in stage", card.days_in_stage(today)).format(
            count=card.days_in_stage(today))]  # fmt: skip
        if age is not None:
            facts.append(ntr("{count} day old", "{count} days old", age).format(count=age))
        if card.kind is StageKind.OPEN:
            day = card.next_activity_on
            facts.append(tr("next activity {date}").format(date=long_date(day)) if day else tr("no next activity"))
        if deal.row["external_id"]:
            facts.append(tr("imported as {number}").format(number=deal.row["external_id"]))
        self._facts.setText(" · ".join(facts))
        closing = []
        if card.closed_on:
            closing.append(tr("Closed on {date}").format(date=long_date(card.closed_on)))
        for caption, text in (
            (tr("Reason"), deal.loss_reason), (tr("Competitor"), deal.row["competitor"]), (tr("Note"), deal.row["close_note"]),
        ):  # fmt: skip
            if text:
                closing.append(f"{caption}: {text}")
        self._closing.setText("\n".join(closing))
        self._closing.setVisible(bool(closing))

    # Writing ------------------------------------------------------------------------------------------------------

    def commit(self, name: str) -> None:
        """Asks to write a field if it differs from what was shown."""
        if self._deal is None:
            return
        try:
            value = self._value(name)
        except InvalidInput as error:
            self.fields[name].show_error(f"{error.title} {error.message}")
            return
        self.fields[name].show_error("")
        if self._differs(name, value):
            self.edited.emit(self._deal.card.id, name, value, self._text(name))

    def commit_all(self) -> bool:
        """Asks to write every field that was typed in and not left yet; False, with the first bad one marked, if any is."""
        for name in self.fields:
            self.commit(name)
        wrong = next((field for field in self.fields.values() if field.error), None)
        if wrong is not None:
            wrong.editor.setFocus()
        return self.own.commit_all() and wrong is None

    def _on_own_edited(self, key: str, value: Any) -> None:
        if self._deal is not None:
            self.own_edited.emit(self._deal.card.id, key, value)

    def forget(self) -> None:
        """No deal is shown any more."""
        self._deal = None

    def written(self, deal_id: int, name: str, text: str) -> None:
        """The service took the field; what was typed after it still waits to be written."""
        if self._deal is not None and self._deal.card.id == deal_id:
            self._shown[name] = text

    def _differs(self, name: str, value: Any) -> bool:
        assert self._deal is not None
        card, row = self._deal.card, self._deal.row
        if name in ("company", "contact", "product"):
            return bool(value != getattr(card, name))
        if name == "tags":
            return bool(value != json.loads(row["tags"]))
        if name == "probability":
            return (value is None and card.probability_set) or (value is not None and value != card.probability)
        return bool(value != row[name])

    def _value(self, name: str) -> Any:
        editor = self.fields[name].editor
        if isinstance(editor, QComboBox):
            return editor.currentData()
        if isinstance(editor, OptionalDateEdit):
            return editor.day()
        text = self._text(name).strip()
        assert self._deal is not None
        if name == "value":
            return parse_amount(text, self._deal.card.currency)
        if name == "tags":
            return split_tags(text)
        if name == "probability":
            return parse_probability(text)
        return self._text(name) if name == "note" else " ".join(text.split())
