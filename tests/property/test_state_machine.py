"""A machine that does to a workspace what people do, in two windows on one file, and compares all that must agree."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
)
from PySide6.QtCore import QObject, Signal

from salesos_desktop.domain.changes import ChangeSet
from salesos_desktop.domain.filters import DealFilter, Sort
from salesos_desktop.errors import Conflict, UserError
from salesos_desktop.services import board, checks, forecast, holds, moves, opportunities, undo
from salesos_desktop.services.transfer import importing
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.storage import totals
from salesos_desktop.storage.queries import timeline
from salesos_desktop.storage.store import Store
from salesos_desktop.ui.models.board import BoardModel
from tests.conftest import StillClock, ready_bytes

DAYS = st.one_of(st.just(date(2026, 11, 1)), st.dates(date(2026, 11, 24), date(2027, 6, 1)))
AMOUNTS = st.one_of(st.none(), st.integers(0, 10**9))


class Direct(QObject):
    """A session that answers at once, on this thread."""

    changed = Signal(object)
    day_changed = Signal()

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.workspace = workspace
        self.today = workspace.clock.today()
        workspace.bus.subscribe(self._on_published)

    def _on_published(self, changes: ChangeSet) -> None:
        self.changed.emit(changes)

    def ask(
        self, service: Any, *args: Any, done: Any = None, failed: Any = None, background: bool = False, **kwargs: Any
    ) -> Any:  # as Session.ask
        del failed, background
        result = service(self.workspace, *args, **kwargs)
        if done is not None:
            done(result)
        return QObject()

    def fetch(self, service: Any, ids: list[int], done: Any, missed: Any) -> Any:  # as Session.fetch
        del missed
        return self.ask(service, ids, done=done)


class Window:
    """One window's workspace, board and forecast."""

    def __init__(self, path: Path, clock: StillClock) -> None:
        self.ws = Workspace(Store.open_file(path), clock)
        self.ws.load()
        self.session = Direct(self.ws)
        self.board = BoardModel(self.session, lambda card: (card.name, ""))  # type: ignore[arg-type]
        self.board._reload.timeout.disconnect()
        self.board.load()
        self.cube = forecast.load(self.ws)
        self.ws.bus.subscribe(self._follow)

    def _follow(self, changes: ChangeSet) -> None:
        if not forecast.follow(self.cube, changes):
            self.cube = forecast.load(self.ws)

    def catch_up(self) -> None:
        self.ws.catch_up()
        if self.board._reload.isActive():
            self.board._reload.stop()
            self.board.load()


