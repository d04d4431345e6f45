"""Fields completed from what is there: what an activity is about, and who takes part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QLineEdit, QToolButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from ...domain.activities import SUBJECT_LIMIT, Participant
from ...errors import InvalidInput, UserError
from ...i18n import N_, tr
from ...services import activity_subjects as service
from ...services.activity_subjects import Found
from ..flow import FlowLayout
from ..icons import icon
from ..parts import emptied, on_theme
from ..session import Session

PICTURES = {"opportunity": "board", "lead": "leads", "contact": "contacts", "company": "companies", "person": "people"}
_TABLES = {
    "opportunity": N_("Opportunity"), "lead": N_("Lead"), "contact": N_("Contact"), "company": N_("Company"),
    "person": N_("Colleague"),
}  # fmt: skip
_FOUND = Qt.ItemDataRole.UserRole


class FoundEdit(QLineEdit):
    """A line that offers what ``look(ws, text)`` finds for what is typed.

    Signals:
        picked(found): one of those that were offered was chosen.
    """

    picked = Signal(object)

    def __init__(self, session: Session, look: Callable[..., list[Found]]) -> None:
        super().__init__()
        self.setMaxLength(SUBJECT_LIMIT)
        self._session, self._look, self._asked = session, look, ""
        self._looking = False
        self._completer = QCompleter(self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.activated[QModelIndex].connect(self._on_activated)
        self.setCompleter(self._completer)
        self.textEdited.connect(self._on_edited)

    def _on_edited(self, text: str) -> None:
        self._asked = text
        if text.strip() and not self._looking:
            self._looking = True
            self._session.ask(
                self._look, text, done=lambda found: self._on_found(text, found), failed=self._on_look_failed
            )

    def _on_found(self, text: str, found: list[Found]) -> None:
        """Of what was typed while it was looked for, only the newest is looked for next; the dialog may be gone by now."""
        if not isValid(self):
            return
        self._looking = False
        if text != self._asked:
            self._on_edited(self._asked)
        elif self.hasFocus():
            self._offer(found)

    def _on_look_failed(self, error: Exception) -> None:
        self._looking = False
        if not isinstance(error, UserError):
            raise error
        self._session.problem.emit(error)

    def _offer(self, found: list[Found]) -> None:
        model = QStandardItemModel(self._completer)
        for each in found:
            item = QStandardItem(icon(PICTURES[each.table]), each.name)
            said = " · ".join(part for part in (each.name, each.detail) if part)
            item.setText(said)
            item.setAccessibleText(f"{tr(_TABLES[each.table])}: {said}")
            item.setData(each, _FOUND)
            model.appendRow(item)
        self._completer.setModel(model)
        if found:
            self._completer.complete()
            self._completer.popup().setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _on_activated(self, index: QModelIndex) -> None:
        found = index.data(_FOUND)
        self._asked = ""
        # The completer writes its text into the line once it has told of the choice.
        QTimer.singleShot(0, self, lambda: self.picked.emit(found))


class AboutEdit(FoundEdit):
    """What an activity is about; empty for nothing."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, service.suggestions)
        self.setPlaceholderText(tr("Type an opportunity, lead, contact or company"))
        self._found: Found | None = None
        self._fixed = False
        self._sign = QAction(self)
        self.addAction(self._sign, QLineEdit.ActionPosition.LeadingPosition)
        self._sign.setVisible(False)
        self.setClearButtonEnabled(True)
        self.picked.connect(self.show_found)
        self.textChanged.connect(self._on_text)

    def show_found(self, found: Found | None) -> None:
        """Shows one, or that there is none."""
        self._found = found
        self.setText(found.name if found else "")
        self.setCursorPosition(0)
        self._show_sign()

    def show_many(self, text: str) -> None:
        """Says of several what they are; they cannot be changed here."""
        self._fixed = True
        self.setText(text)
        self.setReadOnly(True)
        self.setClearButtonEnabled(False)

    def _on_text(self, text: str) -> None:
        if self._found is not None and text != self._found.name:
            self._found = None
            self._show_sign()

    def _show_sign(self) -> None:
        self._sign.setVisible(self._found is not None)
        if self._found is not None:
            self._sign.setIcon(icon(PICTURES[self._found.table]))
            self._sign.setToolTip(tr(_TABLES[self._found.table]))

    def about(self) -> tuple[str, int] | None:
        """Table and id. Raises InvalidInput on ``about`` for a text that none was chosen for."""
        if self._found is not None:
            return self._found.table, self._found.id
        if self.text().strip() and not self._fixed:
            raise InvalidInput(
                "about",
                tr("It is not known what “{text}” is.").format(text=self.text().strip()[:60]),
                tr("Choose one of those offered, or leave it empty."),
            )
        return None


