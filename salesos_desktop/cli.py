"""The program's door: the window without a command, and commands for scripts and scheduled jobs."""

from __future__ import annotations

import argparse
import gc
import io
import os
import re
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, cast

from . import __version__, config, workspaces
from .commands.parsing import Parser
from .commands.server_arguments import add_server
from .errors import UserError
from .i18n import choose_language, set_language, tr

_CREATING = frozenset({"import", "new", "demo"})
_FOUND = ("opportunity", "contact", "company", "lead", "activity", "note", "attachment")
_WITHOUT_WORKSPACE = frozenset({"restore", "screens", "self-test"})


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the window or a command; 0 done, 2 what the user can cure (one line on standard error), 1 a bug."""
    try:
        _prepare_streams()
        preferences = config.Preferences.load()
        set_language(choose_language(preferences.language))
        given = list(sys.argv[1:] if arguments is None else arguments)
        for text in given:
            if any("\ud800" <= letter <= "\udfff" for letter in text):
                raise UserError(tr("An argument is not valid text."), tr("Write it in UTF-8."))
        args = _parser().parse_args(given)
        code = _run(args, preferences)
        sys.stdout.flush()
        return code
    except UserError as error:
        print(" ".join(f"{error.title} {error.message}".split()), file=sys.stderr)
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        # A full disk behind the output, most often; what was committed before is kept.
        print(" ".join(str(error).split()), file=sys.stderr)
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 2
    except Exception:
        traceback.print_exc()
        return 1


def _prepare_streams() -> None:
    """Input that is closed is empty, output is thrown away; signs that its encoding lacks are written in another way."""
    if sys.stdin is None:
        sys.stdin = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _run(args: argparse.Namespace, preferences: config.Preferences) -> int:
    named = workspaces.named(args.workspace) if args.workspace else None
    if args.command is None:
        return _window(named)
    if args.command in ("screens", "self-test"):
        from .ui import screens, self_test

        return screens.run(args) if args.command == "screens" else self_test.run()
    where = named or workspaces.last(preferences)
    if args.command == "restore":
        from .commands import files

        return files.restore(where, args)
    if args.command == "server":
        from .commands import server

        return server.run(named or workspaces.last(preferences), args, _say_once())
    from .commands import entering

    owner = args.command == "backup"
    workspace = entering.opened(where, create=_makes(args), progress=_say_once(), owner=owner)
    try:
        return int(_command(args.command)(workspace, args))
    finally:
        workspace.store.close()


def _say_once() -> Callable[[str, int, int], None]:
    """Progress as lines on standard error, one for each step."""
    said: list[str] = []

    def say(step: str, _done: int, _all: int) -> None:
        if step not in said:
            said.append(step)
            print(step, file=sys.stderr, flush=True)

    return say


def _makes(args: argparse.Namespace) -> bool:
    """Whether a command makes a workspace where there is none."""
    return args.command in _CREATING or getattr(args, "action", None) == "add"


def _command(name: str) -> Callable[[Any, argparse.Namespace], int]:
    from .commands import (
        activities,
        agenda,
        deals,
        export,
        figures,
        files,
        history,
        leads,
        merge,
        outlook,
        ranking,
        search,
    )  # fmt: skip

    commands: dict[str, Callable[[Any, argparse.Namespace], int]] = {
        "import": files.import_files, "check": files.check, "backup": files.backup, "demo": files.demo_data,
        "stages": deals.stages, "list": deals.list_deals, "show": deals.show, "new": deals.new, "move": deals.move,
        "win": deals.win, "lose": deals.lose, "reopen": deals.reopen, "undo": deals.take_back, "redo": deals.bring_back,
        "forecast": figures.forecast, "waterfall": outlook.waterfall, "backtest": outlook.backtest,
        "leads": leads.run, "convert": leads.convert,
        "merge": merge.merge, "export": export.run, "agenda": agenda.run, "history": history.run,
        "activities": activities.run, "done": activities.done,
        "search": search.run, "ranking": ranking.run,
    }  # fmt: skip
    return commands[name]


def _window(named: workspaces.Where | None) -> int:
    screen = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
    if sys.platform == "linux" and not screen:
        raise UserError(
            tr("There is no screen to open the window on."),
            tr("Start it from a desktop, or serve it over VNC with QT_QPA_PLATFORM=vnc."),
        )
    # What is made while the window starts stays: looking through it for garbage would only delay the first cards.
    gc.disable()
    from .ui.app import run

    return run(named)


def _whole(text: str) -> int:
    """A whole number that a database can hold."""
    if not re.fullmatch("[0-9]{1,18}", text):
        raise argparse.ArgumentTypeError(tr("“{text}” is not a whole number.").format(text=text[:40]))
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="salesos-desktop", description=tr("Sales pipeline: the window, or one of these commands."))
    parser.add_argument(
        "--workspace", metavar="FILE|ADDRESS",
        help=tr("its file, or a team's postgresql://login@server/database; the last one when left out"),
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help=tr("print JSON"))
    parser.add_argument("--version", action="version", version=__version__, help=tr("show the version"))
    commands = parser.add_subparsers(dest="command", parser_class=Parser, metavar="COMMAND")
    _add_deal_commands(commands)
    adding = _add_lead_commands(commands)
    _add_file_commands(commands)
    _add_agenda(commands)
    _add_search(commands)
    add_server(commands, Parser)
    for command in (*commands.choices.values(), adding):
        command.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        command.add_argument("--workspace", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    return parser


def _add_place(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--pipeline", metavar="NAME", help=tr("the pipeline; needed where several have a stage of that name")
    )


def _add_set(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="FIELD=VALUE",
        help=tr("a field that is asked for, also an own one by its key"),
    )


def _add_answers(one: argparse.ArgumentParser) -> None:
    """What the stage may ask."""
    _add_set(one)
    one.add_argument("--confirm", action="store_true", help=tr("what must be true for the stage is true"))
    one.add_argument("--back-reason", metavar="TEXT", help=tr("why the deal goes back to an earlier stage"))


def _add_deal_commands(commands: Any) -> None:
    _add_place(commands.add_parser("stages", help=tr("stages with counts and totals")))
    one = commands.add_parser("list", help=tr("deals in board order"))
    _add_place(one)
    one.add_argument("--stage")
    one.add_argument("--owner")
    one.add_argument("--text")
    one.add_argument("--limit", type=_whole)
    one = commands.add_parser("show", help=tr("one deal with its history"))
    one.add_argument("id", type=_whole)
    one = commands.add_parser("history", help=tr("what happened to a record, or the record as it was"))
    one.add_argument("id", type=_whole)
    for table in ("lead", "contact", "company"):
        one.add_argument(
            f"--{table}", dest="table", action="store_const", const=table, help=tr("the number is one of these")
        )
    one.add_argument("--as-of", metavar="DATE", help=tr("the record as it was at the end of that day"))
    one.add_argument("--everything", action="store_true", help=tr("a company's with its contacts and deals"))
    one = commands.add_parser("new", help=tr("make a deal"))
    for name in ("name", "value", "close"):
        one.add_argument(f"--{name}", required=True)
    for name in ("stage", "owner", "company", "contact", "product", "currency", "note"):
        one.add_argument(f"--{name}")
    one.add_argument("--priority", choices=("high", "medium", "low"))
    one.add_argument("--probability", type=_whole)
    _add_place(one)
    _add_set(one)
    one = commands.add_parser("move", help=tr("move a deal to a stage"))
    one.add_argument("id", type=_whole)
    one.add_argument("stage")
    _add_place(one)
    _add_answers(one)
    one = commands.add_parser("win", help=tr("close a deal as won"))
    one.add_argument("id", type=_whole)
    one.add_argument("--value")
    one.add_argument("--date")
    _add_answers(one)
    one = commands.add_parser("lose", help=tr("close a deal as lost"))
    one.add_argument("id", type=_whole)
    one.add_argument("--reason", required=True)
    one.add_argument("--competitor")
    one.add_argument("--note")
    _add_answers(one)
    one = commands.add_parser("reopen", help=tr("take a closed deal back to an open stage"))
    one.add_argument("id", type=_whole)
    one.add_argument("stage")
    _add_place(one)
    _add_answers(one)
    one = commands.add_parser("merge", help=tr("make one of two leads, contacts, companies or opportunities"))
    one.add_argument("kind", choices=("lead", "contact", "company", "opportunity"))
    one.add_argument("keep", type=_whole, help=tr("the number of the one that stays"))
    one.add_argument("other", type=_whole, help=tr("the number of the one that goes into it"))
    one.add_argument("--field", action="append", default=[], metavar="NAME=keep|other", help=tr("whose value stays"))
    commands.add_parser("undo", help=tr("take back the newest change"))
    commands.add_parser("redo", help=tr("bring back what was undone"))
    _add_outlook_commands(commands)


def _add_outlook_commands(commands: Any) -> None:
    one = commands.add_parser("forecast", help=tr("sums by month, stage, owner"))
    one.add_argument("--from", dest="start", metavar="YYYY-MM")
    one.add_argument("--to", dest="end", metavar="YYYY-MM")
    one.add_argument("--by", default="month", metavar="month,stage,owner")
    _add_place(one)
    one.add_argument("--range", action="store_true", help=tr("P10, P50, P90 and the chance of the target"))
    one.add_argument("--as-of", metavar="YYYY-MM-DD", help=tr("as it stood at the end of a past day"))
    one.add_argument("--learnt", action="store_true", help=tr("with the probabilities that history teaches"))
    one = commands.add_parser("waterfall", help=tr("what changed the expected amount between two days"))
    one.add_argument("start", metavar="FROM")
    one.add_argument("end", metavar="TO")
    one.add_argument("--period", metavar="YYYY[-MM|-QN]", help=tr("of deals that close in it"))
    one = commands.add_parser("backtest", help=tr("past months as their first day saw them, against what was won"))
    one.add_argument("--months", type=_whole, default=12)
    one = commands.add_parser("ranking", help=tr("who has scored what in a period, by position"))
    one.add_argument("--period", choices=("today", "week", "month", "quarter", "all"), default="month")
    one.add_argument("--teams", action="store_true", help=tr("the teams instead of the people"))


def _add_lead_commands(commands: Any) -> argparse.ArgumentParser:
    one = commands.add_parser("leads", help=tr("leads, the newest first; leads add makes one"))
    for name in ("status", "owner", "text"):
        one.add_argument(f"--{name}")
    one.add_argument("--limit", type=_whole)
    adding = one.add_subparsers(dest="action", parser_class=Parser, metavar="add").add_parser(
        "add", help=tr("add a lead, or with - those that come as JSON lines")
    )
    adding.add_argument("input", nargs="?", choices=("-",), metavar="-")
    for name in ("name", "email", "phone", "company", "position", "source", "owner", "note"):
        adding.add_argument(f"--{name}")
    adding.add_argument("--tag", action="append", default=[])
    adding.add_argument("--on-duplicate", choices=("skip", "update", "create"), default="skip")
    one = commands.add_parser("convert", help=tr("make a lead a deal"))
    one.add_argument("id", type=_whole, metavar="LEAD")
    for name in ("name", "close"):
        one.add_argument(f"--{name}", required=True)
    for name in ("value", "stage"):
        one.add_argument(f"--{name}")
    one.add_argument("--product", action="append", default=[], metavar="CODE:QUANTITY")
    _add_place(one)
    _add_set(one)
    return cast("argparse.ArgumentParser", adding)


def _add_agenda(commands: Any) -> None:
    one = commands.add_parser("activities", help=tr("open activities by day; all of a deal or a lead"))
    subject = one.add_mutually_exclusive_group()
    subject.add_argument("--deal", type=_whole, metavar="ID")
    subject.add_argument("--lead", type=_whole, metavar="ID")
    one.add_argument("--mine", action="store_true", help=tr("only one’s own"))
    one.add_argument("--overdue", action="store_true", help=tr("only those that are overdue"))
    one.add_argument("--limit", type=_whole)
    one = commands.add_parser("done", help=tr("finish an activity"))
    one.add_argument("id", type=_whole)
    one.add_argument("--outcome", metavar="TEXT", help=tr("what came of it"))
    one = commands.add_parser("agenda", help=tr("activities by day"))
    one.add_argument("--from", dest="start", metavar="YYYY-MM-DD", help=tr("today when left out"))
    one.add_argument("--to", dest="end", metavar="YYYY-MM-DD", help=tr("a week when left out"))
    one.add_argument("--person", help=tr("everybody's when left out"))
    one.add_argument("--ics", action="store_true", help=tr("as a calendar file (iCalendar)"))


def _add_search(commands: Any) -> None:
    one = commands.add_parser("search", help=tr("find deals, contacts, companies, leads, activities, notes and files"))
    one.add_argument("text", metavar="TEXT")
    one.add_argument("--kind", action="append", choices=_FOUND, help=tr("only these; may be given several times"))
    one.add_argument("--limit", type=_whole, default=8, metavar="N", help=tr("at most so many of each kind"))


def _add_file_commands(commands: Any) -> None:
    one = commands.add_parser("import", help=tr("import CSV files in one transaction"))
    kinds = ("opportunities", "products", "companies", "leads", "contacts", "people")
    one.add_argument("files", nargs="*", metavar="FILE")
    one.add_argument("--kind", choices=kinds)
    one.add_argument("--template", choices=kinds, help=tr("write a template of this kind to FILE, to be filled in"))
    one.add_argument(
        "--on-duplicate", choices=("skip", "update", "create"), default="skip",
        help=tr("what becomes of leads and contacts that are there already"),
    )  # fmt: skip
    one.add_argument("--map", action="append", default=[], metavar="COLUMN=FIELD")
    one.add_argument("--match", action="append", default=[], metavar="VALUE=VALUE")
    one.add_argument("--on-error", choices=("stop", "skip"), default="stop")
    one.add_argument("--dry-run", action="store_true")
    one.add_argument("--dates", choices=("dmy", "mdy"), help=tr("how dates are meant that could be both"))
    one.add_argument("--decimal", choices=(",", "."), help=tr("the decimal sign where it could be both"))
    one.add_argument("--encoding", choices=("utf-8", "utf-16", "cp1252", "latin-1"), help=tr("found out when left out"))
    one.add_argument("--delimiter", choices=(",", ";", "tab", "|"), help=tr("found out when left out"))
    one.add_argument("--bad-rows", metavar="FILE", help=tr("where to write the rows that were refused"))
    one = commands.add_parser("export", help=tr("write a CSV file, which can be imported again, or XLSX"))
    one.add_argument("kind", choices=("leads", "contacts", "companies", "products", "opportunities"))
    one.add_argument("file", metavar="FILE")
    for name in ("text", "owner", "status", "stage"):
        one.add_argument(f"--{name}")
    _add_place(one)
    one.add_argument("--overwrite", action="store_true", help=tr("replace the file that is there"))
    one.add_argument("--delimiter", choices=(",", ";"), help=tr("by the language when left out"))
    one = commands.add_parser("check", help=tr("the file's integrity, totals, history"))
    one.add_argument("--rebuild-search", action="store_true", help=tr("make what the search looks through anew first"))
    one = commands.add_parser("backup", help=tr("write a verified copy"))
    one.add_argument("file")
    one = commands.add_parser("restore", help=tr("put a backup in place; the earlier file is kept"))
    one.add_argument("file")
    one = commands.add_parser("demo", help=tr("add sample data"))
    one.add_argument("--deals", type=_whole, metavar="N", help=tr("only so many deals, without the longer past"))
    one = commands.add_parser("screens", help=tr("every page and dialog as PNG"))
    one.add_argument("dir")
    one.add_argument("--theme", choices=("light", "dark"), default="light")
    one.add_argument("--lang", choices=("es", "en"), default="es")
    one.add_argument("--size", default="1440x900", metavar="WxH")
    one.add_argument("--scale", type=float, default=1.0)
    commands.add_parser("self-test", help=tr("try the program without a screen"))
