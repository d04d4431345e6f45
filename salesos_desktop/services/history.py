"""History of a deal, lead, contact or company with names instead of numbers, oldest entry first."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any

from .. import storage
from ..domain.custom_fields import BOTH, CustomField, FieldForm
from ..i18n import N_, date_time, decimal, percent, short_date, tr
from ..storage.values import HistoryEntry
from . import custom_values
from .workspace import Workspace

_NAMED = {
    "stage_id": "stage", "owner_id": "person", "company_id": "company", "contact_id": "contact",
    "product_id": "product", "source_id": "source", "loss_reason_id": "loss_reason",
    "discard_reason_id": "discard_reason", "team_id": "team", "parent_id": "company", "opportunity_id": "opportunity",
    "lead_id": "lead",
}  # fmt: skip
ROLES = {
    "decides": N_("decides"), "influences": N_("influences"), "uses": N_("uses"), "buys": N_("buys"),
    "blocks": N_("blocks"),
}  # fmt: skip
"""What a buying role is called behind a person's name."""
_CHILDREN = frozenset({"activity", "employment", "follower", "opportunity_contact", "opportunity_line"})
_QUIET = frozenset({"stage_since", "probability_set", "merged_into_id"})
# Of people and companies these only repeat the first of their contact points.
_REPEATED = frozenset({"email", "phone"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. ``kind`` is created, removed, stage, won, lost, reopened or changed; ``field`` loses its ``_id``;
    ``before`` and ``after`` are texts (names, ISO dates, minor units), None for nothing. ``created`` holds JSON of all values.
    """

    at: datetime
    by: str
    kind: str
    field: str
    before: str | None
    after: str | None
    change_seq: int
    verb: str


def entries(ws: Workspace, row_id: int, table: str = "opportunity") -> list[Entry]:
    """Everything that happened to a row of ``table``."""
    with ws.store.read() as connection:
        statuses = (
            {status.code: status.name for status in storage.leads.statuses(connection)} if table == "lead" else {}
        )
        kinds = {kind.code: kind.name for kind in storage.activities.kinds(connection)}
        names = _Names(
            lambda table, row_id: storage.reference.name_of(connection, table, row_id), statuses, kinds, ws.clock.zone()
        )
        fields = storage.custom_fields.fields(connection)
        found = _own_apart(ws, storage.timeline.history_of(connection, table, row_id), fields)
        return [
            Entry(
                h.at, h.actor, h.kind, h.field.removesuffix("_id"), names.of(h.field, h.before),
                names.of(h.field, h.after), h.change_seq, h.verb,
            )
            for h in found
            if h.field not in _QUIET and not (table in ("contact", "company") and h.field in _REPEATED)
        ]  # fmt: skip


def _own_apart(ws: Workspace, history: list[HistoryEntry], fields: list[CustomField]) -> Iterator[HistoryEntry]:
    """A change of the own fields as an entry for each of them, its field being the label behind ``custom:``."""
    known = {each.key: each for each in fields}
    for entry in history:
        if entry.field != "custom":
            yield entry
            continue
        before, after = json.loads(entry.before or "{}"), json.loads(entry.after or "{}")
        for key in dict.fromkeys((*before, *after)):
            if before.get(key) != after.get(key):
                each = known.get(key, CustomField(0, BOTH, key, key, FieldForm.TEXT))
                was, now = (custom_values.shown(ws, each, kept.get(key)) or None for kept in (before, after))
                yield replace(entry, field=f"custom:{each.label}", before=was, after=now)


class _Names:
    """Names of rows, each looked up once."""

    def __init__(
        self, look_up: Callable[[str, int], str], statuses: Mapping[str, str], kinds: Mapping[str, str],
        zone: tzinfo | None,
    ) -> None:  # fmt: skip
        self._look_up, self._statuses, self._kinds, self._zone = look_up, statuses, kinds, zone
        self._known: dict[tuple[str, str], str] = {}

    def of(self, field: str, value: str | None) -> str | None:
        if value is None:
            return None
        if not field:
            return self._whole(value)
        if field in _CHILDREN:
            return self._child(field, value)
        if field == "status":
            return self._statuses.get(value, value)
        table = _NAMED.get(field)
        if table is None:
            return value
        key = (table, value)
        if key not in self._known:
            self._known[key] = self._look_up(table, int(value))
        return self._known[key]

    def _child(self, field: str, value: str) -> str:
        """A line of a row that hangs on this one (storage/tracking.py), with names for its numbers."""
        if field == "activity":
            return self._activity(value)
        number, _, rest = value.partition(":")
        if field == "follower":
            return self.of("owner_id", number) or "—"
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
        shown = {
            name.removesuffix("_id") if name in _NAMED else name: self.of(name, str(value)) if name in _NAMED else value
            for name, value in row.items()
            if name not in _QUIET
        }
        return json.dumps(shown, ensure_ascii=False)
