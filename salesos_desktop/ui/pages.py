"""The pages of the window: what each is called, which keys lead to it, how it is made, and what every page can be asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from ..i18n import N_, tr

if TYPE_CHECKING:
    from .exporting import Exporting
    from .main_window import MainWindow


class PageView(QWidget):
    """What the window asks of a page. ``tools`` stand in its upper edge; ``button`` (text, tip) and ``search_name`` are
    those of the upper edge while the page is shown, ``button`` None for the one that makes an opportunity. ``alone``: no
    pane stands beside it.
    """

    tools: QWidget | None = None
    button: tuple[str, str] | None = None
    search_name = ""
    alone = False

    @property
    def text(self) -> str:
        """What is searched for on the page."""
        return ""

    def set_text(self, text: str) -> None:
        """Searches the page for ``text``; only pages with a ``search_name`` are asked."""

    def new(self) -> bool:
        """Makes what the page lists; False where that is an opportunity."""
        return False

    def wake(self) -> None:
        """The page is about to be shown."""

    def focus_first(self) -> None:
        """Takes the keyboard to what the page shows."""
        self.setFocus()

    def look_back(self) -> None:
        """Shows the page as it was on a past day, where that can be asked of it."""

    def refuses(self) -> bool:
        """Whether the page can only be looked at now; says so."""
        return False

    def close_pane(self) -> None:
        """Closes the pane of its own, where it has one that is open."""

    def commit_all(self) -> None:
        """Writes what was being typed."""

    def fill_menu(self, menu: QMenu, exporting: Callable[[], Exporting]) -> list[QAction]:  # noqa: ARG002
        """What can be done with the whole of what the page shows; ``exporting`` gives what exports."""
        return []


@dataclass(frozen=True, slots=True)
class Page:
    """``letter`` behind G leads to it; ``table`` is the one whose records it lists, empty for none; ``icon`` the name of
    its picture. ``make(window)`` makes its view when it is first opened.
    """

    name: str
    title: str
    letter: str
    make: Callable[[MainWindow], Any]
    table: str = ""


def _home(window: MainWindow) -> PageView:
    from .home.page import HomeView

    return HomeView(window.session, window)


def _board(window: MainWindow) -> PageView:
    from .board.page import BoardView

    made = BoardView(window.session, window.actions_, window.forecast_model)
    made.filter_bar.cleared.connect(lambda: window.clear_search("board"))
    return made


def _deals(window: MainWindow) -> PageView:
    from .opportunities.page import DealsView

    made = DealsView(window.session, window)
    window.follow_list("deals", made)
    return made


def _agenda(window: MainWindow) -> PageView:
    from .agenda.page import AgendaView

    return AgendaView(window.session, window)


def _forecast(window: MainWindow) -> PageView:
    from .charts.page import ForecastView

    return ForecastView(window.session, window.actions_, window.forecast_model)


def _dashboard(window: MainWindow) -> PageView:
    from .dashboard.page import DashboardView

    return DashboardView(window.session, window)


def _leads(window: MainWindow) -> PageView:
    from .leads.page import LeadsView

    made = LeadsView(window.session, window)
    made.import_requested.connect(window.import_file)
    window.follow_list("leads", made)
    return made


def _contacts(window: MainWindow) -> PageView:
    from .contacts.page import ContactsView

    made = ContactsView(window.session, window)
    window.follow_list("contacts", made)
    return made


def _companies(window: MainWindow) -> PageView:
    from .companies.page import CompaniesView

    made = CompaniesView(window.session, window)
    made.new_person_requested.connect(window.new_contact)
    window.follow_list("companies", made)
    return made


def _ranking(window: MainWindow) -> PageView:
    from .ranking.page import RankingView

    return RankingView(window.session, window)


def _settings(window: MainWindow) -> PageView:
    from .settings.page import SettingsView

    made = SettingsView(window.session)
    made.said.connect(window.notifications.say)
    made.import_requested.connect(window.import_file)
    made.export_requested.connect(lambda: window.exporting.ask_products())
    made.try_requested.connect(window.notifications.try_out)
    window.settings_made.emit(made)
    return made


PAGES: dict[str, Page] = {
    page.name: page
    for page in (
        Page("home", N_("Home"), "H", _home),
        Page("board", N_("Board"), "B", _board),
        Page("deals", N_("Opportunities"), "O", _deals, "opportunity"),
        Page("agenda", N_("Agenda"), "A", _agenda),
        Page("forecast", N_("Forecast"), "F", _forecast),
        Page("dashboard", N_("Dashboard"), "D", _dashboard),
        Page("leads", N_("Leads"), "L", _leads, "lead"),
        Page("contacts", N_("Contacts"), "C", _contacts, "contact"),
        Page("companies", N_("Companies"), "E", _companies, "company"),
        Page("ranking", N_("Ranking"), "R", _ranking),
        Page("settings", N_("Settings"), "S", _settings),
    )
}
"""In the order of the window's left side; the settings stand below. Ctrl with the number of its place leads to a page, with 0
to the tenth."""


def keys_of(name: str) -> tuple[str, str]:
    """The two ways of the keyboard to a page: ``G, B`` and ``Ctrl+1``."""
    number = "," if name == "settings" else str((1 + list(PAGES).index(name)) % 10)
    return f"G, {PAGES[name].letter}", f"Ctrl+{number}"


def page_of(table: str) -> str:
    """The page that lists the records of a table."""
    return next(page.name for page in PAGES.values() if page.table == table)


def title_of(name: str) -> str:
    """What a page is called, in the language in use."""
    return tr(PAGES[name].title)
