"""What if: open deals ticked in and out and changed in a sandbox, beside what that makes of the period."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QCheckBox, QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ...domain.changes import ChangeSet
from ...domain.outlook import Scope
from ...domain.scenario import Scenario
from ...errors import UserError
from ...i18n import ntr, number, tr
from ...services.outlook import ranges, scenarios
from ...services.outlook.scenarios import Sandbox, Standing
from ...services.outlook.targets import EVERYBODY, Whose
from ...services.workspace import SETTINGS
from ..deals import DealActions
from ..key_figures import KeyFigureStrip
from ..models.tables import TextTableModel, figure_table
from ..parts import button, label, scrolled
from ..session import Session
from . import figures
from . import what_if_words as words
from .chart_card import ChartCard
from .keys import Keys, Mark
from .lens import Lens
from .month_pairs import MonthPairs, Pair
from .sides import Sides
from .what_if_bar import WhatIfBar
from .what_if_model import WhatIfModel
from .what_if_table import WhatIfTable

_TABLES = frozenset({"opportunity", "stage", "pipeline", "person", "exchange_rate", "quota"})
_GATHER_MS = 120
"""Steps that come so close together have their range worked out once."""


class WhatIfView(Lens):
    """``sandbox`` is what is played with, None until it is read. Sums follow at once, the range a moment later."""

    def __init__(self, session: Session, actions: DealActions) -> None:
        super().__init__(session)
        self._actions = actions
        self._whose: Whose | None = EVERYBODY
        self.sandbox: Sandbox | None = None
        self.sure: words.Both | None = None
        self._now: ranges.Outlook | None = None
        self._range_job: Any = None
        self._range_stale = self._learning = self._rows_stale = False
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_GATHER_MS)
        self._rest.timeout.connect(self._ask_range)
        self.bar = WhatIfBar(session)
        self.model = WhatIfModel(self)
        self.table = WhatIfTable(self.model)
        self.strip = KeyFigureStrip(0, wrap=True)
        self.figures = TextTableModel(
            [tr("Figure"), tr("Now"), tr("Scenario"), tr("Difference")], frozenset({1, 2, 3}), self
        )
        self.months = TextTableModel(
            [tr("Month"), tr("Now"), tr("Scenario"), tr("Difference")], frozenset({1, 2, 3}), self
        )
        self.chart = MonthPairs(session.workspace.currency)
        self._lay_out()
        self.bar.chosen.connect(self.refresh)
        self.bar.played.connect(self._on_desk)
        self.model.played.connect(self.bar.play)
        self.table.opened.connect(actions.open_requested)
        self.table.refused.connect(self._on_refused)
        self.table.edited.connect(self._on_edited, Qt.ConnectionType.QueuedConnection)
        self.chart.hovered.connect(self._on_hovered)

    # Building -----------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.moved_on = label("", "small", wrap=True)
        self.take_out = button(tr("Take them out"), self._take_out, "link")
        notice = QHBoxLayout()
        notice.addWidget(self.moved_on, 1)
        notice.addWidget(self.take_out)
        sides = Sides()
        sides.add(self._deals_card(), 7)
        sides.add(self._outcome(), 4)
        inside = QWidget()
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(18, 10, 18, 16)
        rows.setSpacing(8)
        rows.addWidget(self.bar)
        rows.addLayout(notice)
        rows.addWidget(self.strip)
        rows.addWidget(sides, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolled(inside))

    def _deals_card(self) -> QWidget:
        card = QFrame()
        card.setProperty("role", "card")
        card.setMinimumHeight(300)
        self._title = label(tr("Open deals"), "heading")
        self.only_changed = QCheckBox(tr("Only changed ones"))
        self.only_changed.toggled.connect(self.model.show_only_changed)
        self.put_back = button(tr("Put back"), self._put_back, "link")
        self.put_back.setToolTip(tr("The chosen deals as they really are (Delete)"))
        self.put_all_back = button(tr("Put all back"), lambda: self.bar.play(Scenario()), "link")
        head = QHBoxLayout()
        for widget in (self._title, self.only_changed, self.put_back, self.put_all_back):
            head.addWidget(widget)
        head.insertStretch(1, 1)
        self.reason = label("", "error", wrap=True)
        self.nothing = label("", "muted", wrap=True)
        self.table.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        column = QVBoxLayout(card)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.reason)
        column.addWidget(self.nothing)
        column.addWidget(self.table, 1)
        for each in (self.reason, self.nothing):
            each.hide()
        return card

    def _outcome(self) -> QWidget:
        card = QFrame()
        card.setProperty("role", "card")
        card.setMinimumHeight(345)
        self.sentence = label(tr("Working it out…"), wrap=True, selectable=True)
        self.figure_table = figure_table(self.figures, tr("Figures now and then"))
        self.figure_table.verticalHeader().setDefaultSectionSize(25)
        self.figure_table.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        column = QVBoxLayout(card)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(6)
        column.addWidget(self.sentence)
        column.addWidget(self.figure_table, 1)
        month_table = figure_table(self.months, tr("Expected by month"))
        keys = Keys([(Mark("band", "muted"), tr("now")), (Mark("bar", "accent"), tr("scenario"))])
        self.chart_card = ChartCard(tr("Expected by month"), "", self.chart, month_table, keys)
        self.chart_card.setMinimumHeight(210)
        outcome = QWidget()
        rows = QVBoxLayout(outcome)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(12)
        rows.addWidget(card, 6)
        rows.addWidget(self.chart_card, 4)
        return outcome

    # Asking -------------------------------------------------------------------------------------------------------

    def choose(self, scope: Scope, whose: Whose | None) -> None:
        """Whose deals, and whose target it is (None: nobody's)."""
        if (scope, whose) != (self.scope, self._whose):
            self._whose = whose
            self.scope = scope
            self.refresh()

    def refresh(self) -> None:
        """Reads the deals anew, once it is known what is saved."""
        if self.bar.ready:
            super().refresh()

    def ask(self) -> Any:
        """The sandbox of what is chosen."""
        whole = figures.whole_period(self.bar.period, self.session.today)
        assert whole is not None
        return self.session.ask_apart(
            scenarios.opened, whole.code, self.bar.desk.scenario, scope=self.scope, whose=self._whose,
            done=self.on_found, failed=self.on_failed,
        )  # fmt: skip

    def show_found(self, found: Sandbox) -> None:
        """Deals and figures; what was played meanwhile is played."""
        self.sandbox = found
        found.play(self.bar.desk.scenario)
        self._on_real()

    def _on_changed(self, changes: ChangeSet) -> None:
        box = self.sandbox
        if not (changes.tables & _TABLES or changes.verb == SETTINGS):
            return
        at_rest = self.isVisible() and self._job is None and not self._stale
        if box is not None and at_rest and box.follow(changes):
            self._on_real({change.row_id for change in changes.of("opportunity")})
            return
        self._stale = True
        if self.isVisible() and self._job is None:
            self._wait()

    # Playing ------------------------------------------------------------------------------------------------------

    def step_back(self) -> None:
        """Ctrl+Z here takes back a step of the scenario, and nothing that is real."""
        self.bar.go_back()

    def step_forward(self) -> None:
        """And Ctrl+Y brings it again."""
        self.bar.go_forward()

    def _on_desk(self) -> None:
        box, scenario = self.sandbox, self.bar.desk.scenario
        if box is None:
            return
        moved = box.play(scenario)
        if all(self.model.lists(each) for each in scenario.changes):
            self.model.refresh(moved)
        else:
            self.model.show_sandbox(box, box.listed())
        if not scenario.changes.keys() <= box.names.keys():
            self.refresh()
        self._show()

    def _on_real(self, ids: set[int] | None = None) -> None:
        """Real deals are others than before: these, or (None) any."""
        box = self.sandbox
        assert box is not None
        self._now = None
        if ids is not None and all(self.model.lists(each) is box.lists(each) for each in ids):
            self.model.refresh(ids)
        else:
            self._show_rows(box)
        self._show()

    def _put_back(self) -> None:
        self.model.put_back(self.table.chosen())

    def _take_out(self) -> None:
        box = self.sandbox
        if box is not None:
            gone = [each for each in box.scenario.changes
                    if box.standing(each) not in (Standing.OPEN, Standing.ELSEWHERE)]  # fmt: skip
            self.model.put_back(gone)

    def _on_refused(self, text: str) -> None:
        self.reason.setText(text)
        self.reason.setVisible(bool(text))

    # Showing ------------------------------------------------------------------------------------------------------

    def _show_rows(self, box: Sandbox) -> None:
        """Rows of the table; the keyboard stays on its deal, and what is being typed is typed to its end first."""
        self._rows_stale = self.table.state() is QAbstractItemView.State.EditingState
        if self._rows_stale:
            self.model.sandbox = box
            return
        index = self.table.currentIndex()
        before = self.model.deal_id(index.row()) if index.isValid() else None
        self.model.show_sandbox(box, box.listed())
        row = self.model.row_of(before) if before is not None else -1
        if row >= 0 and not self.table.currentIndex().isValid():
            self.table.setCurrentIndex(self.model.index(row, index.column()))

    def _on_edited(self) -> None:
        """What waited for the end of typing is shown."""
        if self._rows_stale and self.sandbox is not None:
            self._show_rows(self.sandbox)
            self._show()

    def _show(self) -> None:
        """Sums at once; the range follows."""
        box = self.sandbox
        assert box is not None
        self.sure = (self._now, self._now) if self._now is not None and not box.changed else None
        self._show_figures(box)
        self._range_stale = self.sure is None
        if self._range_stale:
            self._rest.start()
        for each in (self.put_back, self.put_all_back):
            each.setVisible(bool(box.scenario.changes))
        said = words.moved_on(box)
        self.moved_on.setText(tr("Since this scenario was made: {what}.").format(what=", ".join(said)) if said else "")
        self.moved_on.setVisible(bool(said))
        self.take_out.setVisible(any(box.standing(each) not in (Standing.OPEN, Standing.ELSEWHERE)
                                     for each in box.scenario.changes))  # fmt: skip
        self._title.setText(self._heading(box))
        empty = self.model.rowCount() == 0 and not self.only_changed.isChecked()
        self.nothing.setText(tr("No open deal closes in this period. Choose another period above.") if empty else "")
        self.nothing.setVisible(empty)

    def _heading(self, box: Sandbox) -> str:
        text = tr("Open deals") + f"  ({number(self.model.rowCount())})"
        if box.unlisted:
            text += " · " + ntr(
                "{count} smaller one counts and is not listed", "{count} smaller ones count and are not listed", box.unlisted
            ).format(count=number(box.unlisted))  # fmt: skip
        return text

    def _show_figures(self, box: Sandbox) -> None:
        self.strip.show_figures(words.strip(box, self.sure))
        self.figures.show_rows(words.rows(box, self.sure))
        self.sentence.setText(words.sentence(box, box.scenario, self.sure))
        self.months.show_rows(words.months(box))
        pairs = [Pair(figures.bucket_name(month, box.today), *both) for month, both in box.by_month().items()]
        self.chart.show_pairs(pairs, box.currency)
        self.chart.setAccessibleDescription(self.sentence.text())

    def _on_hovered(self, place: int | None) -> None:
        if place is None or not 0 <= place < self.months.rowCount():
            self.chart_card.say("")
            return
        name, now, then, change = (self.months.index(place, column).data() for column in range(4))
        self.chart_card.say(f"{name}: {now} → {then} ({change})")

    # The range ----------------------------------------------------------------------------------------------------

    def _ask_range(self) -> None:
        """Once at a time: what is played meanwhile is asked afterwards."""
        box = self.sandbox
        if box is None or self._range_job is not None or not self.isVisible():
            return
        self._range_stale = False
        self._range_job = self.session.ask_apart(
            scenarios.outlooks, dict(box.deals), dict(box.changed), box.stages, box.rates, box.period, box.target,
            self._now, scope=box.scope, done=lambda found: self._on_range(found, box), failed=self._on_range_failed,
        )  # fmt: skip

    def _on_range(self, found: words.Both, box: Sandbox) -> None:
        self._range_job = None
        if box is not self.sandbox or self._range_stale:
            self._rest.start()
            return
        self._now, self.sure = found[0], found
        self._show_figures(box)
        if found[0].learning and not self._learning:
            self._learning = True
            self.session.ask_apart(ranges.learn, done=self._on_learnt, failed=self._on_not_learnt)

    def _on_learnt(self, _result: object) -> None:
        """What history teaches is known: once more."""
        self._learning, self._now, self._range_stale = False, None, True
        self._rest.start()

    def _on_not_learnt(self, error: Exception) -> None:
        """The next step asks once more."""
        self._learning = False
        self._tell(error)

    def _on_range_failed(self, error: Exception) -> None:
        self._range_job = None
        self._tell(error)

    def _tell(self, error: Exception) -> None:
        if not isinstance(error, UserError):
            raise error
        self.session.problem.emit(error)

    def showEvent(self, event: QShowEvent) -> None:
        """Goes on where it was."""
        super().showEvent(event)
        if self._range_stale:
            self._rest.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """What was played last is written."""
        super().hideEvent(event)
        self.bar.desk.write()
