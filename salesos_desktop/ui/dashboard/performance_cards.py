"""The cards of the team's performance: key figures, funnel, time in stage, losses, activity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from ...domain.performance import Way
from ...domain.sheets import Column, Kind, Sheet
from ...domain.stages import StageKind
from ...i18n import N_, ntr, number, percent, tr
from ...services import performance, performance_sheets, sheets
from ...services.performance import Loaded
from ...services.performance_sheets import Keyed
from ..board.figure_texts import round_units
from ..charts.sides import Sides
from ..key_figures import KeyFigure, KeyFigureStrip
from ..parts import button
from .body import Behind
from .figures import Kitchen
from .performance_body import ChartBody, PerformanceBody
from .rows_chart import Piece, Row

_WAYS = {Way.FORWARD: (3, "won"), Way.BACK: (4, "warn"), Way.LOST: (5, "lost")}
"""Way → column of the table (counted from 1) and colour."""
_WAY_NAMES = {Way.FORWARD: N_("went on"), Way.BACK: N_("went back"), Way.LOST: N_("were lost")}
_FIRST = 5
"""So many key figures stand in the first row; the others beside it where there is room for all."""
_MOST = 500
"""From so many per cent on a change is said in times."""
_KINDS = ("stage2", "stage4", "stage3", "stage1", "warn", "won")


class KeyFiguresBody(PerformanceBody):
    """A strip of figures with how they stand to the days before, and the deals that were won and lost."""

    nothing = N_("No deal was made, worked or closed in these days.")
    upright = True

    def __init__(self, kitchen: Kitchen) -> None:
        inside = QWidget()
        self.strips, self.sides = (KeyFigureStrip(0), KeyFigureStrip(0)), Sides(spacing=0)
        self.links = {
            kind: button("", lambda kind=kind: self._open(kind), "link") for kind in (StageKind.WON, StageKind.LOST)
        }
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for strip in self.strips:
            self.sides.add(strip, 1)
        column.addWidget(self.sides)
        row = QHBoxLayout()
        for each in self.links.values():
            row.addWidget(each)
        row.addStretch(1)
        column.addLayout(row)
        super().__init__(kitchen, inside)

    def keyed(self, loaded: Loaded) -> Keyed:
        """Two rows: these days and those before."""
        return performance_sheets.key_figures(loaded, self.currency)

    def draw(self, loaded: Loaded, sheet: Sheet, keys: Sequence[Any]) -> bool:  # noqa: ARG002
        """Shows the texts."""
        now, before = sheet.rows
        shown = []
        for place, column in enumerate(sheet.columns[1:], 1):
            change, good = _change(now[place], before[place], column.kind)
            if place in performance_sheets.LESS_IS_BETTER:
                good = None if good is None else not good
            shown.append(KeyFigure(column.name, self._text(column, now[place]), change, good))
        self.strips[0].show_figures(shown[:_FIRST])
        self.strips[1].show_figures(shown[_FIRST:])
        self.sides.turn_below(2 * max(strip.least_width() for strip in self.strips))
        won, lost = loaded.now.won.count, loaded.now.lost.count
        texts = {
            StageKind.WON: ntr("{count} won deal", "{count} won deals", won).format(count=number(won)),
            StageKind.LOST: ntr("{count} lost deal", "{count} lost deals", lost).format(count=number(lost)),
        }
        for kind, link in self.links.items():
            link.setText(texts[kind])
            link.setEnabled(bool(won if kind is StageKind.WON else lost))
        return not (performance_sheets.no_deal(loaded.now) and performance_sheets.no_deal(loaded.before))

    def on_paper(self) -> QWidget:
        """The figures, without what can be pressed."""
        return self.sides

    def _text(self, column: Column, value: Any) -> str:
        """Amounts of a sum or a mean without its cents."""
        if column.kind is Kind.MONEY and value is not None:
            return sheets.text(column, round_units(value, self.currency))
        return sheets.text(column, value)

    def open_row(self, row: int) -> None:
        """The deals behind a figure: those that were won in these days, or lost."""
        kind = (StageKind.WON, StageKind.WON, StageKind.LOST)[row : row + 1]
        if kind:
            self._open(*kind)

    def _open(self, kind: StageKind) -> None:
        asked = self.figures.asked
        title = tr("Won in these days") if kind is StageKind.WON else tr("Lost in these days")
        self.session.ask(
            performance.closed_ids, asked, kind, done=lambda ids: self.asked_behind.emit(Behind(title, ids))
        )  # fmt: skip


class FunnelBody(ChartBody):
    """How many deals reached each stage and, in a thin bar below, what came of those that left it."""

    nothing = N_("No deal came to a stage in these days: move cards on the board, or choose other days.")
    of_ways = True

    def __init__(self, kitchen: Kitchen) -> None:
        super().__init__(kitchen, tr("Funnel"))
        ways = [(tr(_WAY_NAMES[way]), colour) for way, (_, colour) in _WAYS.items()]
        self.legend.show_entries([(tr("reached it"), "stage2"), *ways])

    def keyed(self, loaded: Loaded) -> Keyed:
        """A row for each stage."""
        return performance_sheets.funnel(loaded, self.names.now)

    def rows(self, loaded: Loaded, sheet: Sheet, keys: Sequence[Any]) -> list[Row]:  # noqa: ARG002
        """A bar for those that came, three parts for those that left."""
        found = []
        for name, reached, *left, share, _ in sheet.rows:
            pieces = [Piece(0, reached, "stage2", Way.REACHED, 0.46, -0.08)] if reached else []
            low = 0
            for (way, (_, colour)), count in zip(_WAYS.items(), (left[0], left[1], left[2]), strict=True):
                if count:
                    pieces.append(Piece(low, low + count, colour, way, 0.16, 0.28))
                low += count
            text = number(reached) + (
                "" if share is None else " · " + tr("{share} on").format(share=percent(round(100 * share)))
            )
            found.append(Row(name, text, tuple(pieces)))
        return found

    def told_of(self, row: int, name: str) -> str:
        """The stage's figures, or the share of the part."""
        stage, reached, *_ = cells = self.sheet().rows[row]
        left = sum(cells[place - 1] for place, _ in _WAYS.values())
        if name in _WAYS and left:
            count = cells[_WAYS[Way(name)][0] - 1]
            of = tr("{count} of {left} that left").format(count=number(count), left=number(left))
            return f"{stage}, {tr(_WAY_NAMES[Way(name)])}: {of} · {percent(round(100 * count / left))}"
        parts = [f"{tr(_WAY_NAMES[way])} {number(cells[place - 1])}" for way, (place, _) in _WAYS.items()]
        return f"{stage}: {tr('reached it')} {number(reached)} · {' · '.join(parts)}"

    def open_part(self, row: int, name: str) -> None:
        """The deals of a way."""
        way = Way(name or Way.REACHED)
        word = tr("reached it") if way is Way.REACHED else tr(_WAY_NAMES[way])
        title = f"{self.sheet().rows[row][0]}: {word}"
        self.ask_passed(title, self.keys[row], way)


