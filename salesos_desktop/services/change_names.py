"""What history keeps as numbers and codes, in names: who, which company, which stage, what kind of activity."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.custom_fields import BOTH, CustomField, FieldForm
from ..i18n import N_, date_time, decimal, percent, short_date, tr
from . import custom_values, restoring_lines
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.queries.history import HistoryEntry

NAMED = {
    "stage_id": "stage", "owner_id": "person", "company_id": "company", "contact_id": "contact",
    "product_id": "product", "source_id": "source", "loss_reason_id": "loss_reason",
    "discard_reason_id": "discard_reason", "team_id": "team", "parent_id": "company", "opportunity_id": "opportunity",
    "lead_id": "lead",
}  # fmt: skip
"""Column → the table whose rows it names."""
ROLES = {
    "decides": N_("decides"), "influences": N_("influences"), "uses": N_("uses"), "buys": N_("buys"),
    "blocks": N_("blocks"),
}  # fmt: skip
"""What a buying role is called behind a person's name."""
QUIET = frozenset({"stage_since", "probability_set", "merged_into_id"})
"""Fields that only follow from others."""
# Of people and companies these only repeat the first of their contact points.
_REPEATED = frozenset({"email", "phone"})
_CHILDREN = frozenset({"activity", "employment", "follower", "opportunity_contact", "opportunity_line", "share"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. ``kind`` is created, removed, stage, won, lost, reopened or changed; ``field`` loses its ``_id`` and is
    ``custom:<label>`` for an own field; ``before`` and ``after`` are texts (names, ISO dates, minor units), None for
    nothing. ``created`` holds JSON of all values.

    ``path`` is the column, ``custom.<key>``, or that of a line (services/restoring_lines.py); ``was`` and ``now`` what it
    kept: the column's value as text, an own field's as it is. ``currency_was`` and ``currency`` are the deal's before and
    after it, empty where it has none.
    """

    at: datetime
    by: str
    kind: str
    field: str
    before: str | None
    after: str | None
    change_seq: int
    verb: str
    path: str = ""
    was: Any = None
    now: Any = None
    currency_was: str = ""
    currency: str = ""


class Naming:
    """Gives entries their names, each looked up once."""

    def __init__(self, ws: Workspace, connection: Any) -> None:
        self._ws, self._connection = ws, connection
        self._zone: tzinfo | None = ws.clock.zone()
        self._statuses = {status.code: status.name for status in storage.leads.statuses(connection)}
        self._kinds = {kind.code: kind.name for kind in storage.activities.kinds(connection)}
        self._fields = {each.key: each for each in storage.custom_fields.fields(connection)}
        self._known: dict[tuple[str, str], str] = {}

    def entries(self, kept: HistoryEntry, currency_was: str = "", currency: str = "") -> Iterator[Entry]:
        """What one entry of history says: nothing for a quiet one, one for each own field that changed."""
        table, name = kept.subject[0], kept.field
        if name in QUIET or (table in ("contact", "company") and name in _REPEATED):
            return
        head = (kept.at, kept.actor, kept.kind)
        if name != "custom":
            yield Entry(
                *head, name.removesuffix("_id"), self.of(name, kept.before), self.of(name, kept.after), kept.change_seq,
                kept.verb, restoring_lines.path(name, kept.change_seq), kept.before, kept.after, currency_was, currency,
            )  # fmt: skip
            return
        before, after = json.loads(kept.before or "{}"), json.loads(kept.after or "{}")
        for key in dict.fromkeys((*before, *after)):
            if before.get(key) != after.get(key):
                each, values = self.own(key), (before.get(key), after.get(key))
                was, now = (custom_values.shown(self._ws, each, value) or None for value in values)
                yield Entry(
                    *head,
                    f"custom:{each.label}",
                    was,
                    now,
                    kept.change_seq,
                    kept.verb,
                    f"custom.{key}",
                    *values,
                )

    def own(self, key: str) -> CustomField:
        """An own field, also one that is no longer there."""
        return self._fields.get(key) or CustomField(0, BOTH, key, key, FieldForm.TEXT)

    def of(self, field: str, value: str | None) -> str | None:
        """What a value of a field is called; dates and amounts stay as they are."""
        if value is None:
            return None
        if not field:
            return self._whole(value)
        if field in _CHILDREN:
            return self._child(field, value)
        if field == "status":
            return self._statuses.get(value, value)
        table = NAMED.get(field)
        return value if table is None else self.name(table, int(value))

    def name(self, table: str, row_id: int) -> str:
        """The name of a row."""
        key = (table, str(row_id))
        if key not in self._known:
            self._known[key] = storage.reference.name_of(self._connection, table, row_id)
        return self._known[key]

    def _child(self, field: str, value: str) -> str:
        """A line of a row that hangs on this one (storage/tracking.py), with names for its numbers."""
        if field == "activity":
            return self._activity(value)
        number, _, rest = value.partition(":")
        if field == "follower":
            return self.of("owner_id", number) or "—"
        if field == "share":
            may = tr("may edit") if rest == "edit" else tr("may see")
            return f"{self.of('owner_id', number) or '—'} ({may})"
        if field == "employment":
            return " · ".join(part for part in (self.of("company_id", number), rest) if part)
        if field == "opportunity_contact":
            name = self.of("contact_id", number) or "—"
            return f"{name} ({tr(ROLES.get(rest, rest))})" if rest else name
        quantity, _price, discount, description = rest.split(":", 3)
        name = description or (self.of("product_id", number) if number != "0" else None) or "—"
        text = f"{name} × {decimal(Decimal(quantity) / 1000)}"
        return text + (f" − {percent(int(discount) / 100)}" if discount != "0" else "")

    def _activity(self, value: str) -> str:
        """``Call: Offer · 30 Nov 2026, 10:00 · Ana``; one that is done begins with a tick and ends with what came of it."""
        kind, state, when, assignee_id, subject, outcome, *_ = json.loads(value)
        who = self.of("owner_id", str(assignee_id)) if assignee_id else ""
        name = self._kinds.get(kind, kind)
        parts = [f"{name}: {subject}" if subject != name else name, self._when(when or ""), who, outcome]
        return ("✓ " if state == "done" else "") + " · ".join(part for part in parts if part)

    def _when(self, text: str) -> str:
        if "T" in text:
            return date_time(datetime.fromisoformat(text), self._zone)
        return short_date(date.fromisoformat(text), 0) if text else ""

    def _whole(self, text: str) -> str:
        row: dict[str, Any] = json.loads(text)
        own: dict[str, Any] = json.loads(row.pop("custom", None) or "{}")
        shown = {
            name.removesuffix("_id") if name in NAMED else name: self.of(name, str(value))
            if name in NAMED or name == "status"
            else value
            for name, value in row.items()
            if name not in QUIET
        }
        for key, value in own.items():
            each = self.own(key)
            shown[f"custom:{each.label}"] = custom_values.shown(self._ws, each, value)
        return json.dumps(shown, ensure_ascii=False)
