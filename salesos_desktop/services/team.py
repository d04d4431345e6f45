"""A team on a server: who belongs to it, with which login, role and team. Only an administrator changes it."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.text import fold, one_line
from ..errors import InvalidInput, NotFound, UserError
from ..i18n import N_, tr
from . import setup
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

ROLES = ("rep", "manager", "admin", "viewer")
LEAST_PASSWORD = 8
_LOGIN = re.compile(r"[a-z_][a-z0-9_.-]{0,62}")


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the workspace; ``login`` is empty for one who cannot connect."""

    id: int
    name: str
    login: str
    role: str
    team: str
    active: bool


def members(ws: Workspace) -> list[Member]:
    """Everybody, by name."""
    with ws.store.read() as connection:
        return [
            Member(each[0], each[1], each[2], each[3], each[4] or "", each[5]) for each in _module().listing(connection)
        ]


def found(ws: Workspace, who: str) -> Member:
    """The member with a login or a name. Raises NotFound, and UserError where several have the name."""
    everybody = members(ws)
    matches = [each for each in everybody if each.login == who] or [
        each for each in everybody if fold(each.name) == fold(who)
    ]
    if not matches:
        raise NotFound(
            tr("There is nobody called “{name}”.").format(name=who),
            tr("There are: {names}").format(names=", ".join(each.login or each.name for each in everybody)),
        )
    if len(matches) > 1:
        raise UserError(tr("Several people are called “{name}”.").format(name=who), tr("Say the login instead."))
    return matches[0]


def begin(ws: Workspace, name: str, login: str, password: str, *, currency: str) -> bool:
    """Gives a new workspace its stages and lists and its first administrator; False when it has them already."""
    _check(login, password)
    if not setup.prepare(ws, name, currency=currency):
        return False
    with ws.store.write() as connection:
        first = _module().listing(connection)[0][0]
        _give(connection, first, login, password, "admin")
        _module().forget_local(connection)
    ws.load()
    return True


def add(
    ws: Workspace, name: str, *, role: str, team: str = "", login: str = "", email: str = "", password: str = ""
) -> tuple[Member, str]:
    """Adds a person with a login, or gives one to somebody who has none; a team that is not there yet is made.

    ``login`` empty: out of the name; ``password`` empty: one is made up. Returns the member and the password, which nobody keeps.
    Raises InvalidInput.
    """
    clean = one_line(name)
    if not clean:
        raise InvalidInput("name", tr("A person needs a name."), tr("Write one."))
    login, password = login or login_of(clean), password or secrets.token_urlsafe(12)
    _check(login, password, role)
    known = [each for each in members(ws) if fold(each.name) == fold(clean)]
    if known and known[0].login:
        raise InvalidInput(
            "name", tr("“{name}” has the login “{login}” already.").format(name=clean, login=known[0].login),
            tr("Add a second name to tell them apart."),
        )  # fmt: skip
    with ws.unit("edit", [N_("Add “{name}” to the team"), {"name": clean}], undoable=False) as uow:
        values: dict[str, Any] = {"team_id": _team(uow, team)} if team else {}
        values |= {"email": email.strip()} if email else {}
        if known:
            person_id = known[0].id
            uow.update("person", person_id, {**values, "active": True})
        else:
            person_id = uow.insert("person", {"name": clean, "folded": fold(clean), "created_at": uow.at, **values})
        uow.flush()
        _give(uow.connection, person_id, login, password, role)
    return found(ws, login), password


def set_role(ws: Workspace, person_id: int, role: str) -> None:
    """Gives a person another role, which counts at once. The last administrator stays one."""
    _check_role(role)
    with ws.store.write() as connection:
        _told(lambda: _module().set_role(connection, person_id, role))


def disable(ws: Workspace, person_id: int) -> None:
    """Takes a person's access at once, open sessions too; all their data stay."""
    with ws.store.write() as connection:
        _told(lambda: _module().disable(connection, person_id))


def login_of(name: str) -> str:
    """A login out of a name: ``"Marta Ríos"`` → ``"marta.rios"``."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    found = ".".join(re.findall(r"[a-z0-9_]+", plain))[:40]
    return found if _LOGIN.fullmatch(found) else f"u_{found}"[:40].rstrip("_.") or "user"


def _team(uow: UnitOfWork, name: str) -> int:
    for row in storage.children.rows(uow.connection, "team", {}):
        if fold(row["name"]) == fold(name):
            return int(row["id"])
    return uow.insert("team", {"name": one_line(name)})


def _give(connection: Any, person_id: int, login: str, password: str, role: str) -> None:
    _told(lambda: _module().give_login(connection, person_id, login, password, role))


def _told(work: Callable[[], None]) -> None:
    """What the functions of the server refuse, in words."""
    try:
        work()
    except Exception as error:
        state = getattr(getattr(error, "orig", None), "sqlstate", None)
        if state == "42710":
            raise InvalidInput(
                "login", tr("This login is taken on the server."), tr("Choose another with --login.")
            ) from error
        if state == "23514":
            raise UserError(
                tr("The last administrator stays one."), tr("Make somebody else an administrator first.")
            ) from error
        raise


def _check(login: str, password: str, role: str = "admin") -> None:
    _check_role(role)
    if not _LOGIN.fullmatch(login) or login.startswith(("pg_", "salesos_")):
        raise InvalidInput(
            "login", tr("“{login}” is no login.").format(login=login),
            tr("Small letters, digits, points and lines, a letter first, up to 63."),
        )  # fmt: skip
    if len(password) < LEAST_PASSWORD:
        raise InvalidInput(
            "password",
            tr("The password is too short."),
            tr("It needs {count} signs or more.").format(count=LEAST_PASSWORD),
        )


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise InvalidInput("role", tr("There is no role “{role}”.").format(role=role), ", ".join(ROLES))


def _module() -> Any:
    from ..storage.server import members as module

    return module
