"""Columns of the list of contacts."""

from __future__ import annotations

from ...domain.contacts import ContactSort
from ...i18n import tr
from ..session import Session
from ..tables.columns import Column, open_deals, owner_column, seen_days


def contact_columns(session: Session) -> list[Column]:
    """Name, position, company, reach, open deals, owner; further ones hidden at first."""
    day, whole = seen_days(session)

    return [
        Column("name", tr("Name"), lambda r: r.name, 176, bold=True, sort=ContactSort.NAME),
        Column("position", tr("Position"), lambda r: r.position, 140, sort=ContactSort.POSITION),
        Column("company", tr("Company"), lambda r: r.company, 170, sort=ContactSort.COMPANY),
        Column("email", tr("Email"), lambda r: r.email, 268, ink=lambda _: "muted", sort=ContactSort.EMAIL),
        Column("phone", tr("Phone"), lambda r: r.phone, 136, ink=lambda _: "muted", sort=ContactSort.PHONE),
        Column("deals", tr("Open deals"), lambda r: open_deals(r.deals), 176, right=True),
        owner_column(ContactSort.OWNER),
        Column("created", tr("Created"), lambda r: day(r.created_at), 90, hidden=True, sort=ContactSort.CREATED,
               tooltip=lambda r: whole(r.created_at)),
        Column("tags", tr("Tags"), lambda r: ", ".join(r.tags), 140, hidden=True),
    ]  # fmt: skip
