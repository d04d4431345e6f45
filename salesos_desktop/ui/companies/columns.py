"""Columns of the list of companies."""

from __future__ import annotations

from ...domain.contacts import CompanySort
from ...domain.money import exponent
from ...i18n import money, number, tr
from ..session import Session
from ..tables.columns import Column, open_deals, owner_column, seen_days


def company_columns(session: Session) -> list[Column]:
    """Name, sector, where, people, open deals, owner; further ones hidden at first."""
    day, whole = seen_days(session)
    currency = session.workspace.currency
    unit = 10 ** exponent(currency)

    def revenue(amount: int | None) -> str:
        return "" if amount is None else money(amount * unit, currency)

    return [
        Column("name", tr("Name"), lambda r: r.name, 190, bold=True, sort=CompanySort.NAME),
        Column("sector", tr("Sector"), lambda r: r.sector, 140, sort=CompanySort.SECTOR),
        Column("location", tr("Location"), lambda r: r.location, 120, sort=CompanySort.LOCATION),
        Column("phone", tr("Phone"), lambda r: r.phone, 136, ink=lambda _: "muted"),
        Column("people", tr("People"), lambda r: number(r.people) if r.people else "", 78, right=True),
        Column("deals", tr("Open deals"), lambda r: open_deals(r.deals), 176, right=True),
        Column("employees", tr("Employees"), lambda r: "" if r.employees is None else number(r.employees), 92, right=True,
               sort=CompanySort.EMPLOYEES),
        owner_column(CompanySort.OWNER),
        Column("email", tr("Email"), lambda r: r.email, 208, ink=lambda _: "muted", hidden=True),
        Column("website", tr("Website"), lambda r: r.website, 160, hidden=True),
        Column("parent", tr("Parent company"), lambda r: r.parent, 160, hidden=True),
        Column("revenue", tr("Revenue"), lambda r: revenue(r.revenue), 130, right=True, hidden=True,
               sort=CompanySort.REVENUE),
        Column("created", tr("Created"), lambda r: day(r.created_at), 90, hidden=True, sort=CompanySort.CREATED,
               tooltip=lambda r: whole(r.created_at)),
        Column("tags", tr("Tags"), lambda r: ", ".join(r.tags), 140, hidden=True),
    ]  # fmt: skip
