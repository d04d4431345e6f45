"""The forecast on the command line."""

from __future__ import annotations

import argparse
import re
from dataclasses import replace
from typing import Any

from ..domain.forecast import NO_DATE, OVERDUE, Cell, Cube, Sums
from ..domain.outlook import period
from ..domain.periods import add_months, month_of, month_start, months_between
from ..domain.stages import Category, StageKind
from ..errors import InvalidInput
from ..i18n import tr
from ..services import board
from ..services import forecast as service
from ..services.outlook import deals, ranges, targets
from ..services.outlook.range_words import provisos
from ..services.workspace import Workspace
from . import output, values
from .places import Places

_KEYS = ("month", "stage", "owner")
_RANGE = ("p10", "p50", "p90", "target", "chance")
_SHOWN = ("month", "stage", "pipeline", "owner")


def forecast(ws: Workspace, args: argparse.Namespace) -> int:
    """Rows by month, stage, owner; overdue apart; totals of all that is in range, or of every deal without a range."""
    by = _checked(args)
    cube, places = _cube(ws, args), Places.of(ws)
    among = {stage.id for stage, _ in places.among(args.pipeline)}
    order = {each.id: (place, each.name) for place, each in enumerate(places.pipelines)}
    people = {person.id: person.name for person in board.names(ws, "person")}
    ranged = bool(args.start or args.end)
    rows: dict[tuple[Any, ...], dict[str, int]] = {}
    for cell, sums in cube.cells.items():
        if cell.stage_id not in among or cell.currency != ws.currency:
            continue
        if cell.bucket == OVERDUE or not _within(cell.bucket, args):
            continue
        stage = cube.stages[cell.stage_id]
        key = tuple(
            {"month": None if cell.bucket == NO_DATE else cell.bucket,
             "stage": (order[stage.pipeline_id], stage.position, stage.name),
             "owner": people.get(cell.key or 0)}[part] for part in by
        )  # fmt: skip
        _add(rows.setdefault(key, _empty()), cube, cell, sums)
    listed = []
    for key in sorted(rows, key=lambda k: tuple((part is None, part) for part in k)):
        names = dict(zip(by, key, strict=True))
        if "stage" in names:
            (_, names["pipeline"]), _, names["stage"] = names["stage"]
        listed.append({k: names[k] for k in _SHOWN if k in names} | _texts(rows[key], ws.currency))
    totals = _empty()
    for row in rows.values():
        totals = {name: totals[name] + row[name] for name in totals}
    overdue = _overdue(cube, ws.currency, among)
    if not ranged:
        totals = {name: totals[name] + overdue[name] for name in totals}
    total_texts = _texts(totals, ws.currency)
    total_texts["expected"] = output.whole_percent(totals["weighted"] + totals["won"] * 100, ws.currency)
    data = {
        "currency": ws.currency, "rows": listed, "overdue": _texts(overdue, ws.currency), "totals": total_texts,
        "other_currencies": sorted({cell.currency for cell in cube.cells if cell.stage_id in among} - {ws.currency}),
    }  # fmt: skip
    if args.range:
        data["range"], found = _range(ws, args)
    group = [name for part in by for name in ((part, *places.column) if part == "stage" else (part,))]
    header = [*group, "count", "weighted", "best_case", "committed", "won"]
    lines = [header, *([row[name] for name in header] for row in listed)]
    blank = [""] * max(0, len(group) - 1)
    for title, row in ((tr("overdue"), data["overdue"]), (tr("total"), total_texts)):
        lines.append([*([title] if by else []), *blank, *(row[name] for name in header[len(group) :])])  # type: ignore[index]
    if args.range and not args.json:
        output.write(None, False, lines)
        output.write(None, False, [list(_RANGE), [data["range"][name] for name in _RANGE]])
        for said in provisos(found):
            output.write(None, False, said)
        return 0
    output.write(data, args.json, lines)
    return 0


