"""The ranking page: one's own place, the table, challenges and badges; it follows changes by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QButtonGroup, QFrame, QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from ...domain.badges import Badge
from ...domain.challenges import Challenge
from ...domain.changes import ChangeSet
from ...domain.ranking import Period, Standing
from ...domain.sheets import Sheet
from ...i18n import date_time, money, tr
from ...services import badges, challenges, leaderboard
from ...services.leaderboard import Ranking
from ...services.workspace import SETTINGS, Workspace
from ..pages import PageView
from ..parts import label, scrolled
from ..printing.menu import add_exports
from ..printing.parts import Paper, Part
from ..session import Session
from . import words
from .badges_card import BadgesCard
from .challenges_card import ChallengesCard
from .model import PERSON, Index, RankingModel
from .own_card import OwnCard
from .table import RankingTable

if TYPE_CHECKING:
    from ..exporting import Exporting
    from ..main_window import MainWindow

_SOON_MS = 40
_WIDE = 940
_SIDE = 350
_TABLES = frozenset(
    {"opportunity", "lead", "activity", "person", "team", "badge", "badge_award", "challenge", "challenge_participant",
     "exchange_rate", "stage"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Game:
    """What the page shows beside the ranking."""

    whose: str
    badges: list[Badge]
    names: dict[int, str]
    challenges: list[Challenge]
    may_make: bool


def _game(ws: Workspace, person_id: int, name: str) -> _Game:
    """``name`` is that of a colleague whose badges are asked for, empty for one's own."""
    badges.ready(ws)
    every = badges.listing(ws)
    names = {each.id: each.name for each in every}
    return _Game(name, badges.seen(ws, person_id), names, challenges.listing(ws), challenges.may_make(ws))


