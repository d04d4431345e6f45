"""The work list: one thing after another of what is overdue, due, in danger or new, until nothing is left."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Any

from .activities import Activity
from .changes import ChangeSet
from .home import Due, Endangered, Fresh

Key = tuple[str, int]
"""Table and id."""


class Why(StrEnum):
    """Why something is on the list; in the order in which it comes."""

    OVERDUE = "overdue"
    TODAY = "today"
    DANGER = "danger"
    NEW_LEAD = "new_lead"
    NEW_DEAL = "new_deal"


class Handled(StrEnum):
    """What became of something on the list."""

    DONE = "done"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One thing to do: an activity, or a deal or lead that has none. ``about`` is what it is about, None for nothing."""

    why: Why
    key: Key
    title: str
    detail: str
    about: Key | None
    activity: Activity | None = None
    danger: Endangered | None = None
    fresh: Fresh | None = None

    @property
    def mark(self) -> Any:
        """Differs once it was put off."""
        return None if self.activity is None else (self.activity.due_on, self.activity.due_at)


def queue(
    due: Due, danger: Sequence[Endangered], fresh: Sequence[Fresh], now: datetime, zone: tzinfo | None
) -> list[WorkItem]:
    """Everything there is to do, each deal and lead once: what somebody has dealt with today, or planned the next step
    of, is left out although it is in danger.
    """
    found: list[WorkItem] = []
    seen: set[Key] = set()
    for why, activities in zip((Why.OVERDUE, Why.TODAY), due.split(now, zone), strict=True):
        for each in activities:
            about = None if each.subject_id is None else (each.subject_table, each.subject_id)
            found.append(WorkItem(why, ("activity", each.id), each.subject, each.about, about, activity=each))
            if about is not None:
                seen.add(about)
    today = now.astimezone(zone).date()
    for deal in danger:
        key = ("opportunity", deal.id)
        planned = deal.next_activity_on is not None and deal.next_activity_on > today
        if key not in seen and not planned and deal.touched_on != today:
            seen.add(key)
            found.append(WorkItem(Why.DANGER, key, deal.name, deal.company, key, danger=deal))
    for new in fresh:
        key = (new.table, new.id)
        if key not in seen:
            seen.add(key)
            why = Why.NEW_LEAD if new.table == "lead" else Why.NEW_DEAL
            found.append(WorkItem(why, key, new.name, new.detail, key, fresh=new))
    return found


@dataclass(slots=True)
class Own:
    """What the person at the window has done since the list was read: of which keys a thing was done, put off, changed."""

    done: set[Key] = field(default_factory=set)
    later: set[Key] = field(default_factory=set)
    changed: set[Key] = field(default_factory=set)

    def take(self, other: Own) -> None:
        """Takes in what another one knows."""
        self.done |= other.done
        self.later |= other.later
        self.changed |= other.changed

    def add(self, changes: ChangeSet) -> None:
        """Takes in one of the window's own commits."""
        for change in changes.changes:
            after, before = change.after, change.before or {}
            if after is None or after.get("deleted_at") is not None:
                continue
            key = (change.table, change.row_id)
            if change.table != "activity":
                self.changed.add(key)
                continue
            about = (after["subject_table"], after["subject_id"])
            if after["done_at"] is not None:
                self.done |= {key, about}
            elif any(before.get(name) != after[name] for name in ("due_on", "due_at")):
                self.later |= {key, about}


class WorkRun:
    """The list while it is worked on: what waits, what was done or put off, and what is in front of the person.

    What was passed over comes again behind the last; what somebody else has done goes by itself.
    """

    def __init__(self, items: Sequence[WorkItem]) -> None:
        self.items = list(items)
        self.handled: dict[Key, Handled] = {}
        self._current: Key | None = self.items[0].key if self.items else None

    @property
    def current(self) -> WorkItem | None:
        """What is in front of the person, None once the list is empty."""
        return next((each for each in self.items if each.key == self._current), None)

    @property
    def left(self) -> list[WorkItem]:
        """What waits, in order."""
        return [each for each in self.items if each.key not in self.handled]

    def became(self, what: Handled) -> list[WorkItem]:
        """What was done, or put off, in order."""
        return [each for each in self.items if self.handled.get(each.key) is what]

    def step(self, by: int) -> None:
        """To the next thing that waits, or the one before for −1; from the last to the first."""
        waiting = [n for n, each in enumerate(self.items) if each.key not in self.handled]
        if not waiting:
            self._current = None
            return
        place = next((n for n, each in enumerate(self.items) if each.key == self._current), -1)
        ahead = [n for n in waiting if n > place] if by > 0 else [n for n in reversed(waiting) if n < place]
        around = waiting[0] if by > 0 else waiting[-1]
        self._current = self.items[ahead[0] if ahead else around].key

    def show(self, key: Key) -> None:
        """Brings something that waits to the front."""
        if key not in self.handled and any(each.key == key for each in self.items):
            self._current = key

    def follow(self, found: Sequence[WorkItem], own: Own) -> None:
        """Takes in the list as it is now, and what of the difference is the person's own doing."""
        now = {each.key: each for each in found}
        kept: list[WorkItem] = []
        gone: set[Key] = set()
        for item in self.items:
            fresh = now.pop(item.key, None)
            if item.key in self.handled:
                if fresh is not None and fresh.mark == item.mark:
                    del self.handled[item.key]  # It was taken back.
                    self._current = item.key
            elif fresh is None:
                became = self._became(item.key, own.done, own.later, own.changed)
                if became is None:
                    gone.add(item.key)
                else:
                    self.handled[item.key] = became
            elif fresh.mark != item.mark and item.key in own.later:
                self.handled[item.key] = Handled.LATER
            else:
                item = fresh
            kept.append(item)
        self.items = [*kept, *now.values()]
        if self._current in gone or self._current in self.handled or self._current is None:
            self.leave(gone)
        self.items = [each for each in self.items if each.key not in gone]

    def leave(self, gone: Set[Key]) -> None:
        """On to what waits behind the thing that was in front."""
        passed, self.handled = self.handled, {**self.handled, **dict.fromkeys(gone, Handled.DONE)}
        self.step(1)
        self.handled = passed

    @staticmethod
    def _became(key: Key, done: Set[Key], later: Set[Key], changed: Set[Key]) -> Handled | None:
        if key in done or (key in changed and key not in later):
            return Handled.DONE
        return Handled.LATER if key in later else None
