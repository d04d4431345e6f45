"""Characters that no text has (NUL, half an emoji): mended or refused with a message, never an error of the database."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from salesos_desktop.domain.filters import DealFilter
from salesos_desktop.domain.text import mended, one_line, whole
from salesos_desktop.errors import UserError
from salesos_desktop.services import (
    activities,
    attachments,
    board,
    checklists,
    checks,
    companies,
    contacts,
    leads,
    lists,
    moves,
    notes,
    opportunities,
    pipelines,
    search,
    views,
)  # fmt: skip
from salesos_desktop.services.workspace import Workspace
from tests.conftest import StillClock, copied, make_deals, stage_named

BROKEN = st.text(st.sampled_from("aé \n\0\ud83d\ude00\U0001f600\udcff"), min_size=1, max_size=6).filter(
    lambda text: not whole(text)
)


@given(BROKEN)
def test_what_is_mended_can_be_kept_and_loses_nothing_else(text: str) -> None:
    assert whole(mended(text))
    assert whole(one_line(text))
    assert [c for c in mended(text) if c in "aé \n"] == [c for c in text if c in "aé \n"]
    assert mended("\ud83d\ude00!") == "\U0001f600!"
    assert one_line("A\ud83d") == "A"


def doors(ws: Workspace) -> dict[str, Callable[[str], Any]]:
    """Places where a person types, each as a function of the text."""
    (deal,) = make_deals(ws, 1)
    lead = leads.create(ws, {"name": "Ana", "email": "ana@example.com"})
    call = activities.plan(ws, {"subject": "Call", "due_on": ws.clock.today()}, ("opportunity", deal))
    stage, why = stage_named(ws, "Proposal"), lists.entries(ws, "loss_reason")[0].id
    reason = lists.entries(ws, "discard_reason")[0].id
    return {
        "deal": lambda text: opportunities.edit(ws, deal, {"name": "A" + text, "note": text, "company": text}),
        "lead": lambda text: leads.edit(ws, lead, {"position": text, "note": text, "tags": [text]}),
        "contact": lambda text: contacts.create(ws, {"name": "A" + text, "note": text}),
        "company": lambda text: companies.create(ws, {"name": "A" + text, "note": text}),
        "activity": lambda text: activities.plan(ws, {"subject": text, "place": text, "note": text}),
        "participant": lambda text: activities.edit(ws, call, {"participants": [{"name": text}]}),
        "outcome": lambda text: activities.finish(ws, [call], outcome=text),
        "note": lambda text: notes.add(ws, "opportunity", deal, "A" + text),
        "link": lambda text: attachments.add_link(ws, "opportunity", deal, "https://example.com/" + text, text),
        "check": lambda text: checklists.add(ws, deal, "A" + text),
        "list": lambda text: lists.add(ws, "source", {"name": "A" + text}),
        "stage": lambda text: pipelines.edit_stage(ws, stage.id, {"help": text}),
        "view": lambda text: views.save(ws, "deals", "A" + text, {"text": text}),
        "discarded": lambda text: leads.discard(ws, [lead], reason_id=reason, note=text),
        "lost": lambda text: moves.lose(ws, [deal], reason_id=why, competitor=text, note=text),
        "search": lambda text: search.find(ws, text),
        "filter": lambda text: board.listed(ws, DealFilter(text=text)),
        "label": lambda text: attachments.rename(ws, 1, text),
    }


def is_refused(enter: Callable[[str], Any], text: str) -> bool:
    """Whether a door says what is wrong; any other error is one of the test."""
    try:
        enter(text)
    except UserError:
        return True
    return False


@pytest.mark.parametrize("text", ["\ud83d", "x\ud83d\ude00", "\0\ud83d\0", "\udcff y\0"])
def test_every_door_takes_it_mended_or_says_what_is_wrong(any_ws: Workspace, text: str) -> None:
    refused = {name for name, enter in doors(any_ws).items() if is_refused(enter, text)}
    assert refused <= {"link", "stage", "view", "discarded", "lost", "filter", "label"}
    assert [note.body for note in notes.of(any_ws, "opportunity", 1)] == ["A" + mended(text).rstrip()]
    if any_ws.store.path is not None:
        assert checks.problems(any_ws) == []


@pytest.fixture(scope="module")
def open_doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workspace, dict[str, Callable[[str], Any]]]]:
    ws = copied(tmp_path_factory.mktemp("broken", numbered=True) / "broken.salesos", StillClock())
    yield ws, doors(ws)
    ws.store.close()


@given(text=BROKEN)
@settings(max_examples=8, deadline=None, phases=(Phase.explicit, Phase.generate))
def test_whatever_is_typed_no_door_breaks(
    open_doors: tuple[Workspace, dict[str, Callable[[str], Any]]], text: str
) -> None:
    ws, each = open_doors
    for enter in each.values():
        is_refused(enter, text)
    assert checks.problems(ws) == []


def test_the_command_line_says_it_in_one_line(tmp_path: Path, clock: StillClock) -> None:
    path = tmp_path / "cli.salesos"
    ws = copied(path, clock)
    (deal,) = make_deals(ws, 1)
    activities.plan(ws, {"subject": "Call"}, ("opportunity", deal))
    ws.store.close()
    command = [sys.executable, "-W", "error", "-m", "salesos_desktop", "--workspace", str(path)]
    done = subprocess.run([*command, "done", "1", "--outcome", b"caf\xe9"], capture_output=True, text=True, check=False)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    line = json.dumps({"name": "Ana", "email": "a@example.com", "note": "x\ud83d"})
    done = subprocess.run([*command, "leads", "add", "-"], input=line, capture_output=True, text=True, check=False)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "1: note:" in done.stderr
