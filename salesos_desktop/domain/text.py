"""Names as they are kept, without what nobody sees, and folded, so that case, accents and spacing do not hide a match; and
notes without the signs of their looks.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"))
_FILLERS = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and signs that show nothing."""


def whole(text: str) -> bool:
    """Whether every character of a text can be kept: no NUL, and no half of one, as a cut emoji leaves."""
    if "\0" in text:
        return False
    try:
        text.isascii() or text.encode()
    except UnicodeEncodeError:
        return False
    return True


def mended(text: str | None) -> str:
    """A text without what cannot be kept (see ``whole``); halves that belong together become their character."""
    clean = text or ""
    if whole(clean):
        return clean
    return clean.replace("\0", "").encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")


def one_line(text: str | None) -> str:
    """A text as a name is kept: its spaces collapsed, control characters gone, nothing invisible at its ends.

    Zero-width, bidirectional and filling characters alone are no text: empty. Within a text they stay, for they join
    emojis and part letters.
    """
    line = " ".join((text or "").split())
    if line.isprintable() and _FILLERS.isdisjoint(line) and unicodedata.category(line[:1] or " ") != "Mn":
        return line
    shown = "".join(" " if unicodedata.category(c) in ("Cc", "Cs") else c for c in line)
    start, end = 0, len(shown)
    while start < end and (_unseen(shown[start]) or unicodedata.category(shown[start]) == "Mn"):
        start += 1
    # Tags at the end spell the country of a flag.
    while end > start and _unseen(shown[end - 1]) and not "\U000e0020" <= shown[end - 1] <= "\U000e007f":
        end -= 1
    return " ".join(shown[start:end].split())


def _unseen(character: str) -> bool:
    return character in _FILLERS or unicodedata.category(character) in _UNSEEN


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Lower case without accents, spaces collapsed: ``"  Ferretería  ANDINA "`` → ``"ferreteria andina"``."""
    if text.isascii():
        return " ".join(text.lower().split())
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


_BEGINNINGS = re.compile(r"^[ \t]*(?:(?:#{1,6}|>|[-*+](?: \[[ xX]\])?)[ \t]+|(?:[-*_] ?){3,}$|```.*$)+", re.MULTILINE)
_LINKS = re.compile(r"!?\[([^\]\n]{0,200})\]\([^)\s]{0,400}\)")
_SPANS = re.compile(r"(?<![\w*_~`])(\*{1,3}|_{1,3}|~~|`{1,2})(?=\S)([^\n]{1,400}?)(?<=\S)\1(?![\w*_~`])")


def unmarked(markdown: str) -> str:
    """A note in a line, without the signs of Markdown: ``"# To do\\n- **ring**"`` → ``"To do ring"``."""
    text = _LINKS.sub(r"\1", _BEGINNINGS.sub("", markdown))
    inner = _SPANS.sub(r"\2", text)
    return " ".join(_SPANS.sub(r"\2", inner).split())


def initials(name: str) -> str:
    """Up to two letters for an avatar: ``"Marta Ríos"`` → ``"MR"``."""
    words = [w for w in name.split() if w[:1].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()
