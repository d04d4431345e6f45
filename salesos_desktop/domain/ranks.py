"""Order of cards within a column: widely spaced whole numbers, so that a drop writes one row."""

from __future__ import annotations

SPACING = 1 << 32
"""Distance between neighbours that were never moved: 32 drops at one place before a few are respaced."""

EDGE = 1 << 61
"""How far from zero a rank may be; in front of a card that stands there, others stand beside it."""

NEIGHBOURS = 32
"""How many cards on each side are respaced when two have no room between them."""


def between(low: int | None, high: int | None, count: int = 1) -> list[int] | None:
    """``count`` ascending ranks strictly between two neighbours (None: the column's end); None when there is no room."""
    if low is None and high is None:
        return [i * SPACING for i in range(count)]
    if low is None:
        assert high is not None
        return [max(-EDGE, high - (count - i) * SPACING) for i in range(count)]
    if high is None:
        return [min(EDGE, low + (i + 1) * SPACING) for i in range(count)]
    step = (high - low) // (count + 1)
    if step < 1:
        return None
    return [low + step * (i + 1) for i in range(count)]


def respaced(low: int | None, high: int | None, count: int) -> list[int] | None:
    """Evenly spread ranks for a run of ``count`` cards between two that stay; None when even they leave no room."""
    return between(low, high, count)
