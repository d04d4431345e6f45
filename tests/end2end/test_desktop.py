"""The program as a process on a real X screen, with a window manager, a notification server and a real mouse."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from salesos_desktop import bootstrap
from salesos_desktop.domain.filters import DealFilter, Sort
from salesos_desktop.services import board, checks, demo, history, people, setup

HERE = Path(__file__).parent
DISPLAY = ":97"
pytestmark = pytest.mark.needs("xvfb", "openbox", "xdotool", "dbus", "notifications")


def until(happened: Callable[[], object], seconds: float = 25) -> object:
    """Waits for something to be true and gives it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = happened()
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError("it did not happen in time")


class Desktop:
    """The running program and the hands on its mouse."""

    def __init__(self, path: Path, log: Path) -> None:
        self.path, self.log = path, log
        self.address = log.with_name("address")

    def xdotool(self, *words: object) -> str:
        done = subprocess.run(
            ["xdotool", *map(str, words)],
            env=dict(os.environ, DISPLAY=DISPLAY),
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout

    def origin(self) -> tuple[int, int]:
        """Where the window's content begins on the screen."""
        found = self.xdotool("search", "--onlyvisible", "--name", "^SalesOS Desktop$").split()
        text = self.xdotool("getwindowgeometry", found[-1])
        where = re.search(r"Position: (-?\d+),(-?\d+)", text)
        assert where is not None
        return int(where[1]), int(where[2])

    def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """One gesture of the mouse, in steps."""
        words: list[object] = ["mousemove", *start, "sleep", "0.1", "mousedown", 1, "sleep", "0.1"]
        for step in range(1, 9):
            x, y = (round(a + (b - a) * step / 8) for a, b in zip(start, end, strict=True))
            words += ["mousemove", x, y, "sleep", "0.05"]
        self.xdotool(*words, "sleep", "0.1", "mouseup", 1)


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[Desktop]:
    path, log = tmp_path / "desk.salesos", tmp_path / "bus.log"
    workspace = bootstrap.open_workspace(path)
    setup.prepare(workspace, "Marta Ríos")
    demo.fill(workspace, 80)
    workspace.store.close()
    environment = {k: v for k, v in os.environ.items() if k not in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY")}
    environment |= {
        "DISPLAY": DISPLAY,
        "LANG": "en_US.UTF-8",
        "SALESOS_HOME": str(tmp_path / "home"),
        "PYTHONPATH": os.getcwd(),
    }
    screen = subprocess.Popen(["Xvfb", DISPLAY, "-screen", "0", "1700x1100x24"], stderr=subprocess.DEVNULL)
    time.sleep(1)
    program = subprocess.Popen(
        ["dbus-run-session", "--", "sh", str(HERE / "desktop.sh"), sys.executable, str(path), str(log)],
        env=environment, start_new_session=True, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    made = Desktop(path, log)
    until(lambda: made.xdotool("search", "--onlyvisible", "--name", "^SalesOS Desktop$").strip())
    time.sleep(2)
    yield made
    os.killpg(program.pid, signal.SIGTERM)
    program.wait(15)
    screen.terminate()
    screen.wait(10)


def test_a_real_mouse_drags_a_card_and_everything_follows(desktop: Desktop) -> None:
    reader = bootstrap.open_workspace(desktop.path)
    stages = board.stages(reader)
    first = board.column(reader, stages[0], DealFilter(), Sort.MANUAL)[0][0]
    x, y = desktop.origin()
    desktop.drag((x + 330, y + 218), (x + 830, y + 222))

    def arrived() -> bool:
        return first in board.column(reader, stages[2], DealFilter(), Sort.MANUAL)[0]

    until(arrived)
    moved = [e for e in history.entries(reader, first) if e.kind == "stage"][-1]
    assert (moved.before, moved.after) == ("Prospecting", "Proposal")
    assert len(people.notices(reader)) == 1
    shown = str(until(lambda: "moved to Proposal" in (text := desktop.log.read_text(errors="replace")) and text))
    assert "member=Notify" in shown
    assert '"undo"' in shown
    desktop.xdotool("key", "ctrl+z")
    until(lambda: not arrived())
    assert checks.problems(reader) == []
    reader.store.close()


def test_escape_in_mid_drag_changes_nothing(desktop: Desktop) -> None:
    reader = bootstrap.open_workspace(desktop.path)
    before = [(c.id, c.stage_id) for c in board.listed(reader, DealFilter())]
    x, y = desktop.origin()
    desktop.xdotool("mousemove", x + 330, y + 218, "sleep", "0.1", "mousedown", 1, "sleep", "0.1",
                    "mousemove", x + 500, y + 230, "sleep", "0.1", "mousemove", x + 830, y + 230, "sleep", "0.2",
                    "key", "Escape", "sleep", "0.2", "mouseup", 1)  # fmt: skip
    time.sleep(1)
    assert [(c.id, c.stage_id) for c in board.listed(reader, DealFilter())] == before
    reader.store.close()


@pytest.mark.needs("atspi", "pyatspi")
def test_a_screen_reader_sees_the_board_and_hears_a_move(desktop: Desktop) -> None:
    """Column, count, card text and selection through AT-SPI; a move by keyboard is announced."""
    reader = bootstrap.open_workspace(desktop.path)
    stages = board.stages(reader)
    ids = board.column(reader, stages[0], DealFilter(), Sort.MANUAL)[0]
    name = board.fetch(reader, [ids[0]])[ids[0]].name
    address = until(lambda: desktop.address.read_text() if desktop.address.exists() else "")
    python = next(p for p in ("/usr/bin/python3", "python3") if p == "python3" or Path(p).exists())
    environment = dict(os.environ, DISPLAY=DISPLAY, DBUS_SESSION_BUS_ADDRESS=str(address).strip())
    listening = subprocess.Popen(
        [python, str(HERE / "reader.py")], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert listening.stdout is not None
    columns = {c["name"]: c for c in json.loads(listening.stdout.readline())["columns"]}
    assert columns["Prospecting"]["rows"] == len(ids)
    assert columns["Prospecting"]["selection"]
    assert f"{len(ids)} deals" in columns["Prospecting"]["description"]
    assert name in columns["Prospecting"]["first"]
    x, y = desktop.origin()
    desktop.xdotool("mousemove", x + 330, y + 218, "click", 1, "sleep", "0.4", "key", "shift+Right")
    heard = json.loads(listening.stdout.readline())["heard"]
    listening.wait(20)
    listening.stdout.close()
    assert any(name in text and "Qualification" in text for text in heard), heard
    reader.store.close()
