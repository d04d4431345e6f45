"""Draws what stands on a card: name, company and contact, value, dates, owner, priority, the next activity, its colour's word."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from ...domain.opportunities import Card, Due, Priority, due_state
from ...domain.stages import StageKind
from ...domain.text import initials
from ...domain.working_days import WorkingDays
from ...i18n import money, short_date, tr
from ..board.card_options import USUAL, CardOptions
from ..theme import AVATARS, BODY, SMALL, Tokens, font, metrics, tokens

_CHIP = 10

Chip = tuple[str, str, str]
"""A small text on its own ground: (text, ink, ground)."""
Mark = tuple[str, str]
"""What a colour rule says of a card: the colour as ``#rrggbb`` and the word beside it."""


class Look(NamedTuple):
    """How one card is drawn; ``own`` are texts of the workspace's own fields."""

    options: CardOptions
    today: date
    working: WorkingDays
    own: Sequence[str] = ()
    mark: Mark | None = None

    def shows(self, field: str) -> bool:
        """Whether a field stands on cards."""
        return field in self.options.fields


def draw_card(painter: QPainter, rect: QRect, card: Card, look: Look) -> None:
    """What stands on one card, in the colours in use."""
    t = tokens()
    if look.mark is not None:
        _band(painter, rect, look.mark[0])
    left, right = rect.x() + 12, rect.right() - 11
    line, low = metrics(bold=True).height(), metrics(12).height()
    y = rect.y() + (8 if look.options.compact else 10)
    sign = look.shows("activity") and _next_sign(painter, QRectF(right - 14, y + 1, 14, 14), card, look.today, t)
    mark = look.shows("priority") and _priority(
        painter, QPointF(right - 14 - 14 if sign else right - 12, y + line / 2), card, t
    )
    name_right = right - (20 if sign else 0) - (14 if mark else 0)
    if look.options.compact:
        _one_line(painter, QRect(left, y, name_right - left, line), card, look, t)
        return
    _text(painter, QRect(left, y, name_right - left, line), card.name, BODY, t.text, bold=True)
    y += line + 2
    chips = _chips(card, look, t)
    end = y + low + 8
    if look.shows("tags"):
        _tags(painter, QRect(left, end - 4, right - left, metrics(SMALL).height() + 4), card, t)
        end += metrics(SMALL).height() + 8
    spilt = _bottom_line(painter, QRect(left, end, right - left, line + 4), card, look, chips, t)
    room = right - left
    for chip in (spilt, _checks(card, t) if look.shows("checks") else None, _word(look, t)):
        if chip is not None:
            width = metrics(SMALL).horizontalAdvance(chip[0]) + _CHIP
            _chip(painter, left + room - width, width, QRect(left, y, room, low), chip)
            room -= width + 6
    _text(painter, QRect(left, y, room, low), _who(card, look), 12, t.muted)


def _who(card: Card, look: Look) -> str:
    """Company, contact, product … in one line; the product stands where there is no contact, unless it is wanted alone."""
    contact = card.contact if look.shows("contact") else ""
    product = card.product if look.shows("product") and not (contact and look.options.fields >= USUAL) else ""
    parts = (
        card.company if look.shows("company") else "", contact, product, card.source if look.shows("source") else "",
        *(look.own if look.shows("own") else ()),
    )  # fmt: skip
    return " · ".join(part for part in parts if part)


