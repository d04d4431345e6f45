"""The changes that wait to be sent: each is seen, sent, settled, edited or thrown away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from ...errors import LineLost
from ...i18n import amount_for_edit, date_time, parse_amount, tr
from ...services import draft_sending as service
from ...services import draft_words
from ...services.change_words import field_name
from ...services.drafts import NEVER, UNREADABLE, Draft
from ..dates import OptionalDateEdit
from ..deals import ask_move
from ..drafts import said
from ..edits import ask_edit
from ..parts import button, emptied, keeping_focus, label, rule, scrolled
from ..session import Session
from .base import FormDialog

_HIGH = 320
_MOVES = ("move", "win", "lose", "reopen", "regroup_move")


class DraftsDialog(FormDialog):
    """A line for each draft, as they come and go; closes itself after the last."""

    def __init__(self, parent: QWidget | None, session: Session) -> None:
        super().__init__(parent, tr("Changes to send"), width=560)
        assert session.drafts is not None
        self._session, self._drafts = session, session.drafts
        hint = tr("They are kept on this computer and sent by themselves once the connection is back.")
        self.body.addWidget(label(hint, "muted", wrap=True))
        sheet = QWidget()
        self._lines = QVBoxLayout(sheet)
        self._lines.setContentsMargins(0, 0, 8, 0)
        self._area = scrolled(sheet)
        self.body.addWidget(self._area)
        self.add_buttons(tr("Close"), self.accept)
        self.cancel_button.hide()
        self._sheet = sheet
        self._doubted: Draft | None = None
        self._drafts.changed.connect(self._show)
        self._show()
        first = self._sheet.findChild(QPushButton)
        if first is not None:
            first.setFocus()

    def _show(self) -> None:
        with keeping_focus(self._sheet):
            emptied(self._lines)
            for draft in self._drafts.all:
                for made in (self._line(draft), rule()):
                    self._lines.addWidget(made)
                    made.show()
            self._lines.addStretch(1)
        if not self._drafts.all:
            self.accept()
        self._fit_list()

    def _fit_list(self) -> None:
        """As high as what waits, as far as there is room."""
        for each in self._sheet.findChildren(QWidget):
            each.ensurePolished()
        self._lines.activate()
        self._area.setFixedHeight(max(0, min(_HIGH, self._lines.totalHeightForWidth(self._area.viewport().width()))))
        self.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Texts find their lines at another width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit_list()

    def _line(self, draft: Draft) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(3)
        column.addWidget(label(draft_words.title(draft), "heading", wrap=True))
        clock, unread = self._session.workspace.clock, draft.kind == UNREADABLE
        when = [] if draft.at == NEVER else [date_time(draft.at, clock.zone(), clock.today().year)]
        column.addWidget(label(" · ".join(when + draft_words.lines(draft)), "muted", wrap=True))
        if draft.problem:
            column.addWidget(label(draft.problem, "error", wrap=True))
        elif draft.unsure:
            text = tr("The connection went while it was sent. It is not sent again if the server has it already.")
            column.addWidget(label(text, "muted", wrap=True))
        row = QHBoxLayout()
        row.setContentsMargins(0, 4, 0, 4)
        row.setSpacing(8)
        settles = draft.edits and bool(draft.problem)
        first = tr("Settle…") if settles else tr("Send all the same") if draft.problem else tr("Send now")
        actions: list[tuple[str, Callable[[], object]]] = [
            (tr("Try again"), partial(self._drafts.read_again, draft))
            if unread
            else (first, partial(self._send, draft))
        ]
        if draft.place is not None and not draft.unsure:
            actions.append((tr("Edit…"), partial(self._edit, draft)))
        doubted = draft == self._doubted
        actions.append((tr("Throw away for good") if doubted else tr("Throw away"), partial(self._throw_away, draft)))
        for text, action in actions:
            each = button(text, action)
            each.setAccessibleName(f"{text}: {draft_words.title(draft)}")
            row.addWidget(each)
        row.addStretch(1)
        column.addLayout(row)
        return made

    def _send(self, draft: Draft) -> None:
        """Of an edit that somebody else was faster with, it is asked what stays."""
        if not draft.problem:
            self._drafts.send(draft)
            return
        if not draft.edits:
            if draft.kind in _MOVES:
                self._move(draft)
            else:
                self._drafts.insist(draft)
            return

        def failed(error: Exception) -> None:
            self._drafts.change(draft, replace(draft, problem=str(error)))

        ask_edit(
            self._session, self, service.edit_service(draft), draft.args[0], draft.args[1],
            expect=draft.given.get("expect"), done=lambda _: self._drafts.drop(draft), failed=failed,
        )  # fmt: skip

    def _move(self, draft: Draft) -> None:
        """What the stage asks is answered now."""

        def failed(error: Exception) -> None:
            if isinstance(error, LineLost):
                self._session.failed(error)
            else:
                self._drafts.change(draft, replace(draft, problem=said(error)))

        meant = service.insisted(self._session.workspace, draft)
        ask_move(
            self, self._session, service.move_service(meant), done=lambda _: self._drafts.drop(draft), failed=failed
        )

    def _throw_away(self, draft: Draft) -> None:
        """Nothing brings it back: the button says so, and is pressed twice."""
        if draft == self._doubted:
            self._drafts.drop(draft)
        else:
            self._doubted = draft
            self._show()

    def _edit(self, draft: Draft) -> None:
        DraftDialog(self, draft, partial(self._drafts.change, draft)).open()


class DraftDialog(FormDialog):
    """The texts, amounts and days of an edit that waits; other fields go with it as they are."""

    def __init__(self, parent: QWidget | None, draft: Draft, changed: Callable[[Draft], object]) -> None:
        super().__init__(parent, draft_words.title(draft))
        self._draft, self._changed = draft, changed
        for name, value in draft.values.items():
            editor = _editor(name, value, draft.currency)
            if editor is not None:
                self.body.addWidget(self.add_field(name, field_name(name.removesuffix("_id")), editor))
        if not self.fields:
            self.body.addWidget(label(tr("There is no text to edit in this change."), "muted", wrap=True))
        self.add_buttons(tr("Keep"), self._keep)

    def _keep(self) -> None:
        values = dict(self._draft.values)
        for name, field in self.fields.items():
            editor: Any = field.editor
            if isinstance(editor, OptionalDateEdit):
                values[name] = editor.day()
            elif isinstance(editor, QPlainTextEdit):
                values[name] = editor.toPlainText()
            else:
                values[name] = parse_amount(editor.text(), self._draft.currency) if name == "value" else editor.text()
        self._changed(self._draft.saying(values))
        self.accept()


def _editor(name: str, value: Any, currency: str) -> QWidget | None:
    if name in ("note", "body"):
        note = QPlainTextEdit(str(value))
        note.setTabChangesFocus(True)
        note.setFixedHeight(96)
        return note
    if isinstance(value, date):
        day = OptionalDateEdit()
        day.set_day(value)
        return day
    if name == "value" and isinstance(value, int):
        return QLineEdit(amount_for_edit(value, currency))
    return (
        QLineEdit(value)
        if isinstance(value, str) and name not in ("priority", "category", "currency", "status")
        else None
    )
