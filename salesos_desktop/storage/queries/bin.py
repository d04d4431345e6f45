"""The bin: rows that were deleted, by whom, what still refers to them, and what goes with them for good."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, or_, select

from ..schema import TABLES
from ..schema.people import person
from ..schema.stream import change_log, change_row, history

BINNED = ("opportunity", "lead", "contact", "company", "note", "attachment", "activity")
"""Tables whose rows go to the bin, each before those it refers to: in this order they go for good."""
# Column → what it refers to keeps the row from being removed for good.
REFERENCES = {
    "lead": ("opportunity.lead_id", "lead.merged_into_id"),
    "opportunity": ("lead.opportunity_id", "opportunity.merged_into_id"),
    "contact": (
        "opportunity.contact_id", "opportunity_contact.contact_id", "lead.contact_id", "contact.merged_into_id",
        "activity_participant.contact_id",
    ),
    "company": (
        "opportunity.company_id", "contact.company_id", "employment.company_id", "lead.company_id", "company.parent_id",
        "company.merged_into_id",
    ),
    "note": (), "attachment": (), "activity": (),
}  # fmt: skip
# Rows that are a part of another, and go with it.
PARTS = {
    "opportunity": (
        "opportunity_line.opportunity_id", "opportunity_contact.opportunity_id", "check_item.opportunity_id",
        "follower.opportunity_id", "share.opportunity_id",
    ),
    "contact": ("employment.contact_id",),
    "activity": ("activity_participant.activity_id",),
}  # fmt: skip
_LOOKED_AT = 500
_NAMES = {"activity": "subject"}
HUNG = ("note", "attachment", "activity", "contact_point")


def deleted(
    connection: Connection, table: str, since: datetime, limit: int
) -> tuple[int, list[tuple[int, str, datetime, str]]]:
    """How many rows were put in the bin since an instant, and (id, name, when, who) of the newest of them.

    A note is named by its text, an activity by its subject. Rows that were merged into another are not in the bin.
    """
    target = TABLES[table]
    name = func.substr(target.c.body, 1, 200) if table == "note" else target.c[_NAMES.get(table, "name")]
    binned = [target.c.deleted_at >= since]
    if "merged_into_id" in target.c:
        binned.append(target.c.merged_into_id.is_(None))
    newest = select(target.c.id, name, target.c.deleted_at).where(*binned)
    rows = connection.execute(newest.order_by(target.c.deleted_at.desc(), target.c.id.desc()).limit(limit)).all()
    count = len(rows)
    if count == limit:
        count = connection.execute(select(func.count()).select_from(target).where(*binned)).scalar_one()
    who = _who_logged if table in HUNG else _who
    people = who(connection, table, [r[0] for r in rows]) if rows else {}
    return count, [(r[0], r[1], r[2], people.get(r[0], "")) for r in rows]


def _who(connection: Connection, table: str, ids: Sequence[int]) -> dict[int, str]:
    """Who deleted rows last, as their history has it."""
    here = (history.c.subject_table == table, history.c.subject_id.in_(ids))
    last = (
        select(func.max(history.c.id))
        .where(*here, history.c.field == "deleted_at", history.c.after.isnot(None))
        .group_by(history.c.subject_id)
    )
    statement = (
        select(history.c.subject_id, person.c.name)
        .join(person, person.c.id == history.c.actor_id)
        .where(history.c.id.in_(last))
    )
    return {r[0]: r[1] for r in connection.execute(statement)}


def _who_logged(connection: Connection, table: str, ids: Sequence[int]) -> dict[int, str]:
    """Who deleted rows whose deletion is history of the row they hang on: as the change log has it."""
    statement = (
        select(change_row.c.row_id, person.c.name)
        .join(change_log, change_log.c.seq == change_row.c.seq)
        .outerjoin(person, person.c.id == change_log.c.actor_id)
        .where(
            change_log.c.tables.contains(table), change_row.c.table_name == table,
            change_row.c.after.contains('"deleted_at":"'), change_row.c.row_id.in_(ids),
        )
        .order_by(change_row.c.seq)
    )  # fmt: skip
    return {r[0]: r[1] or "" for r in connection.execute(statement)}


def expired(connection: Connection, table: str, before: datetime, limit: int) -> list[int]:
    """Up to ``limit`` ids of rows that are in the bin since before an instant and that nothing refers to."""
    target = TABLES[table]
    old = select(target.c.id).where(target.c.deleted_at < before).order_by(target.c.id).limit(_LOOKED_AT)
    found: list[int] = []
    last = 0
    while len(found) < limit:
        ids = [r[0] for r in connection.execute(old.where(target.c.id > last))]
        if not ids:
            break
        held = _held(connection, table, ids, before)
        found += [row_id for row_id in ids if row_id not in held]
        last = ids[-1]
    return found[:limit]


def _held(connection: Connection, table: str, ids: list[int], before: datetime) -> set[int]:
    """Those of the rows that something refers to; one look at each of the referring tables."""
    held: set[int] = set()
    for reference in REFERENCES[table]:
        name, _, column = reference.partition(".")
        other = TABLES[name]
        refers = select(other.c[column]).where(other.c[column].in_(ids))
        if (name, table) == ("lead", "opportunity"):
            # The two refer to each other: a lead that goes as well does not hold its deal.
            refers = refers.where(or_(other.c.deleted_at.is_(None), other.c.deleted_at >= before))
        held.update(r[0] for r in connection.execute(refers))
    return held


def became(connection: Connection, deal_id: int) -> list[int]:
    """Leads that became a deal."""
    lead = TABLES["lead"]
    return [r[0] for r in connection.execute(select(lead.c.id).where(lead.c.opportunity_id == deal_id))]


def parts(connection: Connection, table: str, row_id: int) -> list[tuple[str, int]]:
    """(table, id) of the rows that go with a row of ``table``."""
    found: list[tuple[str, int]] = []
    for reference in PARTS.get(table, ()):
        name, _, column = reference.partition(".")
        rows = connection.execute(select(TABLES[name].c.id).where(TABLES[name].c[column] == row_id))
        found += [(name, r[0]) for r in rows]
    for name in HUNG if table not in HUNG else ():
        target = TABLES[name]
        here = select(target.c.id).where(target.c.subject_table == table, target.c.subject_id == row_id)
        hung = [r[0] for r in connection.execute(here)]
        found += [part for row in hung for part in parts(connection, name, row)] + [(name, row) for row in hung]
    twins = TABLES["not_duplicate"]
    either = or_(twins.c.first_id == row_id, twins.c.second_id == row_id)
    pairs = select(twins.c.id).where(twins.c.subject_table == table, either)
    return found + [("not_duplicate", r[0]) for r in connection.execute(pairs)]
