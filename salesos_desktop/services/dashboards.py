"""Each person's own arrangement of the dashboard, kept in the workspace as a saved view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..i18n import tr
from . import figures, views
from .figures import Saved
from .views import Definition, Said
from .workspace import Workspace

PAGE = "dashboard"


@dataclass(frozen=True, slots=True)
class Kept:
    """A person's arrangement, and the figures of one's own and those that others share."""

    arrangement: Definition
    figures: Sequence[Saved]


def kept(ws: Workspace) -> Kept:
    """Both."""
    return Kept(arrangement(ws), figures.listing(ws))


def arrangement(ws: Workspace) -> Definition:
    """What ``arrange`` was given last; empty at first."""
    own = _own(ws)
    return {} if own is None else own.definition


def arrange(ws: Workspace, definition: Definition, said: Said) -> None:
    """Keeps an arrangement; an empty one is that of the program. ``said``: what was done to it. Nothing is written where it is
    the same."""
    own = _own(ws)
    if own is None:
        views.save(ws, PAGE, tr("Dashboard"), definition, said=said)
    elif own.definition != definition:
        views.update(ws, own.id, definition, said=said)


def _own(ws: Workspace) -> views.View | None:
    return next((each for each in views.listing(ws, PAGE) if each.mine), None)
