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
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from salesos_desktop import bootstrap
from salesos_desktop.config import Preferences
from salesos_desktop.domain.filters import DealFilter, Sort
from salesos_desktop.services import activities, board, checks, demo, people, reminders, setup, timeline

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
        text = self.xdotool("getwindowgeometry", self.windows()[-1])
        where = re.search(r"Position: (-?\d+),(-?\d+)", text)
        assert where is not None
        return int(where[1]), int(where[2])

    def windows(self) -> list[str]:
        """The program's windows."""
        return self.xdotool("search", "--onlyvisible", "--name", f"^{self.path.stem} .* SalesOS Desktop$").split()

    def notification(self) -> tuple[int, int, int, int]:
        """Place and size of the notification that the desktop shows."""
        found = self.xdotool("search", "--onlyvisible", "--class", "notification").split()
        if not found:
            return 0, 0, 0, 0
        shell = dict(line.split("=") for line in self.xdotool("getwindowgeometry", "--shell", found[0]).split())
        return int(shell["X"]), int(shell["Y"]), int(shell["WIDTH"]), int(shell["HEIGHT"])

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
    with workspace.unit("summary", [], undoable=False) as uow:
        # The morning summary has been told: on a working day it would be a second notification.
        uow.update("person", workspace.actor_id, {"summary_on": workspace.clock.today()})
    workspace.store.close()
    environment = {k: v for k, v in os.environ.items() if k not in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY")}
    environment |= {
        "DISPLAY": DISPLAY,
        "LANG": "en_US.UTF-8",
        "SALESOS_HOME": str(tmp_path / "home"),
        "PYTHONPATH": os.getcwd(),
    }
    for home in ("home", "other"):
        Preferences(opens_on="board", path=tmp_path / home / "config" / "preferences.json").save()
    screen = subprocess.Popen(["Xvfb", DISPLAY, "-screen", "0", "1900x1100x24"], stderr=subprocess.DEVNULL)
    time.sleep(1)
    program = subprocess.Popen(
        ["dbus-run-session", "--", "sh", str(HERE / "desktop.sh"), sys.executable, str(path), str(log)],
        env=environment, start_new_session=True, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    made = Desktop(path, log)
    try:
        until(made.windows)
        time.sleep(2)
        yield made
    finally:
        os.killpg(program.pid, signal.SIGTERM)
        program.wait(15)
        screen.terminate()
        screen.wait(10)


def test_a_real_mouse_drags_a_card_and_everything_follows(desktop: Desktop) -> None:
    reader = bootstrap.open_workspace(desktop.path)
    stages = board.stages(reader)
    first = board.column(reader, stages[0], DealFilter(), Sort.MANUAL).ids[0]
    x, y = desktop.origin()
    desktop.drag((x + 330, y + 218), (x + 830, y + 222))

    def arrived() -> bool:
        return first in board.column(reader, stages[2], DealFilter(), Sort.MANUAL).ids

    until(arrived)
    moved = [e for e in timeline.entries(reader, first) if e.kind == "stage"][-1]
    assert (moved.before, moved.after) == ("Prospecting", "Proposal")
    assert len(people.notices(reader)) == 1
    shown = str(until(lambda: "moved to Proposal" in (text := desktop.log.read_text(errors="replace")) and text))
    assert "member=Notify" in shown
    assert '"undo"' in shown
    desktop.xdotool("key", "ctrl+z")
    until(lambda: not arrived())
    assert checks.problems(reader) == []
    reader.store.close()


def test_the_desktop_s_own_undo_button_takes_the_move_back(desktop: Desktop) -> None:
    reader = bootstrap.open_workspace(desktop.path)
    stages = board.stages(reader)
    first = board.column(reader, stages[0], DealFilter(), Sort.MANUAL).ids[0]
    x, y = desktop.origin()
    desktop.drag((x + 330, y + 218), (x + 830, y + 222))
    until(lambda: first in board.column(reader, stages[2], DealFilter(), Sort.MANUAL).ids)
    left, top, width, height = until(lambda: any(desktop.notification()) and desktop.notification())  # type: ignore[misc]
    time.sleep(1)
    desktop.xdotool("mousemove", left + width - 66, top + height - 28, "sleep", "0.3", "click", 1)
    until(lambda: first in board.column(reader, stages[0], DealFilter(), Sort.MANUAL).ids)
    assert timeline.entries(reader, first)[-1].verb == "undo"
    reader.store.close()


def test_a_reminder_is_put_off_and_done_by_the_desktop_s_own_buttons(desktop: Desktop) -> None:
    """With the window minimised."""
    other = bootstrap.open_workspace(desktop.path)
    desktop.xdotool("windowminimize", desktop.windows()[0])
    planned = activities.plan(other, {"subject": "Call Ana now", "due_on": other.clock.today()})

    def press(from_the_right: int) -> None:
        reminders.snooze(other, [planned], 0)
        left, top, width, height = until(lambda: any(desktop.notification()) and desktop.notification())  # type: ignore[misc]
        time.sleep(1)
        place = (left + width - from_the_right, top + height - 27)
        desktop.xdotool("mousemove", *place, "sleep", "0.3", "click", 1)

    press(154)
    at = until(lambda: activities.get(other, planned).remind_at)
    assert isinstance(at, datetime)
    assert timedelta(minutes=9) < at - other.clock.now() <= timedelta(minutes=10)
    until(lambda: not any(desktop.notification()))
    press(242)
    until(lambda: activities.get(other, planned).done)
    other.store.close()


def test_a_card_goes_from_one_window_to_another(desktop: Desktop, tmp_path: Path) -> None:
    """Two windows of the program, each a process of its own, on one workspace."""
    reader = bootstrap.open_workspace(desktop.path)
    stages = board.stages(reader)
    first = board.column(reader, stages[0], DealFilter(), Sort.MANUAL).ids[0]
    (one,) = desktop.windows()
    environment = {k: v for k, v in os.environ.items() if k not in ("QT_QPA_PLATFORM", "DBUS_SESSION_BUS_ADDRESS")}
    environment |= {"DISPLAY": DISPLAY, "LANG": "en_US.UTF-8", "SALESOS_HOME": str(tmp_path / "other")}
    other = subprocess.Popen(
        [sys.executable, "-m", "salesos_desktop", "--workspace", str(desktop.path)], env=environment
    )
    two = until(lambda: next((w for w in desktop.windows() if w != one), None))
    time.sleep(2)
    places = []
    for window, left in ((one, 0), (two, 950)):
        desktop.xdotool("windowsize", window, 900, 800, "windowmove", window, left, 40)
        time.sleep(1)
        shell = dict(line.split("=") for line in desktop.xdotool("getwindowgeometry", "--shell", window).split())
        places.append((int(shell["X"]), int(shell["Y"])))
    (from_x, from_y), (to_x, to_y) = places
    desktop.drag((from_x + 330, from_y + 262), (to_x + 580, to_y + 300))
    until(lambda: first in board.column(reader, stages[1], DealFilter(), Sort.MANUAL).ids)
    other.send_signal(signal.SIGTERM)
    assert other.wait(15) == 0
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
    ids = board.column(reader, stages[0], DealFilter(), Sort.MANUAL).ids
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
