"""The command line's history: what happened to a record, and the record as it was on a past day."""

from __future__ import annotations

import argparse
from typing import Any

from ..i18n import tr
from ..services import past, timeline
from ..services.change_words import change_text, field_name, value_text, where_text
from ..services.workspace import Workspace
from . import output
from .values import day


def run(ws: Workspace, args: argparse.Namespace) -> int:
    """Everything that happened, newest first, each step as soon as it is read; with ``--as-of`` the record at that day's end."""
    table = args.table or "opportunity"
    if args.as_of is not None:
        _print_past(ws, args, table)
        return 0
    timeline.must_be(ws, table, args.id)
    steps: list[timeline.Step] = []
    cursor: timeline.Cursor | None = None
    while True:
        page = timeline.page(ws, table, args.id, cursor, everything=args.everything)
        steps += page.steps
        cursor = page.older
        if cursor is None:
            break
    lines = [
        [f"{step.at:%Y-%m-%d %H:%M}", step.by, where_text(step), step.name, change_text(entry, ws.currency)]
        for step in steps
        for entry in step.entries
    ]
    header = [tr("when"), tr("who"), tr("from"), tr("record"), tr("what")]
    output.write([_step(step) for step in steps], args.json, [header, *lines])
    return 0


def _step(step: timeline.Step) -> dict[str, Any]:
    return {
        "at": step.at, "by": step.by or None, "from": step.where.value, "file": step.file or None, "verb": step.verb,
        "record": {"table": step.subject[0], "id": step.subject[1], "name": step.name or None, "how": step.how or None},
        "points": step.points,
        "changes": [
            {
                "kind": entry.kind, "field": entry.field,
                "before": _value(entry.field, entry.before, entry.currency_was),
                "after": _value(entry.field, entry.after, entry.currency),
            }
            for entry in step.entries
        ],
    }  # fmt: skip


def _print_past(ws: Workspace, args: argparse.Namespace, table: str) -> None:
    found = past.as_of(ws, table, args.id, day("as-of", args.as_of))
    there = found.row is not None
    fields = {
        each.field: {
            "then": _value(each.field, each.then, found.currency), "now": _value(each.field, each.now, found.currency_now)
        }
        for each in found.fields
    }  # fmt: skip
    hanging = [{"field": each.field, "then": each.then, "now": each.now} for each in found.lines]
    data = {
        "id": found.id, "table": table, "as_of": found.day, "existed": there, "fields": fields, "lines": hanging,
        "changed": found.changed,
    }  # fmt: skip
    currencies = (found.currency or ws.currency, found.currency_now or ws.currency)
    rows = [
        [field_name(each.field), *(value_text(each.field, *side) for side in zip((each.then, each.now), currencies, strict=True))]
        for each in (*found.fields, *found.lines)
    ]  # fmt: skip
    header = [tr("field"), output.iso(found.day), tr("now")]
    nothing = tr("It was not there yet on {date}.").format(date=found.day.isoformat())
    output.write(data, args.json, [header, *rows] if there else nothing)


def _value(field: str, value: str | None, currency: str) -> str | None:
    return output.amount(int(value), currency) if field == "value" and value is not None and currency else value