def _checked(args: argparse.Namespace) -> list[str]:
    """How rows are grouped. Raises InvalidInput for what cannot be asked."""
    by = [part.strip() for part in args.by.split(",") if part.strip()]
    for part in by:
        if part not in _KEYS:
            raise InvalidInput(
                "by", tr("“{text}” is no way to group.").format(text=part), tr("Use month, stage, owner.")
            )
    for name in ("start", "end"):
        text = getattr(args, name)
        if text and not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", text):
            raise InvalidInput(name, tr("“{text}” is not a month.").format(text=text), tr("Write it like 2026-12."))
    if args.start and args.end and args.start > args.end:
        raise InvalidInput("end", tr("The range ends before it begins."), tr("Swap --from and --to."))
    return by


def _cube(ws: Workspace, args: argparse.Namespace) -> Cube:
    """Of now or of a past day, with the set probabilities or those that history teaches."""
    if not args.as_of and not args.learnt:
        return service.load(ws)
    day = values.day("as-of", args.as_of) if args.as_of else ws.clock.today()
    return deals.as_of(ws, day, chances=ranges.taught(ws) if args.learnt else None)


def _range(ws: Workspace, args: argparse.Namespace) -> tuple[dict[str, Any], ranges.Outlook]:
    """The range of the months that are asked for, of this one without any, as texts and whole; it is of now and of every
    pipeline."""
    if args.as_of or args.pipeline:
        raise InvalidInput("range", tr("The range is of today and of all pipelines."), tr("Leave --range out."))
    today = ws.clock.today()
    first = args.start or args.end or month_of(today)
    whole = replace(period(first), after=month_start(add_months(args.end or first, 1)))
    if whole.after <= today:
        raise InvalidInput("range", tr("These months are over."), tr("Choose months that are still to come."))
    months = [targets.targets(ws, month).get(targets.EVERYBODY) for month in months_between(first, args.end or first)]
    target = None if None in months else sum(month or 0 for month in months)
    found = ranges.of(ws, whole, target=target, use_learnt=args.learnt or None)
    drawn = found.range
    texts = {
        "p10": output.amount(drawn.p10, ws.currency), "p50": output.amount(drawn.p50, ws.currency),
        "p90": output.amount(drawn.p90, ws.currency), "target": output.amount(drawn.target, ws.currency),
        "chance": None if drawn.chance is None else round(drawn.chance, 3), "history_months": found.followed,
        "unconverted": found.unconverted,
    }  # fmt: skip
    return texts, found


def _within(bucket: str, args: argparse.Namespace) -> bool:
    if bucket == NO_DATE:
        return not (args.start or args.end)
    return (not args.start or bucket >= args.start) and (not args.end or bucket <= args.end)


def _empty() -> dict[str, int]:
    return dict.fromkeys(("count", "weighted", "best_case", "committed", "won", "no_value"), 0)


def _add(row: dict[str, int], cube: Cube, cell: Cell, sums: Sums) -> None:
    row["count"] += sums.count
    if cube.stages[cell.stage_id].kind is StageKind.WON:
        row["won"] += sums.value
    elif cell.category is not Category.OMITTED:
        row["weighted"] += sums.weighted_percent
        row["best_case"] += sums.value
        row["committed"] += sums.value if cell.category is Category.COMMIT else 0
        row["no_value"] += sums.no_value


def _overdue(cube: Cube, currency: str, among: set[int]) -> dict[str, int]:
    row = _empty()
    for cell, sums in cube.cells.items():
        if cell.bucket == OVERDUE and cell.currency == currency and cell.stage_id in among:
            _add(row, cube, cell, sums)
    return row


def _texts(row: dict[str, int], currency: str) -> dict[str, Any]:
    return {
        "count": row["count"], "weighted": output.whole_percent(row["weighted"], currency),
        "best_case": output.amount(row["best_case"], currency), "committed": output.amount(row["committed"], currency),
        "won": output.amount(row["won"], currency), "no_value": row["no_value"],
    }  # fmt: skip
