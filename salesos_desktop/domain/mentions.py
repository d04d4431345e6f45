"""People who are named in a text as ``@Name``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from .text import fold

_AT = re.compile(r"(?<![\w@.])@(?=\S)")
TYPED = re.compile(r"(?<![\w@.])@([^\n@]{0,60})$")
"""What is being typed behind an ``@`` at the end of a text."""


def mentioned(text: str, people: Mapping[int, str]) -> set[int]:
    """Ids of the ``people`` (id → name) that a text names behind ``@``, without case and accents.

    Of names that begin alike the longest counts; several people of one name are all meant. An address is no mention.
    """
    by_name: dict[str, set[int]] = {}
    for person_id, name in people.items():
        if fold(name):
            by_name.setdefault(fold(name), set()).add(person_id)
    names = sorted(by_name, key=len, reverse=True)
    found: set[int] = set()
    for match in _AT.finditer(text):
        rest = " ".join(fold(text[match.end() : match.end() + 600]).split())
        name = next(
            (each for each in names if rest.startswith(each) and not rest[len(each) : len(each) + 1].isalnum()), ""
        )
        found |= by_name.get(name, set())
    return found


def offered(typed: str, names: Iterable[str], limit: int) -> list[str]:
    """Names of which a word begins with what was typed behind ``@``, those that begin with it first."""
    wanted = fold(typed)
    known = [(fold(name), name) for name in dict.fromkeys(names)]
    first = [name for folded, name in known if folded.startswith(wanted)]
    more = [name for folded, name in known if f" {wanted}" in folded and not folded.startswith(wanted)]
    return (first + more)[:limit]
