"""The settings page: sections by name at the left, the chosen one beside them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QListWidget, QListWidgetItem, QScrollArea, QStackedWidget

from ...i18n import N_, tr
from ..pages import PageView
from ..session import Session
from .general import GeneralSection
from .records import Section


def _people(session: Session) -> Section:
    from .people import PeopleSection

    return PeopleSection(session)


def _teams(session: Session) -> Section:
    from .teams import TeamsSection

    return TeamsSection(session)


def _lists(session: Session) -> Section:
    from .lists import ListsSection

    return ListsSection(session)


def _pipelines(session: Session) -> Section:
    from .pipelines import PipelinesSection

    return PipelinesSection(session)


def _stages(session: Session) -> Section:
    from .stages import StagesSection

    return StagesSection(session)


def _products(session: Session) -> Section:
    from .products import ProductsSection

    return ProductsSection(session)


def _points(session: Session) -> Section:
    from .points import PointsSection

    return PointsSection(session)


def _badges(session: Session) -> Section:
    from .badges import BadgesSection

    return BadgesSection(session)


def _currencies(session: Session) -> Section:
    from .currencies import CurrenciesSection

    return CurrenciesSection(session)


def _own_fields(session: Session) -> Section:
    from .own_fields import OwnFieldsSection

    return OwnFieldsSection(session)


def _assignment(session: Session) -> Section:
    from .assignment import AssignmentSection

    return AssignmentSection(session)


def _activities(session: Session) -> Section:
    from .activities import ActivitiesSection

    return ActivitiesSection(session)


def _plans(session: Session) -> Section:
    from .plans import PlansSection

    return PlansSection(session)


def _working_days(session: Session) -> Section:
    from .working_days import WorkingDaysSection

    return WorkingDaysSection(session)


def _notices(session: Session) -> Section:
    from .notices import NoticesSection

    return NoticesSection(session)


def _bin(session: Session) -> Section:
    from .bin import BinSection

    return BinSection(session)


SECTIONS: dict[str, tuple[str, Callable[[Session], Section]]] = {
    "general": (N_("General"), GeneralSection), "notices": (N_("Notices"), _notices),
    "people": (N_("People"), _people), "teams": (N_("Teams"), _teams),
    "pipelines": (N_("Pipelines"), _pipelines), "stages": (N_("Stages"), _stages),
    "lists": (N_("Lists"), _lists), "fields": (N_("Own fields"), _own_fields), "products": (N_("Products"), _products),
    "assignment": (N_("Assignment of leads"), _assignment), "activities": (N_("Activities"), _activities),
    "plans": (N_("Plans"), _plans), "working_days": (N_("Working days"), _working_days), "points": (N_("Points"), _points),
    "badges": (N_("Badges"), _badges),
    "currencies": (N_("Exchange rates"), _currencies), "bin": (N_("Bin"), _bin),
}  # fmt: skip
"""Name → title, and what makes the section when it is first opened."""
_OWN = frozenset({"general", "notices"})
"""Sections of what each person has for themselves; the others are the whole workspace's."""


def sections(session: Session) -> dict[str, tuple[str, Callable[[Session], Section]]]:
    """Those of SECTIONS that the person may change something in."""
    return {name: each for name, each in SECTIONS.items() if name in _OWN or session.rights.configure}


class SettingsView(PageView):
    """Every setting takes effect at once, or with the button of its form.

    Signals:
        language_chosen(code), theme_chosen(name): the program applies and keeps them.
        import_requested(): open the import.
        export_requested(): export the catalogue of products.
        workspace_requested(path): open another file.
        team_requested(): connect to a team.
        restore_requested(path): put a backup in place of the workspace.
        try_requested(): show a notification to try out.
        said(text): something was done that a short message confirms.
    """

    language_chosen = Signal(object)
    theme_chosen = Signal(object)
    import_requested = Signal()
    export_requested = Signal()
    workspace_requested = Signal(object)
    team_requested = Signal()
    restore_requested = Signal(object)
    try_requested = Signal()
    said = Signal(object)

    alone = True

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.sections: dict[str, Section] = {}
        self.list = QListWidget()
        self.list.setProperty("kind", "sections")
        self.list.setAccessibleName(tr("Sections of the settings"))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFixedWidth(190)
        self._names = list(sections(session))
        for name in self._names:
            title, _ = SECTIONS[name]
            item = QListWidgetItem(tr(title))
            item.setData(Qt.ItemDataRole.UserRole, name)
            self.list.addItem(item)
        self._stack = QStackedWidget()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 14, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.list)
        layout.addWidget(self._stack, 1)
        self.setFocusProxy(self.list)
        self.list.currentItemChanged.connect(lambda now, _: self._show(str(now.data(Qt.ItemDataRole.UserRole))))
        self.list.setCurrentRow(0)

    @property
    def general(self) -> GeneralSection:
        """The first section."""
        found = self.sections["general"]
        assert isinstance(found, GeneralSection)
        return found

    def show_section(self, name: str) -> Section:
        """Opens one of SECTIONS; the first, and says why, where the person may not change what is in it."""
        if name not in self._names and not self._session.may("configure"):
            name = self._names[0]
        self.list.setCurrentRow(self._names.index(name))
        return self.sections[name]

    def _show(self, name: str) -> None:
        if name not in self.sections:
            made = self.sections[name] = SECTIONS[name][1](self._session)
            made.said.connect(self.said)
            if isinstance(made, GeneralSection):
                for signal in (
                    "language_chosen",
                    "theme_chosen",
                    "import_requested",
                    "workspace_requested",
                    "team_requested",
                    "restore_requested",
                ):
                    getattr(made, signal).connect(getattr(self, signal))
            elif name == "notices":
                made.try_requested.connect(self.try_requested)
            elif name == "people":
                made.import_requested.connect(self.import_requested)
            elif name == "products":
                made.export_requested.connect(self.export_requested)
            self._stack.addWidget(_scrolling(made) if isinstance(made, GeneralSection) else made)
        found = self.sections[name]
        holder = found.parentWidget()
        while holder is not None and holder.parentWidget() is not self._stack:
            holder = holder.parentWidget()
        self._stack.setCurrentWidget(found if found.parentWidget() is self._stack else holder)


def _scrolling(section: Section) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setWidget(section)
    return area
