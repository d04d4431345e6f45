"""Leads and opportunities, what hangs on them, and the kept totals."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table

from .base import code, day, flag, instant, key, metadata, number, ref, text, version

lead = Table(
    "lead",
    metadata,
    key(),
    text("name"),
    text("folded"),
    text("email"),
    text("phone"),
    text("company"),
    text("position"),
    code("status", "new"),
    ref("source_id", "source"),
    ref("owner_id", "person"),
    text("tags", "[]"),
    text("custom", "{}"),
    text("note"),
    instant("created_at"),
    instant("last_activity_at"),
    number("opportunity_id", None),
    instant("deleted_at"),
    version(),
)

opportunity = Table(
    "opportunity",
    metadata,
    key(),
    text("external_id", None),
    text("name"),
    # Minor units of the currency; NULL is "no value", never 0.
    number("value", None),
    code("currency", "USD"),
    day("expected_close"),
    day("closed_on"),
    # The expected close of an open deal, the closing day of a closed one: what totals, sorts and filters go by.
    day("day"),
    number("probability"),
    flag("probability_set", False),
    ref("stage_id", "stage", nullable=False),
    day("stage_since"),
    ref("owner_id", "person"),
    ref("company_id", "company", index=True),
    ref("contact_id", "contact", index=True),
    ref("product_id", "product", index=True),
    ref("source_id", "source"),
    ref("lead_id", "lead", index=True),
    code("priority", "medium"),
    text("tags", "[]"),
    text("custom", "{}"),
    text("note"),
    ref("loss_reason_id", "loss_reason"),
    text("competitor"),
    text("close_note"),
    day("created_on"),
    day("next_activity_on"),
    # Order within a column by hand, see domain/ranks.py.
    number("rank"),
    text("search_text"),
    instant("deleted_at"),
    version(),
)

# The migration gives PostgreSQL the same condition; naming it here would load that dialect at every start.
_live = opportunity.c.deleted_at.is_(None)
for _name in ("rank", "value", "day", "stage_since", "next_activity_on"):
    Index(
        f"ix_opportunity_stage_{_name}",
        opportunity.c.stage_id,
        opportunity.c[_name],
        opportunity.c.id,
        sqlite_where=_live,
    )
Index("ix_opportunity_external_id", opportunity.c.external_id, sqlite_where=opportunity.c.external_id.isnot(None))

opportunity_line = Table(
    "opportunity_line",
    metadata,
    key(),
    ref("opportunity_id", "opportunity", nullable=False, index=True),
    ref("product_id", "product"),
    text("description"),
    number("quantity_thousandths", 1000),
    number("unit_price"),
    number("discount_basis_points"),
    number("position"),
    version(),
)

opportunity_contact = Table(
    "opportunity_contact",
    metadata,
    key(),
    ref("opportunity_id", "opportunity", nullable=False, index=True),
    ref("contact_id", "contact", nullable=False),
    code("buying_role", "uses"),
    version(),
)

attachment = Table(
    "attachment",
    metadata,
    key(),
    code("subject_table", "opportunity"),
    number("subject_id"),
    text("name"),
    number("size"),
    code("sha256", ""),
    ref("added_by", "person"),
    instant("added_at"),
    version(),
)

total = Table(
    "total",
    metadata,
    Column("stage_id", Integer, primary_key=True),
    Column("owner_id", Integer, primary_key=True, doc="0 for no owner"),
    Column("day", Integer, primary_key=True, doc="proleptic Gregorian ordinal; 0 for no date"),
    Column("currency", String(3), primary_key=True),
    Column("count", BigInteger, nullable=False),
    Column("value", BigInteger, nullable=False, doc="minor units"),
    Column("weighted", BigInteger, nullable=False, doc="minor units × percent"),
    Column("no_value", BigInteger, nullable=False, doc="deals without a value"),
)

# The same sums without owner and day: what the board's headers show when nothing is filtered.
stage_total = Table(
    "stage_total",
    metadata,
    Column("stage_id", Integer, primary_key=True),
    Column("currency", String(3), primary_key=True),
    Column("count", BigInteger, nullable=False),
    Column("value", BigInteger, nullable=False),
    Column("weighted", BigInteger, nullable=False),
    Column("no_value", BigInteger, nullable=False),
)
