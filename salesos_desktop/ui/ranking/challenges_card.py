"""Challenges: those under way with countdown, progress and ranking, those to come, those that have ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QProgressBar, QToolButton, QVBoxLayout, QWidget

from ...domain.challenges import Challenge, Phase
from ...i18n import number, tr
from ..icons import icon
from ..parts import Elided, button, emptied, keeping_focus, label, on_theme
from . import words

_PLACES = 3
_ENDED = 4


class ChallengesCard(QFrame):
    """Challenges by phase.

    Signals:
        new_requested(), edit_requested(challenge), delete_requested(challenge), join_requested(challenge, joined).
    """

    new_requested = Signal()
    edit_requested = Signal(object)
    delete_requested = Signal(object)
    join_requested = Signal(object, object)

    def __init__(self, me: int, *, writes: bool = True) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._me, self._writes = me, writes
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 14, 18, 16)
        column.setSpacing(10)
        head = QHBoxLayout()
        head.addWidget(label(tr("Challenges"), "heading"))
        head.addStretch(1)
        self.new_button = button(tr("New challenge"), self.new_requested.emit)
        head.addWidget(self.new_button)
        if not writes:
            self.new_button.hide()
        column.addLayout(head)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(10)
        column.addLayout(self._lines)
        self.nothing = label(
            tr("No challenge yet. Set one for the team, or one for yourself: so many deals by a day."),
            "muted",
            wrap=True,
        )
        column.addWidget(self.nothing)
        self._shown: object = None

    def show_challenges(
        self, found: Sequence[Challenge], today: date, currency: str, badges: dict[int, str], may_make: bool
    ) -> None:
        """Shows those under way first; of those that have ended the latest."""
        shown = (tuple(found), today, currency, tuple(badges.items()), may_make)
        if shown == self._shown:
            return
        self._shown = shown
        self.nothing.setVisible(not found)
        with keeping_focus(self):
            emptied(self._lines)
            for phase, title in words.PHASES.items():
                here = [each for each in found if each.phase(today) is phase]
                here.sort(key=lambda each: each.ends_on, reverse=phase is Phase.COMPLETED)
                if here:
                    self._lines.addWidget(label(tr(title), "small"))
                for each in here[: _ENDED if phase is Phase.COMPLETED else None]:
                    self._lines.addWidget(self._one(each, today, currency, badges, may_make))

    def _one(self, each: Challenge, today: date, currency: str, badges: dict[int, str], may_make: bool) -> QWidget:
        made = QFrame()
        made.setProperty("role", "challenge")
        column = QVBoxLayout(made)
        column.setContentsMargins(12, 9, 8, 10)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(Elided(each.name, "heading"), 1)
        head.addWidget(label(words.countdown(each, today), "small"))
        if self._writes and (may_make or each.personal):
            head.addWidget(self._menu(each))
        column.addLayout(head)
        goal = words.of_challenge(each, each.goal, currency)
        column.addWidget(label(self._about(each, goal), "muted", wrap=True))
        if each.phase(today) is not Phase.UPCOMING and (each.own is not None or each.shared):
            self._add_progress(column, each, goal, currency)
        won = words.prize(each, badges)
        if won:
            column.addWidget(label(won, "small", wrap=True))
        if (
            self._writes
            and not each.automatic
            and self._me in each.open_to
            and each.phase(today) is not Phase.COMPLETED
        ):
            joined = self._me in each.state.joined
            text = tr("Leave") if joined else tr("Join")
            made_button = button(text, lambda: self.join_requested.emit(each, not joined), "" if joined else "primary")
            made_button.setAccessibleName(f"{text}: {each.name}")
            column.addWidget(made_button, 0, Qt.AlignmentFlag.AlignLeft)
        return made

    def _about(self, each: Challenge, goal: str) -> str:
        who = tr("for yourself") if each.personal else tr("all together") if each.shared else tr("each for themselves")
        return f"{tr(words.METRICS[each.metric])}: {goal} · {who}"

    def _add_progress(self, column: QVBoxLayout, each: Challenge, goal: str, currency: str) -> None:
        own = each.counted(self._me)
        part = each.percent(self._me)
        bar = QProgressBar()
        bar.setTextVisible(False)
        bar.setFixedHeight(8)
        bar.setRange(0, 100)
        bar.setValue(min(100, part))
        said = tr("{value} of {goal}").format(value=words.of_challenge(each, own, currency), goal=goal)
        said = f"{said} · {number(part)} %"
        bar.setAccessibleName(f"{each.name}: {said}")
        column.addWidget(bar)
        column.addWidget(label((tr("Reached: {what}") if part >= 100 else "{what}").format(what=said), "small"))
        for place in each.places[:_PLACES] if len(each.places) > 1 else ():
            line = QHBoxLayout()
            line.addWidget(Elided(f"{number(place.position)}. {place.name}"), 1)
            line.addWidget(label(words.of_challenge(each, place.amount, currency)))
            column.addLayout(line)
        mine = next((place for place in each.places[_PLACES:] if place.person_id == self._me), None)
        if mine is not None:
            text = tr("You: place {place} of {all}")
            column.addWidget(label(text.format(place=number(mine.position), all=number(len(each.places))), "small"))

    def _menu(self, each: Challenge) -> QToolButton:
        made = QToolButton()
        made.setAccessibleName(tr("What can be done with {name}").format(name=each.name))
        made.setToolTip(tr("More"))
        made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        on_theme(made, lambda: made.setIcon(icon("more")))
        menu = QMenu(made)
        menu.addAction(tr("Edit…"), lambda: self.edit_requested.emit(each))
        menu.addAction(tr("Delete"), lambda: self.delete_requested.emit(each))
        made.setMenu(menu)
        return made
