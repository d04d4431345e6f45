"""Commands about deals: stages, list, show, new, move, win, lose, reopen, undo, redo."""

from __future__ import annotations

import argparse
from typing import Any

from ..domain.filters import DealFilter
from ..domain.stages import StageKind
from ..domain.text import fold
from ..errors import InvalidInput, UserError
from ..i18n import tr
from ..services import board, moves, opportunities, timeline, undo
from ..services.messages import render
from ..services.workspace import Workspace
from . import answers, output
from .places import Places
from .values import amount, day, person


def stages(ws: Workspace, args: argparse.Namespace) -> int:
    """Stages in board order with count, total and weighted total in the workspace's currency; others apart."""
    figures = board.stage_figures(ws, DealFilter())
    places, rows = Places.of(ws), []
    for stage, pipeline in places.among(args.pipeline):
        mine = [f for f in figures if f.stage_id == stage.id]
        main = next((f for f in mine if f.currency == ws.currency), None)
        row: dict[str, Any] = {
            "name": stage.name, "pipeline": pipeline, "kind": stage.kind.value, "count": sum(f.count for f in mine),
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
    keys = ["name", *places.column, "kind", "count", "total", "weighted", "probability", "currency"]
    output.write(rows, args.json, [keys, *([row[key] for key in keys] for row in rows)])
    return 0


def list_deals(ws: Workspace, args: argparse.Namespace) -> int:
    """Deals in board order."""
    places = Places.of(ws)
    where = DealFilter(
        owner_id=person(ws, args.owner) if args.owner is not None else None, text=args.text or "", held=None
    )
    only = None
    if args.stage is not None:
        only = [places.stage(args.stage, args.pipeline).id]
    elif args.pipeline is not None:
        only = [stage.id for stage, _ in places.among(args.pipeline)]
    rows = [
        output.deal(card, *places.names[card.stage_id])
        for card in board.listed(ws, where, stage_ids=only, limit=args.limit)
    ]
    keys = [
        "id",
        "name",
        "stage",
        *places.column,
        "value",
        "currency",
        "owner",
        "company",
        "expected_close",
        "closed_on",
    ]
    output.write(rows, args.json, [keys, *([row[key] for key in keys] for row in rows)])
    return 0


def show(ws: Workspace, args: argparse.Namespace) -> int:
    """One deal with its history."""
    print_deal(ws, args, args.id, with_history=True)
    return 0


def new(ws: Workspace, args: argparse.Namespace) -> int:
    """Makes a deal and prints it."""
    currency = (args.currency or ws.currency).upper()
    values: dict[str, Any] = {
        "name": args.name, "value": amount(args.value, currency), "currency": currency,
        "expected_close": day("close", args.close), "company": args.company, "contact": args.contact,
        "product": args.product, "note": args.note or "",
    }  # fmt: skip
    if args.owner:
        values["owner_id"] = person(ws, args.owner)
    if args.probability is not None:
        values["probability"] = args.probability
    if args.priority:
        values["priority"] = args.priority
    places = Places.of(ws)
    stage = places.stage(args.stage, args.pipeline) if args.stage else places.first_stage(args.pipeline)
    values |= answers.as_values(answers.entered(ws, args, currency))
    with answers.asking(ws):
        made = opportunities.create(ws, values, stage_id=stage.id)
    print_deal(ws, args, made)
    return 0


def move(ws: Workspace, args: argparse.Namespace) -> int:
    """Moves a deal to a stage, also of another pipeline; to a won one as ``win`` does, to a lost one not."""
    stage = Places.of(ws).stage(args.stage, args.pipeline)
    if stage.kind is StageKind.LOST:
        raise InvalidInput(
            "reason", tr("Say why the deal was lost."), tr("Use: lose {id} --reason …").format(id=args.id)
        )
    given = answers.given(ws, args, opportunities.get(ws, args.id).card.currency, stage)
    with answers.asking(ws):
        moves.move(ws, [args.id], stage.id, **given)
    print_deal(ws, args, args.id)
    return 0


def win(ws: Workspace, args: argparse.Namespace) -> int:
    """Closes a deal as won."""
    value: Any = moves.KEEP
    if args.value is not None:
        value = amount(args.value, opportunities.get(ws, args.id).card.currency)
    closed_on = day("date", args.date) if args.date else None
    given = _given_closing(ws, args, StageKind.WON)
    with answers.asking(ws):
        moves.win(ws, [args.id], value=value, closed_on=closed_on, **given)
    print_deal(ws, args, args.id)
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
    given = _given_closing(ws, args, StageKind.LOST)
    with answers.asking(ws):
        moves.lose(ws, [args.id], reason_id=found.id, competitor=args.competitor or "", note=args.note or "", **given)
    print_deal(ws, args, args.id)
    return 0


def reopen(ws: Workspace, args: argparse.Namespace) -> int:
    """Takes a closed deal back to an open stage."""
    card = opportunities.get(ws, args.id).card
    if card.kind is StageKind.OPEN:
        raise UserError(tr("Opportunity {id} is open.").format(id=args.id), tr("Nothing was changed."))
    stage = Places.of(ws).stage(args.stage, args.pipeline)
    given = answers.given(ws, args, card.currency, stage)
    with answers.asking(ws):
        moves.reopen(ws, [args.id], stage.id, **given)
    print_deal(ws, args, args.id)
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


def _given_closing(ws: Workspace, args: argparse.Namespace, kind: StageKind) -> dict[str, Any]:
    """Answers to what the won or lost stage of the deal's pipeline asks."""
    card = opportunities.get(ws, args.id).card
    stage = next((stage for stage in board.stages_of(ws, args.id) if stage.kind is kind), None)
    return {} if stage is None else answers.given(ws, args, card.currency, stage)


def print_deal(ws: Workspace, args: argparse.Namespace, deal_id: int, *, with_history: bool = False) -> None:
    """Prints a deal as it now is."""
    found = opportunities.get(ws, deal_id)
    data = output.deal(found.card, *Places.of(ws).names[found.card.stage_id])
    lines: list[list[Any]] = [[key, value] for key, value in data.items()]
    if with_history:
        data["history"] = [
            {"at": e.at, "by": e.by, "kind": e.kind, "field": e.field, "before": _shown(e, e.before, found.card.currency),
             "after": _shown(e, e.after, found.card.currency)}
            for e in timeline.entries(ws, deal_id)
        ]  # fmt: skip
        lines += [[f"{e['at']:%Y-%m-%d %H:%M}", f"{e['by']}: {e['kind']} {e['field']} {e['before'] or ''} → {e['after'] or ''}"]
                  for e in data["history"]]  # fmt: skip
    output.write(data, args.json, lines)


def _shown(entry: timeline.Entry, value: str | None, currency: str) -> str | None:
    return output.amount(int(value), currency) if entry.field == "value" and value is not None else value