class RankingView(PageView):
    """Two questions: the ranking of the period, and badges with challenges."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__()
        self._session, self._window = session, window
        self.period, self.of_teams = Period.MONTH, False
        self._whose: tuple[int, str] = (session.workspace.actor_id, "")
        self.found: Ranking | None = None
        self._game: _Game | None = None
        self._stale = True
        self._jobs: list[Any] = []
        self.model = RankingModel(self)
        self.table = RankingTable(self.model)
        self.own, self.badges = OwnCard(), BadgesCard()
        self.challenges = ChallengesCard(session.workspace.actor_id, writes=session.rights.write)
        self.note = label("", "small", wrap=True)
        self.periods: dict[Period, QToolButton] = {}
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON_MS)
        self._soon.timeout.connect(self._load)
        self._lay_out()
        self.table.selectionModel().currentRowChanged.connect(lambda now, _: self._on_row(now))
        self.challenges.new_requested.connect(self.new_challenge)
        self.challenges.edit_requested.connect(self.edit_challenge)
        self.challenges.delete_requested.connect(lambda each: session.ask(challenges.delete, each.id))
        self.challenges.join_requested.connect(
            lambda each, joined: session.ask(
                challenges.join, each.id, joined=joined, draft=("challenge" if joined else "challenge_leave", each.name)
            )
        )  # fmt: skip
        session.changed.connect(self._on_changed)
        session.day_changed.connect(self._mark)

    # Building -----------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        card = QFrame()
        card.setProperty("role", "card")
        column = QVBoxLayout(card)
        column.setContentsMargins(4, 10, 4, 8)
        column.addWidget(self.table)
        column.addWidget(self.note)
        self.note.setContentsMargins(12, 4, 12, 4)
        left, self._right = QVBoxLayout(), QWidget()
        left.setSpacing(12)
        left.addLayout(self._switches())
        left.addWidget(self.own)
        left.addWidget(card)
        left.addWidget(self.badges)
        left.addStretch(1)
        right = QVBoxLayout(self._right)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(12)
        right.addWidget(self.challenges)
        right.addStretch(1)
        inside = QWidget()
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight, inside)
        self._both.setContentsMargins(18, 14, 18, 18)
        self._both.setSpacing(14)
        self._both.addLayout(left, 1)
        self._both.addWidget(self._right)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolled(inside))

    def _switches(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        group = QButtonGroup(self)
        for period, text in words.PERIODS.items():
            made = self.periods[period] = _pill(tr(text), lambda period=period: self.show_period(period))
            made.setChecked(period is self.period)
            group.addButton(made)
            row.addWidget(made)
        row.addStretch(1)
        self._whom = QButtonGroup(self)
        self.people, self.teams = _pill(tr("People"), lambda: self.show_teams(False)), _pill(
            tr("Teams"), lambda: self.show_teams(True)
        )  # fmt: skip
        self.people.setChecked(True)
        for made in (self.people, self.teams):
            self._whom.addButton(made)
            row.addWidget(made)
        return row

    # Choosing -----------------------------------------------------------------------------------------------------

    def show_period(self, period: Period) -> None:
        """The ranking of another period."""
        self.period = period
        self.periods[period].setChecked(True)
        self._load()

    def show_teams(self, teams: bool) -> None:
        """Teams in place of people, or people again."""
        self.of_teams = teams
        (self.teams if teams else self.people).setChecked(True)
        self._show_ranking()

    def _on_row(self, now: Index) -> None:
        """The badges are those of the person whose row it is."""
        each = now.data(PERSON)
        if isinstance(each, Standing) and not self.of_teams:
            own = each.id == self._session.workspace.actor_id
            whose = (each.id, "" if own else each.name)
            if whose != self._whose:
                self._whose = whose
                self._session.ask(_game, *whose, done=self._on_game)

    # Reading ------------------------------------------------------------------------------------------------------

    def wake(self) -> None:
        """Comes up to date."""
        if self._stale:
            self._load()

    def _load(self) -> None:
        self._stale = False
        for job in self._jobs:
            job.cancel()
        self._jobs = [
            self._session.ask(leaderboard.load, self.period, done=self._on_ranking),
            self._session.ask(_game, *self._whose, done=self._on_game),
        ]

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.bulk or changes.tables & _TABLES or changes.points or changes.verb in ("undo", "redo", SETTINGS):
            self._mark()

    def _mark(self) -> None:
        self._stale = True
        if self.isVisible():
            self._soon.start()

    def showEvent(self, event: QShowEvent) -> None:
        """What has happened meanwhile is read."""
        super().showEvent(event)
        self.wake()

    # Showing ------------------------------------------------------------------------------------------------------

    def _on_ranking(self, found: Ranking) -> None:
        self.found = found
        self._show_ranking()

    def _show_ranking(self) -> None:
        found = self.found
        if found is None:
            return
        currency = self._session.workspace.currency
        some = bool(found.teams)
        self.teams.setVisible(some)
        self.people.setVisible(some)
        self.of_teams = self.of_teams and some
        self.own.show_ranking(found)
        rows = found.teams if self.of_teams else found.people
        self.model.show_rows(rows, currency, 0 if self.of_teams else found.me)
        if not self.of_teams:
            self.table.select_own()
        missing = " + ".join(money(amount, code) for code, amount in sorted(found.left_out.items()))
        text = tr("Without an exchange rate, and not in the revenue: {amounts}.") if missing else ""
        self.note.setText(text.format(amounts=missing))
        self.note.setVisible(bool(missing))

    def _on_game(self, found: _Game) -> None:
        self._game = found
        currency = self._session.workspace.currency
        self.badges.show_badges(found.badges, currency, found.whose)
        self.challenges.show_challenges(
            found.challenges, self._session.today, currency, found.names, found.may_make
        )  # fmt: skip

    # Doing --------------------------------------------------------------------------------------------------------

    def new_challenge(self) -> None:
        """Asks for a challenge."""
        self._open(None)

    def edit_challenge(self, each: Challenge) -> None:
        """Shows a challenge in its form."""
        self._open(each)

    def _open(self, each: Challenge | None) -> None:
        from .dialog import ChallengeDialog, choices

        def show(offered: Any) -> None:
            ChallengeDialog(self, self._session, offered, each).open()

        self._session.ask(choices, done=show)

    def sheet(self) -> Sheet:
        """The ranking as it is shown."""
        found = self.found
        rows = () if found is None else found.teams if self.of_teams else found.people
        return words.sheet(rows, self._session.workspace.currency)

    def fill_menu(self, menu: QMenu, exporting: Callable[[], Exporting]) -> list[QAction]:
        """Exports and prints the table."""

        def paper() -> Paper:
            clock = self._session.workspace.clock
            about = [tr(words.PERIODS[self.period]), date_time(clock.now(), clock.zone())]
            return Paper(tr("Ranking"), about, [Part(self.sheet())], self._session.today.year)

        return add_exports(menu, paper, exporting)

    def focus_first(self) -> None:
        """To the table."""
        self.table.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Badges and challenges beside the table, or below it."""
        super().resizeEvent(event)
        wide = event.size().width() >= _WIDE
        self._both.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)
        self._right.setMinimumWidth(_SIDE if wide else 0)
        self._right.setMaximumWidth(_SIDE if wide else 16_777_215)


def _pill(text: str, choose: Callable[[], object]) -> QToolButton:
    made = QToolButton()
    made.setText(text)
    made.setProperty("kind", "pill")
    made.setCheckable(True)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    made.clicked.connect(lambda: choose())
    return made
