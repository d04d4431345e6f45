"""One field of a record, or a line that hangs on it, back to an earlier value, under the rules of an edit."""

from __future__ import annotations

import json
from typing import Any

from .. import storage
from ..domain.changes import ChangeSet
from ..errors import InvalidInput, UserError
from ..i18n import N_, tr
from . import companies, contacts, leads, opportunities, restoring_lines
from .change_names import NAMED
from .conflicts import Shown
from .workspace import Workspace

_SERVICES: dict[str, Any] = {
    "opportunity": opportunities, "lead": leads, "contact": contacts, "company": companies,
}  # fmt: skip
# These columns are entered under another name; the service takes the number of one that is there.
_ENTERED = {"opportunity": {"company_id": "company", "contact_id": "contact", "product_id": "product"}}
_REASONS = {
    "stage_id": (N_("A stage is changed by moving the deal."), N_("Use the bar of stages: it asks what the stage asks.")),
    **dict.fromkeys(
        ("closed_on", "loss_reason_id", "competitor", "close_note"),
        (N_("This is written when a deal is closed."), N_("Reopen the deal and close it again.")),
    ),
    "deleted_at": (N_("What was deleted comes back from the bin."), N_("Look in the settings, under Bin.")),
    "hold_until": (N_("A deal is put on hold and taken off it by itself."), N_("Use its menu on the board.")),
}  # fmt: skip


def possible(table: str, path: str) -> bool:
    """Whether a field (a column, ``custom.<key>``, or a line of a commit) can be put back at all."""
    if restoring_lines.possible(path):
        return True
    name = path.partition(".")[0]
    return _ENTERED.get(table, {}).get(name, name) in _SERVICES[table].EDITABLE


def restore(
    ws: Workspace,
    table: str,
    row_id: int,
    path: str,
    kept: Any,
    *,
    currency: str = "",
    expect: Shown | None = None,
) -> ChangeSet | None:
    """Writes an earlier value as an edit does; None when the field has it already.

    ``path`` and ``kept`` are those of an entry (change_names.Entry: ``was`` or ``now``), ``currency`` the one that a deal's
    value was in. Raises UserError for a field that is changed otherwise, InvalidInput, NotFound, or Conflict when the
    field is no longer as ``expect`` says that it was shown; nothing is written then.
    """
    if not possible(table, path):
        reason, cure = _REASONS.get(
            path, (N_("This cannot be put back."), N_("Only fields that can be edited go back."))
        )
        raise UserError(tr(reason), tr(cure))
    if restoring_lines.possible(path):
        return restoring_lines.restore(ws, table, row_id, path, kept)
    values = {path.partition(".")[2]: kept} if path.startswith("custom.") else None
    if values is not None:
        edited: dict[str, Any] = {"custom": values}
    else:
        edited = {_ENTERED.get(table, {}).get(path, path): _value(ws, table, row_id, path, kept, currency)}
    changes: ChangeSet | None = _SERVICES[table].edit(ws, row_id, edited, expect=expect)
    return changes


def _value(ws: Workspace, table: str, row_id: int, path: str, kept: str | None, currency: str) -> Any:
    """What the service takes for a column's text in history."""
    value = storage.replay.value(table, path, kept)
    if path == "tags":
        return json.loads(value or "[]")
    with ws.store.read() as connection:
        if value is not None and path in NAMED:
            _refuse_gone(storage.children.rows(connection, NAMED[path], {"id": value}))
        if (table, path) == ("opportunity", "value") and currency:
            now = next(iter(storage.children.rows(connection, table, {"id": row_id})), {}).get("currency", currency)
            if now != currency:
                raise InvalidInput(
                    "value", tr("That value was in {currency}.").format(currency=currency),
                    tr("Give the deal that currency first."),
                )  # fmt: skip
        if (table, path) == ("opportunity", "probability"):
            return _probability(storage.reference.stages(connection), connection, row_id, value)
    return "" if value is None and _ENTERED.get(table, {}).get(path) else value


def _probability(stages: list[Any], connection: Any, deal_id: int, value: int | None) -> int | None:
    """The stage's own is not set by hand."""
    deal = next(iter(storage.children.rows(connection, "opportunity", {"id": deal_id})), {})
    stage = next((each for each in stages if each.id == deal.get("stage_id")), None)
    return None if stage is not None and stage.probability == value else value


def _refuse_gone(rows: list[dict[str, Any]]) -> None:
    row = rows[0] if rows else {"name": "", "deleted_at": True}
    if row.get("deleted_at") is not None or row.get("active") is False:
        raise InvalidInput(
            "value", tr("“{name}” is no longer there.").format(name=row["name"] or "—"), tr("Choose another by hand.")
        )
