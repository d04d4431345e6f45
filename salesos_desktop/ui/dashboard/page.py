"""The dashboard: figures on cards that each person arranges, of whatever days and people are chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QGridLayout, QMenu, QSplitter, QVBoxLayout, QWidget
from shiboken6 import isValid

from ...domain.changes import ChangeSet
from ...errors import UserError
from ...i18n import N_, date_time, tr
from ...services import dashboards
from ...services.dashboards import Kept
from ...services.views import Said
from ..deal_lists import KeptDealLists
from ..pages import PageView
from ..parts import Elided, Pill, button, label, layered, plain, scrolled
from ..printing.menu import add_exports
from ..printing.parts import Paper, Part
from ..session import Session
from ..two_days import TwoDays
from . import arrangement, filters
from .arrangement import Arrangement, Place
from .body import Behind, View
from .card import FigureCard
from .figures import Figure, Kitchen, built_in, code_of, own
from .filters import RANGE, DashboardFilters
from .followed import FollowedPerformance
from .grid import CardGrid
from .names import KeptNames
from .turns import Turns

if TYPE_CHECKING:
    from ..exporting import Exporting
    from ..main_window import MainWindow
    from .behind import BehindPanel

_KEPT = "dashboard"


class DashboardView(PageView):
    """Cards of figures; the deals behind a part of one are listed below them."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__()
        self._session, self._window = session, window
        self.lists = KeptDealLists(session, self)
        self.kitchen = Kitchen(
            session, window, FollowedPerformance(session, self), KeptNames(session, self), Turns(self)
        )  # fmt: skip
        choice = filters.read(session.preferences.geometry.get(_KEPT, ""))
        self.filters = DashboardFilters(choice, self.lists, session.today)
        self.tools = self.filters
        self.arrangement = Arrangement()
        self._figures: dict[str, Figure] = {}
        self.cards: dict[str, FigureCard] = {}
        self._from: QWidget | None = None
        self._writing = 0
        self._wanted = ""
        self.compared = Elided("", "muted")
        self.range = TwoDays(session.today, (tr("From"), tr("To")))
        self.add = Pill()
        self.grid = CardGrid()
        self._lay_out()
        self._connect()

    # Building -----------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        above = QWidget()
        head = QGridLayout(above)
        head.setContentsMargins(18, 10, 18, 4)
        head.setHorizontalSpacing(8)
        head.setColumnStretch(0, 1)
        head.addWidget(self.compared, 0, 0)
        head.addWidget(self.add, 0, 1)
        head.addWidget(self.range, 1, 0, 1, 2, Qt.AlignmentFlag.AlignLeft)
        menu = QMenu(self.add)
        menu.aboutToShow.connect(lambda: self._fill_add(menu))
        self.add.setMenu(menu)
        self.add.show_choice(tr("Add a figure"), False)
        self.add.setVisible(self._session.rights.write)
        self._bare = QWidget()
        bare = QVBoxLayout(self._bare)
        bare.setAlignment(Qt.AlignmentFlag.AlignCenter)
        bare.addWidget(label(tr("No figure is shown"), "heading"), 0, Qt.AlignmentFlag.AlignCenter)
        bare.addWidget(
            label(tr("“Add a figure” has all of them."), "muted"), 0, Qt.AlignmentFlag.AlignCenter
        )  # fmt: skip
        bare.addWidget(button(tr("Reset the dashboard"), self.reset), 0, Qt.AlignmentFlag.AlignCenter)
        self._area = scrolled(self.grid)
        self._split = QSplitter(Qt.Orientation.Vertical)
        self._split.setChildrenCollapsible(False)
        self._split.setHandleWidth(1)
        self._split.addWidget(self._area)
        self._split.setStretchFactor(0, 1)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(above)
        column.addWidget(self._bare, 1)
        column.addWidget(self._split, 1)
        self._bare.hide()
        layered(self, content)

    def _connect(self) -> None:
        self.filters.chosen.connect(self._on_chosen)
        self.lists.changed.connect(self._show_view)
        self.range.chosen.connect(lambda first, last: self.filters.choose(first=first, last=last))
        self.grid.moved.connect(
            lambda code, before: self._arrange(self.arrangement.moved(code, before), N_("Move the card “{name}”"), code)
        )
        self._session.changed.connect(self._on_changed)
        self._session.day_changed.connect(lambda: self.filters.follow(self._session.today))
        self._ask_arrangement()

    # What is chosen -----------------------------------------------------------------------------------------------

    @property
    def view(self) -> View:
        """The question that the cards are asked."""
        return self.filters.view.view(self._session.today)

    def choose(self, **choice: Any) -> None:
        """Another choice of some of filters.Choice."""
        self.filters.choose(**choice)

    def _on_chosen(self) -> None:
        kept = self._session.preferences.geometry
        if kept.get(_KEPT) != self.filters.view.plain():
            kept[_KEPT] = self.filters.view.plain()
            self._session.preferences.save()
        self._show_view()

    def _show_view(self) -> None:
        view, choice, today = self.view, self.filters.view, self._session.today
        self.range.setVisible(choice.period == RANGE)
        if choice.period == RANGE:
            self.range.show_days(view.span.first, view.span.last)
        self.compared.show_text(filters.compared_text(view, today, whole=choice.period != RANGE))
        if self.lists.here:
            # Before what cards ask by themselves: the figures are what is looked at first.
            self.kitchen.figures.ask(view)
            for card in self.cards.values():
                card.body.show_view(view)

    # Cards --------------------------------------------------------------------------------------------------------

    def figures(self) -> dict[str, Figure]:
        """Every figure that there is, by its code."""
        return self._figures

    def _ask_arrangement(self) -> None:
        self._session.ask(dashboards.kept, done=self._on_kept)

    def _on_kept(self, kept: Kept) -> None:
        if self._writing:
            return
        figures = [*built_in(), *map(own, kept.figures)]
        waiting = not self._figures and self.add.hasFocus()
        self._figures = {figure.code: figure for figure in figures}
        # Who may not arrange them sees all that there are.
        known = [(Place(each.code, each.wide), each.shown or not self._session.rights.write) for each in figures]
        self.arrangement = arrangement.read(kept.arrangement, known)
        self._show_cards()
        if waiting:
            self.focus_first()

    def _show_cards(self) -> None:
        figures = self.figures()
        for code in [each for each in self.cards if each not in figures]:
            self.cards.pop(code).deleteLater()
        shown = [place for place in self.arrangement.shown if place.code in figures]
        self.grid.arrange([(self._card(figures[place.code]), place.wide) for place in shown])
        if self._wanted in self.cards:
            self.cards[self._wanted].setFocus()
            self._area.ensureWidgetVisible(self.cards[self._wanted])
            self._wanted = ""
        self._bare.setVisible(not shown)
        self._split.setVisible(bool(shown))
        self._show_view()

    def _card(self, figure: Figure) -> FigureCard:
        """The card of a figure; it is made when it is first shown."""
        card = self.cards.get(figure.code)
        if card is None:
            body = figure.make(self.kitchen)
            card = FigureCard(
                figure.code, figure.title, figure.note, body, lambda: self._session.today,
                arranges=self._session.rights.write,
            )  # fmt: skip
            self.cards[figure.code] = card
            self.grid.follow(card)
            body.asked_behind.connect(self.show_behind)
            card.menu_opened.connect(lambda menu: self._add_exports(menu, card))
            card.width_asked.connect(lambda wide: self._widen(figure.code, wide))
            card.hide_asked.connect(lambda: self.hide_card(figure.code))
        card.show_title(figure.title, figure.note)
        return card

    def _arrange(self, wanted: Arrangement, text: str, code: str) -> None:
        """Shows another arrangement and keeps it; ``text`` says what was done to a card."""
        if wanted != self.arrangement:
            self.arrangement = wanted
            self._show_cards()
            self._keep(wanted.plain(), [text, {"name": self._figures[code].title}])
        focused = next((card for card in self.grid.cards if card.hasFocus()), None)
        if focused is not None:
            self._area.ensureWidgetVisible(focused)

    def _widen(self, code: str, wide: bool) -> None:
        text = N_("Widen the card “{name}”") if wide else N_("Narrow the card “{name}”")
        self._arrange(self.arrangement.widened(code, wide), text, code)

    def _keep(self, definition: dict[str, Any], said: Said) -> None:
        """Writes it; what was kept before is not shown again meanwhile."""
        self._writing += 1
        self._session.ask(dashboards.arrange, definition, said, done=self._on_written, failed=self._on_refused)

    def _on_written(self, _result: None) -> None:
        self._writing -= 1

    def _on_refused(self, error: Exception) -> None:
        self._writing -= 1
        self._ask_arrangement()
        if not isinstance(error, UserError):
            raise error
        self._session.problem.emit(error)

    def hide_card(self, code: str) -> None:
        """Hides a card; the keyboard goes to the next."""
        cards = self.grid.cards
        here = next((n for n, card in enumerate(cards) if card.code == code), 0)
        self._arrange(self.arrangement.without(code), N_("Hide the card “{name}”"), code)
        left = self.grid.cards
        (left[min(here, len(left) - 1)] if left else self.add).setFocus()

    def show_card(self, code: str) -> None:
        """Shows a hidden card behind the others."""
        figure = self.figures()[code]
        self._arrange(self.arrangement.having(Place(code, figure.wide)), N_("Show the card “{name}”"), code)
        self.cards[code].setFocus()
        self._area.ensureWidgetVisible(self.cards[code])

    def reset(self) -> None:
        """The cards as they were at first."""
        self._keep({}, [N_("Arrange the dashboard as it was at first"), {}])

    def _fill_add(self, menu: QMenu) -> None:
        menu.clear()
        hidden = [each for each in self.figures().values() if self.arrangement.place(each.code) is None]
        for figure in hidden:
            menu.addAction(plain(figure.title), lambda code=figure.code: self.show_card(code))
        if not hidden:
            menu.addAction(tr("Every figure is shown")).setEnabled(False)
        menu.addSeparator()
        menu.addAction(tr("New figure…"), self.new_figure)
        menu.addAction(tr("Reset the dashboard"), self.reset)

    def new_figure(self) -> None:
        """Asks for a figure of one's own, and shows it."""
        from .own_dialog import OwnFigureDialog

        dialog = OwnFigureDialog(self.window(), self._session, self.view)
        dialog.kept.connect(self._on_made)
        dialog.open()

    def _on_made(self, view_id: int) -> None:
        """Where its card stands is seen once it is there."""
        self._wanted = code_of(view_id)
        self._ask_arrangement()

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.touches("saved_view"):
            self._ask_arrangement()

    # Behind a figure ----------------------------------------------------------------------------------------------

    @cached_property
    def behind(self) -> BehindPanel:
        """The list of deals, made when one is first asked for."""
        from .behind import BehindPanel

        made = BehindPanel(self._session, self._window, self.lists)
        self._split.addWidget(made)
        made.closed.connect(self._go_back)
        return made

    def show_behind(self, behind: Behind) -> None:
        """Lists the deals behind a part of a figure."""
        now = QApplication.focusWidget()
        if now is not None and self.grid.isAncestorOf(now):
            self._from = now
        self.behind.show_behind(behind)

    def _go_back(self) -> None:
        """The keyboard goes to the chart from which the list was opened."""
        if self._from is not None and isValid(self._from) and self._from.isVisible():
            self._from.setFocus()
        else:
            self.focus_first()

    # On paper -----------------------------------------------------------------------------------------------------

    def paper(self, card: FigureCard | None = None) -> Paper:
        """One card, or (None) all that are shown, for files and the printer."""
        pills, now = self.filters.pills, self._session.workspace.clock
        named = [pills["owner"].accessibleName()]
        if self.filters.view.pipeline_id is not None:
            named.append(pills["pipeline"].accessibleName())
        about = [*named, filters.compared_text(self.view, self._session.today), date_time(now.now(), now.zone())]
        cards = self.grid.cards if card is None else [card]
        for each in cards:
            each.body.wake()
        parts = [Part(replace(each.sheet(), name=each.title), each.note, each.body.on_paper()) for each in cards]
        return Paper(tr("Dashboard") if card is None else card.title, about, parts, self._session.today.year)

    def _add_exports(self, menu: QMenu, card: FigureCard) -> None:
        add_exports(menu, lambda: self.paper(card), lambda: self._window.exporting)

    def fill_menu(self, menu: QMenu, exporting: Callable[[], Exporting]) -> list[QAction]:
        """Exports and prints the whole page."""
        return add_exports(menu, self.paper, exporting)

    # The window ---------------------------------------------------------------------------------------------------

    def focus_first(self) -> None:
        """To the first card, or to what stands over them."""
        cards = self.grid.cards
        (self.focusProxy() or (cards[0] if cards else self.add)).setFocus()
