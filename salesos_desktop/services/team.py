"""The people of a workspace, with their teams and, on a server, their logins and roles. Only an administrator changes them."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.changes import ChangeSet
from ..domain.notices import Kind
from ..domain.text import fold, one_line
from ..errors import InvalidInput, NotFound, UserError
from ..i18n import N_, tr
from . import derived, opportunities, roles, setup
from .reach import clean_email
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

ROLES = ("rep", "manager", "admin", "viewer")
LEAST_PASSWORD = 8
_NAMESAKES = 100
_SHOWN = 20
_LOGIN = re.compile(r"[a-z_][a-z0-9_.-]{0,62}")


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the workspace; ``login`` is empty for one who cannot connect, and for everybody in a file."""

    id: int
    name: str
    login: str
    role: str
    team: str
    active: bool
    email: str = ""
    team_id: int | None = None


def members(ws: Workspace) -> list[Member]:
    """Everybody, by name."""
    with ws.store.read() as connection:
        return [
            Member(each[0], each[1], each[2], each[3], each[4] or "", *each[5:8])
            for each in _module().listing(connection)
        ]


def found(ws: Workspace, who: str) -> Member:
    """The member with a login or a name, in small or capital letters. Raises NotFound, and UserError where several have it."""
    everybody = members(ws)
    matches = (
        [each for each in everybody if each.login == who]
        or [each for each in everybody if fold(each.name) == fold(who)]
        or [each for each in everybody if each.login and each.login == fold(who)]
    )
    if not matches:
        names = [f"{each.name} ({each.login})" if each.login else each.name for each in everybody]
        raise NotFound(
            tr("There is nobody called “{name}”.").format(name=who),
            tr("There are: {names}").format(names=", ".join(names[:_SHOWN]) + (", …" if names[_SHOWN:] else "")),
        )
    if len(matches) > 1:
        raise UserError(tr("Several people are called “{name}”.").format(name=who), tr("Say the login instead."))
    return matches[0]


def begin(ws: Workspace, name: str, login: str, password: str, *, currency: str) -> bool:
    """Gives a new workspace its stages and lists, and one that nobody looks after its administrator; False when it has one.

    Raises InvalidInput.
    """
    name = check_first(name, login, password, currency)
    if any(each.role == "admin" and each.login and each.active for each in members(ws)):
        return False
    setup.prepare(ws, name, currency=currency)
    add(ws, name, role="admin", login=login, password=password)
    with ws.store.write() as connection:
        _module().forget_local(connection)
    ws.load()
    return True


def check_first(name: str, login: str, password: str, currency: str) -> str:
    """The first administrator's name, tidied. Raises InvalidInput for what a new workspace and they cannot have, before anything
    is made."""
    opportunities.check_currency(currency)
    _check_login(login)
    if len(password) < LEAST_PASSWORD:
        raise InvalidInput(
            "password",
            tr("The new administrator's password is too short."),
            tr("It needs {count} characters or more; with --password-stdin it is the first line of the input.").format(
                count=LEAST_PASSWORD
            ),
        )
    return _named(name)


def add(
    ws: Workspace,
    name: str,
    *,
    role: str,
    team: str = "",
    login: str = "",
    email: str = "",
    password: str = "",
    team_id: int | None = None,
) -> tuple[Member, str]:
    """Adds a person with a login, or gives one to somebody who has none; a team that is not there yet is made.

    ``login`` empty: out of the name, with a number where somebody else has it on the server; ``password`` empty: one is made up.
    Returns the member and the password, which nobody keeps. Raises InvalidInput.
    """
    clean = _named(name)
    given, password = login or login_of(clean), password or secrets.token_urlsafe(12)
    for number in range(2, _NAMESAKES):
        try:
            return _add(ws, clean, given, password, role, team, email, team_id), password
        except _Taken:
            if login:
                raise
            given = f"{login_of(clean)}.{number}"
    raise _Taken()


def _add(
    ws: Workspace, clean: str, login: str, password: str, role: str, team: str, email: str, team_id: int | None
) -> Member:
    _check(login, password, role)
    known = [each for each in members(ws) if fold(each.name) == fold(clean)]
    if known and known[0].login:
        raise InvalidInput(
            "name", tr("“{name}” has the login “{login}” already.").format(name=clean, login=known[0].login),
            tr("Add a second name to tell them apart."),
        )  # fmt: skip
    with ws.unit("edit", [N_("Add “{name}” to the team"), {"name": clean}], undoable=False) as uow:
        values: dict[str, Any] = {"team_id": _team(uow, team) if team else team_id} if team or team_id else {}
        values |= {"email": clean_email(email)} if email else {}
        if known:
            person_id = known[0].id
            uow.update("person", person_id, {**values, "active": True})
        else:
            person_id = uow.insert("person", {"name": clean, "folded": fold(clean), "created_at": uow.at, **values})
        # A person who is here already may only lack the login, which is no row of the record.
        uow.touch()
        if _module().is_elsewhere(uow.connection, login):
            raise _Taken()
        uow.flush()
        _give(uow.connection, person_id, login, password, role)
    return found(ws, login)


