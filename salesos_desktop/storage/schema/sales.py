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
    # What the email, phone and company are compared by (domain/reach.py, domain/text.py).
    text("email_key"),
    text("phone_key"),
    text("company_folded"),
    text("search_text"),
    # Expected worth in minor units of the workspace's currency, and where they are: assignment rules look at both.
    number("value", None),
    text("place"),
    # The team whose pool it waits in.
    number("team_id", None),
    number("contact_id", None),
    number("company_id", None),
    number("discard_reason_id", None),
    text("discard_note"),
    number("merged_into_id", None),
)

_here = lead.c.deleted_at.is_(None)
for _name in ("folded", "company_folded", "email_key", "phone_key", "created_at", "last_activity_at"):
    Index(f"ix_lead_{_name}", lead.c[_name], lead.c.id, sqlite_where=_here)
for _name in ("contact_id", "company_id", "opportunity_id"):
    Index(f"ix_lead_{_name}", lead.c[_name], sqlite_where=lead.c[_name].isnot(None))
Index("ix_lead_merged_into_id", lead.c.merged_into_id, sqlite_where=lead.c.merged_into_id.isnot(None))
Index("ix_lead_owner", lead.c.owner_id, lead.c.status, sqlite_where=_here)

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
    # Whether the value is the sum of the lines.
    flag("value_follows", False),
    # Why it went back a stage, the last time.
    text("back_reason"),
    number("checks_done"),
    number("checks_total"),
    number("merged_into_id", None),
    # On hold until a day: off the board and out of the open figures until then.
    day("hold_until"),
    # The last real touch: an activity done, a note, an edit by a person. What a deal's staleness counts from.
    day("touched_on"),
    # How it counts in the forecast where that is not as its stage says; empty for as the stage says.
    code("category", ""),
)

# The migration gives PostgreSQL the same condition; naming it here would load that dialect at every start.
_live = opportunity.c.deleted_at.is_(None)
for _name in ("rank", "value", "day", "stage_since", "next_activity_on", "touched_on"):
    Index(
        f"ix_opportunity_stage_{_name}",
        opportunity.c.stage_id,
        opportunity.c[_name],
        opportunity.c.id,
        sqlite_where=_live,
    )
Index("ix_opportunity_owner", opportunity.c.owner_id, opportunity.c.stage_id, sqlite_where=_live)
Index("ix_opportunity_hold_until", opportunity.c.hold_until, sqlite_where=opportunity.c.hold_until.isnot(None))
Index(
    "ix_opportunity_merged_into_id", opportunity.c.merged_into_id, sqlite_where=opportunity.c.merged_into_id.isnot(None)
)
Index("ix_opportunity_external_id", opportunity.c.external_id, sqlite_where=opportunity.c.external_id.isnot(None))

opportunity_line = Table(
    "opportunity_line",
    metadata,
    key(),
    ref("opportunity_id", "opportunity", nullable=False, index=True),
    ref("product_id", "product", index=True),
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
    ref("contact_id", "contact", nullable=False, index=True),
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
    text("sha256"),
    ref("added_by", "person"),
    instant("added_at"),
    version(),
    # file (stored by its hash beside the workspace) or link.
    code("kind", "file"),
    text("url"),
    instant("deleted_at"),
)
Index("ix_attachment_subject", attachment.c.subject_table, attachment.c.subject_id)

note = Table(
    "note",
    metadata,
    key(),
    code("subject_table", "opportunity"),
    number("subject_id"),
    text("body"),
    flag("pinned", False),
    ref("author_id", "person"),
    instant("created_at"),
    instant("edited_at"),
    instant("deleted_at"),
    version(),
)
Index("ix_note_subject", note.c.subject_table, note.c.subject_id)

# Who is told of what happens to a deal beside its owner.
follower = Table(
    "follower",
    metadata,
    key(),
    ref("opportunity_id", "opportunity", nullable=False, index=True),
    ref("person_id", "person", nullable=False, index=True),
    version(),
)

# A colleague to whom a deal is shown, or given to edit, that is not theirs (on a team's server).
share = Table(
    "share",
    metadata,
    key(),
    ref("opportunity_id", "opportunity", nullable=False, index=True),
    ref("person_id", "person", nullable=False, index=True),
    flag("may_edit", False),
    version(),
)

check_item = Table(
    "check_item",
    metadata,
    key(),
    ref("opportunity_id", "opportunity", nullable=False, index=True),
    text("text"),
    flag("done", False),
    number("position"),
    version(),
)

# Two rows that look alike and that somebody said are not the same; ``first_id`` is the lower one.
not_duplicate = Table(
    "not_duplicate",
    metadata,
    key(),
    code("subject_table", "lead"),
    number("first_id"),
    number("second_id"),
    version(),
)
Index("ix_not_duplicate_pair", not_duplicate.c.subject_table, not_duplicate.c.first_id, not_duplicate.c.second_id)

total = Table(
    "total",
    metadata,
    Column("stage_id", Integer, primary_key=True),
    Column("owner_id", Integer, primary_key=True, doc="0 for no owner"),
    Column("day", Integer, primary_key=True, doc="proleptic Gregorian ordinal; 0 for no date"),
    Column("currency", String(3), primary_key=True),
    Column("category", String(40), primary_key=True, doc="as opportunity.category: empty for as the stage says"),
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
