"""Which fields of which tables go into history, and what kind of entry a change is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..domain.changes import Row
from .encoding import encode, plain

OPPORTUNITY_FIELDS = (
    "stage_id",
    "name",
    "value",
    "currency",
    "expected_close",
    "closed_on",
    "probability",
    "probability_set",
    "owner_id",
    "company_id",
    "contact_id",
    "product_id",
    "source_id",
    "priority",
    "tags",
    "custom",
    "note",
    "loss_reason_id",
    "competitor",
    "close_note",
    "external_id",
    "created_on",
    "stage_since",
    "deleted_at",
    "lead_id",
    "back_reason",
    "merged_into_id",
    "hold_until",
    "category",
)
"""Everything of a deal that a replay of its history must give back; rank, version and derived columns are not history."""

TRACKED: Mapping[str, tuple[str, ...]] = {
    "opportunity": OPPORTUNITY_FIELDS,
    "lead": (
        "name", "email", "phone", "company", "position", "status", "source_id", "owner_id", "team_id", "tags", "custom",
        "note", "value", "place", "opportunity_id", "contact_id", "company_id", "discard_reason_id", "discard_note",
        "merged_into_id", "created_at", "deleted_at",
    ),
    "contact": (
        "name", "email", "phone", "position", "company_id", "owner_id", "note", "tags", "custom", "merged_into_id",
        "created_at", "deleted_at",
    ),
    "company": (
        "name", "email", "phone", "website", "sector", "location", "year_established", "revenue", "employees", "parent_id",
        "owner_id", "note", "tags", "custom", "merged_into_id", "created_at", "deleted_at",
    ),
    "product": ("name", "code", "series", "price", "currency", "active"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Child:
    """Rows whose coming, going and changing is history of the row they hang on.

    ``subject``: names of the columns with table and id of that row, or a fixed table and the column of its id. ``text``
    says the row in a line, as history keeps it; a row in the bin has no text.
    """

    subject: tuple[str, str]
    fixed: bool
    text: Callable[[Row], str]


_SUBJECT = ("subject_table", "subject_id")


def _activity(row: Row) -> str:
    """Kind, state, day or instant, assignee, subject, outcome and id as JSON: whoever reads the history words it."""
    when = row["due_at"].isoformat() if row["due_at"] is not None else plain(row["due_on"])
    state = "done" if row["done_at"] is not None else "open"
    return encode([row["kind"], state, when, row["assignee_id"], row["subject"], row["outcome"], row["id"]])


def _follower(row: Row) -> str:
    return str(row["person_id"])


def _share(row: Row) -> str:
    return f"{row['person_id']}:{'edit' if row['may_edit'] else 'see'}"


CHILDREN: Mapping[str, Child] = {
    "attachment": Child(_SUBJECT, False, lambda row: row["name"]),
    "note": Child(_SUBJECT, False, lambda row: row["body"]),
    "contact_point": Child(_SUBJECT, False, lambda row: row["value"]),
    "check_item": Child(("opportunity", "opportunity_id"), True, lambda row: ("✓ " if row["done"] else "") + row["text"]),
    # Product and contact by number: whoever reads the history names them (services/change_names.py).
    "opportunity_line": Child(
        ("opportunity", "opportunity_id"), True,
        lambda row: f"{row['product_id'] or 0}:{row['quantity_thousandths']}:{row['unit_price']}:"
        f"{row['discount_basis_points']}:{row['description']}",
    ),
    "opportunity_contact": Child(
        ("opportunity", "opportunity_id"), True, lambda row: f"{row['contact_id']}:{row['buying_role']}"
    ),
    "activity": Child(_SUBJECT, False, _activity),
    "follower": Child(("opportunity", "opportunity_id"), True, _follower),
    "share": Child(("opportunity", "opportunity_id"), True, _share),
    "employment": Child(("contact", "contact_id"), True, lambda row: f"{row['company_id']}:{row['position']}"),
}  # fmt: skip

DERIVED = frozenset(
    {
        "version",
        "rank",
        "day",
        "search_text",
        "next_activity_on",
        "checks_done",
        "checks_total",
        "lead_turns",
        "last_activity_at",
        "touched_on",
        "remind_at",
    }
)
"""Columns that follow from others or that everybody may shift: undo does not look at them for conflicts."""


def entries(
    table: str, row_id: int, before: Row | None, after: Row | None, kinds: Mapping[int, str]
) -> list[dict[str, Any]]:
    """History entries for one change: ``created`` or ``removed`` with all values, else one entry per changed field.

    ``kinds`` maps stage ids to open, won or lost. A change of stage comes first and is called stage, won, lost or reopened.
    """
    child = CHILDREN.get(table)
    if child is not None:
        return _child_entries(table, child, before, after)
    fields = TRACKED.get(table)
    if fields is None:
        return []
    base = {"subject_table": table, "subject_id": row_id}
    if before is None or after is None:
        row = after if after is not None else before
        assert row is not None
        values = encode({name: row[name] for name in fields if row[name] not in (None, "", "[]", "{}")})
        kind = "created" if before is None else "removed"
        return [
            base
            | {
                "kind": kind,
                "field": "",
                "before": None if before is None else values,
                "after": values if before is None else None,
            }
        ]
    changed = [
        base
        | {
            "kind": _kind(name, before, after, kinds),
            "field": name,
            "before": plain(before[name]),
            "after": plain(after[name]),
        }
        for name in fields
        if before[name] != after[name]
    ]
    return changed + _merged(table, before, after)


def _merged(table: str, before: Row, after: Row) -> list[dict[str, Any]]:
    """What the row into which this one was merged has to say of it: the name of this one comes, or goes again."""
    was, now = before.get("merged_into_id"), after.get("merged_into_id")
    return [
        {
            "subject_table": table, "subject_id": subject_id, "kind": "changed", "field": "merged",
            "before": None if come else before["name"], "after": after["name"] if come else None,
        }
        for subject_id, come in ((was, False), (now, True))
        if was != now and subject_id is not None
    ]  # fmt: skip


def _child_entries(table: str, child: Child, before: Row | None, after: Row | None) -> list[dict[str, Any]]:
    """One entry on the row it hangs on, its field named like the child's table; nothing when its line stays the same.

    One that goes from row to row leaves the first and comes to the second.
    """
    place, number = child.subject
    lines: dict[tuple[str, int], list[str | None]] = {}
    for side, row in enumerate((before, after)):
        if row is not None and row[number] is not None:
            subject = (place if child.fixed else row[place], row[number])
            lines.setdefault(subject, [None, None])[side] = None if row.get("deleted_at") else child.text(row)
    return [
        {
            "subject_table": subject_table, "subject_id": subject_id, "kind": "changed",
            # A deal and a lead have a column of that name, too.
            "field": "note_row" if table == "note" else table, "before": was, "after": now,
        }
        for (subject_table, subject_id), (was, now) in lines.items()
        if was != now
    ]  # fmt: skip


def _kind(name: str, before: Row, after: Row, kinds: Mapping[int, str]) -> str:
    if name != "stage_id":
        return "changed"
    kind = kinds[after["stage_id"]]
    if kind != "open":
        return kind
    return "reopened" if kinds[before["stage_id"]] != "open" else "stage"
