"""Commands about deals: stages, list, show, new, move, win, lose, reopen, undo, redo."""

from __future__ import annotations

import argparse
import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from ..domain.filters import DealFilter
from ..domain.money import to_minor
from ..domain.stages import Stage, StageKind
from ..domain.text import fold
from ..errors import InvalidInput, NotFound, UserError
from ..i18n import tr
from ..services import board, history, moves, opportunities, undo
from ..services.messages import render
from ..services.workspace import Workspace
from . import output


def stages(ws: Workspace, args: argparse.Namespace) -> int:
    """Stages in board order with count, total and weighted total in the workspace's currency; others apart."""
    figures = board.stage_figures(ws, DealFilter())
    rows = []
    for stage in board.stages(ws):
        mine = [f for f in figures if f.stage_id == stage.id]
        main = next((f for f in mine if f.currency == ws.currency), None)
        row: dict[str, Any] = {
            "name": stage.name, "kind": stage.kind.value, "count": sum(f.count for f in mine),
            "total": output.amount(main.value if main else 0, ws.currency),
            "weighted": output.whole_percent(main.weighted if main else 0, ws.currency),
            "probability": stage.probability, "currency": ws.currency,
        }  # fmt: skip
        row["other_currencies"] = [
            {
                "currency": f.currency, "count": f.count, "total": output.amount(f.value, f.currency),
                "weighted": output.whole_percent(f.weighted, f.currency),
            }
            for f in mine if f.currency != ws.currency
        ]  # fmt: skip
        rows.append(row)
    keys = ["name", "kind", "count", "total", "weighted", "probability", "currency"]
    output.write(rows, args.json, [keys, *([row[key] for key in keys] for row in rows)])
    return 0


def list_deals(ws: Workspace, args: argparse.Namespace) -> int:
    """Deals in board order."""
    found = {stage.id: stage for stage in board.stages(ws)}
    where = DealFilter(owner_id=_person(ws, args.owner) if args.owner is not None else None, text=args.text or "")
    only = [_stage(ws, args.stage).id] if args.stage is not None else None
    cards = board.listed(ws, where, stage_ids=only, limit=args.limit)
    rows = [output.deal(card, found[card.stage_id].name) for card in cards if card.stage_id in found]
    keys = ["id", "name", "stage", "value", "currency", "owner", "company", "expected_close", "closed_on"]
    output.write(rows, args.json, [keys, *([row[key] for key in keys] for row in rows)])
    return 0


def show(ws: Workspace, args: argparse.Namespace) -> int:
    """One deal with its history."""
    _print_deal(ws, args, args.id, with_history=True)
    return 0


def new(ws: Workspace, args: argparse.Namespace) -> int:
    """Makes a deal and prints it."""
    currency = (args.currency or ws.currency).upper()
    values: dict[str, Any] = {
        "name": args.name, "value": _amount(args.value, currency), "currency": currency,
        "expected_close": _day("close", args.close), "company": args.company, "contact": args.contact,
        "product": args.product, "note": args.note or "",
    }  # fmt: skip
    if args.owner:
        values["owner_id"] = _person(ws, args.owner)
    if args.probability is not None:
        values["probability"] = args.probability
    if args.priority:
        values["priority"] = args.priority
    stage = _stage(ws, args.stage).id if args.stage else None
    _print_deal(ws, args, opportunities.create(ws, values, stage_id=stage))
    return 0


def move(ws: Workspace, args: argparse.Namespace) -> int:
    """Moves a deal to a stage; to a won or lost one as ``win`` and ``lose`` do."""
    stage = _stage(ws, args.stage)
    if stage.kind is StageKind.LOST:
        raise InvalidInput(
            "reason", tr("Say why the deal was lost."), tr("Use: lose {id} --reason …").format(id=args.id)
        )
    moves.move(ws, [args.id], stage.id)
    _print_deal(ws, args, args.id)
    return 0


def win(ws: Workspace, args: argparse.Namespace) -> int:
    """Closes a deal as won."""
    value: Any = moves.KEEP
    if args.value is not None:
        value = _amount(args.value, opportunities.get(ws, args.id).card.currency)
    moves.win(ws, [args.id], value=value, closed_on=_day("date", args.date) if args.date else None)
    _print_deal(ws, args, args.id)
    return 0


