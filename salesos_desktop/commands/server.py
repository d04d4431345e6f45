"""``server``: a team's workspace on PostgreSQL, from the first administrator to the last."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict, replace
from getpass import getpass
from pathlib import Path

from .. import bootstrap, passwords, workspaces
from ..domain.teams import Address
from ..domain.text import fold
from ..errors import UserError, WorkspaceError
from ..i18n import number, tr
from ..services import doctor, moving, setup, team, teams
from ..services.workspace import Workspace
from ..workspaces import Where
from .entering import entered
from .output import write


def run(where: Where | None, args: argparse.Namespace, progress: bootstrap.Progress) -> int:
    """One of the actions; raises UserError."""
    address = _address(getattr(args, "address", None), where)
    if args.action == "doctor":
        return _doctor(address, args)
    create = args.action == "init"
    upgrade = create or args.action == "upgrade"
    args.progress, args.at = progress, address
    if create:
        # The owner comes in first: who cannot is not asked what the new administrator's password is to be.
        entered(address, lambda password: bootstrap.look_at(address, password))
        _ask_for_the_first(args)
    if args.action == "password" and not args.of:
        workspace = entered(address, lambda password: bootstrap.open_team(address, password, program="cli"))
    else:
        workspace = entered(
            address,
            lambda password: bootstrap.look_after(address, password, upgrade=upgrade, create=create, progress=progress),
        )
    try:
        return _ACTIONS[args.action](workspace, args)
    finally:
        workspace.store.close()


def _doctor(address: Address, args: argparse.Namespace) -> int:
    """What is wrong, each with its cure; exit code 2 when something is that is more than a note."""
    found = entered(address, lambda password: doctor.examine(address, password))
    lines = "\n".join(f"{each.title} {each.cure}" for each in found)
    write([each._asdict() for each in found], args.json, lines or tr("Everything is in order."))
    return 0 if all(each.note for each in found) else 2


def _address(given: str | None, where: Where | None) -> Address:
    if given:
        where = workspaces.named(given)
        if isinstance(where, Path):
            raise WorkspaceError(
                tr("“{text}” is no address of a team.").format(text=given[:80]),
                tr("Write it like postgresql://login@server/database."),
            )
    if where is None or isinstance(where, Path):
        raise WorkspaceError(
            tr("This is for a team's workspace on a server."),
            tr("Name it with --workspace postgresql://login@server/database"),
        )
    return where


def _ask_for_the_first(args: argparse.Namespace) -> None:
    """What the workspace and its first administrator will be, before anything is made."""
    args.currency = (args.currency or setup.DEFAULT_CURRENCY).upper()
    args.name = args.name or bootstrap.person_name()
    args.login = args.login or team.login_of(args.name)
    args.password = _typed(args.login) if args.password_stdin else _new_password(args.login)
    team.check_first(args.name, args.login, args.password, args.currency)


def _init(ws: Workspace, args: argparse.Namespace) -> int:
    if not team.begin(ws, args.name, args.login, args.password, currency=args.currency):
        raise UserError(
            tr("There is a workspace in this database already."),
            tr("Bring it up to date with: salesos-desktop server upgrade"),
        )
    said = tr("The workspace is ready; “{login}” is its first administrator.").format(login=args.login)
    write(asdict(team.found(ws, args.login)), args.json, said)
    return 0


def _upgrade(_ws: Workspace, args: argparse.Namespace) -> int:
    write({"database": args.at.database}, args.json, tr("The workspace is up to date."))
    return 0


def _add_user(ws: Workspace, args: argparse.Namespace) -> int:
    password = _typed(args.login or args.name) if args.password_stdin else ""
    teams_before = {fold(each.name) for each in teams.listing(ws)}
    member, said = team.add(
        ws,
        args.name,
        role=args.role,
        team=args.team or "",
        login=args.login or "",
        email=args.email or "",
        password=password,
    )
    address = replace(args.at, login=member.login).text
    lines = [
        tr("“{name}” connects as “{login}”: {address}").format(name=member.name, login=member.login, address=address)
    ]
    if member.team and fold(member.team) not in teams_before:
        lines.append(tr("The team “{name}” was not there and was made.").format(name=member.team))
    if not password:
        lines.append(tr("Password, said once and kept nowhere: {password}").format(password=said))
    write({**asdict(member), "address": address, "password": None if password else said}, args.json, "\n".join(lines))
    return 0


def _set_role(ws: Workspace, args: argparse.Namespace) -> int:
    member = team.found(ws, args.name)
    team.set_role(ws, member.id, args.role)
    said = tr("“{name}” is {role} now.").format(name=member.name, role=args.role)
    write(asdict(replace(member, role=args.role)), args.json, said)
    return 0


def _disable_user(ws: Workspace, args: argparse.Namespace) -> int:
    member = team.found(ws, args.name)
    team.disable(ws, member.id)
    said = tr("“{name}” has no access any more; their data stay.").format(name=member.name)
    write(asdict(replace(member, login="", active=False)), args.json, said)
    return 0


def _password(ws: Workspace, args: argparse.Namespace) -> int:
    """One's own, or a colleague's."""
    if args.of:
        member = team.found(ws, args.of)
        password = team.reset_password(ws, member)
        said = tr("Password, said once and kept nowhere: {password}").format(password=password)
        write({**asdict(member), "password": password}, args.json, said)
        return 0
    password = _new_password(args.at.login)
    team.change_password(ws, password)
    passwords.replace(args.at, password)
    write({"login": args.at.login}, args.json, tr("The password is another one now."))
    return 0


def _users(ws: Workspace, args: argparse.Namespace) -> int:
    everybody = team.members(ws)
    lines = [[tr("Login"), tr("Role"), tr("Team"), tr("Name")]]
    lines += [
        [each.login or "–", each.role if each.active else tr("deactivated"), each.team or "–", each.name]
        for each in everybody
    ]
    write([asdict(each) for each in everybody], args.json, lines)
    return 0


def _move_in(ws: Workspace, args: argparse.Namespace) -> int:
    source = Path(args.file)
    if args.dry_run:
        made = moving.plan(ws, source, me=args.me or "")
    else:
        made = moving.move_in(ws, source, me=args.me or "", progress=args.progress)
    lines = [[tr("Table"), tr("Rows")], *([name, number(count)] for name, count in made.rows.items())]
    lines += [[tr("attached files"), number(made.files)]]
    if made.missing:
        lines += [[tr("attached files that are missing beside the file"), number(made.missing)]]
    write({**asdict(made), "dry_run": args.dry_run}, args.json, lines)
    for each in [] if args.json else made.people:
        print(each.login, _who(each))
    for obstacle in [] if args.json else made.obstacles:
        print(obstacle, file=sys.stderr)
    if made.obstacles:
        return 2
    if not args.json:
        said = (
            tr("Nothing stands in the way.")
            if args.dry_run
            else tr("Everything is on the server; the file stays as it was.")
        )
        print(said)
    return 0


def _who(each: moving.Newcomer) -> str:
    if not each.id:
        return tr("is added")
    if each.called == each.name:
        return tr("is “{name}” of the file").format(name=each.name)
    return tr("is “{name}” of the file, called “{called}” from now on").format(name=each.name, called=each.called)


def _new_password(login: str) -> str:
    """Typed twice at a terminal, else the first line of the input."""
    first = _typed(login)
    if sys.stdin.isatty() and getpass(tr("Once more: "), sys.stderr) != first:
        raise UserError(tr("The two passwords are not the same."), tr("Nothing was changed. Try again."))
    return first


def _typed(login: str) -> str:
    """The first line of the input, which nobody sees at a terminal."""
    if sys.stdin.isatty():
        return getpass(tr("New password for {login}: ").format(login=login), sys.stderr)
    return sys.stdin.readline().rstrip("\r\n")


_ACTIONS = {
    "init": _init, "upgrade": _upgrade, "add-user": _add_user, "set-role": _set_role, "disable-user": _disable_user,
    "users": _users, "password": _password, "move-in": _move_in,
}  # fmt: skip
