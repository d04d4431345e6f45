"""Folding of names, so that case, accents and spacing do not hide a match."""

from __future__ import annotations

import unicodedata
from functools import lru_cache


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Lower case without accents, spaces collapsed: ``"  Ferretería  ANDINA "`` → ``"ferreteria andina"``."""
    if text.isascii():
        return " ".join(text.lower().split())
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


def initials(name: str) -> str:
    """Up to two letters for an avatar: ``"Marta Ríos"`` → ``"MR"``."""
    words = [w for w in name.split() if w[:1].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()
