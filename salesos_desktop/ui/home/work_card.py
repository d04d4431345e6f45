"""The card in the middle of the work list: all that is needed to do the thing in front."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from PySide6.QtCore import QRectF, Qt, QUrl
from PySide6.QtGui import QColor, QDesktopServices, QPainter, QPaintEvent, QResizeEvent, QTextDocument
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ...domain.work_list import Why, WorkItem
from ...i18n import N_, money, short_date, tr
from ...services.work_list import Details
from ..activities import words
from ..flow import FlowLayout
from ..icons import icon
from ..parts import Elided, button, label, on_theme, rule
from ..session import Session
from ..theme import font, metrics, tokens
from .reasons import reasons_of

_NOTE_LENGTH = 280
_WIDE = 560
_SMALL = 12
WHY = {
    Why.OVERDUE: ("!", N_("Past due"), "lost"), Why.TODAY: ("◐", N_("Today"), "warn"), Why.DANGER: ("⚠", N_("In danger"), "warn"),
    Why.NEW_LEAD: ("●", N_("New lead"), "accent"), Why.NEW_DEAL: ("●", N_("Newly assigned"), "accent"),
}  # fmt: skip
"""Sign, name and colour of the reasons to be on the list."""


class Badge(QWidget):
    """A few words in a colour on its soft ground."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self._tone = "", "muted"

    def show_text(self, text: str, tone: str) -> None:
        """Shows a text in the colour of a token that has a soft one beside it."""
        self.text, self._tone = text, tone
        self.setAccessibleName(text)
        sizes = metrics(_SMALL, medium=True)
        self.setFixedSize(sizes.horizontalAdvance(text) + 22, sizes.height() + 8)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """A pill with its text."""
        painter, t = QPainter(self), tokens()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(t, f"{self._tone}_soft")))
        painter.drawRoundedRect(QRectF(self.rect()), self.height() / 2, self.height() / 2)
        painter.setPen(QColor(getattr(t, self._tone)))
        painter.setFont(font(_SMALL, medium=True))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text)
        painter.end()


Action = tuple[str, str, Callable[[], object], str]
"""Text, key as it is written, what it does, kind of the button."""


def _read(markdown: str) -> str:
    """A note in a line, without the signs of its looks."""
    made = QTextDocument()
    features = QTextDocument.MarkdownFeature
    made.setMarkdown(markdown, features.MarkdownDialectGitHub | features.MarkdownNoHTML)
    return " ".join(made.toPlainText().split())


