"""The figures that can stand on a dashboard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ...i18n import N_, tr
from ...services.figures import Saved
from ..session import Session
from .body import FigureBody
from .followed import FollowedPerformance
from .names import KeptNames
from .turns import Turns

if TYPE_CHECKING:
    from ..main_window import MainWindow


@dataclass(frozen=True, slots=True)
class Kitchen:
    """What bodies are made of."""

    session: Session
    window: MainWindow
    figures: FollowedPerformance
    names: KeptNames
    turns: Turns


@dataclass(frozen=True, slots=True)
class Figure:
    """``note``: what it means, in small; ``wide`` is how it stands at first, ``shown`` whether it does. ``make`` gives its
    body."""

    code: str
    title: str
    note: str
    make: Callable[[Kitchen], FigureBody]
    wide: bool = False
    shown: bool = True


def _made(body: str) -> Callable[[Kitchen], FigureBody]:
    def make(kitchen: Kitchen) -> FigureBody:
        # With them come the charts: the page stands before these are loaded.
        from . import performance_cards

        made: FigureBody = getattr(performance_cards, body)(kitchen)
        return made

    return make


def _danger(kitchen: Kitchen) -> FigureBody:
    from .danger_card import DangerFigure

    return DangerFigure(kitchen.session, kitchen.window)


_BUILT_IN = (
    Figure("key", N_("Key figures"), N_("of the days that are shown, and how they stand to those before"),
           _made("KeyFiguresBody"), wide=True),
    Figure("funnel", N_("Funnel"), N_("deals that came to each stage or past it, and what came of those that left it"),
           _made("FunnelBody")),
    Figure("time", N_("Time in stage"), N_("days that deals had been in a stage when they left it"),
           _made("TimeInStageBody")),
    Figure("losses", N_("Losses"), N_("lost deals and what they were worth"), _made("LossesBody")),
    Figure("activity", N_("Activity per person"), N_("activities done"), _made("ActivityBody")),
    Figure("danger", N_("Deals in danger"), N_("open deals that endanger what is to be sold, with all of their reasons"),
           _danger, wide=True),
)  # fmt: skip


def built_in() -> list[Figure]:
    """Those of the program, in the language in use."""
    return [replace(each, title=tr(each.title), note=tr(each.note)) for each in _BUILT_IN]


def code_of(view_id: int) -> str:
    """The code of a figure of one's own."""
    return f"own-{view_id}"


def own(saved: Saved) -> Figure:
    """A figure that somebody made; those that others share are shown when they are asked for."""

    def make(kitchen: Kitchen) -> FigureBody:
        from .own_figure import OwnFigure

        return OwnFigure(kitchen.session, saved.view.id, kitchen.turns)

    view = saved.view
    note = "" if view.mine else tr("shared by {who}").format(who=view.owner)
    return Figure(code_of(view.id), view.name, note, make, shown=view.mine)
