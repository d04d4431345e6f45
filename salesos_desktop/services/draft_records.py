"""Which records a change that waits is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .drafts import MANY

_OF = {"finish": "activity", "claim": "lead", "discard": "lead", "convert": "lead"}
_UNKNOWN = frozenset({"note", "check_tick", "check_untick", "check_rename", "check_remove"})
"""They have the id of what stands on a record, not the record's."""


def about(kind: str, args: Sequence[Any]) -> tuple[str, list[int]]:
    """The table and the ids of what a draft of this kind changes or adds to; no ids for what is new or stands alone."""
    if kind in _UNKNOWN or (kind.endswith("_new") and kind != "deal_contact_new"):
        return "", []
    if kind in ("notes_add", "plan"):
        subjects = [each for each in args[kind == "plan"] if each is not None]
        table = subjects[0][0] if subjects else ""
        return table, [row_id for name, row_id in subjects if name == table]
    if kind == "note_add":
        return args[0], [args[1]]
    table = _OF.get(kind) or (
        kind.removesuffix("_many") if kind in MANY else kind if kind in _TABLES else "opportunity"
    )
    first = args[0] if args else []
    return table, [first] if isinstance(first, int) else [each for each in first if isinstance(each, int)]


_TABLES = frozenset({"lead", "contact", "company", "activity"})
