"""A workspace in a file goes to a team's server whole: into an empty one (``move_in``), or in place of what is there
(``restore``).

Who may connect, and with which role, stays as it is on the server.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.text import fold
from ..errors import InvalidInput, UserError, WorkspaceError
from ..i18n import N_, tr
from ..storage import migrate
from . import attachments, conflicts, team
from .workspace import SETTINGS, Workspace

if TYPE_CHECKING:
    import sqlite3

Progress = Callable[[str, int, int], None]
Row = Mapping[str, Any]
_MARK = "moved_in"
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who connects to the server, and who they are in the file (``id`` 0 and no name for one who is added to it); ``called`` is
    the name they go on with."""

    login: str
    role: str
    id: int
    name: str
    called: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a file brings: rows by table, contents of attachments and how many of them are missing; what stands in the way."""

    rows: Mapping[str, int]
    files: int
    missing: int
    people: Sequence[Newcomer]
    obstacles: Sequence[str]


def plan(ws: Workspace, source: Path, *, me: str = "", replace: bool = False) -> Plan:
    """What would come of it, without changing anything. ``me``: name in the file of the administrator, the person of its computer
    when left out; ``replace``: what is there goes. Raises UserError for a file that is no workspace of this layout."""
    with ws.store.read() as connection, _opened(source) as file:
        return _planned(ws, connection, file, source, me, replace)[0]


def move_in(ws: Workspace, source: Path, *, me: str = "", progress: Progress = migrate.quiet) -> Plan:
    """Moves a file into a server's empty workspace, all or nothing; ``ws`` is open as the owner of the tables.

    Raises UserError when something stands in the way. The file stays as it was.
    """
    with ws.store.write() as connection, _opened(source) as file:
        _shut(connection)
        made = _fill(ws, connection, file, source, me, False, progress)
    ws.load()
    return made


def restore(
    ws: Workspace, source: Path, at: datetime, *, me: str = "", progress: Progress = migrate.quiet
) -> Path | None:
    """Puts a backup in place of what is on the server, all or nothing, and keeps that as a file beside the backup first.

    Returns where the earlier state is, None when nobody had worked there yet. Raises UserError; nothing is changed then.
    """
    kept = None
    with ws.store.write() as connection, _opened(source) as file:
        _shut(connection)
        if storage.copying.worked_on(connection):
            kept = source.with_name(f"{source.stem}.before-restore-{at:%Y%m%d-%H%M%S}{source.suffix}")
            write_backup(ws, connection, kept, progress)
        _fill(ws, connection, file, source, me, True, progress)
    ws.load()
    return kept


def write_backup(ws: Workspace, connection: Any, target: Path, progress: Progress = migrate.quiet) -> int:
    """Writes all that a connection of an administrator or the owner sees as a file, with the attached files beside it; returns
    how many of these were not whole. Raises WorkspaceError."""
    if not storage.copying.may_read_all(connection):
        raise WorkspaceError(tr("Only an administrator backs up a team's workspace."), tr("Ask one."))
    here = [each for each in storage.copying.people(connection) if each["role"] == "admin" and each["login"]]
    local = ws.actor_id or (here[0]["id"] if here else 0)
    return int(storage.backup.back_up(connection, target, attachments.folder_of(target), local, progress))


def _call(ws: Workspace, connection: Any, people: Sequence[Newcomer]) -> None:
    """Names that are other ones on the server, which history and the search learn as of any, in the transaction of the rows."""
    others = [each for each in people if each.id and each.called != each.name]
    if not others:
        return
    uow = ws.store.unit_in(
        connection, actor_id=ws.actor_id, origin=ws.origin, verb="edit", label=[], at=ws.clock.now(),
        today=ws.clock.today(), undoable=False,
    )  # fmt: skip
    for each in others:
        team.change(uow, each.id, {"name": each.called})
    uow.finish()


@contextmanager
def _opened(source: Path) -> Iterator[sqlite3.Connection]:
    if not source.is_file():
        raise WorkspaceError(tr("There is no workspace at {path}.").format(path=source), tr("Check the name."))
    if not migrate.refuse_other_layouts(source):
        raise WorkspaceError(
            tr("The file is of an older layout."), tr("Open it once with this program, which brings it up to date.")
        )
    with storage.copying.opened(source) as file:
        if storage.copying.broken(file):
            raise WorkspaceError(
                tr("The workspace file is damaged."), tr("Nothing was changed. Take another copy of it.")
            )
        yield file


def _shut(connection: Any) -> None:
    if not storage.copying.may_write_in(connection):
        raise WorkspaceError(
            tr("Only the owner of the tables does this."), tr("Name the login that made the workspace in the address.")
        )
    storage.copying.shut(connection)


def _fill(
    ws: Workspace,
    connection: Any,
    file: sqlite3.Connection,
    source: Path,
    me: str,
    replace: bool,
    progress: Progress,
) -> Plan:
    made, logins = _planned(ws, connection, file, source, me, replace)
    if made.obstacles:
        raise UserError(made.obstacles[0], tr("Nothing was changed."))
    step = tr("Copying the tables…")
    storage.copying.write_in(connection, file, logins, lambda _, done, every: progress(step, done, every))
    contents = storage.copying.contents_of(file)
    for number, (sha256, person_id, _) in enumerate(contents):
        progress(tr("Copying the attached files…"), number, len(contents))
        kept = attachments.folder_of(source) / sha256[:2] / sha256
        if kept.is_file():
            storage.contents.bring(connection, sha256, person_id, kept)
    if not replace:
        mark = {"file": source.name, "at": ws.clock.now().isoformat(timespec="seconds")}
        storage.settings.put(connection, _MARK, json.dumps(mark))
    label = [N_("Restore “{file}”") if replace else N_("Move in “{file}”"), {"file": source.name}]
    storage.copying.open_again(connection, ws.actor_id, SETTINGS, json.dumps(label, ensure_ascii=False))
    _call(ws, connection, made.people)
    return made


def _planned(
    ws: Workspace, connection: Any, file: sqlite3.Connection, source: Path, me: str, replace: bool
) -> tuple[Plan, list[tuple[int | None, Row]]]:
    everybody = storage.copying.people_of(file)
    local = storage.copying.setting_of(file, "local_person")
    here = [each for each in storage.copying.people(connection) if each["login"]]
    logins = _matched(everybody, here, int(local or 0), me)
    contents = storage.copying.contents_of(file)
    folder = attachments.folder_of(source)
    missing = [each for each in contents if not _there(folder / each[0][:2] / each[0], each[2])]
    made = Plan(
        rows=storage.copying.counts(file),
        files=len(contents),
        missing=len(missing),
        people=[_newcomer(known, each, everybody) for known, each in logins],
        obstacles=[*([] if replace else [*_unled(here), *_there_already(ws, connection)]), *_unfit(file)],
    )
    return made, logins


def _there(file: Path, size: int) -> bool:
    return file.is_file() and file.stat().st_size == size


def _matched(everybody: Sequence[Row], here: Sequence[Row], local: int, me: str) -> list[tuple[int | None, Row]]:
    """Who of the file each login of the server is: by login, by e-mail address, by name; the administrator who is nobody
    of them is the person of the file's computer."""
    admin = next((each["id"] for each in here if each["role"] == "admin"), 0)
    found: dict[int, int] = {}
    if me:
        found[admin] = _named(everybody, me)
    for same in (_login, _email, _name):
        for each in here:
            alike = [
                one["id"]
                for one in everybody
                if same(one) and same(one) == same(each) and one["id"] not in found.values()
            ]
            if each["id"] not in found and len(alike) == 1:
                found[each["id"]] = alike[0]
    if admin and admin not in found and local in {one["id"] for one in everybody} - set(found.values()):
        found[admin] = local
    return [(found.get(each["id"]), each) for each in here]


