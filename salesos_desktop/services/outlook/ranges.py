"""How sure the forecast of a period is: its range and the chance of its target, and the probabilities that history teaches."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from ...domain.learning import ENOUGH, Record, learnt
from ...domain.outlook import Deal, Period, Range, Scope
from ...domain.periods import month_of
from ...domain.rates import Rates
from ...domain.stages import Stage, StageKind
from .. import forecast, setup
from ..workspace import Workspace
from . import deals

if TYPE_CHECKING:
    from .columns import Columns
    from .habits import Past
    from .memory import Known
    from .simulation import Habits

SWITCH = "forecast_probabilities"
"""Name of the setting that says which probabilities the forecast uses: ``set`` (the default) or ``learnt``."""
_ALL = Scope()


@dataclass(frozen=True, slots=True)
class Learnt:
    """An open stage with its set probability and the learnt one, 0 to 1, and the closed deals behind it; ``parts`` the same
    for owners, sources and sizes of which enough are known: ("owner", id) → (probability, record)."""

    stage: Stage
    set: float
    learnt: float
    record: Record
    parts: Mapping[tuple[str, Any], tuple[float, Record]]


@dataclass(frozen=True, slots=True)
class Outlook:
    """A period in the workspace's currency, minor units: what is won, what open deals weigh, and the range of both together.

    ``unconverted``: deals whose currency has no rate and that are in no figure. ``followed``: where history is too short to
    tell of the whole period what deals bring that are not there yet, how many months it tells of (0: nothing at all is
    counted for them); else None. ``learning``: whether it is worked out with what an earlier day has learnt, or with what is
    usual, until history is looked through (``learn``).
    """

    period: Period
    won: int
    weighted: int
    range: Range
    unconverted: int
    followed: int | None = None
    learning: bool = False


def uses_learnt(ws: Workspace) -> bool:
    """Whether the forecast uses the learnt probabilities."""
    return bool(ws.settings.get(SWITCH) == "learnt")


def use_learnt(ws: Workspace, learnt_ones: bool) -> None:
    """Switches between set and learnt probabilities, for everybody."""
    setup.put(ws, SWITCH, "learnt" if learnt_ones else "set")


def taught(ws: Workspace) -> dict[int, float]:
    """Open stage → probability that history teaches, 0 to 1."""
    from . import memory

    return dict(memory.known(ws).chances)


def learn(ws: Workspace) -> None:
    """Looks back, so that what is asked next knows of today, of any scope."""
    from . import memory

    memory.known(ws)
    memory.past(ws)


def probabilities(ws: Workspace) -> list[Learnt]:
    """Every open stage in board order with what history teaches of it."""
    from . import memory

    return memory.once(ws, memory.ALL, "probabilities", lambda past: _probabilities(past, ws.clock.today()))


def _probabilities(past: Past, today: date) -> list[Learnt]:
    from .habits import closed_after, records

    found = records(past, today)
    listed = []
    for stage in past.stages.values():
        if stage.kind is StageKind.OPEN:
            record, given = found[stage.id], stage.probability / 100
            mean = learnt(record, given)
            ends = closed_after(past, stage.id, today)
            closed, won = past.endings.deals.take(ends), past.endings.won[ends].tolist()
            sizes = [
                len(str(value)) if known else 0
                for value, known in zip(
                    past.endings.value[ends].tolist(), past.endings.known[ends].tolist(), strict=True
                )
            ]
            parts: dict[tuple[str, Any], Record] = {}
            for part, keys in (
                ("owner", closed.owner_id.tolist()), ("source", closed.source_id.tolist()), ("size", sizes),
            ):  # fmt: skip
                for key, each in Counter(zip(keys, won, strict=True)).items():
                    if key[0]:
                        place = (part, key[0])
                        parts[place] = parts.get(place, Record()) + Record(each, each if key[1] else 0)
            told = {part: (learnt(each, mean), each) for part, each in parts.items() if each.closed >= ENOUGH}
            listed.append(Learnt(stage, given, mean, record, told))
    return listed


def of(
    ws: Workspace, period: Period, *, scope: Scope = _ALL, target: int | None = None, use_learnt: bool | None = None,
    wait: bool = True,
) -> Outlook:  # fmt: skip
    """The outlook of a period that is not over; ``use_learnt`` None: as the workspace's switch says. ``wait`` False: with what
    is known, where a look back would take long."""
    from . import memory, rewound

    learnt_ones = uses_learnt(ws) if use_learnt is None else use_learnt
    with ws.store.read() as connection:
        stages = deals.stages_of(connection)
        rates = forecast.rates_of(ws, connection)
        found = rewound.current(connection, stages, period.first, period.after)
    known = memory.known(ws, scope, wait=wait)
    mine = found.take(found.taken(scope, stages))
    return _with_known(ws, mine, stages, rates, period, target, known, learnt_ones)


def _with_known(
    ws: Workspace, mine: Iterable[Deal] | Columns, stages: Mapping[int, Stage], rates: Rates, period: Period,
    target: int | None, known: Known, learnt_ones: bool,
) -> Outlook:  # fmt: skip
    made = worked_out(
        ws, mine, stages, rates, period, known.habits, known.chances if learnt_ones else None, target
    )  # fmt: skip
    return made if known.settled else replace(made, learning=True)


def worked_out(
    ws: Workspace, mine: Iterable[Deal] | Columns, stages: Mapping[int, Stage], rates: Rates, period: Period, made: Habits,
    chances: Mapping[int, float] | None, target: int | None,
) -> Outlook:  # fmt: skip
    """The same from deals, habits and (None: set) probabilities that are given: what scenarios change."""
    from . import columns
    from .habits import chance_of, in_period
    from .simulation import horizon, outlook

    today = ws.clock.today()
    found = mine if isinstance(mine, columns.Columns) else columns.of_deals(mine)
    value, rated = found.in_base(rates, found.rate_days(stages, today))
    timely = (found.day >= period.first.toordinal()) & (found.day < period.after.toordinal())
    won = int(value[rated & timely & found.of_kind(stages, StageKind.WON)].sum())
    playing = rated & found.counted(stages)
    value, timely, open_ = value[playing], timely[playing], found.take(playing)
    likely = chance_of(open_, stages, chances)
    weighted = int((value * likely).round()[timely].astype(int).sum())
    due = in_period(month_of(period.first), _length(period), month_of(today), open_.day, made)
    ahead = (_ahead(today, period.first), _ahead(today, period.after))
    drawn = outlook(value.astype(float), likely * due, made, won, target, ahead=ahead, deals=open_.id)
    followed = horizon(made.fresh, ahead[1])
    return Outlook(
        period, won, weighted, drawn, int((~rated).sum()), followed if followed < ahead[1] else None
    )  # fmt: skip


def played(
    ws: Workspace, mine: Iterable[Deal] | Columns, stages: Mapping[int, Stage], rates: Rates, period: Period,
    target: int | None, *, scope: Scope = _ALL, wait: bool = True,
) -> Outlook:  # fmt: skip
    """The same from deals of a scope that are given: with the workspace's habits, and the probabilities that its switch says;
    ``wait`` as for ``of``."""
    from . import memory

    known = memory.known(ws, scope, wait=wait)
    return _with_known(ws, mine, stages, rates, period, target, known, uses_learnt(ws))


def _ahead(today: date, day: date) -> float:
    """Months from today until the first of one, 0 for one that is past: whole ones and the share that is left of this one."""
    gone = (today.day - 1) / monthrange(today.year, today.month)[1]
    return max(0.0, (day.year - today.year) * 12 + day.month - today.month - gone)


def _length(period: Period) -> int:
    """Whole months."""
    return (period.after.year - period.first.year) * 12 + period.after.month - period.first.month
