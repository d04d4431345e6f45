"""The database of a workspace, the only room that knows SQLAlchemy.

Its modules are reached as ``storage.cards``, ``storage.change_log`` and so on, each loaded when it is first used: loading
SQLAlchemy takes longer than showing a board, so a window shows its first cards without it (``first_look``).
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import change_log, consistency, settings, totals, tracking
    from .queries import (
        attachments,
        cards,
        figures,
        leads,
        order,
        people,
        reference,
        timeline,
    )

_PLACES = {
    "attachments": ".queries.attachments",
    "cards": ".queries.cards",
    "change_log": ".change_log",
    "consistency": ".consistency",
    "figures": ".queries.figures",
    "leads": ".queries.leads",
    "order": ".queries.order",
    "people": ".queries.people",
    "reference": ".queries.reference",
    "settings": ".settings",
    "timeline": ".queries.timeline",
    "totals": ".totals",
    "tracking": ".tracking",
}

__all__ = [
    "attachments",
    "cards",
    "change_log",
    "consistency",
    "figures",
    "leads",
    "order",
    "people",
    "reference",
    "settings",
    "timeline",
    "totals",
    "tracking",
]


def __getattr__(name: str) -> ModuleType:
    place = _PLACES.get(name)
    if place is None:
        raise AttributeError(name)
    module = globals()[name] = import_module(place, __name__)
    return module