def _newcomer(known: int | None, here: Row, everybody: Sequence[Row]) -> Newcomer:
    """Who is the same for another reason than that they are alike keeps the name that was given on the server."""
    named = {each["id"]: each for each in everybody}
    login, role, called = here["login"], here["role"], here["name"]
    if known is None:
        return Newcomer(login, role, 0, "", called)
    alike = any(same(here) and same(here) == same(named[known]) for same in (_login, _email))
    if alike or _name(here) in map(_name, everybody):
        called = named[known]["name"]
    return Newcomer(login, role, known, named[known]["name"], called)


def _login(person: Row) -> str:
    return str(person["login"])


def _email(person: Row) -> str:
    return fold(person["email"])


def _name(person: Row) -> str:
    return fold(person["name"])


def _named(everybody: Sequence[Row], me: str) -> int:
    alike = [each["id"] for each in everybody if fold(each["name"]) == fold(me)]
    if len(alike) != 1:
        names = ", ".join(each["name"] for each in everybody[:20])
        raise InvalidInput(
            "me", tr("There is nobody called “{name}”.").format(name=me), tr("There are: {names}").format(names=names)
        )
    return int(alike[0])


def _unled(here: Sequence[Row]) -> list[str]:
    if any(each["role"] == "admin" and each["active"] for each in here):
        return []
    return [tr("The server's workspace has no administrator: make one first with salesos-desktop server init.")]


def _there_already(ws: Workspace, connection: Any) -> list[str]:
    mark = json.loads(storage.settings.get(connection, _MARK) or "null")
    if mark is not None:
        at = conflicts.when(ws, datetime.fromisoformat(mark["at"]))
        return [tr("“{file}” was moved in already, on {at}.").format(file=mark["file"], at=at)]
    found = storage.copying.worked_on(connection)
    if not found:
        return []
    what = ", ".join(f"{name} {count}" for name, count in found.items())
    return [tr("Somebody has worked in the server's workspace already ({what}).").format(what=what)]


def _unfit(file: sqlite3.Connection) -> list[str]:
    found = [
        tr("A text in {table}.{column} is longer than {most} characters.").format(table=table, column=column, most=most)
        for table, column, most in storage.copying.too_long(file)
    ]
    return found + [
        tr("{table} {id} names something in {other} that is not there.").format(table=table, id=row_id, other=other)
        for table, row_id, other in storage.copying.broken_references(file)[:_SHOWN]
    ]
