"""The columns of a table as a person left them: which are shown, where, how wide, and which the rows are ordered by."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from ...config import Preferences

_WIDEST = 10_000


class KeptColumns:
    """Kept in the preferences under a table's name, columns by their names."""

    def __init__(self, preferences: Preferences, name: str) -> None:
        self._kept, self._key = preferences.geometry, f"table-{name}"

    def read(self) -> dict[str, Any]:
        """``order`` and ``hidden`` (names), ``widths`` (px by name), ``sort`` and ``descending``; empty at first."""
        with suppress(ValueError):
            found = json.loads(self._kept.get(self._key, "{}"))
            return _readable(found) if isinstance(found, dict) else {}
        return {}

    def write(self, order: Iterable[str], hidden: Iterable[str], widths: Mapping[str, int], **sort: Any) -> None:
        """Keeps these; what was kept of columns that are not in ``order`` stays, for they may come back."""
        before, shown = self.read(), list(order)
        here, rest = frozenset(shown), iter(shown)
        places = [next(rest) if name in here else name for name in dict.fromkeys(before.get("order", []))]
        self._kept[self._key] = json.dumps(
            {
                "order": [*places, *rest],
                "hidden": [*hidden, *(name for name in before.get("hidden", []) if name not in here)],
                "widths": {n: px for n, px in before.get("widths", {}).items() if n not in here} | widths,
                **sort,
            }
        )

    def put(self, kept: Mapping[str, Any]) -> None:
        """Keeps what ``read`` gave; of what came from elsewhere (a saved view), only what has that shape is read again."""
        self._kept[self._key] = json.dumps(kept)

    def forget(self) -> None:
        """Everything is as it was at first."""
        self._kept.pop(self._key, None)


def _readable(kept: dict[str, Any]) -> dict[str, Any]:
    for name in ("order", "hidden"):
        names = kept.get(name)
        kept[name] = [each for each in names if isinstance(each, str)] if isinstance(names, list) else []
    widths = kept.get("widths")
    kept["widths"] = (
        {name: px for name, px in widths.items() if isinstance(px, int) and 0 < px < _WIDEST}
        if isinstance(widths, dict)
        else {}
    )
    if not isinstance(kept.get("sort", ""), str):
        del kept["sort"]
    return kept
