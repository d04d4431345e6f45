"""What stages ask, answered on the command line, and several pipelines there."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from salesos_desktop import bootstrap, cli
from salesos_desktop.services import custom_fields, pipelines
from salesos_desktop.services.workspace import Workspace

Say = Callable[..., Any]
DEAL = ("new", "--name", "Deal", "--value", "10.00", "--close", "2099-12-24")


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    return tmp_path / "cli.salesos"


@pytest.fixture
def say(path: Path, capsys: pytest.CaptureFixture[str]) -> Say:
    """Runs a command: its JSON, or the line on standard error where ``code`` 2 is expected."""

    def run(*words: str, code: int = 0) -> Any:
        assert cli.main(["--workspace", str(path), "--json", *words]) == code
        out, told = capsys.readouterr()
        if code == 2:
            assert len(told.strip().splitlines()) == 1
            return told
        return json.loads(out)

    return run


def prepare(path: Path, *steps: Callable[[Workspace], Any]) -> None:
    ws = bootstrap.open_workspace(path)
    for step in steps:
        step(ws)
    ws.store.close()


def stage_id(ws: Workspace, name: str, pipeline: str = "") -> int:
    chosen = next(p.id for p in pipelines.listing(ws) if pipeline in ("", p.name))
    return next(s.stage.id for s in pipelines.stages(ws, chosen) if s.stage.name == name)


def test_a_move_names_all_that_is_missing_with_its_options_and_takes_them(path: Path, say: Say) -> None:
    number = str(say(*DEAL)["id"])
    rules = {
        "required": ["company", "owner_id", "source_id", "tags", "custom.budget"],
        "entry_text": "The budget\nis agreed",
    }
    prepare(
        path,
        lambda ws: custom_fields.save(ws, {"label": "Budget", "subject": "opportunity", "form": "currency"}),
        lambda ws: pipelines.edit_stage(ws, stage_id(ws, "Proposal"), rules),
    )
    told = say("move", number, "Proposal", code=2)
    options = ("company=…", "source=…", "tags=…", "budget=…")
    assert all(f"(--set {option})" in told for option in options)
    assert "owner=" not in told, "it has one"
    assert "“The budget is agreed” (--confirm)" in told
    given = ["--set", "source=Web form", "--set", "tags=vip, sur", "--set", "budget=1234.56", "--confirm"]
    assert "Company (--set company=…). Nothing" in say("move", number, "Proposal", *given, code=2)
    assert say("show", number)["stage"] == "Prospecting"
    moved = say("move", number, "Proposal", *given, "--set", "company=Café Sol = Luna")
    assert (moved["stage"], moved["company"]) == ("Proposal", "Café Sol = Luna")
    assert say("check")["ok"]


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("note", "says nothing of a field"), ("colour=red", "no field colour"),
        ("company=Acme", "does not ask for the field Company"),
        ("value=1,5", "not an amount"), ("close=soon", "not a date"), ("owner=Nobody", "no person"), ("source=x", "no source"),
    ],
)  # fmt: skip
def test_an_answer_that_cannot_be_is_refused(say: Say, option: str, said: str) -> None:
    say(*DEAL)
    assert said in say("move", "1", "Proposal", "--set", option, code=2)


def test_closing_going_back_and_reopening_answer_too(path: Path, say: Say) -> None:
    number = str(say(*DEAL)["id"])
    prepare(
        path,
        lambda ws: pipelines.edit_stage(ws, stage_id(ws, "Won"), {"required": ["contact"]}),
        lambda ws: pipelines.edit_stage(ws, stage_id(ws, "Lost"), {"required": ["note"], "entry_text": "They said no"}),
        lambda ws: pipelines.edit_stage(ws, stage_id(ws, "Prospecting"), {"entry_text": "Asked again"}),
        lambda ws: pipelines.edit(ws, pipelines.listing(ws)[0].id, {"back_reason": True}),
    )
    say("move", number, "Proposal")
    assert "(--back-reason TEXT)" in say("move", number, "Qualification", code=2)
    assert say("move", number, "Qualification", "--back-reason", "New contact")["stage"] == "Qualification"
    assert "contact=…" in say("win", number, code=2)
    assert say("win", number, "--set", "contact=Ana Ruiz")["kind"] == "won"
    assert "Asked again" in say("reopen", number, "Prospecting", code=2)
    assert say("reopen", number, "Prospecting", "--confirm")["kind"] == "open"
    told = say("lose", number, "--reason", "price", code=2)
    assert "note=…" in told
    assert "--confirm" in told
    assert say("lose", number, "--reason", "price", "--set", "note=No", "--confirm")["kind"] == "lost"


def test_a_new_deal_and_a_converted_lead_take_fields_that_are_asked_for(path: Path, say: Say) -> None:
    lead = say("leads", "add", "--name", "Ana Ruiz", "--email", "ana@example.com")["id"]
    field = {"subject": "opportunity", "form": "text", "required": True}
    prepare(
        path,
        lambda ws: custom_fields.save(ws, {"label": "Region", **field}),
        lambda ws: custom_fields.save(ws, {"label": "Channel", **field}),
        lambda ws: pipelines.edit_stage(ws, stage_id(ws, "Prospecting"), {"required": ["company", "note"]}),
    )
    told = say(*DEAL, code=2)
    assert "Region (--set region=…); Channel (--set channel=…)" in told
    own = ("--set", "region=North", "--set", "Channel=Web")
    asked = ("--set", "company=Acme", "--set", "note=x")
    assert "Company (--set company=…); Note (--set note=…)" in say(*DEAL, *own, code=2)
    assert say(*DEAL, *own, *asked)["stage"] == "Prospecting"
    convert = ("convert", str(lead), "--name", "D", "--close", "2099-01-01", "--value", "5")
    assert "region=…" in say(*convert, code=2)
    told = say(*convert, *own, code=2)
    assert "Company (--set company=…); Note (--set note=…)" in told
    assert say(*convert, *own, *asked)["company"] == "Acme"


def test_several_pipelines_are_told_apart_by_name(path: Path, say: Say) -> None:
    first = say(*DEAL)
    assert first["pipeline"] == "Sales"
    prepare(path, lambda ws: pipelines.create(ws, "Renewals"), lambda ws: pipelines.create(ws, "Partners"))
    prepare(
        path,
        lambda ws: pipelines.edit_stage(ws, stage_id(ws, "Proposal", "Partners"), {"name": "Pilot"}),
        lambda ws: pipelines.set_active(ws, next(p.id for p in pipelines.listing(ws) if p.name == "Renewals"), False),
        lambda ws: pipelines.create(ws, "Upsell"),
    )
    number = str(first["id"])
    told = say("move", number, "Qualification", code=2)
    assert "Sales, Partners, Upsell" in told
    assert "--pipeline" in told
    moved = say("move", number, "Pilot")
    assert (moved["stage"], moved["pipeline"]) == ("Pilot", "Partners")
    assert say("win", number)["pipeline"] == "Partners"
    assert say("reopen", number, "Qualification", "--pipeline", "sales")["pipeline"] == "Sales"
    made = say(*DEAL, "--pipeline", "Upsell")
    assert (made["stage"], made["pipeline"]) == ("Prospecting", "Upsell")
    assert "no stage" in say(*DEAL, "--stage", "Pilot", "--pipeline", "Upsell", code=2)
    assert "no pipeline" in say("list", "--pipeline", "Nowhere", code=2)
    assert [d["id"] for d in say("list", "--pipeline", "Upsell")] == [made["id"]]
    assert {d["pipeline"] for d in say("list")} == {"Sales", "Upsell"}
    assert {s["pipeline"] for s in say("stages")} == {"Sales", "Renewals", "Partners", "Upsell"}
    assert [s["count"] for s in say("stages", "--pipeline", "Sales")] == [0, 1, 0, 0, 0, 0]
    rows = say("forecast", "--by", "stage")["rows"]
    assert [(r["stage"], r["pipeline"], r["count"]) for r in rows] == [
        ("Qualification", "Sales", 1),
        ("Prospecting", "Upsell", 1),
    ]
    assert say("forecast", "--pipeline", "Upsell")["totals"]["count"] == 1
