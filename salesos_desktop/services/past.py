"""A deal, lead, contact or company as it was at the end of a past day, and what has changed since."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from .. import storage
from ..errors import NotFound
from ..i18n import tr
from . import custom_values, zones
from .change_names import NAMED, QUIET, Naming
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.replay import Replayed

_REPEATED = {"contact": frozenset({"email", "phone"}), "company": frozenset({"email", "phone"})}


@dataclass(frozen=True, slots=True)
class Was:
    """A field, or a line of what hangs on the row, then and ``now``: named as change_names.Entry has it, None for nothing.

    ``path`` and ``kept`` (what it was then) are what ``restoring.restore`` takes.
    """

    field: str
    then: str | None
    now: str | None
    path: str
    kept: Any = None


@dataclass(frozen=True, slots=True)
class Past:
    """A row at the end of ``day``. ``row`` has the columns that history keeps (storage/tracking.py), None when it was not
    there, in the bin counting as there; ``hanging`` what hung on it: field of history → lines as history keeps them."""

    table: str
    id: int
    day: date
    row: dict[str, Any] | None
    hanging: dict[str, list[str]]
    fields: tuple[Was, ...]
    lines: tuple[Was, ...]
    currency: str
    currency_now: str

    @property
    def changed(self) -> int:
        """How many fields and lines are otherwise now."""
        return sum(each.then != each.now for each in (*self.fields, *self.lines))


def as_of(ws: Workspace, table: str, row_id: int, day: date) -> Past:
    """A row as it was at the end of a day where the person is. Raises NotFound for one that has never been."""
    with ws.store.read() as connection:
        then, now = storage.replay.then_and_now(connection, table, row_id, end_of(ws, day))
        if now.fields is None:
            raise NotFound(tr("This no longer exists."), tr("Somebody deleted it meanwhile."))
        naming = Naming(ws, connection)
        return Past(
            table, row_id, day, None if then.fields is None else storage.replay.typed(table, then.fields), then.hanging,
            tuple(_fields(ws, naming, table, then, now)) if then.fields is not None else (),
            tuple(_lines(naming, then, now)) if then.fields is not None else (),
            (then.fields or {}).get("currency") or "", now.fields.get("currency") or "",
        )  # fmt: skip


def latest_other(ws: Workspace, table: str, row_id: int) -> date:
    """The day before a row's last change, where the person is: how it was then is what it no longer is. Never before the
    day on which it came; today for a row that nothing is known of.
    """
    with ws.store.read() as connection:
        found = storage.history.span(connection, (table, row_id))
    if found is None:
        return ws.clock.today()
    first, last = (at.astimezone(zones.own(ws)).date() for at in found)
    return max(first, last - timedelta(days=1))


def end_of(ws: Workspace, day: date) -> datetime:
    """The instant at which a day is over where the person is."""
    return datetime.combine(day + timedelta(days=1), time(), zones.own(ws)).astimezone(UTC)


def _fields(ws: Workspace, naming: Naming, table: str, then: Replayed, now: Replayed) -> Iterator[Was]:
    """Fields that say something then or now, in their order."""
    before, after = then.fields or {}, now.fields or {}
    for name in storage.tracking.TRACKED[table]:
        was, is_now = before.get(name), after.get(name)
        if name in QUIET or name in _REPEATED.get(table, ()) or (was is None and is_now is None):
            continue
        if name != "custom":
            field = name.removesuffix("_id") if name in NAMED else name
            yield Was(field, naming.of(name, was), naming.of(name, is_now), name, was)
            continue
        old, new = json.loads(was or "{}"), json.loads(is_now or "{}")
        for key in dict.fromkeys((*old, *new)):
            each = naming.own(key)
            shown, shown_now = (custom_values.shown(ws, each, values.get(key)) or None for values in (old, new))
            yield Was(f"custom:{each.label}", shown, shown_now, f"custom.{key}", old.get(key))


def _lines(naming: Naming, then: Replayed, now: Replayed) -> Iterator[Was]:
    """What hung on the row then, whether it is still there, and what has come since."""
    for field in dict.fromkeys((*then.hanging, *now.hanging)):
        old, new = then.hanging.get(field, []), now.hanging.get(field, [])
        still = Counter(new)
        for text in old:
            stays = still[text] > 0
            still[text] -= stays
            shown = naming.of(field, text)
            yield Was(field, shown, shown if stays else None, field)
        fresh = Counter(new) - Counter(old)
        for text in new:
            if fresh[text] > 0:
                fresh[text] -= 1
                yield Was(field, None, naming.of(field, text), field)
