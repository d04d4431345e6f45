"""What differs between two texts, word by word, for people to read."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from enum import StrEnum

_WORDS = 1500
_KEPT = 60


class Part(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    GONE = "gone"
    COME = "come"


def pieces(before: str, after: str) -> list[tuple[Part, str]]:
    """Both texts in pieces, in order; by words or, where they are very long, by lines. Long pieces that both have are cut
    down to their ends."""
    old, new = _split(before), _split(after)
    found: list[tuple[Part, str]] = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for what, from_old, to_old, from_new, to_new in matcher.get_opcodes():
        if what == "equal":
            found.append((Part.SAME, "".join(old[from_old:to_old])))
            continue
        if to_old > from_old:
            found.append((Part.GONE, "".join(old[from_old:to_old])))
        if to_new > from_new:
            found.append((Part.COME, "".join(new[from_new:to_new])))
    last = len(found) - 1
    return [
        (part, _shortened(text, first=place == 0, last=place == last)) if part is Part.SAME else (part, text)
        for place, (part, text) in enumerate(found)
    ]


def _split(text: str) -> list[str]:
    words = re.findall(r"\s+|\w+|[^\w\s]", text)
    return words if len(words) <= _WORDS else text.splitlines(keepends=True)


def _shortened(text: str, *, first: bool, last: bool) -> str:
    """What stands beside a change stays: the end of the first piece, the beginning of the last, both of the others."""
    if len(text) <= 2 * _KEPT + 20:
        return text
    begin = "" if first else text[:_KEPT]
    end = "" if last else text[-_KEPT:]
    return f"{begin} … {end}"