class TimeInStageBody(ChartBody):
    """A box from quarter to quarter with the median across it, and a line from the 5th to the 95th of a hundred."""

    nothing = N_("No deal left a stage in these days.")
    of_ways = True

    def __init__(self, kitchen: Kitchen) -> None:
        super().__init__(kitchen, tr("Time in stage"), axis=True)
        self.legend.show_entries([(tr("half of the deals"), "stage2"), (tr("nine of ten"), "faint")])

    def keyed(self, loaded: Loaded) -> Keyed:
        """A row for each stage."""
        return performance_sheets.time_in_stage(loaded, self.names.now)

    def rows(self, loaded: Loaded, sheet: Sheet, keys: Sequence[Any]) -> list[Row]:  # noqa: ARG002
        """Boxes."""
        found = []
        for name, count, low, first, median, third, high, _ in sheet.rows:
            if not count:
                found.append(Row(name, sheets.NOTHING))
                continue
            text = f"{sheets.text(sheet.columns[4], median)} · {number(count)}"
            pieces = (Piece(low, high, "faint", "", 0.1), Piece(first, max(third, first), "stage2", "", 0.5))
            found.append(Row(name, text, pieces, (median,)))
        return found

    def told_of(self, row: int, name: str) -> str:  # noqa: ARG002
        """The quartiles."""
        shown = sheets.texts(self.sheet())[row]
        return tr("{stage}: half within {first} – {third}, median {median}, {count} left it").format(
            stage=shown[0], first=shown[3], third=shown[5], median=shown[4], count=shown[1]
        )

    def open_part(self, row: int, name: str) -> None:  # noqa: ARG002
        """The deals that left the stage."""
        self.ask_passed(tr("Left {stage}").format(stage=self.sheet().rows[row][0]), self.keys[row], *_WAYS)


