"""What tests of programs that follow each other on one server share."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from salesos_desktop.domain.changes import ChangeSet
from salesos_desktop.services.watcher import Watcher
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.storage.store import Store
from tests.conftest import StillClock

on_a_server = pytest.mark.parametrize("any_ws", ["postgresql"], indirect=True)


def url_of(ws: Workspace) -> str:
    return ws.store.engine.url.render_as_string(hide_password=False)


@contextmanager
def another(url: str, clock: StillClock) -> Iterator[Workspace]:
    """Somebody else's program on the same database."""
    made = Workspace(Store(url=url), clock)
    made.load()
    yield made
    made.store.close()


def told_to(ws: Workspace) -> list[ChangeSet]:
    """All that is published from now on."""
    told: list[ChangeSet] = []
    ws.bus.subscribe(told.append)
    return told


@contextmanager
def followed(ws: Workspace) -> Iterator[list[bool]]:
    """Follows the server, with a worker that asks, as the window does; gives what is told of the line."""
    line: list[bool] = []
    watcher = Watcher(ws)
    with ThreadPoolExecutor(1) as worker:
        watcher.listen(lambda: worker.submit(watcher.poll), line.append)
        try:
            until(lambda: line == [False])
            yield line
        finally:
            watcher.close()


def until(true: Callable[[], Any], seconds: float = 20) -> None:
    """Waits for something that other threads bring about."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.002)
