"""What a stage asks before a deal may enter it: missing fields, something to confirm, why it goes back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit, QWidget

from ...domain.conditions import All
from ...domain.custom_fields import CustomField, FieldForm, is_blank
from ...domain.stage_rules import CUSTOM
from ...errors import InvalidInput, NeedsMore
from ...i18n import N_, ntr, number, parse_amount, tr
from ...services import board as lists
from ...services import custom_fields
from ...services.board import Named
from ...services.workspace import Workspace
from ..dates import OptionalDateEdit
from ..own_fields import OwnFieldsForm
from ..parts import label
from ..session import Session
from .base import FormDialog
from .deal import NamedEdit, combo, split_tags

TITLES = {
    "value": N_("Value"), "expected_close": N_("Expected close"), "owner_id": N_("Owner"), "company": N_("Company"),
    "contact": N_("Contact"), "product": N_("Product"), "source_id": N_("Source"), "tags": N_("Tags, separated by commas"),
    "note": N_("Note"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """What the dialog needs to know beside the question: the first deal's name and currency, lists, own fields."""

    name: str
    currency: str
    people: list[Named]
    sources: list[Named]
    own: list[CustomField]


def look_up(ws: Workspace, needs: NeedsMore) -> Asked:
    """Reads it."""
    cards = lists.fetch(ws, list(needs.missing)[:1])
    card = next(iter(cards.values()), None)
    fields = custom_fields.fields(ws, "opportunity")
    own = [replace(each, shown_if=All(), required=True) for each in fields if each.path in needs.fields]
    return Asked(
        card.name if card else "", card.currency if card else ws.currency, lists.names(ws, "person"),
        lists.names(ws, "source"), own,
    )  # fmt: skip


def together(earlier: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """What one dialog was told and, after it, another."""
    if not earlier:
        return given
    return {
        "answers": {**earlier["answers"], **given["answers"]}, "confirmed": earlier["confirmed"] or given["confirmed"],
        "back_reason": given["back_reason"] or earlier["back_reason"],
    }  # fmt: skip


class StageRulesDialog(FormDialog):
    """Asks what ``needs`` names, then calls ``again(given, done, failed)``; cancel writes nothing."""

    def __init__(
        self, parent: QWidget | None, session: Session, needs: NeedsMore, asked: Asked, again: Callable[..., object]
    ) -> None:
        super().__init__(parent, needs.title, self._subtitle(needs, asked), width=480)
        self._session, self._asked, self._again = session, asked, again
        self._editors: dict[str, QWidget] = {}
        for name in needs.fields:
            if not name.startswith(CUSTOM):
                self._editors[name] = self._editor(name)
                caption = tr(TITLES[name]) + (f" ({asked.currency})" if name == "value" else "")
                self.body.addWidget(self.add_field(name, caption, self._editors[name]))
        self._own = OwnFieldsForm(session)
        self._own.set_fields(asked.own, [])
        self._own.show_record({}, same=False)
        if asked.own:
            self.body.addWidget(self._own.in_dialog())
            self.fields |= self._own.fields
        self._reason = QPlainTextEdit()
        self._reason.setTabChangesFocus(True)
        self._reason.setFixedHeight(64)
        if needs.back_reason:
            self.body.addWidget(self.add_field("back_reason", tr("Why does it go back?"), self._reason))
        self._confirmed = QCheckBox(tr("Yes, this is so"))
        if needs.entry_text:
            self.body.addWidget(label(needs.entry_text, "warn", wrap=True))
            self.body.addWidget(self.add_field("confirmed", tr("Before it enters"), self._confirmed))
        self._needs = needs
        self.add_buttons(tr("Go on"), self._go_on)
        first = next(iter(self.fields.values()), None)
        if first is not None:
            first.editor.setFocus()

    @staticmethod
    def _subtitle(needs: NeedsMore, asked: Asked) -> str:
        if len(needs.missing) > 1:
            count = len(needs.missing)
            return ntr("{count} deal", "{count} deals", count).format(count=number(count))
        return asked.name

    def _editor(self, name: str) -> QWidget:
        if name in ("company", "contact", "product"):
            return NamedEdit(self._session, name)
        if name == "expected_close":
            return OptionalDateEdit()
        if name in ("owner_id", "source_id"):
            found = self._asked.people if name == "owner_id" else self._asked.sources
            return combo([("—", None), *((each.name, each.id) for each in found if each.active)], None)
        if name == "note":
            edit = QPlainTextEdit()
            edit.setTabChangesFocus(True)
            edit.setFixedHeight(64)
            return edit
        return QLineEdit()

    def _answer(self, name: str) -> Any:
        editor = self._editors[name]
        if isinstance(editor, OptionalDateEdit):
            return editor.day()
        if isinstance(editor, QPlainTextEdit):
            return editor.toPlainText().strip()
        if isinstance(editor, QLineEdit):
            text = editor.text().strip()
            return parse_amount(text, self._asked.currency) if name == "value" else (
                split_tags(text) if name == "tags" else text
            )  # fmt: skip
        return editor.currentData()  # type: ignore[attr-defined]

    def _go_on(self) -> None:
        answers = {name: self._answer(name) for name in self._editors}
        answers |= {CUSTOM + key: value for key, value in self._own.values().items()}
        boxes = {each.path for each in self._asked.own if each.form is FieldForm.CHECKBOX}
        for name, value in answers.items():
            if is_blank(value):
                cure = tr("Tick it.") if name in boxes else tr("Fill it in.")
                raise InvalidInput(name, tr("This is needed in this stage."), cure)
        reason = self._reason.toPlainText().strip()
        if self._needs.back_reason and not reason:
            raise InvalidInput("back_reason", tr("Say why it goes back."))
        if self._needs.entry_text and not self._confirmed.isChecked():
            raise InvalidInput("confirmed", tr("Confirm it first, or cancel: the deal stays where it is."))
        given = {"answers": answers, "confirmed": self._confirmed.isChecked(), "back_reason": reason}
        self._again(given, self.on_done, self.show_problem)