class ParticipantsEdit(QWidget):
    """Who takes part, as pills that can be taken off: contacts, colleagues, or any name (Enter).

    Signals:
        changed(): one more or one less.
    """

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._taking_part: list[Participant] = []
        self.line = FoundEdit(session, service.people)
        self.line.setPlaceholderText(tr("A contact, a colleague or any name"))
        self.line.picked.connect(self._on_picked)
        self.line.installEventFilter(self)
        self.setFocusProxy(self.line)
        self._pills = QWidget()
        self._flow = FlowLayout()
        self._pills.setLayout(self._flow)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.line)
        layout.addWidget(self._pills)
        self._pills.hide()

    def setAccessibleName(self, name: str) -> None:
        """The line is what is read."""
        super().setAccessibleName(name)
        self.line.setAccessibleName(name)

    def show_participants(self, participants: Sequence[Participant]) -> None:
        """Shows these."""
        self._taking_part = list(participants)
        self._show()

    def participants(self) -> list[dict[str, Any]]:
        """Those with a pill, and the name that is still being typed."""
        typed = " ".join(self.line.text().split())
        everybody = [*self._taking_part, *([Participant(None, None, typed)] if typed else [])]
        return [{"contact_id": p.contact_id, "person_id": p.person_id, "name": p.name} for p in everybody]

    def eventFilter(self, watched: Any, event: Any) -> bool:
        """Enter takes the name that is typed, Backspace at the beginning the last pill away."""
        if watched is self.line and isinstance(event, QKeyEvent) and event.type() is QKeyEvent.Type.KeyPress:
            plain = not event.modifiers() & Qt.KeyboardModifier.ControlModifier
            text = " ".join(self.line.text().split())
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain and text:
                self._add(Participant(None, None, text))
                return True
            if event.key() == Qt.Key.Key_Backspace and not self.line.text() and self._taking_part:
                self._remove(self._taking_part[-1])
                return True
        return super().eventFilter(watched, event)

    def _on_picked(self, found: Found) -> None:
        contact_id, person_id = (found.id if found.table == table else None for table in ("contact", "person"))
        self._add(Participant(contact_id, person_id, found.name))

    def _add(self, participant: Participant) -> None:
        self.line.clear()
        if participant not in self._taking_part:
            self._taking_part.append(participant)
            self._show()

    def _remove(self, participant: Participant) -> None:
        self._taking_part.remove(participant)
        self._show()
        self.line.setFocus()

    def _show(self) -> None:
        emptied(self._flow)
        for each in self._taking_part:
            self._flow.addWidget(self._pill(each))
        self._pills.setVisible(bool(self._taking_part))
        self.changed.emit()

    def _pill(self, participant: Participant) -> QWidget:
        name, table = (
            participant.name,
            "contact" if participant.contact_id else "person" if participant.person_id else "",
        )
        made = QToolButton()
        made.setProperty("kind", "pill")
        made.setText((name if len(name) <= 26 else name[:25] + "…").replace("&", "&&") + "  ✕")
        made.setToolTip(name.replace("&", "&amp;").replace("<", "&lt;"))
        made.setAccessibleName(tr("Take {name} off").format(name=name))
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        if table:
            on_theme(made, lambda: made.setIcon(icon(PICTURES[table], size=14)))
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        made.clicked.connect(lambda: self._remove(participant))
        return made
