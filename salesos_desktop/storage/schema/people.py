"""People and teams of the workspace."""

from __future__ import annotations

from sqlalchemy import Index, Table

from .base import code, day, flag, instant, key, metadata, number, ref, text, version

team = Table(
    "team",
    metadata,
    key(),
    text("name"),
    number("leader_id", None),
    ref("parent_id", "team"),
    version(),
    # How a lead without an owner finds one: hand, turns, weights (domain/assignment.py).
    code("assignment", "hand"),
)

person = Table(
    "person",
    metadata,
    key(),
    text("name"),
    text("folded"),
    text("email"),
    code("role", "rep"),
    ref("team_id", "team"),
    text("manager"),
    flag("active", True),
    instant("created_at"),
    version(),
    # Leads that automatic assignment has given so far, and the share of a turn.
    number("lead_turns"),
    number("lead_weight", 1),
    # Notifications by kind and channel and quiet hours (domain/notices.py).
    text("notices", "{}"),
    # The day of the last morning summary, and when the start page was looked at last.
    day("summary_on"),
    instant("visited_at"),
    # The role that the person connects as on a team's server; empty for nobody who does.
    text("login"),
)

Index("uq_person_login", person.c.login, unique=True, sqlite_where=person.c.login != "")

absence = Table(
    "absence",
    metadata,
    key(),
    ref("person_id", "person", nullable=False, index=True),
    day("starts_on"),
    day("ends_on"),
    version(),
)

company = Table(
    "company",
    metadata,
    key(),
    text("name"),
    text("folded"),
    text("sector"),
    number("year_established", None),
    number("revenue", None),
    number("employees", None),
    text("location"),
    ref("parent_id", "company", index=True),
    text("website"),
    text("phone"),
    text("email"),
    text("note"),
    text("custom", "{}"),
    ref("owner_id", "person"),
    instant("created_at"),
    instant("deleted_at"),
    version(),
    number("merged_into_id", None),
    text("tags", "[]"),
)
Index("ix_company_folded", company.c.folded, company.c.id)
Index("ix_company_merged_into_id", company.c.merged_into_id, sqlite_where=company.c.merged_into_id.isnot(None))

contact = Table(
    "contact",
    metadata,
    key(),
    text("name"),
    text("folded"),
    text("email"),
    text("phone"),
    text("position"),
    ref("company_id", "company", index=True),
    text("note"),
    text("custom", "{}"),
    ref("owner_id", "person"),
    instant("created_at"),
    instant("deleted_at"),
    version(),
    number("merged_into_id", None),
    text("tags", "[]"),
)
Index("ix_contact_folded", contact.c.folded, contact.c.id)
Index("ix_contact_merged_into_id", contact.c.merged_into_id, sqlite_where=contact.c.merged_into_id.isnot(None))

# Emails, phones and addresses of people and companies; ``key`` is the value as it is compared (domain/reach.py).
contact_point = Table(
    "contact_point",
    metadata,
    key(),
    code("subject_table", "contact"),
    number("subject_id"),
    code("kind", "email"),
    text("label"),
    text("value"),
    text("key"),
    number("position"),
    version(),
)
Index("ix_contact_point_subject", contact_point.c.subject_table, contact_point.c.subject_id)
Index("ix_contact_point_key", contact_point.c.kind, contact_point.c.key)

# Where else a person works beside their main company.
employment = Table(
    "employment",
    metadata,
    key(),
    ref("contact_id", "contact", nullable=False, index=True),
    ref("company_id", "company", nullable=False, index=True),
    text("position"),
    version(),
)