class WorkCard(QFrame):
    """Shows one thing; its buttons are the keys of the page. ``done`` is the key of the button that asks what was done about
    a thing without an activity, empty where none does. ``edits`` is where facts are edited.
    """

    def __init__(self, session: Session, actions: list[Action], done: str = "D") -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._session, self._done = session, done
        self.edits = QVBoxLayout()
        self._why, self._when = Badge(), Elided("", "muted")
        self._title, self._about = label("", "title", wrap=True), label("", "muted", wrap=True)
        self._said = label("", "", wrap=True)
        self._facts = [(Elided("", "small"), Elided("", "heading")) for _ in range(4)]
        self._next = Elided("", "heading")
        self._person = Elided("", "heading")
        self.phone, self.email = self._reach("phone", "tel:"), self._reach("mail", "mailto:")
        self._notes = [label("", "", wrap=True) for _ in range(2)]
        self._note_heads = [label("", "small") for _ in range(2)]
        self.buttons: dict[str, QPushButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(26, 22, 26, 20)
        column.setSpacing(12)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self._why)
        head.addWidget(self._when, 1)
        column.addLayout(head)
        column.addWidget(self._title)
        column.addWidget(self._about)
        column.addWidget(self._said)
        column.addWidget(rule())
        self._cells: list[QVBoxLayout] = []
        self._grid = self._made_grid()
        self._place(4)
        column.addLayout(self._grid)
        column.addLayout(self.edits)
        following = QVBoxLayout()
        following.setSpacing(1)
        following.addWidget(label(tr("Next activity"), "small"))
        following.addWidget(self._next)
        column.addLayout(following)
        column.addWidget(self._person)
        column.addLayout(self._reach_row())
        for place, note in enumerate(self._notes):
            column.addWidget(self._note_heads[place])
            column.addWidget(note)
        column.addWidget(rule())
        column.addLayout(self._action_row(actions))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    def _made_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(10)
        for cell in self._facts:
            holder = QVBoxLayout()
            holder.setSpacing(1)
            for made in cell:
                holder.addWidget(made)
            self._cells.append(holder)
        return grid

    def _place(self, columns: int) -> None:
        """The facts in so many columns."""
        for cell in self._cells:
            self._grid.removeItem(cell)
        for place, cell in enumerate(self._cells):
            self._grid.addLayout(cell, place // columns, place % columns, Qt.AlignmentFlag.AlignTop)
        for column in range(4):
            self._grid.setColumnStretch(column, int(column < columns))
        self._columns = columns

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fewer columns where there is little room."""
        super().resizeEvent(event)
        columns = 4 if self.width() >= _WIDE else 2
        if columns != self._columns:
            self._place(columns)

    def _reach_row(self) -> FlowLayout:
        row = FlowLayout(8)
        for made in (self.phone, self.email):
            row.addWidget(made)
        return row

    def _action_row(self, actions: list[Action]) -> FlowLayout:
        row = FlowLayout(8)
        for text, key, act, kind in actions:
            made = button(f"{text}  ·  {key}", act, kind)
            made.setAccessibleName(text)
            self.buttons[key] = made
            row.addWidget(made)
        return row

    def _reach(self, picture: str, scheme: str) -> QPushButton:
        made = button("", lambda: QDesktopServices.openUrl(QUrl(scheme + made.property("address"))))
        on_theme(made, lambda: made.setIcon(icon(picture, "accent")))
        return made

    def show_item(self, item: WorkItem) -> None:
        """Shows a thing; what else there is to say of it follows."""
        sign, name, tone = WHY[item.why]
        self._why.show_text(f"{sign} {tr(name)}", tone)
        zone, now = self._session.workspace.clock.zone(), self._session.workspace.clock.now()
        activity = item.activity
        self._when.show_text("" if activity is None else words.when(activity, self._session.today, zone))
        self._title.setText(item.title)
        said = [activity.place, activity.note] if activity is not None else []
        if item.danger is not None:
            said = [f"⚠ {reason}" for reason in reasons_of(item.danger, full=True)]
        elif item.fresh is not None:
            since = words.day_name(item.fresh.at.astimezone(zone).date(), now.astimezone(zone).date())
            lead = item.fresh.table == "lead"
            said = [
                (tr("Waits for a first contact: {day}") if lead else tr("Assigned to you: {day}")).format(day=since)
            ]
        self._show(self._said, "\n".join(part for part in said if part))
        self._show(self._about, item.detail)
        if self._done:
            done = tr("Done") if activity is not None else tr("Done…")
            self.buttons[self._done].setText(f"{done}  ·  {self._done}")
        self.show_details(None)

    def show_details(self, found: Details | None) -> None:
        """Shows what stands in the record."""
        facts = self._texts(found) if found is not None else []
        for place, (caption, text) in enumerate(self._facts):
            said, value = facts[place] if place < len(facts) else ("", "")
            caption.show_text(said)
            text.show_text(value)
        self._next.show_text(self._planned(found) if found is not None else "")
        self._person.show_text(found.person if found is not None else "")
        self._person.setVisible(bool(found and found.person))
        for made, address in ((self.phone, found.phone if found else ""), (self.email, found.email if found else "")):
            made.setProperty("address", address)
            made.setText(address if len(address) <= 32 else address[:31] + "…")
            made.setVisible(bool(address))
        for place, (head, body) in enumerate(zip(self._note_heads, self._notes, strict=True)):
            note = found.notes[place] if found is not None and place < len(found.notes) else None
            text = "" if note is None else _read(note.body)
            self._show(body, text if len(text) <= _NOTE_LENGTH else text[: _NOTE_LENGTH - 1] + "…")
            self._show(head, "" if note is None else f"{note.author} · {self._day(note.created_at)}")
        if found is not None and found.name != self._title.text():
            parts = (found.name, found.company)
            self._show(self._about, " · ".join(dict.fromkeys(part for part in parts if part)))

    def _texts(self, found: Details) -> list[tuple[str, str]]:
        today = self._session.today
        texts: list[tuple[str, str]] = []
        if found.table == "opportunity":
            value = tr("no value") if found.value is None else money(found.value, found.currency)
            close = "—" if found.closes_on is None else short_date(found.closes_on, today.year)
            texts = [(tr("Value"), value), (tr("Stage"), found.stage), (tr("Expected close"), close)]
        elif found.stage:
            texts = [(tr("Status"), found.stage)]
        texts.append((tr("Last touch"), "—" if found.last is None else self._day(found.last)))
        return texts

    def _planned(self, found: Details) -> str:
        if found.next is None:
            return "—"
        when = words.when(found.next, self._session.today, self._session.workspace.clock.zone())
        return f"{found.next.subject} · {when}"

    def _day(self, moment: date | datetime) -> str:
        if isinstance(moment, datetime):
            moment = moment.astimezone(self._session.workspace.clock.zone()).date()
        return words.day_name(moment, self._session.today)

    @staticmethod
    def _show(made: QLabel, text: str) -> None:
        made.setText(text)
        made.setVisible(bool(text))

    def texts(self) -> str:
        """Everything that can be read on it."""
        shown: list[QWidget] = [each for each in self.findChildren(QLabel) if each.isVisibleTo(self)]
        return "\n".join([self._why.text, *(each.text() for each in shown if isinstance(each, QLabel))])
