"""Every text is there in Spanish, with the same values in it; numbers and dates are written as each language does."""

from __future__ import annotations

import re
from datetime import date

import pytest

from salesos_desktop import i18n
from salesos_desktop.errors import InvalidInput
from tests import catalog


def test_the_spanish_catalog_is_complete_and_compiled() -> None:
    kept = catalog.catalog()
    missing = [text for text in catalog.texts() if kept.get(text) is None or not kept.get(text).string]
    assert missing == []
    assert catalog.MO.read_bytes() == catalog.compiled(kept), "run python -m tests.catalog"


def test_translations_keep_their_values() -> None:
    for message in catalog.catalog():
        if not message.id:
            continue
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        source = message.id if isinstance(message.id, str) else message.id[1]
        for form in forms:
            assert set(re.findall(r"\{(\w+)\}", form)) == set(re.findall(r"\{(\w+)\}", source)), source


def test_money_and_dates_in_both_languages() -> None:
    i18n.set_language("es")
    assert i18n.money(1_840_000, "USD") == "$\u00a018.400"
    assert i18n.money(123_456, "EUR") == "€\u00a01.234,56"
    assert i18n.short_date(date(2026, 12, 12), 2026) == "12 dic"
    assert i18n.percent(25) == "25\u00a0%"
    i18n.set_language("en")
    assert i18n.money(1_840_000, "USD") == "$18,400"
    assert i18n.short_date(date(2027, 12, 12), 2026) == "Dec 12, 2027"


@pytest.mark.parametrize(
    ("text", "minor"),
    [("1.234,56", 123_456), ("1,234.56", 123_456), ("1500", 150_000), ("", None), ("$ 18.400", 1_840_000)],
)
def test_amounts_are_understood_as_they_are_typed(text: str, minor: int | None) -> None:
    i18n.set_language("es")
    assert i18n.parse_amount(text, "USD") == minor


def test_what_is_no_amount_is_said_with_an_example() -> None:
    with pytest.raises(InvalidInput, match="abc") as caught:
        i18n.parse_amount("abc", "USD")
    assert "1,234.56" in caught.value.message


@pytest.mark.parametrize(("code", "locale"), [("es", "es_419"), ("en", "en_US")])
def test_months_are_called_as_babel_calls_them(code: str, locale: str) -> None:
    from babel.dates import get_month_names

    i18n.set_language(code)
    for width, full in (("wide", True), ("abbreviated", False)):
        names = get_month_names(width, "stand-alone", locale)
        assert [i18n.month_name(n, full=full) for n in range(1, 13)] == [names[n].rstrip(".") for n in range(1, 13)]
