"""Days as people type them, and as the program writes them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from salesos_desktop import i18n
from salesos_desktop.domain.day_texts import read_day, read_typed

TODAY = date(2026, 11, 29)
"""A Sunday."""


@pytest.fixture(params=["es", "en"])
def spanish(request: pytest.FixtureRequest) -> Iterator[bool]:
    before = i18n.language()
    i18n.set_language(request.param)
    yield request.param == "es"
    i18n.set_language(before)


def typed(text: str, *, day_first: bool = True, first: date = date.min, last: date = date.max) -> date | None:
    try:
        return read_typed(text, TODAY, i18n.day_words(), day_first=day_first, first=first, last=last)
    except ValueError:
        return None


def test_what_is_shown_is_read_back(spanish: bool) -> None:
    words = i18n.day_words()
    for day in (date(2026, 1, 1) + timedelta(days=n) for n in range(3 * 365 + 1)):
        assert typed(i18n.short_date(day, 0), day_first=spanish) == day
        if day.year == TODAY.year:
            assert read_day(i18n.short_date(day, day.year), TODAY, words, day_first=spanish) == day
        if day.year == 2028:
            assert typed(i18n.short_date(day, 0, tight=True), day_first=spanish) == day
            assert typed(i18n.long_date(day), day_first=spanish) == day
            assert typed(day.isoformat()) == day
            assert typed(f"{day.day}/{day.month}/{day.year}") == day
            assert typed(f"{day.month}/{day.day}/{day.year}", day_first=False) == day


@pytest.mark.parametrize("text", [
    "15 ene 2027", "15ene2027", "15 de enero de 2027", "15/1/2027", "15-1-27", "15.1.2027", "2027-01-15", "2027/1/15",
    "Jan 15, 2027", "january 15th 2027", "15 January 2027", " 15  ENE.  2027 ", "15 ene ’27", "vie 15 ene 2027",
    "Friday, Jan 15, 2027", "2027-01-15 10:42", "15 January", "15/1", "ene 15", "+47", "1/15/2027",
])  # fmt: skip
def test_a_day_has_many_ways(text: str) -> None:
    for day_first in (True, False):
        assert typed(text, day_first=day_first) == date(2027, 1, 15)


def test_the_language_orders_day_and_month() -> None:
    assert typed("3/4/2027") == date(2027, 4, 3)
    assert typed("3/4/2027", day_first=False) == date(2027, 3, 4)


@pytest.mark.parametrize(("text", "away"), [
    ("hoy", 0), ("today", 0), ("mañana", 1), ("MANANA", 1), ("tomorrow", 1), ("ayer", -1), ("+3", 3), ("-3", -3), ("−3", -3),
    ("+2s", 14), ("+2w", 14), ("+2 semanas", 14), ("+ 1m", 30), ("+1a", 365), ("lunes", 1), ("mon", 1), ("mar", 2), ("sáb", 6),
    ("domingo", 7), ("29", 0), ("15", 16), ("28", 29), ("31", 32),
])  # fmt: skip
def test_a_day_is_said_from_today(text: str, away: int) -> None:
    assert typed(text) == TODAY + timedelta(days=away)


def test_a_field_that_ends_or_begins_near_today_takes_the_day_that_it_can() -> None:
    until = {text: typed(text, last=TODAY) for text in ("15", "15/1", "lunes", "29 nov", "domingo", "30")}
    assert until == {
        "15": date(2026, 11, 15), "15/1": date(2026, 1, 15), "lunes": date(2026, 11, 23), "29 nov": TODAY,
        "domingo": TODAY, "30": date(2026, 10, 30),
    }  # fmt: skip
    assert typed("29", first=TODAY + timedelta(days=1)) == date(2026, 12, 29)


@pytest.mark.parametrize("text", [
    "", "x", "15 ene 202", "15 ene 20277", "15 marzipan 2027", "31/2/2027", "29/2/2027", "32", "0", "15/13/2027", "15 ene feb",
    "15 ene 2027 8", "lun 15 ene 2027", "15 ene 10:00 2027", "15 ju", "5+3", "+", "+3x", "+99999", "15 ene & 2027", "mar 15",
    "1/2027", "2027", "015/1/2027", "15/001/2027", "١٥/١/٢٠٢٧", "enero", "15 16", "29/2",
])  # fmt: skip
def test_what_is_no_day_is_none(text: str) -> None:
    assert typed(text) is None


def test_in_a_cell_a_day_without_a_year_is_this_one_s() -> None:
    words = i18n.day_words()
    assert read_day("15/1", TODAY, words, day_first=True) == date(2026, 1, 15)
    assert read_day(" ", TODAY, words, day_first=True) is None
    with pytest.raises(ValueError, match="15"):
        read_day("15", TODAY, words, day_first=True)
