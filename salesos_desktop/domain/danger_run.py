"""Deals in danger while they are worked through: what waits, what was mended, done with or left, and what was done to each."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from .changes import ChangeSet
from .work_list import Handled, Key, Own, WorkItem, WorkRun

_BACK = "undo"


def touched(changes: ChangeSet) -> list[int]:
    """The deals that a commit is about, each once: itself, or what hangs on it."""
    found: dict[int, None] = {}
    for change in changes.changes:
        row = change.after or change.before or {}
        if change.table == "opportunity":
            found[change.row_id] = None
        elif row.get("opportunity_id") is not None:
            found[row["opportunity_id"]] = None
        elif row.get("subject_table") == "opportunity" and row.get("subject_id") is not None:
            found[row["subject_id"]] = None
    return list(found)


class DangerRun(WorkRun):
    """A WorkRun whose things are deals in danger. One leaves when its last reason has gone, or when the person is done with
    it or leaves it for later; ``said`` tells what they did to each, the latest last.
    """

    def __init__(self, items: Sequence[WorkItem]) -> None:
        super().__init__(items)
        self.said: dict[Key, list[str]] = {}
        self._aside: set[Key] = set()
        self._acts: list[Key | None] = []
        """What was done, the latest last: None for a commit, else what was put aside without one."""

    @property
    def mended(self) -> list[WorkItem]:
        """What is no longer in danger, in order."""
        return [each for each in self.items if each.key in self.handled and each.key not in self._aside]

    @property
    def endangered(self) -> list[WorkItem]:
        """What still is: what waits, and what was put aside."""
        return [each for each in self.items if each.key not in self.handled or each.key in self._aside]

    def put_aside(self, key: Key, what: Handled) -> None:
        """The person is done with a deal, or leaves it, which was a commit, although it is still in danger."""
        self._aside.add(key)
        self.handled[key] = what
        if what is Handled.DONE:
            self._acts.append(key)
        if self._current == key:
            self.step(1)

    def take_back(self) -> bool:
        """Brings back what was put aside last; False where the latest act was a commit, which is undone as any other."""
        key = self._acts[-1] if self._acts else None
        if key is None:
            return False
        self._acts.pop()
        self._bring_back(key)
        return True

    def note(self, changes: ChangeSet, text: str) -> None:
        """One of the person's own commits, with what it did in words."""
        keys: list[Key] = [("opportunity", deal_id) for deal_id in touched(changes)]
        if changes.verb == _BACK:
            if self._acts and self._acts[-1] is None:
                self._acts.pop()
            for key in keys:
                if self.said.get(key):
                    self.said[key].pop()
                if key in self._aside:
                    self._bring_back(key)
            return
        self._acts.append(None)
        for key in keys:
            self.said.setdefault(key, []).append(text)

    def update(self, keys: Collection[Key], found: Sequence[WorkItem]) -> None:
        """Takes in some deals as they are now: those of them that are still in danger are in ``found``."""
        others = [each for each in self.endangered if each.key not in keys]
        self.follow([*others, *found])

    def _bring_back(self, key: Key) -> None:
        self._aside.discard(key)
        self.handled.pop(key, None)
        self._current = key

    def follow(self, found: Sequence[WorkItem], own: Own | None = None) -> None:  # noqa: ARG002
        """Takes in the list as it is now: what is no longer in danger was mended by the person, or goes by itself."""
        now = {each.key: each for each in found}
        kept: list[WorkItem] = []
        gone: set[Key] = set()
        for item in self.items:
            fresh = now.pop(item.key, None)
            if fresh is None and item.key not in self.handled:
                if self.said.get(item.key):
                    self.handled[item.key] = Handled.DONE
                else:
                    gone.add(item.key)
            elif fresh is not None and item.key in self.handled and item.key not in self._aside:
                self._bring_back(item.key)
            kept.append(fresh or item)
        self.items = [*kept, *now.values()]
        if self._current is None or self._current in gone or self._current in self.handled:
            self.leave(gone)
        self.items = [each for each in self.items if each.key not in gone]