def take_in(ws: Workspace, name: str, *, email: str = "", team_id: int | None = None) -> int:
    """Adds a person without a login, and gives their id. Raises InvalidInput."""
    clean = _named(name)
    if any(fold(each.name) == fold(clean) for each in members(ws)):
        raise InvalidInput(
            "name", tr("“{name}” is there already.").format(name=clean), tr("Add a second name to tell them apart.")
        )
    with ws.unit("edit", [N_("Add “{name}” to the team"), {"name": clean}]) as uow:
        return uow.insert("person", {
            "name": clean, "folded": fold(clean), "email": clean_email(email), "team_id": team_id, "created_at": uow.at,
        })  # fmt: skip


def edit(ws: Workspace, person_id: int, values: Mapping[str, Any]) -> ChangeSet | None:
    """Another ``name``, ``email`` or ``team_id``. Raises InvalidInput, NotFound."""
    with ws.unit("edit", []) as uow:
        change(uow, person_id, values)
    return uow.change_set


def change(uow: UnitOfWork, person_id: int, values: Mapping[str, Any]) -> None:
    """The same in a unit of work, which it names. Raises InvalidInput, NotFound."""
    before = uow.get("person", person_id)
    after = {**values}
    if "name" in after:
        after["name"] = _named(after["name"])
        after["folded"] = fold(after["name"])
    if "email" in after:
        after["email"] = clean_email(after["email"])
    uow.call_it([N_("Edit “{name}”"), {"name": after.get("name", before["name"])}])
    uow.update("person", person_id, after)
    if after.get("name", before["name"]) != before["name"]:
        uow.flush()
        name_of = cache(partial(storage.reference.name_of, uow.connection))
        for deal in storage.children.rows(uow.connection, "opportunity", {"owner_id": person_id}):
            uow.update("opportunity", deal["id"], derived.derive(uow, deal, frozenset({"owner_id"}), name_of))


def set_active(ws: Workspace, person_id: int, active: bool) -> ChangeSet | None:
    """Whether somebody without a login is at work; all their data stay. Raises UserError for whoever asks."""
    if person_id == ws.actor_id:
        raise UserError(tr("This is you."), tr("Somebody else may do that."))
    with ws.unit("edit", []) as uow:
        person = uow.get("person", person_id)
        text = N_("“{name}” is at work again") if active else N_("“{name}” no longer works here")
        uow.call_it([text, {"name": person["name"]}])
        uow.update("person", person_id, {"active": active})
    return uow.change_set


def work_of(ws: Workspace, person_id: int) -> tuple[int, int, int]:
    """How many open deals, open leads and open activities somebody has."""
    with ws.store.read() as connection:
        deals, leads, activities = storage.people.open_work(connection, person_id)
    return len(deals), len(leads), len(activities)


def hand_over(ws: Workspace, person_id: int, to_id: int) -> ChangeSet | None:
    """Gives all of somebody's open deals, leads and activities to somebody else, who is told once; one undo takes it back.

    Raises InvalidInput for somebody who is not at work, NotFound, Denied.
    """
    roles.require(ws, "assign")
    with ws.unit("bulk", []) as uow:
        theirs, heir = uow.get("person", person_id), uow.get("person", to_id)
        if not heir["active"] or person_id == to_id:
            raise InvalidInput("owner_id", tr("This person does not work here."), tr("Choose another one."))
        names = {"name": theirs["name"], "who": heir["name"]}
        uow.call_it([N_("Hand over the work of “{name}” to “{who}”"), names])
        deals, leads, activities = storage.people.open_work(uow.connection, person_id)
        for deal in uow.rows("opportunity", deals).values():
            derived.apply(uow, deal, {"owner_id": to_id})
        for lead_id in leads:
            uow.update("lead", lead_id, {"owner_id": to_id})
        for activity_id in activities:
            uow.update("activity", activity_id, {"assignee_id": to_id})
        if to_id != ws.actor_id and (deals or leads or activities):
            body = [
                N_("{deals} opportunities, {leads} leads, {activities} activities"),
                {"deals": len(deals), "leads": len(leads), "activities": len(activities)},
            ]
            uow.notify(to_id, Kind.DEAL_ASSIGNED, [N_("The work of {name} is yours now"), names], body, None)
    return uow.change_set


