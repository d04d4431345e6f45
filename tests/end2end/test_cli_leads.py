"""Leads on the command line as a process: added by hand and by a web form's hook, listed, converted once."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from salesos_desktop import bootstrap
from salesos_desktop.services import custom_fields, leads
from tests.conftest import StillClock, copied
from tests.end2end.program import here as run
from tests.end2end.program import process


def js(path: Path, *words: str, **more: Any) -> Any:
    return json.loads(run(path, *words, "--json", **more)[0])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cli.salesos"


@pytest.fixture
def one_lead(path: Path, clock: StillClock) -> Path:
    ws = copied(path, clock)
    leads.create(ws, {"name": "Ana", "email": "ana@example.com"})
    ws.store.close()
    return path


def test_a_lead_is_added_listed_and_converted_once(path: Path) -> None:
    words = (
        "leads",
        "add",
        "--name",
        "Ana Ruiz",
        "--email",
        "Ana@Example.com",
        "--company",
        "Café Ñandú",
        "--position",
    )
    made = js(path, *words, "Buyer", "--source", "web FORM", "--tag", "vip", "--tag", "sur", "--note", "Wants two")
    assert (made["outcome"], made["source"], made["tags"], made["status"]) == (
        "created",
        "Web form",
        ["vip", "sur"],
        "New",
    )
    again = js(path, "leads", "add", "--name", "Ana", "--email", "ana@example.com")
    assert (again["outcome"], again["reason"], again["id"]) == ("skipped", "email", made["id"])
    more = ("leads", "add", "--name", "Ana Ruiz", "--email", "ana@example.com", "--phone", "+34600123456", "--tag", "b")
    updated = js(path, *more, "--on-duplicate", "update")
    assert (updated["outcome"], updated["tags"]) == ("updated", ["vip", "sur", "b"])
    assert updated["phone"] == "+34 600 12 34 56"
    assert js(path, *more, "--on-duplicate", "create")["outcome"] == "created"
    assert len(js(path, "leads")) == 2
    assert [lead["id"] for lead in js(path, "leads", "--text", "nandu", "--status", "new", "--limit", "5")] == [
        made["id"]
    ]
    number = str(made["id"])
    converting = ("convert", number, "--name", "Two machines", "--value", "500.00", "--close", "2099-12-24")
    deal = js(path, *converting, "--stage", "Proposal")
    assert (deal["name"], deal["value"], deal["stage"], deal["company"]) == (
        "Two machines",
        "500.00",
        "Proposal",
        "Café Ñandú",
    )
    out, refused = run(path, *converting, code=2)
    assert out == ""
    assert f"Two machines (number {deal['id']})" in refused
    assert len(refused.splitlines()) == 1
    assert js(path, "leads", "--status", "converted")[0]["opportunity"] == deal["id"]
    assert js(path, "undo")["done"] == "Undone: Convert “Ana Ruiz”"
    assert js(path, "check") == {"ok": True, "problems": []}


def test_lines_of_a_hook_are_kept_one_by_one(path: Path) -> None:
    lines = [
        '\ufeff{"name": "Ana Ruiz", "email": "ana@example.com", "tags": ["web"], "value": 12.5, "place": "Lima"}',
        "not json",
        "",
        '{"name": "No way to reach"}',
        '{"name": "Ana", "email": "ANA@example.com"}',
        '{"name": "Bea", "phone": "+34 600 12 34 56", "colour": "red"}',
        '{"name": "\\ud800", "email": "x@example.com"}',
        "[1]",
        '{"name": "Íñigo", "phone": "+34 611 22 33 44", "source": "Web form"}',
    ]
    given = "\n".join(lines).encode() + b'\n{"name": "\xff"}\n'
    out, errors = process(path, "leads", "add", "-", "--json", code=2, given=given)
    assert [(o["line"], o["outcome"], o["name"]) for o in map(json.loads, out.splitlines())] == [
        (1, "created", "Ana Ruiz"),
        (5, "skipped", "Ana Ruiz"),
        (9, "created", "Íñigo"),
    ]
    assert [text.split(":")[0] for text in errors.splitlines()] == [f"line {n}" for n in (2, 4, 6, 7, 8, 10)]
    assert "email" in errors.splitlines()[1]
    assert [lead["value"] for lead in js(path, "leads", "--text", "ana")] == ["12.50"]
    out, _ = run(path, "leads", "add", "-", given=b'{"name": "Zoe", "email": "zoe@example.com"}\n')
    assert out.startswith("1\tcreated\t")


def test_no_line_of_a_hook_takes_others_with_it(path: Path) -> None:
    ws = bootstrap.open_workspace(path)
    with closing(ws.store):
        bootstrap.prepare(ws)
        custom_fields.save(ws, {"label": "Machines", "form": "number", "subject": "lead"})
    good = '{"name": "Ana", "email": "a%d@example.com", "custom": {"machines": 3}}'
    bad = [
        f'{{"name": "x", "email": "x@example.com", "custom": {{"machines": {number}}}}}'
        for number in ("NaN", "-Infinity", "1e400", '"1e99999999"', '"NaN"', "true")
    ] + ['{"name": "x", "email": "x@example.com", "tags": {"a": 1}}', '{"name": "\u200b", "email": "x@example.com"}']
    lines = [good % 1, *bad, good % 2]
    out, errors = run(path, "leads", "add", "-", "--json", code=2, given="\n".join(lines).encode())
    assert [json.loads(line)["outcome"] for line in out.splitlines()] == ["created", "created"]
    assert [text.split(":")[0] for text in errors.splitlines()] == [f"line {n}" for n in range(2, len(lines))]


def test_each_line_of_a_hook_is_told_before_the_next_is_read(path: Path) -> None:
    words = [sys.executable, "-m", "salesos_desktop", "--workspace", str(path), "leads", "add", "-", "--json"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as hook:
        assert hook.stdin is not None
        assert hook.stdout is not None
        for number in (1, 2):
            hook.stdin.write(b'{"name": "Ana", "email": "a%d@example.com"}\n' % number)
            hook.stdin.flush()
            assert json.loads(hook.stdout.readline())["line"] == number


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["leads", "add"], "name is missing"), (["leads", "add", "--name", "x"], "needs an email or a phone"),
        (["leads", "--owner", "Nobody"], "no person"), (["leads", "--status", "lost"], "no status"),
        (["leads", "add", "--name", "x", "--email", "a@example.com", "--source", "moon"], "no source"),
        (["leads", "nonsense"], "invalid choice"), (["convert", "9", "--name", "x", "--close", "2099-01-01"], "does not exist"),
        (["convert", "1", "--name", "x", "--close", "2099-01-01"], "value is missing"),
        (["convert", "1", "--name", "x", "--close", "2099-01-01", "--product", "A:x"], "not a product"),
        (["convert", "1", "--name", "x", "--close", "2099-01-01", "--product", "A:2"], "no product"),
        (["convert", "1", "--name", "x", "--value", "1"], "required"),
    ],
)  # fmt: skip
def test_what_can_be_cured_is_one_line_and_code_2(one_lead: Path, words: list[str], said: str) -> None:
    out, errors = run(one_lead, *words, code=2)
    assert said in errors
    assert out == ""
    assert len(errors.splitlines()) == 1
