"""Each person's own arrangement of the dashboard, kept in the workspace as a saved view."""

from __future__ import annotations

from ..i18n import tr
from . import views
from .views import Definition
from .workspace import Workspace

PAGE = "dashboard"


def arrangement(ws: Workspace) -> Definition:
    """What ``arrange`` was given last; empty at first."""
    own = _own(ws)
    return {} if own is None else own.definition


def arrange(ws: Workspace, definition: Definition) -> None:
    """Keeps an arrangement; an empty one is that of the program. Nothing is written where it is the same."""
    own = _own(ws)
    if own is None:
        views.save(ws, PAGE, tr("Dashboard"), definition)
    elif own.definition != definition:
        views.update(ws, own.id, definition)


def _own(ws: Workspace) -> views.View | None:
    return next((each for each in views.listing(ws, PAGE) if each.mine), None)
