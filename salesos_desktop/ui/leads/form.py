"""Every field of a lead, each written in its own step when it is left."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QKeyEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLineEdit, QPlainTextEdit, QToolButton, QWidget

from ...domain.leads import StatusKind
from ...domain.opportunities import NAME_LIMIT
from ...errors import InvalidInput
from ...i18n import amount_for_edit, date_time, parse_amount, tr
from ...services.leads import Lead, tags_in
from ..detail.note import NoteEdit
from ..dialogs.deal import choose, combo, split_tags
from ..icons import icon
from ..parts import Field, label, on_theme
from ..session import Session
from .lists import LeadLists

_LINES = ("name", "email", "phone", "company", "position", "value", "place", "tags")


class LeadForm(QWidget):
    """Fields of one lead. What was typed and not yet written is never overwritten by news from elsewhere; when somebody
    else has changed that very field, it says so.

    Signals:
        edited(lead_id, values, texts): fields were left with other values, typed as ``texts``; both by name.
        discard_requested(id): the status that needs a reason was chosen.
    """

    edited = Signal(object, object, object)
    discard_requested = Signal(object)

    def __init__(self, session: Session, lists: LeadLists) -> None:
        super().__init__()
        self._session, self._lists = session, lists
        self._lead: Lead | None = None
        self._shown: dict[str, str] = {}
        self.fields: dict[str, Field] = {}
        self.lines = {name: QLineEdit() for name in _LINES}
        for edit in self.lines.values():
            edit.setMaxLength(NAME_LIMIT)
        self.status, self.owner, self.source = (combo([], None) for _ in range(3))
        self.note = NoteEdit()
        self._help = label("", "small", wrap=True)
        self._facts = label("", "muted", wrap=True, selectable=True)
        self._place()
        self._listen()
        lists.changed.connect(self._fill_lists)
        self._fill_lists()

    def _place(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 14, 10, 14)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(12)
        lines = self.lines
        currency = self._session.workspace.currency
        mail = ReachField(tr("Email"), lines["email"], "mail", tr("Write an email"), mail_url)
        phone = ReachField(tr("Phone"), lines["phone"], "phone", tr("Call"), phone_url)
        rows: list[list[tuple[str, Field, int]]] = [
            [("name", Field(tr("Name"), lines["name"]), 2)],
            [("email", mail, 1), ("phone", phone, 1)],
            [("company", Field(tr("Company"), lines["company"]), 1), ("position", Field(tr("Position"), lines["position"]), 1)],
            [("status", Field(tr("Status"), self.status), 1), ("owner_id", Field(tr("Owner"), self.owner), 1)],
            [("source_id", Field(tr("Source"), self.source), 1),
             ("value", Field(tr("Value ({currency})").format(currency=currency), lines["value"]), 1)],
            [("place", Field(tr("Place"), lines["place"]), 1),
             ("tags", Field(tr("Tags, separated by commas"), lines["tags"]), 1)],
            [("note", Field(tr("Note"), self.note), 2)],
        ]  # fmt: skip
        for number, row in enumerate(rows):
            for column, (name, field, span) in enumerate(row):
                self.fields[name] = field
                grid.addWidget(field, number, column, 1, span, Qt.AlignmentFlag.AlignTop)
        below = self.fields["status"].layout()
        assert below is not None
        below.addWidget(self._help)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self._facts, len(rows), 0, 1, 2)
        grid.setRowStretch(len(rows) + 1, 1)

    def _listen(self) -> None:
        for name, edit in self.lines.items():
            edit.editingFinished.connect(lambda name=name: self.commit(name))
        for name, box in (("status", self.status), ("owner_id", self.owner), ("source_id", self.source)):
            box.activated.connect(lambda _, name=name: self.commit(name))
        self.note.finished.connect(lambda: self.commit("note"))

    # Showing ------------------------------------------------------------------------------------------------------

    def _fill_lists(self) -> None:
        nobody = [(tr("Nobody"), None), *((p.name, p.id) for p in self._lists.people if p.active)]
        sources = [("—", None), *((s.name, s.id) for s in self._lists.sources if s.active)]
        statuses = [(s.name, s.code) for s in self._lists.offered()]
        for box, items in ((self.owner, nobody), (self.source, sources), (self.status, statuses)):
            box.clear()
            for text, value in items:
                box.addItem(text[:120], value)
        if self._lead is not None:
            self._show_choices(self._lead)

    def show_lead(self, lead: Lead) -> None:
        """Shows a lead; a field that is being edited keeps what was typed when it is the same lead."""
        same = self._lead is not None and self._lead.row["id"] == lead.row["id"]
        self._lead = lead
        row = lead.row
        texts = {name: row[name] for name in ("name", "email", "phone", "company", "position", "place", "note")}
        texts["value"] = amount_for_edit(row["value"], self._session.workspace.currency)
        texts["tags"] = ", ".join(tags_in(row))
        for name, text in texts.items():
            before, typed = self._shown.get(name, ""), self._text(name)
            self._shown[name] = text
            if same and typed not in (before, text):
                if text != before:
                    self.fields[name].show_error(
                        tr("Somebody else has written “{text}” here meanwhile. Esc takes it; leaving the field keeps yours.")
                        .format(text=text[:80])
                    )  # fmt: skip
                continue
            self._set_text(name, text)
            if not same or text == typed != before:
                self.fields[name].show_error("")
        for name in ("status", "owner_id", "source_id") if not same else ():
            self.fields[name].show_error("")
        self._show_choices(lead)
        self._show_facts(lead)

    def _show_choices(self, lead: Lead) -> None:
        row = lead.row
        for box, value, text in (
            (self.status, row["status"], lead.status.name), (self.owner, row["owner_id"], lead.owner),
            (self.source, row["source_id"], lead.source),
        ):  # fmt: skip
            choose(box, value, text)
        self.status.setEnabled(lead.status.kind is not StatusKind.CONVERTED)
        self._help.setText(lead.status.help)
        self._help.setVisible(bool(lead.status.help))

    def _show_facts(self, lead: Lead) -> None:
        zone, row, facts = self._session.workspace.clock.zone(), lead.row, []
        if row["created_at"]:
            facts.append(tr("Created {when}").format(when=date_time(row["created_at"], zone)))
        if row["last_activity_at"]:
            facts.append(tr("Last activity {when}").format(when=date_time(row["last_activity_at"], zone)))
        lines = [" · ".join(facts)]
        if lead.discard_reason:
            reason = ": ".join(part for part in (lead.discard_reason, row["discard_note"]) if part)
            lines.append(tr("Discarded: {reason}").format(reason=reason))
        self._facts.setText("\n".join(line for line in lines if line))

    # Writing ------------------------------------------------------------------------------------------------------

    def commit(self, name: str) -> None:
        """Asks to write a field if it differs from what was shown."""
        self._commit([name])

    def commit_all(self) -> bool:
        """Asks to write, in one step, what was typed and not left yet; False, with the first bad one marked, if any is."""
        self._commit(list(self.fields))
        wrong = next((field for field in self.fields.values() if field.error), None)
        if wrong is not None:
            wrong.editor.setFocus()
        return wrong is None

    def _commit(self, names: list[str]) -> None:
        if self._lead is None:
            return
        values: dict[str, Any] = {}
        for name in names:
            try:
                value = self._value(name)
            except InvalidInput as error:
                self.fields[name].show_error(f"{error.title} {error.message}")
                continue
            self.fields[name].show_error("")
            if self._differs(name, value):
                values[name] = value
        if "status" in values and self._lists.statuses[values["status"]].kind is StatusKind.DISCARDED:
            del values["status"]
            choose(self.status, self._lead.row["status"], self._lead.status.name)
            self.discard_requested.emit(self._lead.row["id"])
        if values:
            self.edited.emit(self._lead.row["id"], values, {name: self._text(name) for name in values})

    def forget(self) -> None:
        """No lead is shown any more."""
        self._lead = None

    def written(self, lead_id: int, texts: dict[str, str]) -> None:
        """The service took these fields; what was typed after it still waits to be written."""
        if self._lead is not None and self._lead.row["id"] == lead_id:
            self._shown.update(texts)

    def revert(self, name: str) -> None:
        """Esc: shows the kept value again."""
        if self._lead is not None:
            self._set_text(name, self._shown.get(name, ""))
            self.fields[name].show_error("")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc in a changed field takes the typing back; in an unchanged one it goes to the pane."""
        if event.key() == Qt.Key.Key_Escape:
            for name, field in self.fields.items():
                if field.editor.hasFocus() and self._text(name) != self._shown.get(name, self._text(name)):
                    self.revert(name)
                    return
        super().keyPressEvent(event)

    def _differs(self, name: str, value: Any) -> bool:
        assert self._lead is not None
        row = self._lead.row
        if name in ("email", "phone") and self._text(name) == self._shown.get(name):
            return False
        return bool(value != (tags_in(row) if name == "tags" else row[name]))

    def _value(self, name: str) -> Any:
        editor = self.fields[name].editor
        if isinstance(editor, QComboBox):
            return editor.currentData()
        text = self._text(name)
        if name == "value":
            return parse_amount(text.strip(), self._session.workspace.currency)
        if name == "tags":
            return split_tags(text)
        return text if name == "note" else " ".join(text.split())

    def _text(self, name: str) -> str:
        editor = self.fields[name].editor
        if isinstance(editor, QLineEdit):
            return editor.text()
        return editor.toPlainText() if isinstance(editor, QPlainTextEdit) else ""

    def _set_text(self, name: str, text: str) -> None:
        editor = self.fields[name].editor
        if isinstance(editor, QLineEdit) and editor.text() != text:
            editor.setText(text)
            editor.setCursorPosition(0)
        elif isinstance(editor, QPlainTextEdit) and editor.toPlainText() != text:
            editor.setPlainText(text)


class ReachField(Field):
    """A field with a button beside it that hands its text to the desktop's mail program or telephone."""

    def __init__(self, caption: str, editor: QLineEdit, name: str, tip: str, url: Any) -> None:
        super().__init__(caption, editor)
        self.go = QToolButton()
        self.go.setToolTip(tip)
        self.go.setAccessibleName(tip)
        self.go.clicked.connect(lambda: QDesktopServices.openUrl(url(editor.text())))
        on_theme(self.go, lambda: self.go.setIcon(icon(name)))
        editor.textChanged.connect(lambda text: self.go.setEnabled(bool(text.strip())))
        self.go.setEnabled(False)
        row = QHBoxLayout()
        row.setSpacing(4)
        column: Any = self.layout()
        column.removeWidget(editor)
        row.addWidget(editor, 1)
        row.addWidget(self.go)
        column.insertLayout(1, row)


def mail_url(address: str) -> QUrl:
    """Opens a new message."""
    return QUrl("mailto:" + quote(address.strip(), safe="@"))


def phone_url(text: str) -> QUrl:
    """Dials: digits and the plus sign only."""
    return QUrl("tel:" + re.sub(r"[^+\d]", "", text))
