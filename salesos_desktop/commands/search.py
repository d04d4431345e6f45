"""The search on the command line."""

from __future__ import annotations

import argparse
from typing import Any

from ..services import search
from ..services.search import Hit
from ..services.workspace import Workspace
from . import output

_COLUMNS = ("kind", "id", "title", "detail", "where", "excerpt")


def run(ws: Workspace, args: argparse.Namespace) -> int:
    """What matches, the best first; at most so many of each kind."""
    rows = [_said(hit) for hit in search.find(ws, args.text, args.limit, args.kind or None)]
    output.write(rows, args.json, [_COLUMNS, *([row[name] for name in _COLUMNS] for row in rows)])
    return 0


def _said(hit: Hit) -> dict[str, Any]:
    table, row_id = hit.about or (None, None)
    return {
        "kind": hit.kind, "id": hit.id, "title": hit.title, "detail": hit.detail, "where": hit.where or None,
        "excerpt": hit.excerpt or None, "about_kind": table, "about_id": row_id, "match": hit.rank.name.lower(),
    }  # fmt: skip
