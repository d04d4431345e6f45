"""Columns of the list of leads."""

from __future__ import annotations

from datetime import datetime

from ...domain.leads import LeadRow, LeadSort
from ...i18n import date_time, short_date, tr
from ..session import Session
from ..tables.columns import Column
from .lists import LeadLists


def lead_columns(session: Session, lists: LeadLists) -> list[Column]:
    """Name, company, reach, source, status, owner, dates; further ones hidden at first."""

    def day(moment: datetime | None) -> str:
        if moment is None:
            return "—"
        return short_date(moment.astimezone(session.workspace.clock.zone()).date(), session.today.year)

    def whole(moment: datetime | None) -> str:
        return "" if moment is None else date_time(moment, session.workspace.clock.zone())

    def help_text(row: LeadRow) -> str:
        found = lists.statuses.get(row.status)
        return found.help if found else ""

    return [
        Column("name", tr("Name"), lambda r: r.name, 176, bold=True, sort=LeadSort.NAME),
        Column("company", tr("Company"), lambda r: r.company, 166, sort=LeadSort.COMPANY),
        Column("email", tr("Email"), lambda r: r.email, 208, ink=lambda _: "muted", sort=LeadSort.EMAIL),
        Column("phone", tr("Phone"), lambda r: r.phone, 132, ink=lambda _: "muted", sort=LeadSort.PHONE),
        Column("source", tr("Source"), lambda r: r.source, 112, sort=LeadSort.SOURCE),
        Column("status", tr("Status"), lambda r: lists.status_name(r.status), 120, sort=LeadSort.STATUS,
               tooltip=help_text, chip=lists.status_inks),
        Column("owner", tr("Owner"), lambda r: r.owner or tr("Nobody"), 146, sort=LeadSort.OWNER,
               ink=lambda r: "text" if r.owner_id else "muted", face=lambda r: r.owner_id),
        Column("created", tr("Created"), lambda r: day(r.created_at), 86, sort=LeadSort.CREATED,
               tooltip=lambda r: whole(r.created_at)),
        Column("activity", tr("Last activity"), lambda r: day(r.last_activity_at), 104, sort=LeadSort.ACTIVITY,
               tooltip=lambda r: whole(r.last_activity_at)),
        Column("position", tr("Position"), lambda r: r.position, 140, hidden=True),
        Column("tags", tr("Tags"), lambda r: ", ".join(r.tags), 140, hidden=True),
    ]  # fmt: skip
