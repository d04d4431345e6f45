"""A call that was made by the buttons beside a telephone number, logged with what came of it."""

from __future__ import annotations

from collections.abc import Sequence

from ..i18n import tr
from . import activities
from .workspace import Workspace

KIND = "call"
"""Code of the kind of activity, which can be renamed and switched off but stays."""


def log(ws: Workspace, phone: str, records: Sequence[tuple[str, int]], outcome: str) -> int:
    """Writes a call of today as done and returns the activity's id; it counts as a touch and gives points.

    It is about the first of ``records`` (table, id); contacts among the others have taken part. Raises InvalidInput,
    NotFound; nothing is written then.
    """
    about, *others = records
    values = {
        "kind": KIND, "subject": tr("Call to {phone}").format(phone=phone), "done": True, "outcome": outcome,
        "participants": [{"contact_id": row_id} for table, row_id in others if table == "contact"],
    }  # fmt: skip
    return activities.plan(ws, values, about)
