"""How sure the forecast of a period is: the range it may end in, and the chance to reach the target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from ...domain.changes import ChangeSet
from ...domain.outlook import Period, Scope
from ...errors import UserError
from ...i18n import ntr, number, percent, tr
from ...services.outlook import ranges
from ...services.outlook.range_words import provisos
from ...services.workspace import SETTINGS
from ..parts import button, label
from ..session import Session
from .range_band import RangeBand
from .sides import Sides

GATHER_MS = 300
"""Changes that come so close together are worked out once."""
_NARROW = 560
_TABLES = frozenset({"opportunity", "stage", "exchange_rate"})


@dataclass(frozen=True, slots=True)
class Question:
    """Of which period, of whose deals, against which target in minor units of the workspace's currency (None: none)."""

    period: Period
    scope: Scope
    target: int | None


class RangeCard(QFrame):
    """``found`` is what is shown, None while it is worked out for the first time. ``expected`` is the amount that is marked.

    Signals:
        targets_asked(): whoever looks wants to set a target.
    """

    targets_asked = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._question: Question | None = None
        self._expected: int | None = None
        self._job: Any = None
        self._stale = self._learning = False
        self.found: ranges.Outlook | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(GATHER_MS)
        self._timer.timeout.connect(self._ask)
        session.changed.connect(self._on_changed)
        session.day_changed.connect(self._timer.start)
        self._lay_out()

    def _lay_out(self) -> None:
        self.setProperty("role", "card")
        self.chance = label("…", "figure")
        self.said = label("", "small", wrap=True)
        self.set_target = button(tr("Set a target"), self.targets_asked.emit, "link")
        self.band = RangeBand()
        self.text = label("", "small", wrap=True, selectable=True)
        left = QWidget()
        left.setFixedWidth(170)
        beside = QVBoxLayout(left)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(1)
        beside.addWidget(self.chance)
        beside.addWidget(self.said)
        beside.addWidget(self.set_target, 0, Qt.AlignmentFlag.AlignLeft)
        beside.addStretch(1)
        row = Sides(_NARROW, 6)
        row.add(left, 0)
        row.add(self.band, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 16, 10)
        column.setSpacing(6)
        column.addWidget(row)
        column.addWidget(self.text)

    def show_question(self, question: Question | None, expected: int | None) -> None:
        """Another question is worked out at once; None hides the card. ``expected`` None: what the outlook says itself."""
        self._expected = expected
        self.setVisible(question is not None)
        if question != self._question:
            self._question, self.found = question, None
            if self._job is not None:
                self._job.cancel()
                self._job = None
            self._ask()
        self._show()

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.tables & _TABLES or changes.verb == SETTINGS:
            self._stale = True
            if self.isVisible() and not self._timer.isActive():
                self._timer.start()

    def showEvent(self, event: QShowEvent) -> None:
        """Catches up with what changed while nobody looked."""
        super().showEvent(event)
        if self._stale:
            self._timer.start()

    def _ask(self) -> None:
        """Once at a time: what changes meanwhile is asked afterwards."""
        if self._question is None or self._job is not None:
            return
        self._stale = False
        asked = self._question
        self._job = self._session.ask_apart(
            ranges.of, asked.period, scope=asked.scope, target=asked.target, wait=False, done=self._on_found,
            failed=self._on_failed,
        )  # fmt: skip

    def _on_found(self, found: ranges.Outlook) -> None:
        self._job, self.found = None, found
        self._show()
        if self._stale:
            self._timer.start()
        if found.learning and not self._learning:
            self._learning = True
            self._session.ask_apart(ranges.learn, done=self._on_learnt, failed=self._on_not_learnt)

    def _on_learnt(self, _result: object) -> None:
        self._learning, self._stale = False, True
        self._timer.start()

    def _on_not_learnt(self, error: Exception) -> None:
        """The next answer asks once more."""
        self._learning = False
        self._tell(error)

    def _on_failed(self, error: Exception) -> None:
        self._job = None
        self._tell(error)

    def _tell(self, error: Exception) -> None:
        if not isinstance(error, UserError):
            raise error
        self._session.problem.emit(error)

    def _show(self) -> None:
        found, currency = self.found, self._session.workspace.currency
        lacking = found is not None and found.range.target is None
        self.set_target.setVisible(lacking and self._session.rights.configure)
        if found is None:
            self.chance.setText("…")
            self.said.setText(tr("Working it out…"))
            self.text.clear()
            self.band.show_range(None, 0, currency)
            return
        chance = found.range.chance
        self.chance.setText("—" if chance is None else percent(round(100 * chance)))
        self.said.setText(tr("chance to reach the target") if chance is not None else tr("no target for this period"))
        expected = self._expected if self._expected is not None else found.won + found.weighted
        some = found.range.p90 or expected or found.range.target
        self.band.show_range(found.range if some else None, expected, currency)
        self.text.setText(explained(found, currency))


def explained(found: ranges.Outlook, currency: str) -> str:
    """What the three figures are, for who does not know statistics."""
    deals = found.range.deals
    if not found.range.p90:
        return tr("Nothing is won or may be won in this period yet: give deals a value and a close date.")
    texts = [
        ntr(
            "{count} open deal that may close in this period is played through 5,000 times: won or lost by its probability, "
            "with the changes of value and the delays that your past deals had, and with what usually comes in new.",
            "{count} open deals that may close in this period are played through 5,000 times: won or lost by their "
            "probability, with the changes of value and the delays that your past deals had, and with what usually comes "
            "in new.",
            deals,
        ).format(count=number(deals)),
        tr(
            "One time in ten it ends below P10 and one in ten above P90; P50 is the middle. Good and bad months strike all "
            "deals at once, so the range is wider than if each deal had its own luck. Everything in {code}."
        ).format(code=currency),
    ]
    if not deals:
        texts[0] = tr(
            "No open deal with a value may close in this period: the range is what is won and what usually comes in new."
        )
    return " ".join([*texts, *provisos(found)])
