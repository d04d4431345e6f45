"""The same commands leave the same behind in a file and on a server: history, points, notifications and the feed."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salesos_desktop.domain.products import Line
from salesos_desktop.errors import UserError
from salesos_desktop.services import (
    activities,
    board,
    bulk,
    checklists,
    contacts,
    conversion,
    followers,
    holds,
    leads,
    lines,
    moves,
    notes,
    opportunities,
    undo,
)
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.storage.server import members
from salesos_desktop.storage.store import Store

from ..conftest import TODAY, StillClock, _fresh_database, _yesterday, made_ready, ready_bytes
from .conftest import PASSWORD, Team

Command = tuple[str, tuple[Any, ...]]
WHICH, AMOUNT = st.integers(0, 5), st.one_of(st.none(), st.integers(0, 10**9))
DAYS = st.dates(TODAY - timedelta(days=30), TODAY + timedelta(days=90))
TEXTS = st.sampled_from(["Ana", "José Ñandú", 'a "quoted" \\ word', "línea\nlínea", "✓ ✗ 日本", "x" * 90])


def _command(name: str, *arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[Command]:
    return st.tuples(st.just(name), st.tuples(*arguments))


COMMANDS = st.lists(
    st.one_of(
        _command("new", TEXTS, AMOUNT, DAYS, st.integers(0, 3)),
        _command("new", TEXTS, AMOUNT, DAYS, st.integers(0, 3)),
        _command("edit", WHICH, AMOUNT, DAYS, TEXTS, st.sampled_from(["low", "high"])),
        _command("move", st.lists(WHICH, min_size=1, max_size=3), st.integers(0, 4)),
        _command("win", WHICH, AMOUNT),
        _command("lose", WHICH),
        _command("reopen", WHICH, st.integers(0, 3)),
        _command("hold", WHICH, st.integers(1, 9)),
        _command("note", WHICH, TEXTS),
        _command("check", WHICH, TEXTS),
        _command("line", WHICH, st.integers(1, 9), st.integers(0, 10**6)),
        _command("plan", WHICH, TEXTS, st.integers(0, 5)),
        _command("finish", WHICH, TEXTS),
        _command("contact", TEXTS),
        _command("lead", TEXTS, AMOUNT),
        _command("qualify", WHICH),
        _command("convert", WHICH, DAYS),
        _command("follow", WHICH),
        _command("tag", st.lists(WHICH, min_size=1, max_size=3), TEXTS),
        _command("undo"),
        _command("undo"),
        _command("redo"),
    ),
    min_size=3, max_size=14,
)  # fmt: skip


class Hands:
    """Does commands to a workspace and remembers the numbers of what it made."""

    def __init__(self, ws: Workspace) -> None:
        self.ws = ws
        self.stages = board.stages(ws)
        self.reason = board.names(ws, "loss_reason")[0].id
        self.made: dict[str, list[int]] = {"deal": [], "lead": [], "activity": []}

    def do(self, command: Command) -> str:
        """What was answered: nothing, or the words of a refusal."""
        name, arguments = command
        try:
            getattr(self, f"_{name}")(*arguments)
        except UserError as error:
            return str(error)
        return ""

    def _one(self, kind: str, which: int) -> int:
        known = self.made[kind]
        return known[which % len(known)] if known else 0

    def _new(self, name: str, value: int | None, day: date, stage: int) -> None:
        values = {"name": name, "value": value, "expected_close": day, "company": "Acme"}
        self.made["deal"].append(opportunities.create(self.ws, values, stage_id=self.stages[stage].id))

    def _edit(self, which: int, value: int | None, day: date, note: str, priority: str) -> None:
        values = {"value": value, "expected_close": day, "note": note, "priority": priority}
        opportunities.edit(self.ws, self._one("deal", which), values)

    def _move(self, chosen: list[int], stage: int) -> None:
        moves.move(self.ws, sorted({self._one("deal", each) for each in chosen}), self.stages[stage].id)

    def _win(self, which: int, value: int | None) -> None:
        moves.win(self.ws, [self._one("deal", which)], value=value)

    def _lose(self, which: int) -> None:
        moves.lose(self.ws, [self._one("deal", which)], reason_id=self.reason, competitor="Otro")

    def _reopen(self, which: int, stage: int) -> None:
        moves.reopen(self.ws, [self._one("deal", which)], self.stages[stage].id)

    def _hold(self, which: int, days: int) -> None:
        holds.hold(self.ws, [self._one("deal", which)], TODAY + timedelta(days=days))

    def _note(self, which: int, body: str) -> None:
        notes.add(self.ws, "opportunity", self._one("deal", which), body)

    def _check(self, which: int, text: str) -> None:
        checklists.add(self.ws, self._one("deal", which), text)

    def _line(self, which: int, quantity: int, price: int) -> None:
        line = Line(None, "X", quantity * 1000, price, 0)
        lines.set_lines(self.ws, self._one("deal", which), [line], follow=quantity % 2 == 0)

    def _plan(self, which: int, subject: str, days: int) -> None:
        about = ("opportunity", self._one("deal", which)) if self.made["deal"] else None
        values = {"subject": subject, "due_on": TODAY + timedelta(days=days)}
        self.made["activity"].append(activities.plan(self.ws, values, about))

    def _finish(self, which: int, outcome: str) -> None:
        activities.finish(self.ws, [self._one("activity", which)], outcome=outcome)

    def _contact(self, name: str) -> None:
        contacts.create(self.ws, {"name": name, "email": "a@example.com", "phone": "+34 600 123 456"})

    def _lead(self, name: str, value: int | None) -> None:
        self.made["lead"].append(leads.create(self.ws, {"name": name, "email": "l@example.com", "value": value}))

    def _qualify(self, which: int) -> None:
        leads.edit(self.ws, self._one("lead", which), {"status": "qualified"})

    def _convert(self, which: int, day: date) -> None:
        conversion.convert(
            self.ws, self._one("lead", which), {"name": "From a lead", "value": 5, "expected_close": day}
        )

    def _follow(self, which: int) -> None:
        followers.follow(self.ws, self._one("deal", which), self.ws.actor_id)

    def _tag(self, chosen: list[int], text: str) -> None:
        bulk.retag(self.ws, sorted({self._one("deal", each) for each in chosen}), add=[text[:20]])

    def _undo(self) -> None:
        undo.undo(self.ws)

    def _redo(self) -> None:
        undo.redo(self.ws)


_PLACE = "(SELECT count(*) FROM change_log AS l WHERE l.seq > {0} AND l.seq <= {1})"
"""Of a commit among those that count: a server's numbers have gaps where something was refused."""
LEFT = {
    "history": "SELECT subject_table, subject_id, kind, field, before, after, {change_seq}, actor_id FROM history "
    "WHERE change_seq > {since} ORDER BY id",
    "change_log": "SELECT {seq}, actor_id, verb, label, undoable, state, {reverts}, rows, points, tables FROM change_log "
    "WHERE seq > {since} ORDER BY seq",
    "change_row": "SELECT {seq}, n, table_name, row_id, before, after FROM change_row WHERE seq > {since} ORDER BY seq, n",
    "points": "SELECT person_id, reason, points, subject_table, subject_id, stage_id, {change_seq} FROM points ORDER BY id",
    "notification": "SELECT person_id, kind, title, body, subject_table, subject_id, {change_seq} FROM notification "
    "ORDER BY id",
    "total": "SELECT stage_id, owner_id, day, currency, category, count, value, weighted, no_value FROM total "
    "WHERE count <> 0 OR value <> 0 ORDER BY 1, 2, 3, 4, 5",
    "search_entry": "SELECT id, title, words FROM search_entry ORDER BY id",
    "id_counter": "SELECT name, next FROM id_counter ORDER BY name",
}


