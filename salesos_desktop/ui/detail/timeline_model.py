"""Lines of a record's history under their days, read in windows and kept up to date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from ...domain.text import fold
from ...i18n import tr
from ...services import timeline
from ...services.restoring_lines import FIELDS
from ...services.timeline import Cursor, Kind, Page, Step, Subject
from ...services.workspace import Workspace
from ..session import Session
from .change_texts import Line, day_text, line_of

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for: steps of a kind, of a person, with these words; nothing narrows nothing."""

    kind: Kind | None = None
    person_id: int | None = None
    text: str = ""

    def takes(self, line: Line) -> bool:
        """Whether a line is one of them."""
        step = line.step
        return (
            (self.kind is None or self.kind in step.kinds)
            and (self.person_id is None or step.by_id == self.person_id)
            and (not self.text or line.has(fold(self.text)))
        )


class TimelineModel(QAbstractTableModel):
    """Rows are days and the lines below them, newest first; UserRole gives a ``date`` or a ``Line``.

    Signals:
        read(): a window has arrived.
    """

    read = Signal()

    def __init__(self, session: Session, table: str) -> None:
        super().__init__()
        self._session, self._table = session, table
        self._row_id = 0
        self._rows: list[date | Line] = []
        self._sought, self._everything = Sought(), False
        self._older: Cursor | None = None
        self._newest = 0
        self._about: tuple[Subject, ...] = ()
        # Grows with each reading from the start: what was asked before it is no longer wanted.
        self._turn = 0
        self._asking = False

    # Reading ------------------------------------------------------------------------------------------------------

    def show_row(self, row_id: int) -> None:
        """Shows another record from its newest line on."""
        self._row_id = row_id
        self.reload()

    def seek(self, sought: Sought, *, everything: bool) -> None:
        """Narrows, or widens to what belongs to a company."""
        if (sought, everything) != (self._sought, self._everything):
            self._sought, self._everything = sought, everything
            self.reload()

    def reload(self) -> None:
        """Reads from the start."""
        self._turn += 1
        self.beginResetModel()
        self._rows, self._older, self._newest = [], None, 0
        self.endResetModel()
        self._asking = False
        if self._row_id:
            self._ask(None)

    def refresh(self) -> None:
        """Puts what is newer above what is shown."""
        if self._row_id and self._newest and not self._asking:
            turn = self._turn
            self._session.ask(
                _fresh, self._table, self._row_id, self._newest, self._sought, self._everything,
                done=lambda found: self._on_fresh(turn, *found),
            )  # fmt: skip

    def _ask(self, cursor: Cursor | None) -> None:
        self._asking, turn = True, self._turn
        self._session.ask(
            _window, self._table, self._row_id, cursor, self._sought, self._everything,
            done=lambda found: self._on_window(turn, *found),
        )  # fmt: skip

    def _on_window(self, turn: int, page: Page, lines: list[Line]) -> None:
        if turn != self._turn:
            return
        # At once: whoever hears of the new rows may ask for more.
        self._asking, self._older = False, page.older
        self._newest, self._about = max(self._newest, page.newest), page.rows
        shown = next((row for row in reversed(self._rows) if isinstance(row, Line)), None)
        rows = self._under_days(lines, None if shown is None else self._day(shown.step))
        if rows:
            self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows) + len(rows) - 1)
            self._rows += rows
            self.endInsertRows()
        if not lines and page.older is not None:
            # Nothing of what is looked for in this window: on to the next one.
            self._ask(page.older)
        else:
            self.read.emit()

    def _on_fresh(self, turn: int, page: Page, lines: list[Line]) -> None:
        if turn != self._turn:
            return
        if page.older is not None or page.rows != self._about:
            self.reload()
            return
        self._newest = page.newest
        rows = self._under_days(lines, None)
        if not rows:
            return
        if self._rows and self._rows[0] == self._day(lines[-1].step):
            self.beginRemoveRows(QModelIndex(), 0, 0)
            del self._rows[0]
            self.endRemoveRows()
        self.beginInsertRows(QModelIndex(), 0, len(rows) - 1)
        self._rows[:0] = rows
        self.endInsertRows()
        self.read.emit()

    def _under_days(self, lines: Sequence[Line], last: date | None) -> list[date | Line]:
        """Lines with a day above the first of each; ``last`` is the day they go on from."""
        rows: list[date | Line] = []
        for line in lines:
            day = self._day(line.step)
            if day != last:
                rows.append(day)
                last = day
            rows.append(line)
        return rows

    def _day(self, step: Step) -> date:
        return step.at.astimezone(self._session.workspace.clock.zone()).date()

    # The model ----------------------------------------------------------------------------------------------------

    @property
    def empty(self) -> bool:
        """Whether everything was read and there is nothing."""
        return not self._rows and not self._asking

    def row(self, number: int) -> date | Line | None:
        """What stands in a row."""
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def is_said(self, field: str, text: Any) -> bool:
        """Whether a line that hangs on the record (a note, an email) still says a text: the newest change that names it,
        of those that were read, left it so.
        """
        for found in self._rows:
            for entry in reversed(found.step.entries) if isinstance(found, Line) and not found.step.how else ():
                if entry.field == field and entry.field in FIELDS and text in (entry.now, entry.was):
                    return bool(entry.now == text)
        return False

    def day_of(self, number: int) -> date | None:
        """The day that a row is under."""
        found = self.row(number)
        return self._day(found.step) if isinstance(found, Line) else found

    def canFetchMore(self, parent: Index) -> bool:
        """Whether there are older lines that nobody is reading yet."""
        return not parent.isValid() and self._older is not None and not self._asking

    def fetchMore(self, parent: Index) -> None:
        """Reads the next window."""
        if self.canFetchMore(parent):
            self._ask(self._older)

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        """Days and lines that were read."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        """One."""
        return 0 if parent.isValid() else 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        """The keyboard goes from line to line; days are headings."""
        return Qt.ItemFlag.NoItemFlags if isinstance(self.row(index.row()), date) else super().flags(index)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The day or the line, and its texts for readers."""
        found = self.row(index.row()) if index.isValid() else None
        if found is None:
            return None
        if role == Qt.ItemDataRole.UserRole:
            return found
        heading = isinstance(found, date)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return day_text(found, self._session.today) if isinstance(found, date) else found.title
        if isinstance(found, Line) and role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return f"{found.detail}, {found.time}"
        if isinstance(found, Line) and role == Qt.ItemDataRole.ToolTipRole and not heading:
            return f"{found.title}\n{found.detail}".replace("&", "&amp;").replace("<", "&lt;")[:2000]
        return None


def _window(
    ws: Workspace, table: str, row_id: int, cursor: Cursor | None, sought: Sought, everything: bool
) -> tuple[Page, list[Line]]:
    """A window of lines, worded where the database is read."""
    worded: dict[int, Line] = {}
    zone = ws.clock.zone()

    def wanted(step: Step) -> bool:
        line = worded[step.number] = line_of(step, ws.currency, zone)
        return sought.takes(line)

    page = timeline.page(ws, table, row_id, cursor, everything=everything, wanted=wanted)
    return page, [worded[step.number] for step in page.steps]


def _fresh(
    ws: Workspace, table: str, row_id: int, number: int, sought: Sought, everything: bool
) -> tuple[Page, list[Line]]:
    page = timeline.since(ws, table, row_id, number, everything=everything)
    zone = ws.clock.zone()
    lines = [line_of(step, ws.currency, zone) for step in page.steps]
    return page, [line for line in lines if sought.takes(line)]


def nothing_text(sought: Sought) -> str:
    """What an empty list says."""
    if sought == Sought():
        return tr("Nothing has happened here yet.")
    return tr("Nothing of what is looked for. Show everything, or another word.")
