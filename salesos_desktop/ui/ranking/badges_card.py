"""The badges that a person has, and how near the others are."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from ...domain.badges import ICONS, Badge, Rarity
from ...i18n import long_date, ntr, number, tr
from ..icons import icon
from ..parts import Elided, emptied, label
from ..theme import tokens
from . import words

_SIZE = 42
_COLUMNS = 2
_COLOURS = {Rarity.COMMON: "stage1", Rarity.RARE: "stage2", Rarity.EPIC: "stage3", Rarity.LEGENDARY: "warn"}


class BadgePicture(QWidget):
    """Its picture in a ring of its rarity's colour; grey and dotted while it is not earned."""

    def __init__(self, badge: Badge) -> None:
        super().__init__()
        self._badge = badge
        self.setFixedSize(_SIZE, _SIZE)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Ring and picture."""
        t, badge = tokens(), self._badge
        earned = badge.earned_at is not None
        name = _COLOURS[badge.rarity] if earned else "faint"
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = painter.pen()
        pen.setColor(QColor(getattr(t, name)))
        pen.setWidthF(2.2 if earned else 1.4)
        pen.setStyle(Qt.PenStyle.SolidLine if earned else Qt.PenStyle.DotLine)
        painter.setPen(pen)
        painter.setBrush(QColor(t.sunken))
        painter.drawEllipse(QRectF(0, 0, _SIZE, _SIZE).adjusted(2, 2, -2, -2))
        picture = icon(badge.icon if badge.icon in ICONS else ICONS[0], name, size=22)
        picture.paint(painter, self.rect())
        painter.end()

    def sizeHint(self) -> QSize:
        """Its fixed size."""
        return QSize(_SIZE, _SIZE)


class BadgesCard(QFrame):
    """Every badge that may be seen, two beside each other."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 14, 18, 16)
        column.setSpacing(10)
        head = QHBoxLayout()
        self.title = Elided(tr("Badges"), "heading")
        head.addWidget(self.title, 1)
        self.count = label("", "small")
        head.addWidget(self.count)
        column.addLayout(head)
        self._lines = QGridLayout()
        self._lines.setHorizontalSpacing(28)
        self._lines.setVerticalSpacing(16)
        for place in range(_COLUMNS):
            self._lines.setColumnStretch(place, 1)
        column.addLayout(self._lines)
        self.nothing = label(
            tr("There are no badges. The administrator makes some in the settings."), "muted", wrap=True
        )
        column.addWidget(self.nothing)
        self._shown: tuple[Badge, ...] | None = None

    def show_badges(self, badges: Sequence[Badge], currency: str, whose: str = "") -> None:
        """Shows them in this order; ``whose`` names a colleague, empty for one's own."""
        self.title.show_text(tr("Badges of {name}").format(name=whose) if whose else tr("Badges"))
        if self._shown == tuple(badges):
            return
        self._shown = tuple(badges)
        emptied(self._lines)
        for n, badge in enumerate(badges):
            self._lines.addWidget(_line(badge, currency), n // _COLUMNS, n % _COLUMNS, Qt.AlignmentFlag.AlignTop)
        earned = sum(badge.earned_at is not None for badge in badges)
        self.count.setText(tr("{count} of {all} earned").format(count=number(earned), all=number(len(badges))))
        self.count.setVisible(bool(badges))
        self.nothing.setVisible(not badges)


def _line(badge: Badge, currency: str) -> QWidget:
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(12)
    row.addWidget(BadgePicture(badge), 0, Qt.AlignmentFlag.AlignTop)
    texts = QVBoxLayout()
    texts.setSpacing(2)
    head = QHBoxLayout()
    head.setSpacing(8)
    head.addWidget(Elided(badge.name, "heading"), 1)
    head.addWidget(label(f"{tr(words.RARITIES[badge.rarity])} · {words.points(badge.points)}", "small"))
    texts.addLayout(head)
    if badge.description:
        texts.addWidget(label(badge.description, "muted", wrap=True))
    done = _state(badge, currency)
    if badge.earned_at is None and badge.goal:
        bar = QProgressBar()
        bar.setTextVisible(False)
        bar.setFixedHeight(6)
        bar.setRange(0, 1000)
        bar.setValue(int(badge.progress * 1000))
        bar.setAccessibleName(f"{badge.name}: {done}")
        texts.addSpacing(2)
        texts.addWidget(bar)
    texts.addWidget(label(done, "small", wrap=True))
    row.addLayout(texts, 1)
    made.setAccessibleName(f"{badge.name}. {badge.description} {done}")
    return made


def _state(badge: Badge, currency: str) -> str:
    """Earned on a day, or how much of how much; how many colleagues hold it."""
    if badge.earned_at is not None:
        parts = [tr("Earned on {day}").format(day=long_date(badge.earned_at.astimezone().date()))]
    elif badge.goal:
        value, goal = (words.of_badge(badge, amount, currency) for amount in (badge.value, badge.goal))
        parts = [tr("{value} of {goal}").format(value=value, goal=goal)]
    else:
        parts = []
    if badge.colleagues:
        held = ntr("{count} colleague holds it", "{count} colleagues hold it", badge.colleagues)
        parts.append(held.format(count=number(badge.colleagues)))
    return " · ".join(parts)
