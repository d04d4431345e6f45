"""Columns of the list of leads."""

from __future__ import annotations

from collections.abc import Sequence

from ...domain.custom_fields import CustomField, FieldForm, kinds, stored
from ...domain.leads import LeadRow, LeadSort, OwnSort
from ...i18n import tr
from ...services import custom_values
from ..session import Session
from ..tables.columns import Column, owner_column, seen_days
from .lists import LeadLists


def lead_columns(session: Session, lists: LeadLists, own: Sequence[CustomField] = ()) -> list[Column]:
    """Name, company, reach, source, status, owner, dates; further ones, own fields among them, hidden at first."""

    day, whole = seen_days(session)

    def help_text(row: LeadRow) -> str:
        found = lists.statuses.get(row.status)
        return found.help if found else ""

    return [
        Column("name", tr("Name"), lambda r: r.name, 162, bold=True, sort=LeadSort.NAME),
        Column("company", tr("Company"), lambda r: r.company, 160, sort=LeadSort.COMPANY),
        Column("email", tr("Email"), lambda r: r.email, 204, ink=lambda _: "muted", sort=LeadSort.EMAIL),
        Column("phone", tr("Phone"), lambda r: r.phone, 132, ink=lambda _: "muted", sort=LeadSort.PHONE),
        Column("source", tr("Source"), lambda r: r.source, 116, sort=LeadSort.SOURCE),
        Column("status", tr("Status"), lambda r: lists.status_name(r.status), 112, sort=LeadSort.STATUS,
               tooltip=help_text, chip=lists.status_inks),
        owner_column(LeadSort.OWNER),
        Column("created", tr("Added"), lambda r: day(r.created_at), 78, sort=LeadSort.CREATED,
               tooltip=lambda r: whole(r.created_at)),
        Column("activity", tr("Last activity"), lambda r: day(r.last_activity_at), 104, sort=LeadSort.ACTIVITY,
               tooltip=lambda r: whole(r.last_activity_at)),
        Column("position", tr("Position"), lambda r: r.position, 140, hidden=True),
        Column("tags", tr("Tags"), lambda r: ", ".join(r.tags), 140, hidden=True),
        *(_own_column(session, each) for each in own),
    ]  # fmt: skip


def _own_column(session: Session, each: CustomField) -> Column:
    """An own field, ordered as what it is."""

    def text(row: LeadRow) -> str:
        return custom_values.shown(session.workspace, each, stored({"custom": row.custom}).get(each.key))

    right, width = each.form in (FieldForm.NUMBER, FieldForm.CURRENCY), _WIDTHS.get(each.form, 150)
    sort = OwnSort(each.key, kinds([each])[each.path])
    return Column(each.path, each.label, text, width, right=right, hidden=True, sort=sort)


_WIDTHS = {FieldForm.NUMBER: 100, FieldForm.CURRENCY: 120, FieldForm.DATE: 100, FieldForm.CHECKBOX: 90}
