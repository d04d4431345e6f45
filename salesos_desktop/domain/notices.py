"""What a person is told of, through which channels, and what waits for the end of their quiet hours."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a notification is about, as the database keeps it."""

    STAGE_CHANGED = "stage_changed"
    WON = "won"
    LOST = "lost"
    DEAL_ASSIGNED = "deal_assigned"
    DEAL_CHANGED = "deal_changed"
    FOLLOWED = "followed"
    SHARED = "shared"
    MENTION = "mention"
    LEAD_ASSIGNED = "lead_assigned"
    ACTIVITY_ASSIGNED = "activity_assigned"
    ACTIVITY_DUE = "activity_due"
    ACTIVITY_OVERDUE = "activity_overdue"
    ACTIVITY_DONE = "activity_done"
    CLOSE_NEAR = "close_near"
    DEAL_STALE = "deal_stale"
    BACK_ON_BOARD = "back_on_board"
    SUMMARY = "summary"
    BADGE = "badge"
    RANKING_CHANGED = "ranking_changed"
    CHALLENGE_NEW = "challenge_new"
    CHALLENGE_PROGRESS = "challenge_progress"
    CHALLENGE_RESULTS = "challenge_results"
    SYSTEM = "system"


class Channel(StrEnum):
    """A way to tell. IN_APP is the bell with its panel: without it a kind is not told at all, for nothing is recorded."""

    IN_APP = "in_app"
    DESKTOP = "desktop"
    SOUND = "sound"


Channels = frozenset[Channel]
_QUIETLY = frozenset({Channel.IN_APP})
_DESKTOP = _QUIETLY | {Channel.DESKTOP}
DEFAULTS: Mapping[Kind, Channels] = {
    kind: _DESKTOP
    if kind in (Kind.STAGE_CHANGED, Kind.WON, Kind.DEAL_ASSIGNED, Kind.LEAD_ASSIGNED, Kind.ACTIVITY_ASSIGNED,
                Kind.ACTIVITY_DUE, Kind.SUMMARY)
    else _QUIETLY
    for kind in Kind
}  # fmt: skip
IN_SUMMARY = frozenset({Kind.ACTIVITY_OVERDUE, Kind.CLOSE_NEAR, Kind.DEAL_STALE})
"""Kinds that are told in the morning summary, together, and not each by itself."""
MORNING = time(7)
"""When the day begins for who has no quiet hours."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From ``start`` to ``end`` of the local clock, over midnight when ``end`` is not later; only while ``on``."""

    on: bool = False
    start: time = time(22)
    end: time = MORNING

    def hold(self, now: datetime, zone: tzinfo | None) -> bool:
        """Whether what is not urgent waits at this instant."""
        span = self.last(now, zone)
        return span is not None and now < span[1]

    def last(self, now: datetime, zone: tzinfo | None) -> tuple[datetime, datetime] | None:
        """Begin and end, in UTC, of the quiet hours that began last; None when they are off."""
        if not self.on or self.start == self.end:
            return None
        local = now.astimezone(zone)
        day = local.date() if local.time() >= self.start else local.date() - timedelta(days=1)
        until = day if self.end > self.start else day + timedelta(days=1)
        first, last = (
            # Naive local times become instants by the zone, whatever daylight saving does that night.
            datetime.combine(each, at, tzinfo=zone) if zone is not None else datetime.combine(each, at).astimezone()
            for each, at in ((day, self.start), (until, self.end))
        )
        return first.astimezone(UTC), last.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class NoticeSettings:
    """What a person has chosen; ``chosen`` holds only the kinds that differ from DEFAULTS."""

    chosen: Mapping[Kind, Channels] = field(default_factory=dict)
    quiet: QuietHours = QuietHours()

    def channels(self, kind: Kind) -> Channels:
        """The channels of a kind."""
        return self.chosen.get(kind, DEFAULTS[kind])

    def wants(self, kind: str, channel: Channel) -> bool:
        """Whether a kind is told through a channel; a kind that a newer program wrote is told as the system is."""
        there = self.channels(Kind(kind) if kind in _KNOWN else Kind.SYSTEM)
        return Channel.IN_APP in there and channel in there

    def with_channel(self, kind: Kind, channel: Channel, on: bool) -> NoticeSettings:
        """The same with one box of the grid ticked or not."""
        there = self.channels(kind) | {channel} if on else self.channels(kind) - {channel}
        chosen = {name: channels for name, channels in self.chosen.items() if name is not kind}
        return replace(self, chosen=chosen if there == DEFAULTS[kind] else {**chosen, kind: there})

    def to_json(self) -> str:
        """As the database keeps it."""
        quiet = {"on": self.quiet.on, "from": f"{self.quiet.start:%H:%M}", "to": f"{self.quiet.end:%H:%M}"}
        return json.dumps({"channels": {kind: sorted(each) for kind, each in self.chosen.items()}, "quiet": quiet})


_KNOWN = frozenset(Kind)


def from_json(text: str) -> NoticeSettings:
    """What ``to_json`` made; what cannot be understood counts as not chosen."""
    try:
        kept: Any = json.loads(text or "{}")
        known = frozenset(Channel)
        chosen = {
            Kind(kind): frozenset(Channel(name) for name in names if name in known)
            for kind, names in kept.get("channels", {}).items()
            if kind in _KNOWN
        }
        quiet = kept.get("quiet", {})
        start, end = (
            time.fromisoformat(quiet.get(name, usual)) for name, usual in (("from", "22:00"), ("to", "07:00"))
        )
        return NoticeSettings(chosen, QuietHours(quiet.get("on") is True, start, end))
    except (AttributeError, TypeError, ValueError):
        return NoticeSettings()
