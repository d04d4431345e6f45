"""What a search compares: texts as words, emails, phones and numbers in one piece, and where a word is in a text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from .reach import PHONE_DIGITS, phone_key
from .text import fold

WORD_LIMIT = 64
"""Characters of a word that count."""
TEXT_LIMIT = 20_000
"""Characters of a text that are looked through."""
WORDS_LIMIT = 4000
"""Different words of a record that are kept."""
TITLE_LIMIT = 200
LEARNT = 4
"""Letters from which on a word is kept in the vocabulary, and typing errors in it are forgiven."""

_WORD = re.compile(r"[^\W_]+")
_PHONE = re.compile(r"[\d\s()+./-]+")
_PHONE_LEAST = 5


def words(text: str) -> Sequence[str]:
    """The folded words of a text: ``"Café L'Óscar nº 7"`` → ``["cafe", "l", "oscar", "no", "7"]``."""
    # What is long is seldom the same again, and is not worth keeping.
    return _kept_words(text) if len(text) <= TITLE_LIMIT else _words(fold.__wrapped__(text[:TEXT_LIMIT]))


@lru_cache(maxsize=8192)
def _kept_words(text: str) -> tuple[str, ...]:
    return _words(fold(text))


def _words(folded: str) -> tuple[str, ...]:
    return tuple([word[:WORD_LIMIT] for word in _WORD.findall(folded)])


def title(text: str) -> str:
    """A name as prefixes of it are looked up: its words, one space between them."""
    return " ".join(words(text))[:TITLE_LIMIT].rstrip()


def joined(text: str) -> str:
    """An email, a number or an address in one piece: ``"OPP-0042"`` → ``"opp0042"``."""
    return "".join(words(text))[:WORD_LIMIT]


def phone_words(phone: str) -> list[str]:
    """The digits of a phone as they may be typed: all, without the country if that is written apart, and the last ones."""
    country, _, rest = phone.partition(" ")
    digits = _digits(phone)
    national = _digits(rest) if country.startswith("+") else ""
    return list(dict.fromkeys(part for part in (digits, national, phone_key(phone)) if part))


def typed_phone(text: str) -> list[str]:
    """What a phone that was typed in any spelling may be kept as; empty for text that is none."""
    digits = _digits(text)
    if not _PHONE.fullmatch(text.strip() or "x") or len(digits) < _PHONE_LEAST:
        return []
    return [digits, digits[-PHONE_DIGITS:]] if len(digits) > PHONE_DIGITS else [digits]


def _digits(text: str) -> str:
    found = "".join(filter(str.isdecimal, text))[:WORD_LIMIT]
    return found[2:] if found.startswith("00") else found


def learnt(word: str) -> bool:
    """Whether a word belongs to the vocabulary: it begins with enough letters."""
    return len(word) >= LEARNT and word[:LEARNT].isalpha()


def errors_allowed(word: str) -> int:
    """How many letters of a typed word may be wrong, missing, too many, or swapped with the next."""
    return 0 if not learnt(word) else 1 if len(word) < LEARNT + 2 else 2


def marks(text: str, wanted: Sequence[str]) -> list[tuple[int, int]]:
    """Where words of a text begin with one of the folded ``wanted``: (start, length) in the text as it is, in order.

    A phone or a number that was typed in one piece is marked in all its pieces.
    """
    longest = sorted(wanted, key=len, reverse=True)
    found = []
    for start, folded, places in _spelled(text):
        word = next((w for w in longest if folded.startswith(w)), None)
        if word is not None:
            found.append((start, places[len(word) - 1] - start))
    return found or _across(text, longest)


def _across(text: str, wanted: Sequence[str]) -> list[tuple[int, int]]:
    spelled = [(folded, places) for _, folded, places in _spelled(text)]
    whole = "".join(folded for folded, _ in spelled)
    ends = [place for _, places in spelled for place in places]
    for word in wanted:
        at = whole.find(word) if len(word) >= _PHONE_LEAST else -1
        if at >= 0:
            start = ends[at] - 1
            return [(start, ends[at + len(word) - 1] - start)]
    return []


def _spelled(text: str) -> Iterator[tuple[int, str, list[int]]]:
    """Start of each word, the word folded, and for each of its folded letters the end of the sign it comes from."""
    start, folded = -1, ""
    places: list[int] = []
    for place, sign in enumerate(text):
        letters = fold(sign)
        if _WORD.fullmatch(letters):
            if start < 0:
                start, folded, places = place, "", []
            folded += letters
            places += [place + 1] * len(letters)
        elif start >= 0 and unicodedata.combining(sign):
            places[-1] = place + 1
        elif start >= 0:
            yield start, folded, places
            start = -1
    if start >= 0:
        yield start, folded, places
