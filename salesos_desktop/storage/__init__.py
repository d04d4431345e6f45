"""The database of a workspace, the only room that knows SQLAlchemy.

Its modules are reached as ``storage.cards``, ``storage.change_log`` and so on, each loaded when it is first used: loading
SQLAlchemy takes longer than showing a board, so a window shows its first cards without it (``first_look``).
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import (
        change_log,
        consistency,
        history_order,
        joined,
        replay,
        search,
        search_texts,
        settings,
        totals,
        tracking,
    )
    from .queries import (
        activities,
        assignment,
        attachments,
        bin,
        cards,
        children,
        companies,
        contacts,
        custom_fields,
        deals,
        duplicates,
        figures,
        history,
        home,
        importing,
        leaderboard,
        leads,
        lists,
        merging,
        order,
        outlook,
        past,
        people,
        performance,
        pipelines,
        pivots,
        products,
        reference,
        staleness,
        timeline,
    )
    from .queries import (
        search as search_queries,
    )
    from .server import backup, contents, copying, feed, presence

_PLACES = {
    "activities": ".queries.activities",
    "assignment": ".queries.assignment",
    "attachments": ".queries.attachments",
    "backup": ".server.backup",
    "bin": ".queries.bin",
    "cards": ".queries.cards",
    "children": ".queries.children",
    "companies": ".queries.companies",
    "contacts": ".queries.contacts",
    "change_log": ".change_log",
    "consistency": ".consistency",
    "contents": ".server.contents",
    "deals": ".queries.deals",
    "duplicates": ".queries.duplicates",
    "copying": ".server.copying",
    "custom_fields": ".queries.custom_fields",
    "feed": ".server.feed",
    "figures": ".queries.figures",
    "history": ".queries.history",
    "history_order": ".history_order",
    "home": ".queries.home",
    "importing": ".queries.importing",
    "joined": ".joined",
    "leaderboard": ".queries.leaderboard",
    "leads": ".queries.leads",
    "lists": ".queries.lists",
    "merging": ".queries.merging",
    "order": ".queries.order",
    "outlook": ".queries.outlook",
    "past": ".queries.past",
    "people": ".queries.people",
    "performance": ".queries.performance",
    "pipelines": ".queries.pipelines",
    "presence": ".server.presence",
    "pivots": ".queries.pivots",
    "products": ".queries.products",
    "reference": ".queries.reference",
    "replay": ".replay",
    "search": ".search",
    "search_queries": ".queries.search",
    "search_texts": ".search_texts",
    "settings": ".settings",
    "staleness": ".queries.staleness",
    "timeline": ".queries.timeline",
    "totals": ".totals",
    "tracking": ".tracking",
}

__all__ = [
    "activities",
    "assignment",
    "attachments",
    "backup",
    "bin",
    "cards",
    "change_log",
    "children",
    "companies",
    "consistency",
    "contacts",
    "contents",
    "copying",
    "custom_fields",
    "deals",
    "duplicates",
    "feed",
    "figures",
    "history",
    "history_order",
    "home",
    "importing",
    "joined",
    "leaderboard",
    "leads",
    "lists",
    "merging",
    "order",
    "outlook",
    "past",
    "people",
    "performance",
    "pipelines",
    "pivots",
    "presence",
    "products",
    "reference",
    "replay",
    "search",
    "search_queries",
    "search_texts",
    "settings",
    "staleness",
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
