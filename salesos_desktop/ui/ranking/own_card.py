"""One's own card: place, points, how far the next one is, and one's record."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QVBoxLayout

from ...domain.ranking import Change, Period
from ...i18n import number, tr
from ...services.leaderboard import Ranking
from ..parts import Avatar, Elided, label, restyle
from . import words

_ROLES = {Change.UP: "rise", Change.DOWN: "fall"}


class OwnCard(QFrame):
    """Says where the local person stands; alone it compares them with their own earlier periods."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._avatar = Avatar(size=46)
        self.name, self.points = Elided("", "heading"), label("", "figure")
        self.change, self.record = label("", "small"), label("", "muted", wrap=True)
        self.next = label("", "muted", wrap=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(8)
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 14, 18, 14)
        row.setSpacing(14)
        row.addWidget(self._avatar)
        texts = QVBoxLayout()
        texts.setSpacing(3)
        texts.addWidget(self.name)
        line = QHBoxLayout()
        line.setSpacing(10)
        line.addWidget(self.points)
        line.addWidget(self.change)
        line.addStretch(1)
        texts.addLayout(line)
        row.addLayout(texts, 2)
        way = QVBoxLayout()
        way.setSpacing(5)
        way.addWidget(self.next)
        way.addWidget(self.bar)
        way.addWidget(self.record)
        row.addLayout(way, 3)

    def show_ranking(self, found: Ranking) -> None:
        """Shows the local person's place in it."""
        mine = found.mine
        self.setVisible(mine is not None)
        if mine is None:
            return
        alone = len(found.people) < 2
        self._avatar.show_person(mine.name, mine.id)
        self.name.show_text(mine.name)
        place = tr("Place {place}").format(place=number(mine.position))
        said = words.points(mine.score.points)
        self.points.setText(said if alone else f"{place} · {said}")
        compared = mine.change is not Change.NONE and not alone
        sign = words.change_sign(mine) if mine.change in _ROLES else ""
        self.change.setText(f"{sign} {words.before_text(found.period)}".strip() if sign else words.change_text(mine))
        self.change.setVisible(compared)
        role = _ROLES.get(mine.change, "small")
        if self.change.property("role") != role:
            self.change.setProperty("role", role)
            restyle(self.change)
        self._show_way(found, mine.score.points, alone)

    def _show_way(self, found: Ranking, own: int, alone: bool) -> None:
        """How far it is to whoever is ahead, or to one's own record."""
        ahead, record = found.ahead, found.record
        goal = 0
        if ahead is not None:
            goal = ahead.score.points
            text = tr("{points} more and you catch up with {name}.")
            self.next.setText(text.format(points=number(goal - own), name=ahead.name))
        elif not alone and own > 0:
            self.next.setText(tr("Nobody is ahead of you."))
        elif record is not None and own < record.points:
            goal = record.points
            self.next.setText(tr("{points} more and you beat your record.").format(points=number(goal - own)))
        else:
            self.next.setText(tr("Every step counts: deals, leads, activities and notes.") if own <= 0 else "")
        self.next.setVisible(bool(self.next.text()))
        self.bar.setVisible(goal > 0)
        self.bar.setRange(0, max(1, goal))
        self.bar.setValue(max(0, min(own, goal)))
        self.bar.setAccessibleName(self.next.text())
        self.record.setVisible(record is not None)
        if record is not None:
            when = words.period_of(found.period, record.first)
            text = (
                tr("New record! Until now: {points} ({when})")
                if own > record.points
                else tr("Your record: {points} ({when})")
            )
            self.record.setText(text.format(points=words.points(record.points), when=when))
        if found.period is Period.ALL:
            self.record.hide()
