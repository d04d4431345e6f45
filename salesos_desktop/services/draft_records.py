"""Which records a change that waits is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .draft_kinds import EDITS, KINDS, NAMED, PAIRS


def about(kind: str, args: Sequence[Any]) -> tuple[str, list[int]]:
    """The table and the ids of what a draft of this kind changes or adds to; no ids for what is new or stands on something."""
    if kind in EDITS:
        return (kind, [args[0]]) if kind != "note" else ("", [])
    known = KINDS.get(kind)
    if known is None or not known.of:
        return "", []
    if known.of == NAMED:
        return args[0], [args[1]]
    first = args[known.counts if known.of == PAIRS else 0]
    if known.of != PAIRS:
        return known.of, [first] if isinstance(first, int) else list(first)
    pairs = [each for each in ([first] if isinstance(first, tuple) else first or ()) if each is not None]
    table = pairs[0][0] if pairs else ""
    return table, [row_id for name, row_id in pairs if name == table]