def _one_line(painter: QPainter, rect: QRect, card: Card, look: Look, t: Tokens) -> None:
    """A compact card: name, then what the colour says, value and owner as far as there is room."""
    end = rect.right() - 4
    if look.shows("owner") and card.owner:
        _avatar(painter, QRectF(end - 18, rect.y() + (rect.height() - 18) / 2, 18, 18), card.owner, card.owner_id or 0)
        end -= 24
    if look.shows("value") and card.value is not None:
        value = money(card.value, card.currency)
        width = metrics(12, bold=True).horizontalAdvance(value)
        _text(painter, QRect(end - width, rect.y(), width + 1, rect.height()), value, 12, t.text, bold=True)
        end -= width + 8
    # A sign of the same meaning stands for the word: what counts most on one line is the name.
    signed = look.options.colour in ("priority", "activity") and look.shows(look.options.colour)
    word = None if signed else _word(look, t)
    if word is not None:
        # Where there is no room for the word, its first sign stands for it.
        spare = end - rect.x() - metrics(BODY, bold=True).horizontalAdvance(card.name[:60]) - 6
        text = word[0] if metrics(SMALL).horizontalAdvance(word[0]) + _CHIP <= spare else word[0][:1]
        width = metrics(SMALL).horizontalAdvance(text) + _CHIP
        _chip(painter, end - width, width, rect, (text, *word[1:]))
        end -= width + 6
    _text(painter, QRect(rect.x(), rect.y(), end - rect.x(), rect.height()), card.name, BODY, t.text, bold=True)


def _band(painter: QPainter, rect: QRect, colour: str) -> None:
    """The colour along the card's left edge."""
    painter.save()
    path = QPainterPath()
    path.addRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
    painter.setClipPath(path)
    painter.fillRect(QRect(rect.x(), rect.y(), 5, rect.height()), QColor(colour))
    painter.restore()


def _word(look: Look, t: Tokens) -> Chip | None:
    """What the card's colour means."""
    return None if look.mark is None else (look.mark[1][:24], t.text, t.sunken)


def _tags(painter: QPainter, line: QRect, card: Card, t: Tokens) -> None:
    """As many tags as there is room for; a dot says that there are more."""
    x, tags = line.x(), json.loads(card.tags or "[]")
    for tag in tags:
        width = metrics(SMALL).horizontalAdvance(tag[:30]) + _CHIP
        if x + width > line.right():
            _text(painter, QRect(x, line.y(), line.right() - x, line.height()), "…", SMALL, t.muted)
            return
        _chip(painter, x, width, line, (tag[:30], t.muted, t.sunken))
        x += width + 4


def _bottom_line(painter: QPainter, rect: QRect, card: Card, look: Look, chips: list[Chip], t: Tokens) -> Chip | None:
    """Value, chips and owner; gives back the last chip when there is no room for it."""
    owned = look.shows("owner") and bool(card.owner)
    end = rect.right() - 24 if owned else rect.right()
    if owned:
        avatar = QRectF(rect.right() - 20, rect.y() + (rect.height() - 21) / 2, 21, 21)
        _avatar(painter, avatar, card.owner, card.owner_id or 0)
    x = rect.x()
    if look.shows("value"):
        if card.value is None:
            value, size, ink = tr("no value"), SMALL, t.warn
        else:
            value, size, ink = money(card.value, card.currency), BODY, t.text
        width = min(metrics(size, bold=size == BODY).horizontalAdvance(value), end - x)
        _text(painter, QRect(x, rect.y(), width + 1, rect.height()), value, size, ink, bold=size == BODY)
        x += width + 7
    for chip in chips:
        width = metrics(SMALL).horizontalAdvance(chip[0]) + _CHIP
        if x + width > end:
            return chip
        _chip(painter, x, width, rect, chip)
        x += width + 4
    return None


def _chip(painter: QPainter, x: int, width: int, line: QRect, chip: Chip) -> None:
    """A text on its ground at ``x`` in the middle of a line."""
    text, ink, ground = chip
    height = metrics(SMALL).height() + 4
    box = QRectF(x, line.y() + (line.height() - height) / 2, width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ground))
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(QColor(ink))
    painter.setFont(font(SMALL))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _chips(card: Card, look: Look, t: Tokens) -> list[Chip]:
    """Close date and days in stage; a sign beside the colour says overdue and stale, amber that it soon will be."""
    quiet = (t.muted, t.sunken)
    today, working = look.today, look.working
    if card.kind is not StageKind.OPEN:
        closed = card.closed_on if look.shows("close") else None
        return [(short_date(closed, today.year, tight=True), *quiet)] if closed else []
    due = due_state(card.expected_close, today)
    inks = {Due.OVERDUE: (t.lost, t.lost_soft), Due.TODAY: (t.warn, t.warn_soft), Due.NEAR: (t.warn, t.warn_soft)}
    chips = []
    if look.shows("close") and card.expected_close is None:
        chips.append((tr("no date"), t.warn, t.warn_soft))
    elif look.shows("close") and card.expected_close is not None:
        mark = "! " if due is Due.OVERDUE else ""
        chips.append((mark + short_date(card.expected_close, today.year, tight=True), *inks.get(due, quiet)))
    text = tr("{days} d").format(days=card.days_in_stage(today))
    if not look.shows("days"):
        return chips
    if card.stale(today, working):
        chips.append(("‼ " + text, t.lost, t.lost_soft))
    elif card.stale_days is not None and card.untouched(today, working) * 3 > card.stale_days * 2:
        chips.append((text, t.warn, t.warn_soft))
    else:
        chips.append((text, *quiet))
    return chips


