"""Commands about the workspace's file: import, check, backup, restore, demo."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from .. import bootstrap
from ..domain.filters import DealFilter
from ..domain.teams import Address
from ..errors import InvalidInput, UserError
from ..i18n import number, tr
from ..services import backups, board, checks, custom_fields, demo, moving
from ..services.transfer import importing, results, templates
from ..services.workspace import Workspace
from . import output
from .entering import entered

_MOST_DEALS = 1_000_000


def import_files(ws: Workspace, args: argparse.Namespace) -> int:
    """Imports files in one transaction; exit code 2 when bad rows kept everything out."""
    if args.template is not None:
        return _write_template(ws, args)
    if not args.files:
        raise InvalidInput("files", tr("No file was named."), tr("Name the files to import."))
    plans, own = [], custom_fields.fields(ws)
    for name in args.files:
        delimiter = "\t" if args.delimiter == "tab" else args.delimiter
        plan = importing.plan(Path(name), kind=args.kind, encoding=args.encoding, delimiter=delimiter, own=own)
        _map(plan, args.map, len(args.files) > 1)
        plan.on_duplicate = args.on_duplicate
        plan.matches = dict(_pair(text, "--match") for text in args.match)
        importing.analyse(plan)
        for evidence in plan.evidence.values():
            evidence.dates.chosen = args.dates
            evidence.numbers.chosen = args.decimal
        plans.append(plan)
    if args.bad_rows:
        results.check_target(Path(args.bad_rows))
    result = importing.run(ws, plans, stop_on_error=args.on_error == "stop", dry_run=args.dry_run)
    if args.bad_rows and result.failed:
        results.save_bad_rows([plan.table for plan in plans], result, Path(args.bad_rows))
    data = {
        "created": result.created, "updated": result.updated, "skipped": result.skipped, "failed": result.failed,
        "errors": [{"file": e.file, "line": e.line, "field": e.field, "message": e.message} for e in result.errors],
        "made": result.made,
        "matched": [{"kind": kind, "value": value, "match": match} for (kind, value), match in result.matched.items()],
        "duplicates": result.duplicates,
        "first_duplicates": [
            {"file": d.file, "line": d.line, "name": d.name, "reason": d.twin.reason, "outcome": d.outcome,
             "match": d.twin.id, "match_name": d.twin.name, "match_company": d.twin.company, "in_file": d.twin.in_file}
            for d in result.first_duplicates
        ],
        "dry_run": bool(args.dry_run),
    }  # fmt: skip
    lines = [
        ["created", "updated", "skipped", "failed", "duplicates"],
        [result.created, result.updated, result.skipped, result.failed, sum(result.duplicates.values())],
    ]
    output.write(data, args.json, lines)
    for double in [] if args.json else result.first_duplicates[:20]:
        print(f"{double.file}:{double.line}: {results.duplicate_text(double)}", file=sys.stderr)
    stopped = result.failed and args.on_error == "stop" and not args.dry_run
    for error in result.errors[: 1 if stopped or args.json else 20]:
        if not args.json and not stopped:
            print(f"{error.file}:{error.line}: {error.field}: {error.message}", file=sys.stderr)
    if stopped:
        first = result.errors[0]
        raise UserError(
            tr("Nothing was imported: {count} bad rows; the first is line {line} of {file}, {field}: {message}").format(
                count=number(result.failed), line=first.line, file=first.file, field=first.field, message=first.message
            ),
            tr("Correct them, or import the good rows with --on-error skip."),
        )
    return 0


def _write_template(ws: Workspace, args: argparse.Namespace) -> int:
    if len(args.files) != 1:
        raise InvalidInput("files", tr("A template goes to one file."), tr("Use: import --template KIND FILE."))
    templates.write(ws, args.template, Path(args.files[0]))
    output.write({"file": args.files[0]}, args.json, tr("Wrote {path}.").format(path=args.files[0]))
    return 0


def _map(plan: importing.Plan, pairs: list[str], several: bool) -> None:
    for text in pairs:
        column, field = _pair(text, "--map")
        if field and field not in plan.fields:
            if several:
                continue
            names = ", ".join(plan.fields)
            raise InvalidInput(
                "map",
                tr("There is no field {field}.").format(field=field),
                tr("Use one of: {names}.").format(names=names),
            )
        if column not in plan.table.headers:
            if several:
                continue
            names = ", ".join(plan.table.headers)
            raise InvalidInput(
                "map",
                tr("There is no column “{column}”.").format(column=column),
                tr("The file has: {names}.").format(names=names),
            )
        number_ = plan.table.headers.index(column)
        plan.columns = {n: f for n, f in plan.columns.items() if f != field and n != number_}
        if field:
            plan.columns[number_] = field


def _pair(text: str, option: str) -> tuple[str, str]:
    left, sign, right = text.partition("=")
    if not sign or not left:
        raise InvalidInput(option, tr("{option} needs a pair like A=B, not “{text}”.").format(option=option, text=text))
    return left.strip(), right.strip()


def check(ws: Workspace, args: argparse.Namespace) -> int:
    """Integrity of the file, totals against a recount, history against rows; exit code 1 when something is wrong."""
    if args.rebuild_search:
        checks.rebuild_search(ws)
    problems = checks.problems(ws)
    output.write(
        {"ok": not problems, "problems": problems}, args.json, "\n".join(problems) or tr("Everything is in order.")
    )
    return 1 if problems else 0


def backup(ws: Workspace, args: argparse.Namespace) -> int:
    """A whole copy, verified."""
    lacking = backups.back_up(ws, Path(args.file))
    output.write({"file": args.file, "lacking": lacking}, args.json, tr("Backed up to {path}.").format(path=args.file))
    if lacking and not args.json:
        print(
            tr("Attached files that are not whole on the server: {count}").format(count=number(lacking)),
            file=sys.stderr,
        )
    return 0


def restore(path: Path | Address, args: argparse.Namespace) -> int:
    """Puts a backup in place of the workspace; the earlier state is kept as a file."""
    if isinstance(path, Path):
        place, kept = str(path), backups.restore(Path(args.file), path, datetime.now(UTC))
    else:
        place, kept = path.text, _restore_team(path, Path(args.file))
    text = tr("Restored {path}.").format(path=place)
    if kept is not None:
        text += " " + tr("The earlier file is kept as {path}.").format(path=kept)
    output.write({"file": place, "earlier": str(kept) if kept else None}, args.json, text)
    return 0


def _restore_team(address: Address, backup: Path) -> Path | None:
    workspace = entered(address, lambda password: bootstrap.look_after(address, password))
    try:
        return moving.restore(workspace, backup, datetime.now(UTC))
    finally:
        workspace.store.close()


def demo_data(ws: Workspace, args: argparse.Namespace) -> int:
    """Adds sample data: the whole team with its past, or so many deals."""
    if args.deals is not None and not 1 <= args.deals <= _MOST_DEALS:
        raise InvalidInput("deals", tr("The number of deals must be between 1 and 1,000,000."), tr("Correct it."))
    if board.listed(ws, DealFilter(held=None), limit=1):
        raise UserError(
            tr("This workspace has deals already."),
            tr("Sample data come with a past that would mix with theirs. Put them into a workspace of their own."),
        )
    count = demo.fill(ws, past=True) if args.deals is None else demo.fill(ws, args.deals)
    output.write({"created": count}, args.json, tr("{count} sample deals were added.").format(count=number(count)))
    return 0
