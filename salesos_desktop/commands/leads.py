"""Commands about leads: list them, add them by hand or from a web form's hook, convert one."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from ..domain.leads import LeadFilter, LeadRow, LeadSort
from ..domain.products import MAX_QUANTITY
from ..domain.text import fold
from ..errors import InvalidInput, UserError, WorkspaceError
from ..i18n import tr
from ..services import conversion, duplicates, leads
from ..services.workspace import Workspace
from . import answers, output
from .deals import print_deal
from .places import Places
from .values import amount, day, person, source

_TEXTS = ("name", "email", "phone", "company", "position", "note", "place")
_COLUMNS = ("id", "name", "status", "company", "email", "phone", "source", "owner")
_OUTCOME = ("outcome", "reason", *_COLUMNS)


def run(ws: Workspace, args: argparse.Namespace) -> int:
    """``leads`` lists them, ``leads add`` adds one, ``leads add -`` those on standard input."""
    if args.action is None:
        return _list(ws, args)
    if args.input is not None:
        return _add_lines(ws, args)
    if args.name is None:
        raise InvalidInput(
            "name", tr("The name is missing."), tr("Use: leads add --name …, or leads add - for JSON lines.")
        )
    given = {name: getattr(args, name) for name in (*_TEXTS[:6], "source", "owner", "tag")}
    given["tags"] = given.pop("tag") or None
    outcome = _add(ws, given, args.on_duplicate)
    output.write(outcome, args.json, [_OUTCOME, [outcome[key] for key in _OUTCOME]])
    return 0


def convert(ws: Workspace, args: argparse.Namespace) -> int:
    """Makes a lead a deal and prints that."""
    lines = [_product(text) for text in args.product]
    values = {
        "name": args.name, "expected_close": day("close", args.close),
        "value": None if args.value is None else amount(args.value, ws.currency),
    }  # fmt: skip
    values |= answers.as_values(answers.entered(ws, args, ws.currency))
    places = Places.of(ws)
    stage = places.stage(args.stage, args.pipeline) if args.stage else places.first_stage(args.pipeline)
    with answers.asking(ws):
        made = conversion.convert(ws, args.id, values, stage_id=stage.id, lines=lines)
    print_deal(ws, args, made)
    return 0


def _list(ws: Workspace, args: argparse.Namespace) -> int:
    """Leads, the newest first; discarded and converted ones only when their status is asked for."""
    where = LeadFilter(
        status=status_code(ws, args.status) if args.status is not None else "",
        owner_id=person(ws, args.owner) if args.owner is not None else None,
        text=args.text or "",
    )
    ids = leads.listing(ws, where, LeadSort.CREATED, descending=True).ids[: args.limit]
    found = leads.fetch(ws, ids)
    names = _status_names(ws)
    rows = [_shown(ws, found[lead_id], names) for lead_id in ids if lead_id in found]
    output.write(rows, args.json, [_COLUMNS, *([row[key] for key in _COLUMNS] for row in rows)])
    return 0


def _add_lines(ws: Workspace, args: argparse.Namespace) -> int:
    """One lead a line, each kept by itself; 2 when some line could not be taken."""
    bad = False
    for number, line in _lines():
        try:
            outcome = {"line": number, **_add(ws, _parsed(line), args.on_duplicate)}
            # At once: whoever began this knows what is kept, whatever becomes of the lines behind.
            output.write_line(outcome, args.json, [number, *(outcome[key] for key in _OUTCOME)])
        except WorkspaceError:
            raise
        except UserError as error:
            bad = True
            field = f"{error.field}: " if isinstance(error, InvalidInput) else ""
            print(
                tr("line {line}: {what}").format(line=number, what=f"{field}{' '.join(str(error).split())}"),
                file=sys.stderr,
                flush=True,
            )
    return 2 if bad else 0


def _lines() -> Iterator[tuple[int, bytes]]:
    """Number and bytes of each line of standard input that is not blank."""
    source = sys.stdin.buffer if sys.stdin is not None else ()
    for number, line in enumerate(source, start=1):
        line = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        if line.strip():
            yield number, line


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line.decode("utf-8"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise InvalidInput("line", tr("This is not JSON in UTF-8."), tr("Write one object a line.")) from error
    if not isinstance(found, dict):
        raise InvalidInput("line", tr("This is not a JSON object."), tr("Write one object a line."))
    return found


def _no_number(text: str) -> Any:
    """NaN and Infinity, which Python takes and JSON does not know."""
    raise ValueError(text)


def _add(ws: Workspace, given: dict[str, Any], on_duplicate: str) -> dict[str, Any]:
    """Adds a lead, or does with the one that is there already what was asked for; what to print."""
    values = _values(ws, given)
    match = None
    if on_duplicate == "create":
        lead_id = leads.create(ws, values)
    else:
        lead_id, match = duplicates.create_unless_there(ws, values)
    outcome = "created" if match is None else "skipped"
    if match is not None and on_duplicate == "update":
        outcome = "updated"
        if "tags" in values:
            values["tags"] = [*leads.tags_in(leads.get(ws, lead_id).row), *values["tags"]]
        leads.edit(ws, lead_id, values)
    row = leads.fetch(ws, [lead_id]).get(lead_id)
    # One that went to a colleague is not seen any more.
    shown = {"id": lead_id, "name": values.get("name")} if row is None else _shown(ws, row, _status_names(ws))
    return {**dict.fromkeys(_OUTCOME), "outcome": outcome, "reason": match and match.reason, **shown}


def _values(ws: Workspace, given: dict[str, Any]) -> dict[str, Any]:
    """What was given as the values of a lead; what is empty is left out. Raises InvalidInput, NotFound."""
    values: dict[str, Any] = {}
    for name, value in given.items():
        if value is None or value == "":
            continue
        if name in _TEXTS:
            values[name] = _text(name, value)
        elif name == "tags":
            parts = value if isinstance(value, list) else _text(name, value).split(",")
            values[name] = [_text(name, part) for part in parts]
        elif name == "value":
            values[name] = amount(str(value), ws.currency)
        elif name == "owner":
            values["owner_id"] = person(ws, _text(name, value))
        elif name == "source":
            values["source_id"] = source(ws, _text(name, value))
        elif name == "status":
            values[name] = status_code(ws, _text(name, value))
        elif name == "custom" and isinstance(value, dict):
            values[name] = {key: _text(key, v) if isinstance(v, str) else v for key, v in value.items()}
        else:
            raise InvalidInput(name, tr("There is no field {field}.").format(field=name))
    return values


def _text(field: str, value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or re.search("[\0\ud800-\udfff]", value):
        raise InvalidInput(field, tr("This is not a text."), tr("Correct it."))
    return value


def status_code(ws: Workspace, name: str) -> str:
    """Code of a status by its name or code. Raises InvalidInput."""
    known = leads.statuses(ws)
    for status in known:
        if fold(name) in (fold(status.name), status.code):
            return status.code
    raise InvalidInput(
        "status",
        tr("“{text}” is no status of a lead.").format(text=name[:40]),
        tr("Use one of: {names}.").format(names=", ".join(status.name for status in known)),
    )


def _status_names(ws: Workspace) -> dict[str, str]:
    return {status.code: status.name for status in leads.statuses(ws)}


def _product(text: str) -> conversion.ProductLine:
    """``CODE:QUANTITY``, or a code alone for one piece."""
    code, colon, quantity = text.rpartition(":")
    if not colon:
        code, quantity = text, "1"
    if not code or not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,3})?", quantity):
        raise InvalidInput(
            "product",
            tr("“{text}” is not a product with its quantity.").format(text=text[:60]),
            tr("Write it like A-100:2."),
        )
    return code, min(int(Decimal(quantity) * 1000), MAX_QUANTITY + 1), None, 0


def _shown(ws: Workspace, row: LeadRow, names: dict[str, str]) -> dict[str, Any]:
    """A lead as the README documents it."""
    return {
        "id": row.id, "name": row.name, "status": names.get(row.status, row.status), "company": row.company or None,
        "position": row.position or None, "email": row.email or None, "phone": row.phone or None,
        "source": row.source or None, "owner": row.owner or None, "tags": list(row.tags),
        "value": output.amount(row.value, ws.currency), "created_at": row.created_at, "opportunity": row.opportunity_id,
    }  # fmt: skip
