"""Whether what a file holds is a draft that can be shown and sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from inspect import Signature, signature
from typing import TYPE_CHECKING

from .draft_kinds import EDITS, KINDS, SERVICES
from .draft_records import about

if TYPE_CHECKING:
    from .drafts import Draft

_TYPES = {
    "id": int, "at": datetime, "kind": str, "args": list, "given": dict, "about": str, "problem": str, "unsure": bool,
    "seen": int, "mark": str, "names": list,
}  # fmt: skip
_TABLES = frozenset({"", *EDITS, *(kind.of for kind in KINDS.values())})
_MOST = 2**31 - 1
_YEARS = range(1900, 9999)


def check(draft: Draft) -> None:
    """Raises ValueError, or whatever exception, for one that could not be shown, or that its service would not know what to do
    with."""
    from . import draft_words

    wrong = [name for name, kind in _TYPES.items() if not isinstance(getattr(draft, name), kind)]
    if wrong or draft.at.utcoffset() is None or draft.at.year not in _YEARS:
        raise ValueError(wrong or "at")
    _signature(draft.kind).bind(None, *draft.args, **draft.given)
    table, ids = about(draft.kind, draft.args)
    if table not in _TABLES or not all(type(each) is int and 0 < each <= _MOST for each in ids):
        raise ValueError(table)
    if draft.edits and not (type(draft.args[0]) is int and isinstance(draft.given.get("expect"), Mapping | None)):
        raise ValueError(draft.args[0])
    if not isinstance(draft.values, Mapping) or not isinstance(draft.values.get("custom", {}), Mapping):
        raise TypeError("values")
    if not all(isinstance(each, str) for each in (*draft.names, *draft.values)):
        raise TypeError("names")
    draft_words.title(draft), draft_words.lines(draft)


@cache
def _signature(kind: str) -> Signature:
    return signature(SERVICES[kind])
