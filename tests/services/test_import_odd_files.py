"""Files that are odd, gone or changed, and values that look like numbers or names: refused in words, never half taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesos_desktop.domain.leads import LeadFilter, LeadSort
from salesos_desktop.errors import UserError
from salesos_desktop.services import companies, leads
from salesos_desktop.services.transfer import importing
from salesos_desktop.services.workspace import Workspace
from tests.services.test_import_contacts import imported


def names(ws: Workspace) -> set[str]:
    ids = leads.listing(ws, LeadFilter(), LeadSort.CREATED).ids
    return {row.name for row in leads.fetch(ws, ids).values()}


@pytest.mark.parametrize("text", ["1e99999999", "1e9", "1_000", "٣٤", "inf", "9" * 80])
def test_only_plain_figures_are_numbers(ws: Workspace, tmp_path: Path, text: str) -> None:
    result = imported(ws, tmp_path, "companies", f"name,employees\nBad,{text}\nGood,12\n")
    assert (result.created, [(e.line, e.field) for e in result.errors]) == (1, [(2, "employees")])


def test_a_name_that_nobody_sees_is_none(ws: Workspace, tmp_path: Path) -> None:
    unseen = ["\u200b", "\u202e\u2066", "\x01\x02", "\u3164"]
    seen = {"👩\u200d👩\u200d👧": "👩\u200d👩\u200d👧", "\u200eAna\u200b": "Ana", "Bea\x07 Paz": "Bea Paz"}
    rows = [f"{name},a{n}@example.com" for n, name in enumerate([*unseen, *seen])]
    result = imported(ws, tmp_path, "leads", "name,email\n" + "\n".join(rows) + "\n")
    assert ([e.line for e in result.errors], names(ws)) == ([2, 3, 4, 5], set(seen.values()))
    result = imported(ws, tmp_path, "contacts", "name,company\n\u200b,\u200b\nEva,\u200b\n")
    assert (result.created, result.failed, result.made) == (1, 1, {})
    with pytest.raises(UserError):
        companies.create(ws, {"name": "\u200b\u2066"})


def test_a_row_with_nul_far_down_is_refused(any_ws: Workspace, tmp_path: Path) -> None:
    rows = "".join(f"n{i},a{i}@example.com\n" for i in range(4000))
    result = imported(
        any_ws, tmp_path, "leads", "name,email,note\n" + rows + "nu\0l,x@example.com,\nx,y@example.com,\0\n"
    )
    assert [(e.line, e.field) for e in result.errors] == [(4002, "name"), (4003, "note")]
    assert result.created == 4000


@pytest.mark.parametrize("changed", [None, "position,name,email\nb,a,a@example.com\n"])
def test_a_file_that_is_gone_or_changed_since_it_was_opened_is_refused(
    ws: Workspace, tmp_path: Path, changed: str | None
) -> None:
    path = tmp_path / "g.csv"
    path.write_text("name,position,email\na,b,a@example.com\n")
    plan = importing.plan(path, kind="leads")
    importing.analyse(plan)
    if changed is None:
        path.unlink()
    else:
        path.write_text(changed)
    with pytest.raises(UserError, match=r"g\.csv"):
        importing.run(ws, [plan])
    with pytest.raises(UserError, match=r"g\.csv"):
        importing.analyse(plan)
    assert not names(ws)


def test_empty_lines_above_the_header_are_no_rows(ws: Workspace, tmp_path: Path) -> None:
    assert imported(ws, tmp_path, "leads", "\n\nname,email\nAna,a@example.com\n").created == 1
    assert names(ws) == {"Ana"}
