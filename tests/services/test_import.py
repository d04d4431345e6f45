"""Importing files: what goes in, what is refused and why, and that one undo takes it all back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from salesos_desktop.domain.filters import DealFilter
from salesos_desktop.domain.products import Line
from salesos_desktop.errors import UserError
from salesos_desktop.services import board, checks, lines, moves, opportunities, timeline, undo
from salesos_desktop.services.transfer import importing, results
from salesos_desktop.services.transfer.importing import Plan
from salesos_desktop.services.transfer.results import Result
from salesos_desktop.services.workspace import Workspace

DEALS = """opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value
A1,Moses Frase,GTX Plus Basic,Cancity,Won,2016-10-20,2017-03-01,1054
A2,Darcel Schlecht,GTXPro,Isdom,Won,2016-10-25,2017-03-11,4514
A3,Darcel Schlecht,MG Special,,Lost,2016-10-25,2017-03-07,0
A4,Moses Frase,GTX Pro,Isdom,Engaging,2016-11-01,,
A5,Zane Levy,GTX Basic,,Prospecting,,,
"""
PRODUCTS = "product,series,sales_price\nGTX Basic,GTX,550\nGTX Pro,GTX,4821\n"


def plan_of(folder: Path, name: str, text: str | bytes, **more: str) -> Plan:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    found = importing.plan(path, **more)
    importing.analyse(found)
    return found


def counts(ws: Workspace) -> dict[str, tuple[int, int]]:
    names = {stage.id: stage.name for stage in board.stages(ws)}
    return {names[f.stage_id]: (f.count, f.value) for f in board.stage_figures(ws, DealFilter())}


def test_a_pipeline_goes_in_with_all_its_links(ws: Workspace, tmp_path: Path) -> None:
    plans = [plan_of(tmp_path, "deals.csv", DEALS), plan_of(tmp_path, "products.csv", PRODUCTS)]
    result = importing.run(ws, plans)
    assert (result.created, result.failed) == (7, 0)
    assert result.matched == {("product", "GTXPro"): "GTX Pro"}
    assert counts(ws) == {"Won": (2, 556_800), "Lost": (1, 0), "Engaging": (1, 0), "Prospecting": (1, 0)}
    by_number = {c.name: c for c in board.listed(ws, DealFilter())}
    won = by_number["GTX Pro · Isdom"]
    assert by_number["GTX Plus Basic · Cancity"].closed_on == date(2017, 3, 1)
    assert won.product == "GTX Pro"
    assert checks.problems(ws) == []


def test_one_undo_takes_everything_back_and_redo_brings_it(ws: Workspace, tmp_path: Path) -> None:
    plan = plan_of(tmp_path, "deals.csv", DEALS)
    people = len(board.names(ws, "person"))
    importing.run(ws, [plan])
    before = counts(ws)
    undo.undo(ws)
    assert counts(ws) == {}
    assert len(board.names(ws, "person")) == people
    assert "Engaging" not in [stage.name for stage in board.stages(ws)]
    undo.redo(ws)
    assert counts(ws) == before
    assert checks.problems(ws) == []


def test_again_is_unchanged_and_what_changed_is_updated_and_undone(ws: Workspace, tmp_path: Path) -> None:
    importing.run(ws, [plan_of(tmp_path, "deals.csv", DEALS)])
    again = importing.run(ws, [plan_of(tmp_path, "deals.csv", DEALS)])
    assert (again.created, again.updated, again.skipped) == (0, 0, 5)
    changed = DEALS.replace("Engaging,2016-11-01,,", "Won,2016-11-01,2017-05-05,900")
    result = importing.run(ws, [plan_of(tmp_path, "deals.csv", changed)])
    assert (result.created, result.updated, result.skipped) == (0, 1, 4)
    deal = next(c for c in board.listed(ws, DealFilter()) if c.value == 90_000)
    assert [e.kind for e in timeline.entries(ws, deal.id) if e.field == "stage"] == ["won"]
    assert checks.problems(ws) == []
    undo.undo(ws)
    card = opportunities.get(ws, deal.id).card
    assert (card.kind.value, card.value, card.closed_on) == ("open", None, None)


def test_a_bad_row_keeps_everything_out_or_only_itself(ws: Workspace, tmp_path: Path) -> None:
    bad = DEALS.replace("1054", "10x4").replace("2017-03-11", "2017-02-31")
    plan = plan_of(tmp_path, "deals.csv", bad)
    stopped = importing.run(ws, [plan])
    assert (stopped.kept, stopped.created, stopped.failed) == (False, 0, 2)
    assert counts(ws) == {}
    first, second = stopped.errors
    assert (first.line, first.field) == (2, "close_value")
    assert "10x4" in first.message
    assert (second.line, second.field) == (3, "close_date")
    skipped = importing.run(ws, [plan], stop_on_error=False)
    assert (skipped.created, skipped.failed) == (3, 2)
    saved = tmp_path / "bad.csv"
    assert results.save_bad_rows([plan.table], skipped, saved) == 2
    lines = saved.read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 3
    assert "10x4" in lines[1]


def test_a_dry_run_counts_and_writes_nothing(ws: Workspace, tmp_path: Path) -> None:
    result = importing.run(ws, [plan_of(tmp_path, "deals.csv", DEALS)], dry_run=True)
    assert (result.created, result.kept) == (5, False)
    assert counts(ws) == {}
    assert undo.possible(ws).undo is None


def test_cancel_keeps_nothing(ws: Workspace, tmp_path: Path) -> None:
    def stop(_done: int, _all: int) -> None:
        raise importing.Cancelled

    with pytest.raises(importing.Cancelled):
        importing.run(ws, [plan_of(tmp_path, "deals.csv", DEALS)], progress=stop)
    assert counts(ws) == {}


SPANISH = "Nombre;Importe;Fecha de cierre;Etapa;Propietario\nMigración;1.234,56;24/12/2026;Propuesta;Inés Peña\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "latin-1"])
def test_encodings_are_found_out(ws: Workspace, tmp_path: Path, encoding: str) -> None:
    result = importing.run(ws, [plan_of(tmp_path, "ventas.csv", SPANISH.encode(encoding))])
    assert result.failed == 0
    (card,) = board.listed(ws, DealFilter())
    assert (card.name, card.value, card.expected_close, card.owner) == (
        "Migración",
        123_456,
        date(2026, 12, 24),
        "Inés Peña",
    )
    assert card.stage_id == next(s.id for s in board.stages(ws) if s.name == "Proposal")


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_delimiters_are_found_out(ws: Workspace, tmp_path: Path, sign: str) -> None:
    text = sign.join(["name", "value", "close date"]) + "\n" + sign.join(['"A, B; C"', "1500", "2026-12-24"]) + "\n"
    assert importing.run(ws, [plan_of(tmp_path, "d.csv", text)]).created == 1
    assert board.listed(ws, DealFilter())[0].name == "A, B; C"


def test_dates_that_could_be_both_are_asked_for(ws: Workspace, tmp_path: Path) -> None:
    plan = plan_of(tmp_path, "d.csv", "name,value,close date\nA,1,01/02/2027\nB,2,03/04/2027\n")
    assert [plan.question_of(n) for n in plan.questions] == ["date"]
    with pytest.raises(UserError, match="close date"):
        importing.run(ws, [plan])
    for evidence in plan.evidence.values():
        evidence.dates.chosen = "mdy"
    importing.run(ws, [plan])
    assert {c.expected_close for c in board.listed(ws, DealFilter())} == {date(2027, 1, 2), date(2027, 3, 4)}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"), (b"   \n \n", "is empty"), (b"\x00\x01\x02\x03PNG\x00" * 50, "not a text file"),
        (b"name,value\n" + b'"' + b"x" * 1_200_000, "cannot be read from line"),
    ],
)  # fmt: skip
def test_bad_files_are_refused_in_one_sentence(ws: Workspace, tmp_path: Path, data: bytes, words: str) -> None:
    with pytest.raises(UserError, match=words):
        importing.run(ws, [plan_of(tmp_path, "bad.csv", data)])
    assert counts(ws) == {}


def test_a_missing_file_and_a_file_without_a_name_column(ws: Workspace, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        importing.plan(tmp_path / "nowhere.csv")
    with pytest.raises(UserError, match="is the name"):
        importing.run(ws, [plan_of(tmp_path, "d.csv", "colour,size\nred,1\n")])


def test_odd_values_go_in_as_they_are(ws: Workspace, tmp_path: Path) -> None:
    names = ["<img src=x>", "عرض أسعار", "🚀 Launch", 'O\'Hara; "quoted"', "x" * 500, "=1+1"]
    rows = "".join('"' + name.replace('"', '""') + '",1,2026-12-24\n' for name in names)
    result: Result = importing.run(ws, [plan_of(tmp_path, "d.csv", "name,value,close date\n" + rows)])
    assert result.failed == 0
    assert {card.name for card in board.listed(ws, DealFilter())} == set(names)


def test_companies_link_to_parents_that_come_later(ws: Workspace, tmp_path: Path) -> None:
    text = "account,sector,employees,subsidiary_of\nChild,retail,10,Parent\nParent,retail,99,\n"
    assert importing.run(ws, [plan_of(tmp_path, "accounts.csv", text)]).created == 2
    assert sorted(c.name for c in board.names(ws, "company")) == ["Child", "Parent"]


def test_a_lead_needs_an_email_or_a_phone(ws: Workspace, tmp_path: Path) -> None:
    plan = plan_of(tmp_path, "leads.csv", "lead name,email,phone,status\nAna,,,new\nEva,e@x.com,,nuevo\n", kind="leads")
    result = importing.run(ws, [plan], stop_on_error=False)
    assert (result.created, result.failed) == (1, 1)
    assert result.errors[0].field == "email"


def test_an_import_is_taken_back_whole_after_one_of_its_deals_was_moved_and_moved_back(
    ws: Workspace, tmp_path: Path
) -> None:
    """The move gave points to and told a person that the import had made."""
    file = tmp_path / "deals.csv"
    file.write_text("name,value,close date,owner\nA,1,2026-12-01,Somebody New\n", encoding="utf-8")
    plan = importing.plan(file)
    importing.analyse(plan)
    importing.run(ws, [plan])
    (card,) = board.listed(ws, DealFilter())
    moves.move(ws, [card.id], board.stages(ws)[2].id)
    undo.undo(ws)
    undo.undo(ws)
    assert board.listed(ws, DealFilter()) == []
    assert "Somebody New" not in [person.name for person in board.names(ws, "person")]
    assert checks.problems(ws) == []
    undo.redo(ws)
    assert [c.owner for c in board.listed(ws, DealFilter())] == ["Somebody New"]
    assert checks.problems(ws) == []


def test_a_quote_that_is_never_closed_is_said(ws: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "open.csv"
    file.write_text('name,value\n"abc,5\nb,6\n', encoding="utf-8")
    plan = importing.plan(file)
    with pytest.raises(UserError, match="line"):
        importing.analyse(plan)
    assert board.listed(ws, DealFilter()) == []


def test_a_place_for_bad_rows_is_looked_at_before_anything_is_imported(tmp_path: Path) -> None:
    taken = tmp_path / "taken.csv"
    taken.touch()
    for target in (taken, tmp_path / "nowhere" / "x.csv"):
        with pytest.raises(UserError):
            results.check_target(target)


def test_amounts_of_a_known_deal_are_in_its_own_currency(ws: Workspace, tmp_path: Path) -> None:
    def brought(name: str, text: str) -> tuple[str, int | None]:
        result = importing.run(ws, [plan_of(tmp_path, name, text)])
        assert result.failed == 0, result.errors
        (card,) = board.listed(ws, DealFilter())
        return card.currency, card.value

    head = "external_id,name,value,currency,close_date\n"
    assert brought("a.csv", head + "J1,yen,5000,JPY,2026-12-20\n") == ("JPY", 5_000)
    assert brought("b.csv", "external_id,name,value\nJ1,yen,6000\n") == ("JPY", 6_000)
    assert brought("c.csv", "external_id,name,currency,note\nJ1,yen,,hello\n") == ("JPY", 6_000)
    assert brought("d.csv", "external_id,name,currency\nJ1,yen,USD\n") == ("USD", 600_000)
    (card,) = board.listed(ws, DealFilter())
    lines.set_lines(ws, card.id, [Line(None, "Work", 1000, 600_000)], False)
    assert brought("e.csv", head + "J1,yen,7000,JPY,2026-12-20\n") == ("JPY", 7_000)
    assert [line.unit_price for line in lines.lines_of(ws, card.id).lines] == [6_000]
