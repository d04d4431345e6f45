"""Whether a workspace is whole: the file itself, kept totals, history, points, derived columns."""

from __future__ import annotations

from .. import storage
from ..i18n import tr
from .workspace import Workspace

_SHOWN = 20


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
    return found