def change_password(ws: Workspace, password: str) -> None:
    """Gives whoever asks another password on the server, with which this workspace goes on. Raises InvalidInput."""
    _check_password(password)
    with ws.store.write() as connection:
        _module().change_password(connection, password)
    _module().connect_with(connection.engine, password)


def say_password(ws: Workspace, password: str) -> None:
    """This workspace goes on with a password that was changed elsewhere."""
    _module().connect_with(ws.store.engine, password)


def reset_password(ws: Workspace, who: Member, password: str = "") -> str:
    """Gives a colleague who has a login another password, made up when ``password`` is empty; nobody keeps it.

    Raises InvalidInput, UserError for who has no login.
    """
    if not who.login:
        raise UserError(tr("“{name}” has no login.").format(name=who.name), tr("Give one first."))
    password = password or secrets.token_urlsafe(12)
    _check_password(password)
    with ws.store.write() as connection:
        _give(connection, who.id, who.login, password, who.role)
    return password


def set_role(ws: Workspace, person_id: int, role: str) -> None:
    """Gives a person another role, which counts at once. The last administrator stays one."""
    _check_role(role)
    with ws.store.write() as connection:
        _told(lambda: _module().set_role(connection, person_id, role))


def disable(ws: Workspace, person_id: int) -> None:
    """Takes a person's access at once, open sessions too; all their data stay."""
    with ws.store.write() as connection:
        _told(lambda: _module().disable(connection, person_id))
    with ws.store.beside() as connection:
        _module().end_sessions(connection)


def login_of(name: str) -> str:
    """A login out of a name: ``"Marta Ríos"`` → ``"marta.rios"``."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    found = ".".join(re.findall(r"[a-z0-9_]+", plain))[:40]
    if not found.strip("_."):
        # A name in another script.
        return "user"
    return found if _LOGIN.fullmatch(found) else f"u_{found}"[:40].rstrip("_.")


def _named(name: str) -> str:
    clean = one_line(name)
    if not clean:
        raise InvalidInput("name", tr("A person needs a name."), tr("Write the name."))
    return clean


def _team(uow: UnitOfWork, name: str) -> int:
    for row in storage.children.rows(uow.connection, "team", {}):
        if fold(row["name"]) == fold(name):
            return int(row["id"])
    return uow.insert("team", {"name": one_line(name)})


def _give(connection: Any, person_id: int, login: str, password: str, role: str) -> None:
    _told(lambda: _module().give_login(connection, person_id, login, password, role))


class _Taken(InvalidInput):
    """Somebody else has the login, here or in another workspace on the server."""

    def __init__(self) -> None:
        super().__init__("login", tr("This login is taken on the server."), tr("Choose another with --login."))


def _told(work: Callable[[], None]) -> None:
    """What the functions of the server refuse, in words."""
    try:
        work()
    except Exception as error:
        state = getattr(getattr(error, "orig", None), "sqlstate", None)
        if state == "42710":
            raise _Taken() from error
        if state == "23514":
            raise UserError(
                tr("The last administrator stays one."), tr("Make somebody else an administrator first.")
            ) from error
        if state == "2BP01":
            raise UserError(
                tr("Somebody else has given this login a role on the server, which only they can take."),
                tr("Nothing was changed. Ask whoever looks after the server: REVOKE … FROM …"),
            ) from error
        raise


def _check(login: str, password: str, role: str) -> None:
    _check_role(role)
    _check_login(login)
    _check_password(password)


def _check_login(login: str) -> None:
    if not _LOGIN.fullmatch(login) or login.startswith(("pg_", "salesos_")):
        raise InvalidInput(
            "login", tr("“{login}” is no login.").format(login=login),
            tr("Small letters without accents, digits, dots, hyphens and underscores, a letter first, up to 63."),
        )  # fmt: skip


def _check_password(password: str) -> None:
    if len(password) < LEAST_PASSWORD:
        raise InvalidInput(
            "password",
            tr("The password is too short."),
            tr("It needs {count} characters or more.").format(count=LEAST_PASSWORD),
        )


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise InvalidInput("role", tr("There is no role “{role}”.").format(role=role), ", ".join(ROLES))


def _module() -> Any:
    from ..storage.server import members as module

    return module