def _checks(card: Card, t: Tokens) -> Chip | None:
    """How far the check list is."""
    if not card.checks_total:
        return None
    whole = card.checks_done == card.checks_total
    text = ("✓ " if whole else "") + f"{card.checks_done}/{card.checks_total}"
    return (text, t.won, t.won_soft) if whole else (text, t.muted, t.sunken)


def _text(painter: QPainter, rect: QRect, text: str, size: int, colour: str, *, bold: bool = False) -> None:
    """One elided line; the first 400 characters are enough for any width. Nothing is taken for markup."""
    painter.setFont(font(size, bold=bold))
    painter.setPen(QColor(colour))
    flat = " ".join(text[:400].split())
    shown = metrics(size, bold=bold).elidedText(flat, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, _ONE_LINE, shown)


_ONE_LINE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine


def _avatar(painter: QPainter, box: QRectF, name: str, person_id: int) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(AVATARS[person_id % len(AVATARS)]))
    painter.drawEllipse(box)
    painter.setFont(font(8, bold=True))
    painter.setPen(QColor("white"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, initials(name))


def _priority(painter: QPainter, centre: QPointF, card: Card, t: Tokens) -> bool:
    """An arrow up for high, down for low, nothing for medium."""
    if card.priority is Priority.MEDIUM:
        return False
    up = -1 if card.priority is Priority.HIGH else 1
    painter.setPen(QPen(QColor(t.lost if up < 0 else t.faint), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    path = QPainterPath(QPointF(centre.x() - 4, centre.y() - 2 * up))
    path.lineTo(centre.x(), centre.y() + 3 * up)
    path.lineTo(centre.x() + 4, centre.y() - 2 * up)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)
    return True


def _next_sign(painter: QPainter, box: QRectF, card: Card, today: date, t: Tokens) -> bool:
    """The next activity: a filled red dot with a bar overdue, amber half today, green planned, a dashed ring for none."""
    if card.kind is not StageKind.OPEN:
        return False
    state = due_state(card.next_activity_on, today)
    box = box.adjusted(1, 1, -1, -1)
    if state is Due.NONE:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(t.faint), 1.4, Qt.PenStyle.DotLine))
        painter.drawEllipse(box)
        return True
    colour = QColor({Due.OVERDUE: t.lost, Due.TODAY: t.warn}.get(state, t.won))
    painter.setPen(QPen(colour, 1.6))
    painter.setBrush(colour if state is not Due.TODAY else Qt.BrushStyle.NoBrush)
    painter.drawEllipse(box)
    if state is Due.TODAY:
        painter.setBrush(colour)
        painter.drawPie(box, 90 * 16, -180 * 16)
    elif state is Due.OVERDUE:
        painter.setPen(QPen(QColor(t.surface), 1.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(box.center().x(), box.y() + 2.6), QPointF(box.center().x(), box.center().y() + 1))
        painter.drawPoint(QPointF(box.center().x(), box.bottom() - 2.4))
    else:
        painter.setPen(QPen(QColor(t.surface), 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPolyline(
            [
                QPointF(box.x() + 3.2, box.center().y()),
                QPointF(box.center().x() - 0.6, box.bottom() - 3.4),
                QPointF(box.right() - 2.8, box.y() + 3.8),
            ]
        )
    return True
