"""What a search compares, and where it says the match is."""

from __future__ import annotations

import unicodedata

import pytest

from salesos_desktop.domain import searching


def test_words_are_folded_and_parted() -> None:
    assert list(searching.words("Café  L'Óscar nº 7_b")) == ["cafe", "l", "oscar", "no", "7", "b"]
    assert list(searching.words("¿…?")) == []
    assert len(searching.words("x" * 300)[0]) == searching.WORD_LIMIT
    assert searching.joined("OPP-0042") == "opp0042"


@pytest.mark.parametrize(
    ("phone", "kept"),
    [
        ("+34 600 12 34 56", ["34600123456", "600123456", "00123456"]),
        ("0034600123456", ["34600123456", "00123456"]),
        ("+34600123456", ["34600123456", "00123456"]),
        ("", []),
    ],
)
def test_phones_are_kept_as_they_may_be_typed(phone: str, kept: list[str]) -> None:
    assert searching.phone_words(phone) == kept


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("600-12-34", ["6001234"]),
        ("(+34) 600 123 456", ["34600123456", "00123456"]),
        ("ana 600", []),
        ("2026", []),
        ("", []),
    ],
)
def test_what_is_taken_for_a_phone(text: str, typed: list[str]) -> None:
    assert searching.typed_phone(text) == typed


def test_marks_are_in_the_text_as_it_is() -> None:
    def marked(text: str, *wanted: str) -> list[str]:
        return [text[start : start + length] for start, length in searching.marks(text, wanted)]

    assert marked("Lucía Gómez, luchadora", "luc", "gomez") == ["Luc", "Gómez", "luc"]
    decomposed = unicodedata.normalize("NFD", "José Ñandú")
    assert [unicodedata.normalize("NFC", part) for part in marked(decomposed, "jos", "nandu")] == ["Jos", "Ñandú"]
    assert marked("Große Straße", "grosse", "stra") == ["Große", "Stra"]
    assert marked("+34 600 12 34 56", "600123") == ["600 12 3"]
    assert marked("Ana", "x") == []


def test_how_many_errors_are_forgiven() -> None:
    assert [searching.errors_allowed(word) for word in ("sol", "2026", "cafe", "marta", "andina")] == [0, 0, 1, 1, 2]
