"""What a look back has found, kept so that nobody waits for it twice.

A look back tells of what happened before today and hangs on nothing else than its ``stamp``: the layout of what is worked out,
the day and where it begins, the last entry of history before it, stages and rates. The same stamp gives the same figures,
whoever worked them out: in memory, in ``learnt.json`` among the person's data (large workspaces only), or afresh.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Hashable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from ... import config, storage
from ...domain.outlook import Scope
from ...domain.stages import StageKind
from .. import zones
from ..past import end_of
from ..workspace import Workspace
from . import deals
from .habits import USUAL, Past, chances, fresh, habits, look_back, records
from .simulation import Habits

MONTHS = 24
"""Months of history that habits are learnt from."""
LAYOUT = 2
"""Grows when what is worked out of the same history becomes another."""
SMALL = 50_000
"""A history of so many entries is looked through before anybody notices."""
ALL = Scope()
_MOST_OTHERS, _MOST_KEPT = 1, 20
_FAR = 20.0
"""No value has ever changed by a factor of e to this."""
_MOST_MINOR = 2**62
"""No sum of a month is above this."""
Found = TypeVar("Found")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Known:
    """What past months teach: habits, and open stage → probability, 0 to 1. ``settled``: whether it is of today; else it is
    what an earlier day has found, or what is usual."""

    habits: Habits
    chances: Mapping[int, float]
    settled: bool = True


@dataclass(slots=True)
class _Kept:
    """What is in memory of one stamp; ``found`` is for what others work out of these look backs."""

    stamp: str
    known: Known | None = None
    pasts: dict[Scope, Past] = field(default_factory=dict)
    found: dict[Any, Any] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)


def known(ws: Workspace, scope: Scope = ALL, *, wait: bool = True) -> Known:
    """What past months teach of everybody, as of today, and what new deals of a scope bring. ``wait`` False: where that would
    take long, what is known already."""
    stamp, entry, given = _stamp(ws)
    kept, large = _kept_for(ws, stamp), entry > SMALL
    if kept.known is None and large:
        kept.known = _read(ws, stamp, given)
    if large and not wait and (kept.known is None or (scope != ALL and ALL not in kept.pasts)):
        found = kept.known or _read(ws, None, given) or Known(USUAL, given)
        made = found.habits if scope == ALL else replace(found.habits, fresh=())
        return Known(made, found.chances, settled=False)
    whole = _of_all(ws, kept, stamp, keep=large)
    if scope == ALL:
        return whole
    told = once(ws, ALL, ("fresh", scope), lambda looked: fresh(looked, ws.clock.today(), scope))
    return replace(whole, habits=replace(whole.habits, fresh=told))


def _of_all(ws: Workspace, kept: _Kept, stamp: str, *, keep: bool) -> Known:
    with kept.lock:
        if kept.known is None:
            looked, today = past(ws), ws.clock.today()
            kept.known = Known(habits(looked, today), chances(records(looked, today), looked.stages))
            if keep:
                _write(ws, stamp, kept.known)
        return kept.known


def past(ws: Workspace, scope: Scope = ALL) -> Past:
    """The look back of MONTHS months of a scope."""
    kept = _kept_for(ws, _stamp(ws)[0])
    with kept.lock:
        if scope not in kept.pasts:
            others = [each for each in kept.pasts if each != ALL]
            if len(others) == _MOST_OTHERS:
                del kept.pasts[others[0]]
            kept.pasts[scope] = look_back(ws, MONTHS, scope)
        return kept.pasts[scope]


def once(ws: Workspace, scope: Scope, what: Hashable, work: Callable[[Past], Found]) -> Found:
    """What is worked out of the look back of a scope, the first time; ``what`` names it."""
    kept = _kept_for(ws, _stamp(ws)[0])
    with kept.lock:
        if (what, scope) not in kept.found:
            kept.found[what, scope] = work(past(ws, scope))
        found: Found = kept.found[what, scope]
        return found


def _stamp(ws: Workspace) -> tuple[str, int, dict[int, float]]:
    """The stamp, the last entry of history before today, and open stage → set probability, 0 to 1."""
    today = ws.clock.today()
    with ws.store.read() as connection:
        entry = storage.history_order.last_before(connection, end_of(ws, today - timedelta(days=1)))
        stages = deals.stages_of(connection).values()
        rates = [sorted(map(str, row.items())) for row in storage.lists.rates(connection)]
    told = [(each.id, each.pipeline_id, each.kind, each.category, each.probability) for each in stages]
    zone = str(zones.own(ws))
    stamp = blake2b(repr((LAYOUT, today, zone, entry, ws.currency, told, rates)).encode(), digest_size=16).hexdigest()
    return stamp, entry, {each.id: each.probability / 100 for each in stages if each.kind is StageKind.OPEN}


def _kept_for(ws: Workspace, stamp: str) -> _Kept:
    kept = _memory.get(ws.store)
    if kept is None or kept.stamp != stamp:
        kept = _memory[ws.store] = _Kept(stamp)
    return kept


def _read(ws: Workspace, stamp: str | None, given: Mapping[int, float]) -> Known | None:
    """What the file has of a workspace: of this stamp, or (None) of whichever day; None for nothing that can be read."""
    try:
        line = _file().get(_key(ws))
        if line is None or line["layout"] != LAYOUT or stamp not in (None, line["stamp"]):
            return None
        taught = {int(stage): _number(each, 0, 1) for stage, each in line["chances"].items()}
        return Known(_habits(line["habits"]), {**given, **taught}, settled=stamp is not None)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _habits(told: Mapping[str, Any]) -> Habits:
    """Habits out of a file; ValueError or TypeError for what they cannot be."""
    values = dict(told)
    values["common"] = _number(told["common"], 0.001, 0.999)
    values["value_mean"] = _number(told["value_mean"], -_FAR, _FAR)
    values["value_sd"] = _number(told["value_sd"], 0, _FAR)
    values["slips"] = tuple(_number(each, 0, 1) for each in told["slips"])
    values["fresh"] = tuple(tuple(_whole(each, 0, _MOST_MINOR) for each in start) for start in told["fresh"])
    short = any(len(start) < len(told["fresh"]) - place for place, start in enumerate(told["fresh"]))
    if short or abs(sum(values["slips"]) - 1) > 1e-6 or told["first_slip"] != USUAL.first_slip:
        raise ValueError("no habits")
    return Habits(**values)


def _number(told: object, least: float, most: float) -> float:
    """A number within bounds; ValueError for anything else."""
    if isinstance(told, bool) or not isinstance(told, (int, float)) or not least <= told <= most:
        raise ValueError("no such number")
    return float(told)


def _whole(told: object, least: int, most: int) -> int:
    """The same of whole numbers."""
    if not isinstance(told, int) or isinstance(told, bool) or not least <= told <= most:
        raise ValueError("no such whole number")
    return told


def _write(ws: Workspace, stamp: str, found: Known) -> None:
    """Keeps what was found of the workspaces that were last looked back on."""
    lines = _file()
    lines.pop(_key(ws), None)
    lines[_key(ws)] = {"layout": LAYOUT, "stamp": stamp, "habits": asdict(found.habits), "chances": found.chances}
    written = _path().with_suffix(".new")
    try:
        written.parent.mkdir(parents=True, exist_ok=True)
        written.write_text(json.dumps(dict(list(lines.items())[-_MOST_KEPT:])), encoding="utf-8")
        written.replace(_path())
    except OSError as error:
        _log.warning("what was learnt is not kept: %s", error)


def _key(ws: Workspace) -> str:
    """Whose it is: on a server people see different deals, and learn from those."""
    return ws.store.name if ws.store.path is not None else f"{ws.actor_id}@{ws.store.name}"


def _file() -> dict[str, Any]:
    try:
        found = json.loads(_path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _path() -> Path:
    return config.data_dir() / "learnt.json"


_memory: WeakKeyDictionary[Any, _Kept] = WeakKeyDictionary()