class Pipeline(RuleBasedStateMachine):
    deals = Bundle("deals")

    @initialize()
    def start(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        clock = StillClock()
        path = Path(self.folder.name) / "machine.salesos"
        path.write_bytes(ready_bytes())
        self.windows = [Window(path, clock), Window(path, clock)]
        self.stages = board.stages(self.windows[0].ws)
        self.reason = board.names(self.windows[0].ws, "loss_reason")[0].id
        self.imports = 0

    def ws(self, window: int) -> Workspace:
        return self.windows[window].ws

    def attempt(self, action: Any, *args: Any, **kwargs: Any) -> Any:
        """Does it, or is refused; a refusal leaves everything as it was (the invariants see to that)."""
        try:
            return action(*args, **kwargs)
        except UserError:
            return None

    @rule(
        target=deals,
        window=st.integers(0, 1),
        value=AMOUNTS,
        day=DAYS,
        stage=st.integers(0, 3),
        own=st.one_of(st.none(), st.integers(0, 100)),
    )
    def new(self, window: int, value: int | None, day: date, stage: int, own: int | None) -> int:
        values = {"name": "Deal", "value": value, "expected_close": day, "probability": own, "company": "Acme"}
        return opportunities.create(self.ws(window), values, stage_id=self.stages[stage].id)

    @rule(
        window=st.integers(0, 1),
        deal=deals,
        value=AMOUNTS,
        day=st.one_of(st.none(), DAYS),
        owner=st.sampled_from([None, 1]),
    )
    def edit(self, window: int, deal: int, value: int | None, day: date | None, owner: int | None) -> None:
        self.attempt(
            opportunities.edit, self.ws(window), deal, {"value": value, "expected_close": day, "owner_id": owner}
        )

    @rule(
        window=st.integers(0, 1),
        chosen=st.lists(deals, min_size=1, max_size=4),
        stage=st.integers(0, 4),
        after=st.one_of(st.none(), deals),
    )
    def move(self, window: int, chosen: list[int], stage: int, after: int | None) -> None:
        self.attempt(moves.move, self.ws(window), chosen, self.stages[stage].id, after_id=after)

    @rule(window=st.integers(0, 1), deal=deals, value=AMOUNTS)
    def win(self, window: int, deal: int, value: int | None) -> None:
        self.attempt(moves.win, self.ws(window), [deal], value=value)

    @rule(window=st.integers(0, 1), deal=deals)
    def lose(self, window: int, deal: int) -> None:
        self.attempt(moves.lose, self.ws(window), [deal], reason_id=self.reason, competitor="X")

    @rule(window=st.integers(0, 1), deal=deals, stage=st.integers(0, 3))
    def reopen(self, window: int, deal: int, stage: int) -> None:
        self.attempt(moves.reopen, self.ws(window), [deal], self.stages[stage].id)

    @rule(window=st.integers(0, 1), chosen=st.lists(deals, min_size=1, max_size=3), day=DAYS)
    def hold(self, window: int, chosen: list[int], day: date) -> None:
        self.attempt(holds.hold, self.ws(window), chosen, day)

    @rule(window=st.integers(0, 1), deal=deals)
    def release(self, window: int, deal: int) -> None:
        self.attempt(holds.release, self.ws(window), [deal])

    @rule(window=st.integers(0, 1), deal=consumes(deals))
    def delete(self, window: int, deal: int) -> None:
        self.attempt(opportunities.delete, self.ws(window), [deal])

    @rule(window=st.integers(0, 1), value=st.integers(1, 9))
    def bring_in(self, window: int, value: int) -> None:
        path = Path(self.folder.name) / "deals.csv"
        path.write_text(
            f"id,name,value,close date,stage\nX1,One,{value},2026-12-24,Proposal\nX2,Two,2,2026-12-25,Won\n".replace(
                "2026-12-25", "2026-11-20"
            ),
            encoding="utf-8",
        )
        plan = importing.plan(path)
        importing.analyse(plan)
        importing.run(self.ws(window), [plan])

    @rule(window=st.integers(0, 1))
    def take_back(self, window: int) -> None:
        before = self.snapshot(window)
        try:
            undo.undo(self.ws(window))
        except (Conflict, UserError):
            assert self.snapshot(window) == before
            return
        if undo.possible(self.ws(window)).redo is None:
            return
        undo.redo(self.ws(window))
        assert self.snapshot(window) == before, "redo after undo restores exactly"
        undo.undo(self.ws(window))

    @rule(window=st.integers(0, 1))
    def bring_back(self, window: int) -> None:
        self.attempt(undo.redo, self.ws(window))

    def snapshot(self, window: int) -> list[tuple[Any, ...]]:
        """Every deal's values, without what undo may leave different: version, rank, order."""
        cards = board.listed(self.ws(window), DealFilter(held=None))
        return sorted(
            (
                c.id,
                c.name,
                c.stage_id,
                c.value,
                c.currency,
                c.probability,
                c.expected_close,
                c.closed_on,
                c.owner_id,
                c.company,
                c.hold_until or date.max,
            )
            for c in cards
        )

    @invariant()
    def everything_agrees(self) -> None:
        if not hasattr(self, "windows"):
            return
        for window in self.windows:
            window.catch_up()
            self.board_is_the_database(window)
            assert window.cube.cells == forecast.recount(window.ws).cells
        ws = self.windows[0].ws
        with ws.store.read() as connection:
            assert totals.differences(connection) == []
            points = timeline.points_of(connection, 1)
        assert points >= 0

    def board_is_the_database(self, window: Window) -> None:
        figures = {
            (f.stage_id, f.currency): (f.count, f.value, f.weighted)
            for f in board.stage_figures(window.ws, DealFilter())
        }
        for stage in window.board.stages.values():
            order = board.column(window.ws, stage, DealFilter(), Sort.MANUAL)
            model = window.board.columns[stage.id]
            assert model.ids == order.ids
            assert model._keys == order.keys
            shown = {
                (stage.id, c): (s.count, s.value, s.weighted_percent)
                for c, s in window.board.figures[stage.id].by_currency.items()
            }
            assert shown == {key: sums for key, sums in figures.items() if key[0] == stage.id}

    def teardown(self) -> None:
        if hasattr(self, "windows"):
            assert checks.problems(self.windows[0].ws) == []
            for window in self.windows:
                window.ws.store.close()
            self.folder.cleanup()


TestPipeline = pytest.mark.usefixtures("qapp")(Pipeline.TestCase)
TestPipeline.settings = settings(
    max_examples=40,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)
