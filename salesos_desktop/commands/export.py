"""The command that exports leads, contacts, companies, products and opportunities."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ..domain.contacts import CompanyFilter, ContactFilter
from ..domain.filters import DealFilter
from ..domain.leads import LeadFilter
from ..errors import InvalidInput, UserError
from ..i18n import ntr, number, tr
from ..services.transfer import exporting
from ..services.transfer.exporting import Selection
from ..services.workspace import Workspace
from . import output
from .leads import status_code
from .places import Places
from .values import person

_NARROWED_BY = {
    "leads": ("owner", "status"), "contacts": ("owner",), "companies": ("owner",), "products": (),
    "opportunities": ("owner", "stage", "pipeline"),
}  # fmt: skip
"""Options beside the text that narrow each kind."""


def run(ws: Workspace, args: argparse.Namespace) -> int:
    """Writes the file; leads as ``leads`` lists them, opportunities of every stage as ``list`` does."""
    for option in ("owner", "status", "stage", "pipeline"):
        if getattr(args, option) is not None and option not in _NARROWED_BY[args.kind]:
            raise InvalidInput(
                option,
                tr("{kind} cannot be narrowed by --{option}.").format(kind=args.kind, option=option),
                tr("Leave it out."),
            )
    path = Path(args.file)
    if path.is_file() and not args.overwrite:
        raise UserError(
            tr("{path} already exists.").format(path=path), tr("Choose another name, or replace it with --overwrite.")
        )
    count = exporting.run(ws, _selection(ws, args), path, overwrite=args.overwrite, delimiter=args.delimiter or "")
    text = ntr("{count} row written to {file}.", "{count} rows written to {file}.", count)
    output.write({"file": str(path), "rows": count}, args.json, text.format(count=number(count), file=path))
    return 0


def _selection(ws: Workspace, args: argparse.Namespace) -> Selection:
    text, owner = args.text or "", None if args.owner is None else person(ws, args.owner)
    status = "" if args.status is None else status_code(ws, args.status)
    where: Any = {
        "leads": LeadFilter(status=status, owner_id=owner, text=text),
        "contacts": ContactFilter(owner_id=owner, text=text),
        "companies": CompanyFilter(owner_id=owner, text=text),
        "products": text,
        "opportunities": DealFilter(owner_id=owner, text=text, held=None),
    }[args.kind]
    stages = None
    if args.stage is not None:
        stages = (Places.of(ws).stage(args.stage, args.pipeline).id,)
    elif args.pipeline is not None:
        stages = tuple(stage.id for stage, _ in Places.of(ws).among(args.pipeline))
    return Selection(args.kind, where, stage_ids=stages)
