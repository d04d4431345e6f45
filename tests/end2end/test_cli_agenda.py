"""The agenda on the command line: by day, as JSON, as a calendar file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar

from salesos_desktop import cli
from salesos_desktop.commands import agenda as command
from salesos_desktop.errors import InvalidInput, NotFound
from salesos_desktop.services import activities
from salesos_desktop.services.workspace import Workspace
from tests.conftest import TODAY, make_deals


@pytest.fixture
def agenda(ws: Workspace) -> Callable[..., int]:
    """The command, as its words make it, on a workspace whose clock stands still."""
    (deal,) = make_deals(ws, 1)
    about = ("opportunity", deal)
    activities.plan(ws, {"subject": "Late", "due_on": TODAY - timedelta(days=3)}, about)
    activities.plan(
        ws, {"kind": "meeting", "subject": "Demo", "due_on": TODAY, "starts": "16:30", "place": "Room 2"}, about
    )
    activities.plan(ws, {"kind": "call", "subject": "Call", "due_on": TODAY, "recurrence": "FREQ=DAILY;COUNT=2"})
    activities.plan(ws, {"subject": "Some day"})

    def run(*words: str) -> int:
        return command.run(ws, cli._parser().parse_args(["agenda", *words]))

    return run


def test_by_day_for_people(agenda: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    agenda("--to", "2026-11-25")
    assert capsys.readouterr().out.splitlines() == [
        "Overdue",
        "    Nov 21                #1 Late · Task · Deal 0 · Marta Ríos",
        "",
        "Tuesday, November 24, 2026",
        "                 #3 Call · Call · Marta Ríos",
        "    16:30–17:30  #2 Demo · Meeting · Deal 0 · Room 2 · Marta Ríos",
        "",
        "Wednesday, November 25, 2026",
        "  ↻              #3 Call · Call · Marta Ríos",
        "",
        "Without a day",
        "                 #4 Some day · Task · Marta Ríos",
    ]


def test_json_has_every_day_and_what_lies_on_it(agenda: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    import json

    agenda("--json", "--person", "marta rios")
    found: Any = json.loads(capsys.readouterr().out)
    assert (found["from"], found["to"], found["time_zone"]) == ("2026-11-24", "2026-11-30", "UTC")
    assert [day["works"] for day in found["days"]] == [True] * 4 + [False] * 2 + [True]
    demo = found["days"][0]["activities"][1]
    assert (demo["subject"], demo["starts"], demo["ends"], demo["minutes"], demo["state"]) == (
        "Demo", "16:30", "17:30", 60, "today",
    )  # fmt: skip
    assert (demo["about"], demo["about_kind"], demo["at"]) == ("Deal 0", "opportunity", "2026-11-24T16:30:00+00:00")
    assert [each["to_come"] for each in found["days"][1]["activities"]] == [True]
    assert [each["state"] for each in found["overdue"]] == ["overdue"]
    assert [each["state"] for each in found["undated"]] == ["undated"]


def test_as_a_calendar_file(agenda: Callable[..., int], capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    agenda("--ics", "--from", "2026-11-20")
    data = capsysbinary.readouterr().out
    assert [str(event["SUMMARY"]) for event in Calendar.from_ical(data).walk("VEVENT")] == ["Late", "Call", "Demo"]
    assert b"\r\nRRULE:FREQ=DAILY;COUNT=2\r\n" in data


def test_what_cannot_be_asked_for_is_refused(agenda: Callable[..., int]) -> None:
    for words in (["--from", "24.11.2026"], ["--to", "2026-11-01"], ["--to", "2028-01-01"]):
        with pytest.raises(InvalidInput):
            agenda(*words)
    with pytest.raises(NotFound):
        agenda("--person", "Nobody")
