"""What ``server`` is asked with."""

from __future__ import annotations

import argparse
from typing import Any

from ..i18n import tr


def add_server(commands: Any, parser: type[argparse.ArgumentParser]) -> None:
    """Adds it to the commands."""
    one = commands.add_parser("server", help=tr("a team's workspace on PostgreSQL: init, upgrade, people"))
    actions = one.add_subparsers(dest="action", parser_class=parser, metavar="ACTION", required=True)
    one = actions.add_parser("init", help=tr("make the workspace in a database, with its first administrator"))
    one.add_argument("address", metavar="postgresql://OWNER@SERVER/DATABASE")
    one.add_argument("--name", help=tr("of the first administrator; the one of this computer when left out"))
    one.add_argument("--login", help=tr("of the first administrator; made of the name when left out"))
    one.add_argument("--currency", metavar="CODE", help=tr("of new deals and of the figures; USD when left out"))
    one.add_argument(
        "--password-stdin", action="store_true",
        help=tr("the new administrator's password is the first line of the input; PGPASSWORD is the owner's"),
    )  # fmt: skip
    one = actions.add_parser("upgrade", help=tr("bring it to the layout of this program"))
    one.add_argument("address", nargs="?", metavar="postgresql://OWNER@SERVER/DATABASE")
    one = actions.add_parser("doctor", help=tr("what is wrong with the server, each with its cure"))
    one.add_argument("address", nargs="?", metavar="postgresql://OWNER@SERVER/DATABASE")
    one = actions.add_parser("move-in", help=tr("move a workspace in a file to the server, whole"))
    one.add_argument("file", metavar="FILE")
    one.add_argument("address", nargs="?", metavar="postgresql://OWNER@SERVER/DATABASE")
    one.add_argument("--dry-run", action="store_true", help=tr("only say what would come of it"))
    one.add_argument("--me", metavar="NAME", help=tr("who of the file the first administrator is"))
    for action, text in (
        ("add-user", tr("add a person with a login")), ("set-role", tr("give a person another role")),
        ("disable-user", tr("take a person's access at once")),
    ):  # fmt: skip
        one = actions.add_parser(action, help=text)
        one.add_argument("name", metavar="NAME", help=None if action == "add-user" else tr("name or login"))
        if action != "disable-user":
            one.add_argument("--role", required=True, type=str.lower, choices=("rep", "manager", "admin", "viewer"))
        if action == "add-user":
            one.add_argument("--team", help=tr("made where it is not there yet"))
            one.add_argument("--login", help=tr("made of the name when left out"))
            one.add_argument("--email")
            one.add_argument(
                "--password-stdin", action="store_true", help=tr("the password is the first line of the input")
            )
    actions.add_parser("users", help=tr("everybody, with login, role and team"))
    one = actions.add_parser(
        "password", help=tr("change your own password, or give somebody another"),
        description=tr("The new password is typed twice at a terminal, and is the first line of the input without one."),
    )  # fmt: skip
    one.add_argument("--of", metavar="NAME", help=tr("whose: an administrator gives them one that is made up"))
    for action in actions.choices.values():
        action.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        action.add_argument("--workspace", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