class LossesBody(ChartBody):
    """Lost deals by reason, or by competitor."""

    nothing = N_("Nothing was lost in these days.")

    def __init__(self, kitchen: Kitchen) -> None:
        self.part = 0
        super().__init__(kitchen, tr("Losses"))
        self.legend.hide()
        self.switch = QButtonGroup(self)
        row = QHBoxLayout()
        row.setSpacing(6)
        for part, text in enumerate((tr("By reason"), tr("By competitor"))):
            made = QToolButton()
            made.setProperty("kind", "pill")
            made.setText(text)
            made.setCheckable(True)
            made.setChecked(part == self.part)
            made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.switch.addButton(made, part)
            row.addWidget(made)
        row.addStretch(1)
        self.switch.idClicked.connect(self.turn)
        self.column.insertLayout(0, row)

    def turn(self, part: int) -> None:
        """By reason (0) or by competitor (1)."""
        self.part = part
        self.redraw()

    def on_paper(self) -> QWidget:
        """The bars: what they are of is the table's first head."""
        return self.stack

    def keyed(self, loaded: Loaded) -> Keyed:
        """A row for each reason or competitor."""
        return performance_sheets.losses(loaded, self.names.now, self.currency, self.part)

    def rows(self, loaded: Loaded, sheet: Sheet, keys: Sequence[Any]) -> list[Row]:  # noqa: ARG002
        """Bars of how many; their value beside them. What was lost for something in the days before alone is in the table."""
        return [
            Row(row[0], f"{number(row[1])} · {sheets.text(sheet.columns[3], row[3])}", (Piece(0, row[1], "lost"),))
            for row in sheet.rows
            if row[1]
        ]

    def told_of(self, row: int, name: str) -> str:  # noqa: ARG002
        """Deals, share, value and how many there were before."""
        shown = sheets.texts(self.sheet())[row]
        before = tr("{count} before").format(count=shown[4])
        return f"{shown[0]}: {shown[1]} · {shown[2]} · {shown[3]} · {before}"

    def open_part(self, row: int, name: str) -> None:  # noqa: ARG002
        """The deals that were lost for it."""
        column, title = ("competitor", "loss_reason_id")[1 - self.part], self.sheet().rows[row][0]
        self.session.ask(
            performance.closed_ids, self.figures.asked, StageKind.LOST, **{column: self.keys[row]},
            done=lambda ids: self.asked_behind.emit(Behind(tr("Lost: {why}").format(why=title), ids)),
        )  # fmt: skip


class ActivityBody(ChartBody):
    """What each person has done, in parts by kind."""

    nothing = N_("No activity was done in these days: plan one on a deal, and tick it when it is done.")

    def __init__(self, kitchen: Kitchen) -> None:
        super().__init__(kitchen, tr("Activity per person"))
        self.kinds: list[str] = []

    def keyed(self, loaded: Loaded) -> Keyed:
        """A row for each person."""
        return performance_sheets.activity(loaded, self.names.now)

    def _kind(self, code: str) -> str:
        return self.names.now.kinds.get(code, code)

    def rows(self, loaded: Loaded, sheet: Sheet, keys: Sequence[Any]) -> list[Row]:  # noqa: ARG002
        """Kinds behind each other."""
        self.kinds = kinds = performance_sheets.kinds_of(loaded, self.names.now)
        colours = [_KINDS[n % len(_KINDS)] for n in range(len(kinds))]
        self.legend.show_entries(list(zip(map(self._kind, kinds), colours, strict=True)))
        found = []
        for name, *counts, total, _ in sheet.rows:
            low, pieces = 0, []
            for kind, colour, count in zip(kinds, colours, counts, strict=True):
                if count:
                    pieces.append(Piece(low, low + count, colour, kind))
                low += count
            found.append(Row(name, number(total), tuple(pieces)))
        return found

    def told_of(self, row: int, name: str) -> str:
        """Every kind, or the one that the pointer is on."""
        who, *counts = self.sheet().rows[row]
        found = zip(self.kinds, counts, strict=False)
        return f"{who}: " + " · ".join(f"{self._kind(code)} {number(n)}" for code, n in found if name in ("", code))

    def open_part(self, row: int, name: str) -> None:
        """The deals on which somebody has done activities, or those of a kind."""
        worked = tr("Worked on by {who}").format(who=self.sheet().rows[row][0])
        title = " · ".join(filter(None, (worked, name and self._kind(name))))
        self.session.ask(
            performance.active_deals, self.figures.asked, self.keys[row], name or None,
            done=lambda ids: self.asked_behind.emit(Behind(title, ids)),
        )  # fmt: skip


def _change(now: Any, before: Any, kind: Kind) -> tuple[str, bool | None]:
    """How a figure stands to the one before: of shares in points, of the rest in per cent; nothing where there is none."""
    if now is None or before is None or now == before or (not before and kind is not Kind.SHARE):
        return "", None
    if kind is Kind.SHARE:
        moved, text = now - before, tr("{points} pts").format(points=number(abs(round(100 * (now - before)))))
    else:
        moved, share = now - before, abs(round(100 * (now - before) / before))
        text = percent(share) if share < _MOST else tr("× {times}").format(times=number(round(now / before)))
    return f"{'▲' if moved > 0 else '▼'} {text}", moved > 0
