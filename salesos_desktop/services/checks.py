"""Whether a workspace is whole: the file itself, kept totals, history, points, derived columns, rows that name others."""

from __future__ import annotations

from itertools import islice

from .. import storage
from ..i18n import N_, tr
from .workspace import Workspace

_SHOWN = 20
_LOOSE = {
    ("lead", "opportunity_id"): N_("Lead {id}: opportunity {other}, which it became, is gone"),
    ("opportunity", "merged_into_id"): N_("Opportunity {id}: opportunity {other}, which it was merged into, is gone"),
    ("lead", "merged_into_id"): N_("Lead {id}: lead {other}, which it was merged into, is gone"),
    ("contact", "merged_into_id"): N_("Contact {id}: contact {other}, which it was merged into, is gone"),
    ("company", "merged_into_id"): N_("Company {id}: company {other}, which it was merged into, is gone"),
}


def problems(ws: Workspace) -> list[str]:
    """What is wrong, in words; empty when everything is in order."""
    with ws.store.read() as connection:
        found = [tr("The file: {what}").format(what=what) for what in storage.consistency.damage(connection)]
        for key, kept, counted in storage.totals.differences(connection)[:_SHOWN]:
            found.append(tr("Total {key}: kept {kept}, counted {counted}").format(key=key, kept=kept, counted=counted))
        for deal_id, field in list(storage.consistency.history_differences(connection))[:_SHOWN]:
            found.append(tr("Opportunity {id}: history and row differ in {field}").format(id=deal_id, field=field))
        for deal_id in storage.consistency.wrong_days(connection)[:_SHOWN]:
            found.append(tr("Opportunity {id}: its day does not follow from its dates").format(id=deal_id))
        for seq in storage.consistency.wrong_points(connection)[:_SHOWN]:
            found.append(tr("Commit {seq}: its points are not those of the ledger").format(seq=seq))
        for table, row_id, column, other in storage.consistency.loose_ends(connection)[:_SHOWN]:
            found.append(tr(_LOOSE[table, column]).format(id=row_id, other=other))
        for text, first, last in storage.consistency.shared_numbers(connection)[:_SHOWN]:
            found.append(
                tr("Opportunities {id} and {other}: both have the number {number}").format(
                    id=first, other=last, number=text
                )
            )
        for table, row_id in islice(storage.search.differences(connection), _SHOWN):
            found.append(
                tr("Search: the entry of {table} {id} is not that of the record").format(table=table, id=row_id)
            )
        if storage.search.damaged(connection):
            found.append(tr("Search: its index does not agree with its entries"))
    return found


def rebuild_search(ws: Workspace) -> int:
    """Makes what the search looks through anew from the records; returns how many of its entries were wrong."""
    with ws.store.write() as connection:
        return int(storage.search.rebuild(connection))
