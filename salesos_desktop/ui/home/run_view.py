"""Working through things one after another: one big card in the middle, the queue beside it, and keys for everything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMenu,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ...domain.work_list import Handled, Key, WorkItem, WorkRun
from ...i18n import ntr, number, tr
from ...services import work_list
from ..parts import button, label, scrolled
from ..session import Session
from .day_list import DayList
from .lines import Line
from .work_card import WHY, Action, WorkCard

if TYPE_CHECKING:
    from ..main_window import MainWindow

_QUEUE_WIDTH, _CARD_WIDTH, _BESIDE = 300, 720, 760
_SHOWN = 8
"""How much of what was done the last page names."""


class RunView(QWidget):
    """What every such list has in common; ``run`` is the list while it is worked on, ``keys`` says what plain keys do.

    Signals:
        left(): Esc, or the button.
    """

    left = Signal()

    def __init__(
        self, session: Session, window: MainWindow, actions: list[Action], *, back: str, hint: str, done: str = "D"
    ) -> None:
        """``back`` is the text of the button that leaves, ``hint`` names the keys, ``done`` as WorkCard has it."""
        super().__init__()
        self._session, self._window = session, window
        self.run = WorkRun([])
        self._shown: WorkItem | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._progress, self.count = QProgressBar(), label("", "muted")
        self._progress.setTextVisible(False)
        self._progress.setFixedHeight(8)
        self._progress.setAccessibleName(tr("Progress"))
        self.card, self.end = WorkCard(session, actions, done), End()
        self.queue = DayList(tr("Queue"))
        self.queue.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.queue.opened.connect(self._on_chosen)
        self._pages = QStackedWidget()
        self._pages.addWidget(scrolled(_centred(self.card)))
        self._pages.addWidget(scrolled(_centred(self.end)))
        self._side = QFrame()
        self._side.setFixedWidth(_QUEUE_WIDTH)
        self._lay_out(back, hint)
        self.keys: dict[int, Callable[[], object]] = {
            Qt.Key.Key_J: lambda: self.step(1), Qt.Key.Key_K: lambda: self.step(-1), Qt.Key.Key_P: self.plan,
            Qt.Key.Key_U: window.actions_.undo, Qt.Key.Key_Return: self.open, Qt.Key.Key_Enter: self.open,
        }  # fmt: skip

    def _lay_out(self, back: str, hint: str) -> None:
        side = QVBoxLayout(self._side)
        side.setContentsMargins(0, 14, 14, 14)
        side.setSpacing(6)
        side.addWidget(label(tr("Queue"), "heading"))
        self._beside = scrolled(self._held(self.queue))
        self._beside.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._beside.verticalScrollBar().rangeChanged.connect(lambda *_: self._show_place())
        side.addWidget(self._beside, 1)
        side.addWidget(self._window.notifications.toast.room())
        side.addWidget(label(hint, "small", wrap=True))
        top = QHBoxLayout()
        top.setContentsMargins(18, 12, 18, 0)
        top.setSpacing(12)
        top.addWidget(button(back, self.left.emit, "link"))
        top.addWidget(self._progress, 1)
        top.addWidget(self.count)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self._pages, 1)
        row.addWidget(self._side)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addLayout(row, 1)

    @staticmethod
    def _held(queue: DayList) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(queue)
        column.addStretch(1)
        return holder

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Beside a narrow card the queue has no room."""
        super().resizeEvent(event)
        self._side.setVisible(self.width() >= _BESIDE)

    # Showing ------------------------------------------------------------------------------------------------------

    def show_run(self) -> None:
        """Shows what is in front, or the end."""
        item = self.run.current
        self.show_count()
        if item is None:
            self._shown = None
            self.show_end()
            self._pages.setCurrentIndex(1)
            return
        self._pages.setCurrentIndex(0)
        if self._shown is None or item.key != self._shown.key:
            self._say(item)
        self._shown = item
        self.card.show_item(item)
        self._session.ask(work_list.details, item, done=lambda found, key=item.key: self._on_details(key, found))

    def show_end(self) -> None:
        """What the last page says."""
        self.end.show_end(self.run)

    def show_unread(self) -> None:
        """There is no line, and nothing was read before it was lost."""
        self._shown = None
        self.end.show_unread()
        self._pages.setCurrentIndex(1)

    def _on_details(self, key: tuple[str, int], found: work_list.Details | None) -> None:
        if self._shown is not None and self._shown.key == key:
            self.card.show_details(found)

    def count_text(self, handled: int, whole: int) -> str:
        """How far it has come."""
        return tr("{done} of {all}").format(done=number(handled), all=number(whole)) if whole else ""

    def show_count(self) -> None:
        """Shows how far it has come, and the queue."""
        whole, handled = len(self.run.items), len(self.run.handled)
        self._progress.setRange(0, max(1, whole))
        self._progress.setValue(handled)
        self.count.setText(self.count_text(handled, whole))
        self.queue.show_lines([self.line(each) for each in self.run.items])
        self.queue.mark(self._row())
        self._show_place()

    def _row(self) -> int:
        return next((n for n, each in enumerate(self.run.items) if each is self.run.current), -1)

    def _show_place(self) -> None:
        """Keeps what is in front in sight in the queue."""
        row = self._row()
        if row >= 0:
            place = self.queue.visualRect(self.queue.model().index(row, 0))
            self._beside.ensureVisible(0, place.center().y(), 0, place.height())

    def line(self, item: WorkItem) -> Line:
        """What the queue says of a thing."""
        sign, name, tone = WHY[item.why]
        said = f"{sign} {tr(name)}"
        match self.run.handled.get(item.key):
            case Handled.DONE:
                said, tone = "✓ " + tr("done"), "won"
            case Handled.LATER:
                said, tone = "→ " + tr("later"), "muted"
        return Line(item.key, item.title, item.detail, "", said, tone)

    def _say(self, item: WorkItem) -> None:
        said = f"{tr(WHY[item.why][1])}: {item.title}, {item.detail}"
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, said))

    # What can be done ---------------------------------------------------------------------------------------------

    def step(self, by: int) -> None:
        """The next thing, or the one before."""
        self.run.step(by)
        self.show_run()

    def _on_chosen(self, line: Line) -> None:
        self.run.show(line.key)
        self.show_run()

    def plan(self) -> None:
        """Plans a further step."""
        item = self._shown
        if item is not None:
            name = (item.detail or item.title) if item.activity is not None else item.title
            self._window.activities.plan(item.about, name=name)

    def open(self) -> None:
        """Opens what it is about beside the list, or the activity where it is about nothing."""
        item = self._shown
        if item is None:
            return
        if item.about is None:
            self._window.activities.edit(item.key[1])
        elif item.about[0] == "opportunity":
            self._window.open_deal(item.about[1])
        else:
            self._window.open_record(*item.about)

    def show_menu(self, menu: QMenu, below: QPushButton) -> None:
        """A menu below one of the card's buttons, with its first entry under the keyboard."""
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(below.mapToGlobal(QPoint(0, below.height() + 2)))
        menu.setActiveAction(menu.actions()[0])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys of the list; Esc leaves it, once the pane is closed."""
        act = self.keys.get(event.key())
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if act is not None and plain:
            act()
        elif event.key() == Qt.Key.Key_Escape and self._window.open_pane is None:
            self.left.emit()
        else:
            super().keyPressEvent(event)


def _centred(card: QWidget) -> QWidget:
    card.setMaximumWidth(_CARD_WIDTH)
    holder = QWidget()
    row = QHBoxLayout()
    row.addStretch(1)
    row.addWidget(card, 100)
    row.addStretch(1)
    column = QVBoxLayout(holder)
    column.setContentsMargins(18, 18, 18, 18)
    column.addLayout(row)
    column.addStretch(1)
    return holder


class End(QFrame):
    """The list is empty: what was done, and what to do next, which ``offer`` adds; the first is ``back``."""

    back: QPushButton

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._title, self._sum, self._names = (
            label("", "title"),
            label("", "muted"),
            label("", wrap=True),
        )
        self._row = QHBoxLayout()
        self._row.setSpacing(8)
        self._row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(26, 22, 26, 20)
        column.setSpacing(12)
        for made in (self._title, self._sum, self._names):
            column.addWidget(made)
        column.addLayout(self._row)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    def offer(self, text: str, do: Callable[[], object]) -> QPushButton:
        """A button for what to do next."""
        place = self._row.count() - 1
        made = button(text, do, "" if place else "primary")
        self._row.insertWidget(place, made)
        if not place:
            self.back = made
        return made

    def show_end(self, run: WorkRun, said: Mapping[Key, str] | None = None, counts: str = "") -> None:
        """Says what became of what was on the list; ``said`` what was done about a thing, which is then named first; ``counts``
        in place of how much was done and put off."""
        self._title.setText(tr("The list is empty"))
        done, later = run.became(Handled.DONE), run.became(Handled.LATER)
        parts = [ntr("{count} done", "{count} done", len(done)).format(count=number(len(done)))] if done else []
        if later:
            parts.append(ntr("{count} put off", "{count} put off", len(later)).format(count=number(len(later))))
        self._sum.setText(counts or " · ".join(parts) or tr("There is nothing to do right now."))
        told = {key: f": {text}" for key, text in (said or {}).items() if text}
        found = [(sign, each) for sign, items in (("✓", done), ("→", later)) for each in items]
        found.sort(key=lambda pair: pair[1].key not in told)
        names = [f"{sign} {each.title}{told.get(each.key, '')}" for sign, each in found]
        more = [f"… {number(len(names) - _SHOWN)}"] if len(names) > _SHOWN else []
        self._names.setText("\n".join([*names[:_SHOWN], *more]))
        self._names.setVisible(bool(names))

    def show_unread(self) -> None:
        """Says why nothing is shown."""
        self._title.setText(tr("The list could not be read"))
        self._sum.setText(tr("There is no connection with the server. It is read as soon as there is one."))
        self._names.hide()

    def texts(self) -> str:
        """What it says."""
        return "\n".join(made.text() for made in (self._title, self._sum, self._names))
