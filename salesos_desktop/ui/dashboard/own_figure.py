"""A figure of one's own on a card: its chart or table, what it cannot say, and the deals behind each part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QVBoxLayout, QWidget
from shiboken6 import isValid

from ...domain.changes import ChangeSet
from ...domain.pivot import TOTAL, Slot
from ...domain.questions import ADDITIVE, AMOUNTS, Chart, Question
from ...domain.sheets import Sheet
from ...errors import UserError
from ...i18n import ntr, number, percent, tr
from ...services import figures, views
from ...services.figures import Figure, Saved
from ...services.workspace import SETTINGS
from ..charts.legend import Legend
from ..parts import Elided, label, scrolled
from ..session import Session
from ..wheel import wheel_to_page
from .body import Behind, FigureBody, View
from .own_bars import BarsChart, ColumnsChart
from .own_drawn import PartsChart
from .own_lines import LinesChart
from .own_picture import Picture, picture_of, sheet_of
from .own_pie import PieChart
from .own_table import PivotView
from .own_words import note_of
from .turns import Turns

_TABLE = "saved_view"
_QUICK, _REST = 0.01, 4
"""A picture that took longer than so many seconds is not drawn anew by the next change before so many times as long."""


class OwnFigure(FigureBody):
    """The figure that is kept as ``view_id``, or (0) of a question that is shown by ``show_question``: an editor's preview.

    ``figure`` is its answer, ``saved`` how it is kept; both None until they are there, or when it is there no longer.
    """

    def __init__(self, session: Session, view_id: int = 0, turns: Turns | None = None) -> None:
        super().__init__()
        self._session, self._view_id = session, view_id
        self._turns = Turns(self) if turns is None else turns
        self.saved: Saved | None = None
        self.figure: Figure | None = None
        self.picture: Picture | None = None
        self._question: Question | None = None
        self._view: View | None = None
        self._job: Any = None
        self._stale, self._undrawn = True, False
        self._waiting: list[ChangeSet] = []
        self._took = 0.0
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self.wake)
        self._charts: dict[type, PartsChart | PivotView] = {}
        self._areas: dict[type, QWidget] = {}
        self.dialog: Any = None
        self.legend = Legend()
        self.note = Elided("", "small")
        self.nothing = label("", "muted", wrap=True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.nothing)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.legend)
        column.addWidget(self._stack, 1)
        column.addWidget(self.note)
        self.legend.hide()
        self.note.hide()
        session.changed.connect(self._on_changed)
        session.day_changed.connect(self._load)

    # Asking -------------------------------------------------------------------------------------------------------

    def show_view(self, view: View) -> None:
        """Whose deals of which days from now on."""
        if view != self._view:
            self._view = view
            self._load()

    def show_question(self, question: Question) -> None:
        """Answers another question."""
        if question != self._question:
            self._question = question
            self._load()

    @property
    def chart(self) -> PartsChart | PivotView | None:
        """What is drawn; None while there is nothing."""
        shown = self._stack.currentWidget()
        return next((self._charts[kind] for kind, area in self._areas.items() if area is shown), None)

    def _load(self) -> None:
        self._stale = not self.seen
        if self._stale or self._view is None or not (self._view_id or self._question):
            return
        if self._job is not None:
            self._job.cancel()
        self._waiting = []
        asked = (self._view.scope, self._view.span)
        if self._question is not None:
            self._job = self._session.ask_apart(
                figures.load,
                self._question,
                *asked,
                done=lambda found: self._on_found(None, found),
                failed=self._on_failed,
            )
        else:
            self._job = self._session.ask_apart(
                figures.opened, self._view_id, *asked, done=lambda found: self._on_found(*found), failed=self._on_failed
            )

    def _on_found(self, saved: Saved | None, figure: Figure) -> None:
        if not isValid(self):
            return
        self._job, self.saved, self.figure = None, saved, figure
        waiting, self._waiting = self._waiting, []
        if all(figures.follow(figure, changes) for changes in waiting):
            self._show()
        else:
            self._load()

    def _on_failed(self, error: Exception) -> None:
        if not isValid(self):
            return
        self._job = self.figure = self.picture = None
        if not isinstance(error, UserError):
            raise error
        self._say_nothing(f"{error.title} {error.message}".strip())
        self.told.emit()

    def _on_changed(self, changes: ChangeSet) -> None:
        mine = changes.bulk or any(change.row_id == self._view_id for change in changes.of(_TABLE))
        if changes.verb == SETTINGS or (changes.touches(_TABLE) and mine and self._view_id):
            self._load()
        elif self._job is not None:
            self._waiting.append(changes)
        elif self.figure is not None and not self._stale:
            if not figures.follow(self.figure, changes):
                self._load()
            elif changes.touches("opportunity"):
                self._undrawn = True
                if self.seen and self._took < _QUICK:
                    self._turns.wake(self)
                elif self.seen and not self._later.isActive():
                    self._later.start(round(1000 * _REST * self._took))

    def showEvent(self, event: QShowEvent) -> None:
        """Catches up with what changed meanwhile."""
        super().showEvent(event)
        self.wake()

    def wake(self) -> None:
        """Asks or draws what changed meanwhile."""
        if self._stale:
            self._load()
        elif self._undrawn and self.figure is not None:
            self._show()

    # Showing ------------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        assert self.figure is not None
        self._undrawn = False
        began = monotonic()
        self.picture = picture = picture_of(self.figure)
        self._took = monotonic() - began
        self._show_notes()
        if not self.figure.pivot.tally().count:
            self._say_nothing(tr("No deal matches. Choose other days or people above, or change what the figure asks."))
        elif not picture.rows:
            self._say_nothing(tr("No deal here has a date, so there is no line. Choose another chart."))
        else:
            chart = self._made(_kind(self.figure, picture))
            if isinstance(chart, PivotView):
                chart.show_sheet(self.sheet())
            else:
                chart.show_drawn(picture.drawn)
            chart.setAccessibleName(self.sheet().name)
            self._stack.setCurrentWidget(self._areas[type(chart)])
            entries = list(zip(picture.drawn.columns, picture.drawn.colours, strict=False))
            self.legend.show_entries(entries)
            self.legend.setVisible(len(picture.columns) > 1 and not isinstance(chart, PivotView))
        self.said.emit(self._about())
        self.told.emit()

    def _say_nothing(self, text: str) -> None:
        self.nothing.setText(text)
        self.legend.hide()
        self._stack.setCurrentWidget(self.nothing)

    def _made(self, kind: type) -> PartsChart | PivotView:
        """The chart of a kind, made when it is first shown."""
        if kind not in self._charts:
            chart = self._charts[kind] = kind()
            chart.hovered.connect(self._on_hovered)
            chart.chosen.connect(self._on_chosen)
            if isinstance(chart, PivotView):
                self._areas[kind] = chart
                wheel_to_page(chart.table)
            else:
                area = scrolled(chart)
                area.setFrameShape(QScrollArea.Shape.NoFrame)
                area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
                self._areas[kind] = area
                wheel_to_page(area)
            self._stack.addWidget(self._areas[kind])
        return self._charts[kind]

    def _show_notes(self) -> None:
        assert self.figure is not None
        assert self.picture is not None
        notes, whole = list[str](), self.figure.pivot.tally()
        if self.saved is not None and self.saved.lost:
            what = ", ".join(self.saved.lost)
            notes.append(tr("Shown without what this program cannot read: {what}.").format(what=what))
        unrated = whole.unrated if self.figure.question.measure in AMOUNTS else 0
        apart, hidden = self.picture.apart, self.picture.hidden
        notes += [text.format(count=number(count)) for text, count in (
            (ntr("{count} deal without a rate of its day is not in it.",
                 "{count} deals without a rate of their day are not in it.", unrated), unrated),
            (ntr("{count} deal without a date is not on the line.",
                 "{count} deals without a date are not on the line.", apart), apart),
            (ntr("{count} smaller group is not shown.", "{count} smaller groups are not shown.", hidden), hidden),
        ) if count]  # fmt: skip
        if self.picture.chart is not self.figure.question.chart:
            notes.append(tr("Shares would not add up, so these are bars."))
        self.note.show_text(" ".join(notes))
        self.note.setVisible(bool(notes))

    def sheet(self) -> Sheet:
        """What is shown, as a table; empty while there is nothing."""
        name = self.saved.view.name if self.saved is not None else ""
        if self.figure is None or self.picture is None:
            return Sheet(name, (), ())
        return sheet_of(self.figure, self.picture, name)

    # Parts --------------------------------------------------------------------------------------------------------

    def _slots(self, row: int, column: int) -> tuple[Slot, Slot]:
        """What stands at a place; behind the last row and column, and at the names, are totals."""
        assert self.picture is not None
        rows, columns = self.picture.rows, self.picture.columns
        return rows[row] if row < len(rows) else TOTAL, columns[column] if 0 <= column < len(columns) else TOTAL

    def _title(self, row: Slot, column: Slot) -> str:
        assert self.figure is not None
        second = [] if column == TOTAL else [self.figure.title(column, second=True)]
        return " · ".join([self.figure.title(row), *second])

    def _on_hovered(self, row: int | None, column: int | None) -> None:
        if row is None or column is None or self.figure is None or self.picture is None:
            self.said.emit(self._about())
            return
        slots = self._slots(row, column)
        figure, measure = self.figure.pivot.figure(*slots), self.figure.question.measure
        text = f"{self._title(*slots)}: {self.picture.drawn.text(figure)}"
        whole = self.figure.pivot.figure()
        if measure in ADDITIVE and figure and whole and slots != (TOTAL, TOTAL):
            text += f" ({percent(round(100 * figure / whole, 1))})"
        elif measure not in ADDITIVE:
            count = self.figure.pivot.tally(*slots).count
            text += " · " + ntr("{count} deal", "{count} deals", count).format(count=number(count))
        self.said.emit(text)
        if self.chart is not None:
            self.chart.setAccessibleDescription(text)

    def _about(self) -> str:
        """What a figure that is kept means, and who shares it."""
        if self.saved is None:
            return ""
        owner = self.saved.view.owner
        shared = [tr("shared by {who}").format(who=owner)] if owner else []
        return " · ".join([note_of(self.saved.question), *shared])

    def _on_chosen(self, row: int, column: int) -> None:
        if self.figure is not None and self.picture is not None:
            slots = self._slots(row, column)
            self.asked_behind.emit(Behind(self._title(*slots), where=self.figure.pivot.behind(*slots)))

    def open_row(self, row: int) -> None:
        """Asks for the deals behind a row of the sheet."""
        self._on_chosen(row, -1)

    # What can be done ---------------------------------------------------------------------------------------------

    def menu_entries(self) -> Sequence[tuple[str, Callable[[], object]]]:
        """Edits, copies, shares and deletes it; of somebody else's only a copy can be changed."""
        if self.saved is None or not self._session.rights.write:
            return ()
        view = self.saved.view
        copy = (tr("Duplicate"), lambda: self._session.ask(figures.duplicate, view.id))
        if not view.mine:
            return (copy,)
        share = tr("Keep it to myself") if view.shared else tr("Share with everybody")
        return (
            (tr("Edit…"), self.edit), copy,
            (share, lambda: self._session.ask(views.share, view.id, not view.shared)),
            (tr("Delete the figure"), lambda: self._session.ask(views.delete, view.id)),
        )  # fmt: skip

    def edit(self) -> None:
        """Opens the editor."""
        from .own_dialog import OwnFigureDialog

        if self.saved is not None and self._view is not None:
            self.dialog = OwnFigureDialog(self.window(), self._session, self._view, self.saved)
            self.dialog.open()


def _kind(figure: Figure, picture: Picture) -> type:
    if picture.chart is Chart.BAR and figure.pivot.rows.timed:
        return ColumnsChart
    return {Chart.BAR: BarsChart, Chart.LINE: LinesChart, Chart.PIE: PieChart, Chart.PIVOT: PivotView}[picture.chart]
