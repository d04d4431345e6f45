"""Dates and numbers of a column are decided from all its values together."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesos_desktop.i18n import parse_decimal
from salesos_desktop.services.transfer.mapping import guess, guess_kind
from salesos_desktop.services.transfer.values import DateEvidence, NumberEvidence, read_date, read_number


def order_of(*texts: str) -> str | None:
    seen = DateEvidence()
    for text in texts:
        seen.see(text)
    return seen.order


def sign_of(*texts: str) -> str | None:
    seen = NumberEvidence()
    for text in texts:
        seen.see(text)
    return seen.decimal


def test_one_value_decides_for_the_whole_column() -> None:
    assert order_of("01/02/2026", "03/04/2026") is None
    assert order_of("01/02/2026", "13/04/2026") == "dmy"
    assert order_of("01/02/26", "04/13/26") == "mdy"
    assert order_of("05/05/2026") == "dmy"
    assert order_of("2026-01-02") == "dmy"


@given(st.dates(date(1970, 1, 1), date(2068, 12, 31)))
def test_dates_are_read_back_in_every_form(day: date) -> None:
    assert read_date(day.isoformat(), "dmy") == day
    assert read_date(f"{day:%d/%m/%Y}", "dmy") == day
    assert read_date(f"{day:%m/%d/%Y}", "mdy") == day
    assert read_date(f"{day:%d.%m.%y}", "dmy") == day
    assert read_date(f"{day:%Y%m%d}", "dmy") == day
    assert read_date(f"{day:%Y-%m-%d} 10:30:00", "mdy") == day


@pytest.mark.parametrize("text", ["31/02/2026", "hello", "2026-13-01", "1/1/123", ""])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_date(text, "dmy")


def test_decimal_signs() -> None:
    assert sign_of("1.234,56") == ","
    assert sign_of("1,234.56") == "."
    assert sign_of("1.234") is None
    assert sign_of("1.234", "2,5") == ","
    assert sign_of("1.234.567") == ","
    assert sign_of("550", "4821") == "."


@given(st.integers(0, 10**12).map(lambda n: Decimal(n) / 100))
def test_numbers_are_read_back_in_both_habits(value: Decimal) -> None:
    english = f"{value:,.2f}"
    spanish = english.translate(str.maketrans(",.", ".,"))
    assert read_number("$ " + english, ".") == value
    assert read_number(spanish + " €", ",") == value


@pytest.mark.parametrize(
    "text", ["12x", "1,2,3.4", "--5", "", "NaN", "1.2.3", "1e9", "1e99999999", "1_000", "٣٤", ".", "9" * 99]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_number(text, ".")
    if text not in ("", "1,2,3.4", "1.2.3"):
        with pytest.raises(ValueError):
            parse_decimal(text)


def test_kinds_and_columns_are_guessed_from_headers() -> None:
    assert guess_kind(["product", "series", "sales_price"]) == "products"
    assert guess_kind(["account", "sector", "employees", "subsidiary_of"]) == "companies"
    assert guess_kind(["sales_agent", "manager", "regional_office"]) == "people"
    spanish = ["Nombre", "Importe", "Fecha de cierre", "Etapa", "Propietario"]
    assert guess_kind(spanish) == "opportunities"
    assert guess("opportunities", spanish) == {0: "name", 1: "value", 2: "close_date", 3: "stage", 4: "owner"}
