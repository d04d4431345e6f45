"""People and teams of the workspace."""

from __future__ import annotations

from sqlalchemy import Table

from .base import code, flag, instant, key, metadata, number, ref, text, version

team = Table("team", metadata, key(), text("name"), number("leader_id", None), ref("parent_id", "team"), version())

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
    ref("parent_id", "company"),
    text("website"),
    text("phone"),
    text("email"),
    text("note"),
    text("custom", "{}"),
    ref("owner_id", "person"),
    instant("created_at"),
    instant("deleted_at"),
    version(),
)

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
)
