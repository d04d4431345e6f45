"""Figures as texts and as files: the same values everywhere, numbers as numbers."""

from __future__ import annotations

import csv
import zipfile
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from salesos_desktop.domain.sheets import Amount, Column, Kind, Sheet
from salesos_desktop.errors import UserError
from salesos_desktop.i18n import set_language
from salesos_desktop.services import sheets
from salesos_desktop.services.transfer import sheet_files

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
COLUMNS = (
    Column("Stage"), Column("Deals", Kind.NUMBER), Column("Value", Kind.MONEY, "USD"), Column("Yen", Kind.MONEY, "JPY"),
    Column("Won", Kind.SHARE), Column("Stay", Kind.DAYS), Column("Since", Kind.DATE),
)  # fmt: skip
STAGES = Sheet(
    "Funnel: by stage/kind",
    COLUMNS,
    [("=1+1", 1200, 123450, 700, 0.455, 3.25, date(2026, 11, 3)), ("Won", 0, None, None, None, None, None)],
)


def rows_of(path: Path, number: int) -> list[list[str]]:
    """The cells of a sheet, in columns A to G."""
    with zipfile.ZipFile(path) as book:
        sheet = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
        shared = ["".join(each.itertext()) for each in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))]
    assert not list(sheet.iter(f"{MAIN}f")), "no formulas"
    found = []
    for row in sheet.iter(f"{MAIN}row"):
        cells = {c.get("r", "")[:1]: (c.get("t"), c.findtext(f"{MAIN}v") or "") for c in row}
        texts = [cells.get(letter, (None, "")) for letter in "ABCDEFG"]
        found.append([shared[int(text)] if kind == "s" else text for kind, text in texts])
    return found


def test_texts_are_those_of_the_language() -> None:
    assert sheets.texts(STAGES, 2026) == [
        ["=1+1", "1,200", "$1,234.50", "¥700", "45.5%", "3.2 d", "Nov 3"], ["Won", "0", "—", "—", "—", "—", "—"],
    ]  # fmt: skip
    assert sheets.copied(STAGES, 2026).splitlines()[1] == "'=1+1\t1,200\t$1,234.50\t¥700\t45.5%\t3.2 d\tNov 3"
    below = Sheet("Below", [Column("\t@SUM(A1)"), Column("Change", Kind.MONEY, "USD")], [("-cmd", -50_000)])
    assert sheets.copied(below) == "'@SUM(A1)\tChange\n'-cmd\t−$500", "texts are guarded, figures stay figures"
    assert sheets.said(STAGES, 2026).startswith("=1+1: Deals 1,200, Value $1,234.50,")
    long = Sheet("Long", COLUMNS[:1], [[str(n)] for n in range(20)])
    assert sheets.said(long).endswith("; 13; 6 rows more")


def test_a_csv_has_numbers_under_their_currency(tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    assert sheet_files.write([STAGES], path) == 2
    assert list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines())) == [
        ["Stage", "Deals", "Value (USD)", "Yen (JPY)", "Won", "Stay", "Since"],
        ["'=1+1", "1200", "1234.50", "700", "0.4550", "3.2", "2026-11-03"],
        ["Won", "0", "", "", "", "", ""],
    ]
    set_language("es")
    sheet_files.write([STAGES, Sheet("Other", COLUMNS[:1], [("x",)])], path, overwrite=True)
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "Funnel: by stage/kind"
    assert lines[2].startswith("'=1+1;1200;1234,50;700;0,4550;3,2;")
    assert lines[4:] == ["", "Other", "Stage", "x"]


def test_a_workbook_has_a_sheet_for_each(tmp_path: Path) -> None:
    path = tmp_path / "all.xlsx"
    names = ("Funnel: by stage/kind", "funnel  by stage kind", "History", "", "'A very long name of a figure indeed'")
    assert sheet_files.write([Sheet(name, STAGES.columns, STAGES.rows) for name in names], path) == 10
    with zipfile.ZipFile(path) as book:
        listed = ElementTree.fromstring(book.read("xl/workbook.xml")).iter(f"{MAIN}sheet")
        assert [each.get("name") for each in listed] == [
            "Funnel by stage kind", "funnel by stage kind 2", "History 2", "4 2", "A very long name of a figure in",
        ]  # fmt: skip
    for number in (1, 5):
        assert rows_of(path, number) == [
            ["Stage", "Deals", "Value (USD)", "Yen (JPY)", "Won", "Stay", "Since"],
            ["=1+1", "1200", "1234.50", "700", "0.455", "3.2", "46329"],
            ["Won", "0", "", "", "", "", ""],
        ]


def test_numbers_have_no_noise_and_amounts_of_several_currencies_say_which(tmp_path: Path) -> None:
    columns = [Column("Stay", Kind.DAYS), Column("Share", Kind.SHARE), Column("Value", Kind.MONEY), Column("Why")]
    rows = [
        (48.199999999999974, 0.3561643835616438, Amount(5_750_050, "USD"), "x"),
        (1.0, 1 / 3, Amount(7, "JPY"), "y"),
    ]
    table = Sheet("Danger", columns, [*rows, (None, None, None, "z")])
    assert sheets.texts(table)[0] == ["48.2 d", "35.6%", "$57,500.50", "x"]
    sheet_files.write([table], tmp_path / "a.csv")
    assert list(csv.reader((tmp_path / "a.csv").read_text(encoding="utf-8-sig").splitlines())) == [
        ["Stay", "Share", "Value", "Currency", "Why"], ["48.2", "0.3562", "57500.50", "USD", "x"],
        ["1.0", "0.3333", "7", "JPY", "y"], ["", "", "", "", "z"],
    ]  # fmt: skip
    sheet_files.write([table], tmp_path / "a.xlsx")
    assert rows_of(tmp_path / "a.xlsx", 1)[1][:5] == ["48.2", "0.3562", "57500.50", "USD", "x"]


def test_any_title_names_a_sheet_and_a_file_and_a_name_that_no_file_can_have_is_told(tmp_path: Path) -> None:
    titles = ("Ganado por mes y persona 🎉 2026", "🎉" * 40, "🎉" * 40, "\x00\x01a")
    sheet_files.write([Sheet(title, STAGES.columns, ()) for title in titles], tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        listed = ElementTree.fromstring(book.read("xl/workbook.xml")).iter(f"{MAIN}sheet")
        names = [each.get("name") for each in listed]
    assert names == ["Ganado por mes y persona 🎉 202", "🎉" * 15, "🎉" * 14 + " 2", "a"]
    for title in ("x" * 300, "مرحبا" * 60):
        assert len(sheet_files.file_name(title, date(2026, 11, 4), ".xlsx").encode()) <= 140
    for name in ("n" * 300 + ".csv", "a\0b.csv"):
        with pytest.raises(UserError, match="cannot be written"):
            sheet_files.write([STAGES], tmp_path / name)


def test_what_is_there_stays_unless_it_is_to_be_replaced(tmp_path: Path) -> None:
    path = tmp_path / "kept.csv"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(UserError, match="already exists"):
        sheet_files.write([STAGES], path)
    assert path.read_text(encoding="utf-8") == "mine"
    with pytest.raises(UserError, match="neither CSV nor XLSX"):
        sheet_files.write([STAGES], tmp_path / "x.txt")
    assert (
        sheet_files.file_name("Time in stage: 2 / 3", date(2026, 11, 4), ".pdf") == "time-in-stage-2-3-2026-11-04.pdf"
    )