def newest(store: Store) -> int:
    with store.read() as connection:
        return int(connection.exec_driver_sql("SELECT max(seq) FROM change_log").scalar() or 0)


def left_behind(store: Store, since: int) -> dict[str, list[list[Any]]]:
    """What LEFT finds after a commit, JSON read and instants left out: a server has its own clock."""
    places = {name: _PLACE.format(since, name) for name in ("change_seq", "reverts")} | {"since": since}
    with store.read() as connection:
        return {
            name: [
                [_plain(cell) for cell in row]
                for row in connection.exec_driver_sql(asked.format(**places, seq=_PLACE.format(since, f"{name}.seq")))
            ]
            for name, asked in LEFT.items()
        }


def _plain(cell: Any) -> Any:
    if isinstance(cell, bool):
        return int(cell)
    if isinstance(cell, str) and cell.startswith(("{", "[")):
        return _timeless(json.loads(cell))
    if isinstance(cell, str) and cell[4:5] == "-" and "T" in cell:
        return "an instant"
    return cell


def _timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: _timeless(each) for name, each in value.items() if not name.endswith(("_at", "_seq")) and name != "at"
        }
    return value


@pytest.fixture(scope="module")
def twin(server: str, team_database: dict[str, int]) -> Callable[[Path], tuple[Workspace, Workspace, Team]]:
    """Makes a workspace in a file and the same on a server, where its person is a rep."""
    url = _fresh_database(server, "twin")
    own = made_ready(Store.open_server(url), _yesterday())
    with own.unit("edit", ["Somebody who administers", {}], undoable=False) as uow:
        boss = uow.insert("person", {"name": "Boss", "folded": "boss", "created_at": uow.at})
    with own.store.write() as connection:
        members.give_login(connection, boss, "twin_boss", PASSWORD, "admin")
        members.give_login(connection, own.actor_id, "twin", PASSWORD, "rep")
    own.store.close()

    def make(folder: Path) -> tuple[Workspace, Workspace, Team]:
        path = folder / "twin.salesos"
        path.write_bytes(ready_bytes())
        here = Workspace(Store.open_file(path), StillClock())
        here.load()
        with here.unit("edit", ["Somebody who administers", {}], undoable=False) as uow:
            uow.insert("person", {"name": "Boss", "folded": "boss", "role": "admin", "created_at": uow.at})
        team = Team(_fresh_database(server, "twin_now", "twin"), StillClock(), team_database)
        return here, team.as_("twin"), team

    return make


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(commands=COMMANDS)
def test_a_file_and_a_server_keep_the_same_record(
    twin: Callable[[Path], tuple[Workspace, Workspace, Team]], commands: list[Command]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        here, there, team = twin(Path(folder))
        try:
            begun = newest(here.store), newest(there.store)
            first, second = Hands(here), Hands(there)
            for command in commands:
                assert first.do(command) == second.do(command), command
            mine, theirs = left_behind(here.store, begun[0]), left_behind(team.owner().store, begun[1])
            for name in LEFT:
                assert theirs[name] == mine[name], name
        finally:
            here.store.close()
            team.close()
