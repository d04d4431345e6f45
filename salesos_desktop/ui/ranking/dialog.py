"""A new or edited challenge: what counts, how much of it, until when, for whom, and what there is to win."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from ...domain.challenges import NAME_LIMIT, Challenge, Metric, Prize
from ...errors import InvalidInput
from ...i18n import amount_for_edit, parse_amount, tr
from ...services import badges, board, challenges
from ...services.workspace import Workspace
from ..choices import Choices
from ..dates import date_edit
from ..dialogs.base import FormDialog
from ..dialogs.deal import choose, combo
from ..session import Session
from ..settings.records import whole
from . import words

_USUAL_DAYS = 30
_MINE, _ALL, _SOME = "mine", "all", "some"


@dataclass(frozen=True, slots=True)
class Offered:
    """What can be chosen: (name, id) of people, teams and badges, and whether challenges for others may be made."""

    people: list[tuple[str, int]]
    teams: list[tuple[str, int]]
    badges: list[tuple[str, int]]
    may_make: bool


def choices(ws: Workspace) -> Offered:
    """Reads what can be chosen."""
    people, teams = board.names(ws, "person"), board.names(ws, "team")
    return Offered(
        [(each.name, each.id) for each in people if each.active], [(each.name, each.id) for each in teams],
        [(each.name, each.id) for each in badges.listing(ws)], challenges.may_make(ws),
    )  # fmt: skip


class ChallengeDialog(FormDialog):
    """Every field of a challenge, written together."""

    def __init__(self, parent: QWidget | None, session: Session, offered: Offered, each: Challenge | None) -> None:
        title = tr("New challenge") if each is None else tr("Edit challenge")
        super().__init__(parent, title, "" if each is None else each.name, width=560)
        self._session, self._each = session, each
        self.name, self.goal, self.points, self.words = (QLineEdit() for _ in range(4))
        self.name.setMaxLength(NAME_LIMIT)
        self.words.setMaxLength(NAME_LIMIT)
        self.measure = combo([(tr(text), metric) for metric, text in words.METRICS.items()], Metric.WON)
        self.first, self.last = date_edit(session.today), date_edit(session.today + timedelta(days=_USUAL_DAYS))
        whom = [(tr("Only for me"), _MINE)]
        if offered.may_make:
            whom = [(tr("Everybody"), _ALL), (tr("People and teams"), _SOME), *whom]
        alone = len(offered.people) < 2
        self.whom = combo(whom, _MINE if alone or not offered.may_make else _ALL)
        self.people, self.teams = Choices(tr("Nobody")), Choices(tr("No team"))
        self.people.set_options(offered.people)
        self.teams.set_options(offered.teams)
        self.shared = QCheckBox(tr("All together towards one goal"))
        self.joined = QCheckBox(tr("Only for those who join"))
        self.badge = combo([(tr("No badge"), None), *offered.badges], None)
        self._place(offered)
        if each is not None:
            self._fill(each)
        self.whom.currentIndexChanged.connect(lambda _: self._update())
        self.measure.currentIndexChanged.connect(lambda _: self._update())
        self._update()
        self.add_buttons(tr("Save") if each is not None else tr("Start challenge"), self._save)
        self.name.setFocus()

    def _place(self, offered: Offered) -> None:
        self.name.setPlaceholderText(tr("December sprint"))
        self.body.addWidget(self.add_field("name", tr("Name"), self.name))
        self.add_row(
            self.add_field("metric", tr("What counts"), self.measure), self.add_field("goal", tr("Goal"), self.goal)
        )
        self.add_row(
            self.add_field("starts_on", tr("From"), self.first), self.add_field("ends_on", tr("To"), self.last)
        )  # fmt: skip
        self.body.addWidget(self.add_field("whom", tr("For whom"), self.whom))
        self.add_field("people", tr("People"), self.people)
        self.add_field("teams", tr("Teams, with their sub-teams"), self.teams)
        self.add_row(self.fields["people"], self.fields["teams"])
        self.fields["teams"].setVisible(bool(offered.teams))
        self.body.addWidget(self.shared)
        self.body.addWidget(self.joined)
        self.add_row(
            self.add_field("prize", tr("Prize: points"), self.points), self.add_field("badge", tr("A badge"), self.badge),
            self.add_field("words", tr("Or anything else"), self.words),
        )  # fmt: skip

    def _fill(self, each: Challenge) -> None:
        self.name.setText(each.name)
        choose(self.measure, each.metric, "")
        amount = amount_for_edit(each.goal, self._currency) if each.metric is Metric.REVENUE else str(each.goal)
        self.goal.setText(amount)
        for edit, day in ((self.first, each.starts_on), (self.last, each.ends_on)):
            edit.setDate(QDate(day.year, day.month, day.day))
        choose(self.whom, _MINE if each.personal else _SOME if each.people or each.teams else _ALL, "")
        self.whom.setEnabled(not each.personal)
        self.people.choose(each.people)
        self.teams.choose(each.teams)
        self.shared.setChecked(each.shared)
        self.joined.setChecked(not each.automatic)
        self.points.setText(str(each.prize.points or ""))
        choose(self.badge, each.prize.badge_id, "")
        self.words.setText(each.prize.words)

    @property
    def _currency(self) -> str:
        return self._session.workspace.currency

    def _update(self) -> None:
        """Shows what the choices ask for."""
        whom = self.whom.currentData()
        self.fields["people"].setVisible(whom == _SOME)
        self.fields["teams"].setVisible(whom == _SOME and bool(self.teams.menu().actions()))
        for box in (self.shared, self.joined):
            box.setVisible(whom != _MINE)
        metric = self.measure.currentData()
        caption = tr("Goal in %") if metric == Metric.CONVERSION else tr("Goal")
        if metric == Metric.REVENUE:
            caption = tr("Goal in {currency}").format(currency=self._currency)
        self.fields["goal"].set_caption(caption)

    def _save(self) -> None:
        whom = self.whom.currentData()
        some = whom == _SOME
        if some and not self.people.chosen() and not self.teams.chosen():
            raise InvalidInput("people", tr("Nobody takes part."), tr("Choose people or teams."))
        prize = Prize(whole("prize", self.points.text() or "0"), self.badge.currentData(), self.words.text().strip())
        values: dict[str, Any] = {
            "name": self.name.text(), "metric": self.measure.currentData(), "goal": self._goal(), "prize": prize,
            "starts_on": _day(self.first), "ends_on": _day(self.last), "people": self.people.chosen() if some else [],
            "teams": self.teams.chosen() if some else [], "shared": whom != _MINE and self.shared.isChecked(),
            "automatic": whom == _MINE or not self.joined.isChecked(), "personal": whom == _MINE,
        }  # fmt: skip
        done, failed = self.on_done, self.show_problem
        if self._each is None:
            self._session.ask(challenges.add, values, done=done, failed=failed)
            return
        version = self._each.version
        self._session.ask(
            challenges.edit, self._each.id, values, expect_version=version, done=done, failed=failed
        )  # fmt: skip

    def _goal(self) -> int:
        text = self.goal.text()
        if not text.strip():
            raise InvalidInput("goal", tr("The goal is missing."), tr("Fill it in."))
        if self.measure.currentData() == Metric.REVENUE:
            return parse_amount(text, self._currency) or 0
        return whole("goal", text)


def _day(edit: Any) -> date:
    found = edit.date().toPython()
    assert isinstance(found, date)
    return found
