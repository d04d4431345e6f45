"""The words of a workspace as a mistyped one is compared with them."""

from __future__ import annotations

from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from .. import storage
from ..domain import searching
from .workspace import Workspace

_PATIENCE = timedelta(minutes=1)
_CLOSEST = 12
"""So many of the nearest words are tried."""


class Vocabulary:
    """Words in memory, more of them read as they come into the workspace; the ones near to a typed word."""

    def __init__(self) -> None:
        self._last = 0
        self._read_at: datetime | None = None
        self._words: list[str] = []
        self._beginnings: dict[int, list[str]] = {}

    def read(self, ws: Workspace) -> None:
        """Reads what has come since the last time. Who does not see everything knows no words but those of what they see: all
        of them are read, at most once in _PATIENCE."""
        if ws.rights.reach is not None:
            self._read_seen(ws)
            return
        with ws.store.read() as connection:
            found = storage.search_queries.learnt(connection, self._last)
        if found:
            self._last = found[-1][0]
            self._words += [word for _, word in found]
            self._beginnings.clear()

    def _read_seen(self, ws: Workspace) -> None:
        now = ws.clock.now()
        if self._read_at is None or now - self._read_at > _PATIENCE:
            with ws.store.read() as connection:
                self._words = sorted(storage.search_queries.seen_words(connection))
            self._read_at = now
            self._beginnings.clear()

    def near(self, word: str) -> list[str]:
        """Beginnings of words that a person may have meant, the nearest only; empty where nothing is that near.

        One letter of four or five may be wrong, missing, too many or swapped, two of a longer word.
        """
        allowed = searching.errors_allowed(word)
        if not allowed:
            return []
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        found = process.extract(
            word, self._of_length(len(word)), scorer=OSA.distance, score_cutoff=allowed, limit=_CLOSEST
        )
        others = [(near, distance) for near, distance, _ in found if not near.startswith(word)]
        return [near for near, distance in others if distance == others[0][1]]

    def _of_length(self, length: int) -> list[str]:
        """Words about as long, and the beginnings of longer ones: a word is looked for while it is being typed."""
        kept = self._beginnings.get(length)
        if kept is None:
            found = {word for word in self._words if length - 2 <= len(word) <= length + 2}
            for size in (length - 1, length, length + 1):
                found.update(word[:size] for word in self._words if len(word) > size)
            kept = self._beginnings[length] = sorted(found)
        return kept


_known: WeakKeyDictionary[object, Vocabulary] = WeakKeyDictionary()


def of(ws: Workspace) -> Vocabulary:
    """The words that there are now."""
    found = _known.setdefault(ws.store, Vocabulary())
    found.read(ws)
    return found
