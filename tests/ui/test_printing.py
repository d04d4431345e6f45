"""Figures on paper: what is drawn is there as lines and letters, all of the table on as many pages as it takes."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from unicodedata import normalize
from xml.etree import ElementTree

import pytest
import shiboken6
from PySide6.QtGui import QImage
from PySide6.QtPrintSupport import QPrinter, QPrintPreviewDialog
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from salesos_desktop.domain.sheets import Column, Kind, Sheet
from salesos_desktop.ui.dashboard.rows_chart import Piece, Row, RowsChart
from salesos_desktop.ui.printing import drawing, menu, pages, pictures
from salesos_desktop.ui.printing.parts import Paper, Part
from salesos_desktop.ui.theme import DARK, apply_theme, theme, tokens

SVG = "{http://www.w3.org/2000/svg}"
COLUMNS = (Column("Stage"), Column("Deals", Kind.NUMBER), Column("Value", Kind.MONEY, "USD"))
ROWS = [(f"Stage {n}", n, 100_050 * n) for n in range(1, 91)]


@pytest.fixture
def paper(qtbot: QtBot, qapp: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Paper]:
    """Of a window that is dark."""
    apply_theme(qapp, "light")  # type: ignore[arg-type]
    monkeypatch.setattr(theme(), "tokens", DARK)
    holder = QWidget()
    qtbot.addWidget(holder)
    chart = RowsChart("Funnel")
    chart.setParent(holder)  # Closed by itself, a chart of pyqtgraph is none any more.
    chart.resize(420, 160)
    chart.show_rows([Row("Qualification", "97 deals", (Piece(0, 97, "stage2"),)), Row("Won & <b>", "30", ())])
    parts = [Part(Sheet("Funnel", COLUMNS, ROWS), "deals by stage", chart), Part(Sheet("Losses", COLUMNS, ROWS[:2]))]
    yield Paper("Dashboard & more", ["Everybody", "Oct 1 – Nov 29"], parts, 2026)
    assert tokens().dark


def words_of(data: bytes) -> list[str]:
    """The texts of each page, by what the file itself says its letters mean."""
    objects = {int(n): body for n, body in re.findall(rb"\n(\d+) 0 obj\n(.*?)\nendobj", data, re.S)}
    letters: dict[int, dict[int, str]] = {}
    for number, body in objects.items():
        unicode = re.search(rb"/ToUnicode (\d+) 0 R", body)
        if unicode is not None:
            known = letters[number] = {}
            for first, codes in re.findall(rb"<(\w{4})> <\w{4}> (\[[^\]]*\]|<\w{4}>)", objects[int(unicode[1])]):
                for place, code in enumerate(re.findall(rb"<(\w{4})>", codes)):
                    known[int(first, 16) + place] = chr(int(code, 16))
    texts = []
    for body in objects.values():
        head, _, stream = body.partition(b"stream\n")
        if b"FlateDecode" not in head or b"/Length1" in head:
            continue
        words, font = [], {}
        shown = re.findall(rb"/F(\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)> Tj", zlib.decompress(stream))
        for name, codes in shown:
            font = letters[int(name)] if name else font
            words += [font.get(int(code, 16), "?") for code in re.findall(r"[0-9A-Fa-f]{4}", codes.decode())]
        texts += ["".join(normalize("NFKC", "".join(words)).split())] if words else []
    return texts


def test_a_pdf_has_every_row_on_pages_with_numbers(paper: Paper) -> None:
    data = pages.pdf(drawing.recorded(paper))
    assert data.startswith(b"%PDF-1.")
    assert data.rstrip().endswith(b"%%EOF")
    assert b"/Subtype /Image" not in data, "charts are lines and letters"
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", data)
    assert {(round(float(w)), round(float(h))) for w, h in boxes} == {(842, 595)}, "A4 on its side"
    texts = words_of(data)
    assert len(texts) == len(boxes) > 2
    first, last = texts[0], texts[-1]
    for word in ("Dashboard&more", "Everybody·Oct1–Nov29", "Funnel", "dealsbystage", "Qualification", "Won&<b>"):
        assert word in first, first
    assert f"Page1of{len(boxes)}" in first
    assert "Losses" in last
    whole = "".join(texts)
    assert all(f"Stage{n}{n}${1000.5 * n:,.2f}".removesuffix(".00") in whole for n in (1, 2, 45, 89, 90)), whole
    assert tokens().dark, "the window has its own colours again"


def test_a_drawing_has_texts_and_a_picture_twice_the_pixels(paper: Paper) -> None:
    root = ElementTree.fromstring(pictures.svg(drawing.recorded(paper)))
    texts = {"".join(each.itertext()).strip() for each in root.iter(f"{SVG}text")}
    assert {"Dashboard & more", "Funnel", "Qualification", "97 deals", "Won & <b>", "Losses", "Stage 2"} <= texts
    assert not list(root.iter(f"{SVG}image"))
    long = replace(paper, parts=[Part(Sheet("Long", COLUMNS, ROWS))])
    drawn = {"".join(each.itertext()).strip() for each in ElementTree.fromstring(pictures.svg(long)).iter(f"{SVG}text")}
    assert {"Stage 40", "50 rows more"} <= drawn
    assert "Stage 41" not in drawn
    image = pictures.image(drawing.recorded(paper))
    _, _, width, height = (float(each) for each in root.get("viewBox", "").split())
    assert (image.width(), image.height()) == (2 * width, 2 * height)
    funnel = paper.parts[0]
    three = replace(paper, parts=[funnel] * 3, about=[])
    alone = [each.width() for _, each, _ in pictures._placed(drawing.recorded(three))[0]]
    assert alone[0] == alone[2] < pictures._placed(drawing.recorded(three))[1].width() / 2, "no frame is half empty"
    read = QImage.fromData(pictures.png(image))
    assert read.size() == image.size()
    assert read.pixelColor(1, 1).name() == "#ffffff"
    blue = sum(read.pixelColor(x, y).name() == "#3b82c4" for x in range(0, 900, 8) for y in range(0, 500, 8))
    assert blue > 50, "the bar, in the colours of paper"


def test_figures_stand_side_by_side_where_both_can_be_read_and_long_tables_go_on_under_their_name(paper: Paper) -> None:
    funnel, losses = paper.parts
    short = replace(funnel, sheet=replace(funnel.sheet, rows=ROWS[:4]))
    one = words_of(pages.pdf(drawing.recorded(replace(paper, parts=[short, short]))))
    assert len(one) == 1
    assert one[0].count("Qualification") == 2
    crowded = [short, short, Part(Sheet("Kept together", COLUMNS, ROWS[:30])), losses]
    texts = words_of(pages.pdf(drawing.recorded(replace(paper, parts=crowded))))
    assert ["Kepttogether" in each for each in texts] == [False, True]
    for count in range(58, 64):
        texts = words_of(pages.pdf(replace(paper, parts=[Part(Sheet("Long", COLUMNS, ROWS[:count]))])))
        assert all("Long" in each for each in texts)
        assert texts[-1].count("Stage") >= 4 + 1, "some rows under their titles"


def test_no_text_crowds_out_the_others_and_long_ones_are_whole(paper: Paper) -> None:
    columns = [Column("Owner"), Column("Société" * 70, Kind.MONEY, "USD"), Column("Why"), *COLUMNS]
    why = " · ".join(f"a reason with words, number {n}" for n in range(8))
    sheet = Sheet("Danger", columns, [("Marta Ríos", 123_456_700, why, "Proposal", 3, 100)])
    assert max(drawing.table(sheet, 1000, 2026).widths[:2]) < 200
    whole = words_of(pages.pdf(replace(paper, parts=[Part(sheet)])))[0]
    assert "MartaRíos$1,234,567" in whole
    assert all(f"number{n}" in whole for n in range(8)), whole


def test_a_file_is_drawn_beside_the_windows_thread_even_when_the_figure_has_gone(paper: Paper, tmp_path: Path) -> None:
    for ending in (".pdf", ".png", ".svg"):
        work = menu.writer(paper, tmp_path / f"a{ending}", overwrite=False)
        if ending == ".svg":
            shiboken6.delete(paper.parts[0].picture)
        with ThreadPoolExecutor(1) as apart:
            apart.submit(work).result()
    assert "Qualification" in words_of((tmp_path / "a.pdf").read_bytes())[0]
    assert "Qualification" in (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert QImage(str(tmp_path / "a.png")).width() > 900


def test_the_preview_opens_and_a_printer_takes_the_same_pages(paper: Paper, qtbot: QtBot, tmp_path: Path) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(900, 700)
    menu.preview(paper, parent)
    dialog = parent.findChild(QPrintPreviewDialog)
    assert dialog is not None
    assert "Dashboard & more" in dialog.windowTitle()
    assert dialog.isVisible()
    asked = Paper(paper.title, paper.about, paper.parts[1:], paper.year)
    printer = QPrinter()
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    printer.setPageLayout(pages.layout())
    assert pages.paint(asked, printer) == 1
    assert "Losses" in words_of((tmp_path / "printed.pdf").read_bytes())[0]
    dialog.reject()
