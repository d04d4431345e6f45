"""Times of the day as people type them."""

from __future__ import annotations

import re

_WRITTEN = re.compile(r"(\d{1,2})(?:[:.h ]?(\d{2}))?\s*h?\s*(am|pm|a\.?\s?m\.?|p\.?\s?m\.?)?", re.IGNORECASE)


def clock_time(text: str) -> str | None:
    """``HH:MM`` out of ``9``, ``930``, ``9.30``, ``9h30``, ``4:15 pm``; empty for nothing, None for what is no time."""
    clean = text.strip().lower()
    if not clean:
        return ""
    found = _WRITTEN.fullmatch(clean)
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "")[:1]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    return f"{hour:02d}:{minute:02d}" if hour < 24 and minute < 60 else None