def lose(ws: Workspace, args: argparse.Namespace) -> int:
    """Closes a deal as lost, for a reason of the list."""
    reasons = board.names(ws, "loss_reason")
    found = next((r for r in reasons if fold(r.name) == fold(args.reason)), None)
    if found is None:
        names = ", ".join(r.name for r in reasons)
        raise InvalidInput(
            "reason",
            tr("There is no reason “{name}”.").format(name=args.reason),
            tr("Use one of: {names}.").format(names=names),
        )
    moves.lose(ws, [args.id], reason_id=found.id, competitor=args.competitor or "", note=args.note or "")
    _print_deal(ws, args, args.id)
    return 0


def reopen(ws: Workspace, args: argparse.Namespace) -> int:
    """Takes a closed deal back to an open stage."""
    if opportunities.get(ws, args.id).card.kind is StageKind.OPEN:
        raise UserError(tr("Opportunity {id} is open.").format(id=args.id), tr("Nothing was changed."))
    moves.reopen(ws, [args.id], _stage(ws, args.stage).id)
    _print_deal(ws, args, args.id)
    return 0


def take_back(ws: Workspace, args: argparse.Namespace) -> int:
    """Undo."""
    changes = undo.undo(ws)
    output.write({"done": render(changes.label), "seq": changes.seq}, args.json, render(changes.label))
    return 0


def bring_back(ws: Workspace, args: argparse.Namespace) -> int:
    """Redo."""
    changes = undo.redo(ws)
    output.write({"done": render(changes.label), "seq": changes.seq}, args.json, render(changes.label))
    return 0


def _print_deal(ws: Workspace, args: argparse.Namespace, deal_id: int, *, with_history: bool = False) -> None:
    found = opportunities.get(ws, deal_id)
    names = {stage.id: stage.name for stage in board.stages(ws)}
    data = output.deal(found.card, names.get(found.card.stage_id, ""))
    lines: list[list[Any]] = [[key, value] for key, value in data.items()]
    if with_history:
        data["history"] = [
            {"at": e.at, "by": e.by, "kind": e.kind, "field": e.field, "before": _shown(e, e.before, found.card.currency),
             "after": _shown(e, e.after, found.card.currency)}
            for e in history.entries(ws, deal_id)
        ]  # fmt: skip
        lines += [[f"{e['at']:%Y-%m-%d %H:%M}", f"{e['by']}: {e['kind']} {e['field']} {e['before'] or ''} → {e['after'] or ''}"]
                  for e in data["history"]]  # fmt: skip
    output.write(data, args.json, lines)


def _shown(entry: history.Entry, value: str | None, currency: str) -> str | None:
    return output.amount(int(value), currency) if entry.field == "value" and value is not None else value


def _stage(ws: Workspace, name: str) -> Stage:
    from ..services.transfer.links import match_stage

    found = board.stages(ws)
    stage = match_stage(name, found)
    if stage is None:
        names = ", ".join(stage.name for stage in found)
        raise NotFound(
            tr("There is no stage “{name}”.").format(name=name), tr("Use one of: {names}.").format(names=names)
        )
    return stage


def _person(ws: Workspace, name: str) -> int:
    for person in board.names(ws, "person"):
        if fold(person.name) == fold(name):
            return person.id
    raise NotFound(
        tr("There is no person “{name}”.").format(name=name), tr("Write the whole name as it is in the workspace.")
    )


def _amount(text: str, currency: str) -> int:
    try:
        if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
            raise ValueError(text)
        return to_minor(Decimal(text), currency)
    except (InvalidOperation, ValueError) as error:
        raise InvalidInput(
            "value",
            tr("“{text}” is not an amount.").format(text=text),
            tr("Write it like 1234.56, without thousands signs."),
        ) from error


def _day(field: str, text: str) -> date:
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(
            field, tr("“{text}” is not a date.").format(text=text), tr("Write it like 2026-12-31.")
        ) from error
