"""Deals in danger: what is at stake and why, a list whose cells are edited, and the same one after another over a whole page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from ...domain.home import Endangered
from ...domain.outlook import Scope
from ...domain.staleness import RISKS, Reason
from ...i18n import money, ntr, number, tr
from ...services import endangered
from ...services.endangered import Found, Stake
from ..board.card_texts import touch_tip
from ..board.figure_texts import round_units
from ..charts.lens import Lens
from ..deals import DealActions
from ..home.reasons import reasons_of
from ..key_figures import KeyFigure, KeyFigureStrip
from ..opportunities.columns import DealColumn, editable_columns
from ..opportunities.small_table import SmallDealTable
from ..parts import Elided, button, label
from ..session import Session
from ..tables.delegate import room_in
from ..theme import metrics
from .danger_words import REASONS

if TYPE_CHECKING:
    from ..charts.page import ForecastView

_WHY = 2
"""Place of the column of reasons, which takes the width that is left."""
_TABLES = frozenset({"activity", "opportunity_contact"})


class DangerBody(QWidget):
    """Figures by reason over the list, or that nothing is in danger; ``gone`` names a deal that an edit took out of the list.

    Signals:
        work_requested(): the button, or W.
    """

    work_requested = Signal()

    def __init__(self, session: Session, actions: DealActions) -> None:
        super().__init__()
        self._session = session
        self._deals: dict[int, Endangered] = {}
        self.strip = KeyFigureStrip(0, wrap=True)
        self.nothing = label(tr("No deal is in danger: each has a next step, a date to come and somebody who decides."), "muted",
                             wrap=True)  # fmt: skip
        self.more, self.gone = label("", "small", wrap=True), Elided("", "small")
        self._edited = ""
        self.table = SmallDealTable(
            session, actions, self._columns(), name="danger", title=tr("Deals in danger"), stretched=_WHY
        )
        self.table.opened.connect(actions.open_requested)
        self.table.editing.written.connect(self._on_written)
        self.work = button(tr("Work through the list"), self.work_requested.emit, "primary")
        self.work.setToolTip(tr("One deal after another (W)"))
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.strip, 1)
        head.addWidget(self.work, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.gone)
        column.addWidget(self.nothing)
        column.addWidget(self.table, 1)
        column.addWidget(self.more)
        for made in (self.nothing, self.more, self.work, self.gone):
            made.hide()

    def _columns(self) -> list[Any]:
        first, owner, close, category, value = editable_columns(self._session)
        why = DealColumn(
            "why", tr("Why"), lambda r: self._why(r.id), 260, ink=lambda _: "warn",
            tooltip=lambda r: self._why(r.id, full=True),
        )  # fmt: skip
        first, owner, category = (replace(each, width=w) for each, w in ((first, 156), (owner, 98), (category, 106)))
        return [first, owner, why, close, category, value]

    def _why(self, deal_id: int, *, full: bool = False) -> str:
        found = self._deals.get(deal_id)
        if found is None:
            return ""
        said = reasons_of(found, full=full)
        if full and Reason.STALE in found.reasons:
            said.append(touch_tip())
        return "\n".join(said) if full else self._in_room(said, found)

    def _in_room(self, said: list[str], found: Endangered) -> str:
        """All the reasons, in short or the first alone where the column is too narrow for more."""
        names = (tr(REASONS[reason]) if reason in REASONS else "" for reason in found.reasons)
        short = [name[:1].lower() + name[1:] or text for name, text in zip(names, said, strict=True)]
        room = room_in(self.table.columnWidth(_WHY))
        more = f" +{number(len(said) - 1)}" if len(said) > 1 else ""
        texts = (" · ".join(said), " · ".join(short), said[0] + more, short[0] + more)
        return next((text for text in texts if metrics().horizontalAdvance(text) <= room), texts[-1])

    def show_found(self, found: Found) -> None:
        """Shows what the service found."""
        self._deals = {deal.id: deal for deal in found.deals}
        parts = [(tr("In danger"), found.whole)]
        parts += [(tr(REASONS[reason]), found.by_reason[reason]) for reason in RISKS if found.by_reason[reason].count]
        shown = [KeyFigure(name, number(stake.count), self._risk(stake)) for name, stake in parts]
        shown[0] = replace(shown[0], change=tr("{amount} at risk").format(amount=shown[0].change))
        self.strip.show_figures(shown)
        self.table.show_deals((deal.id for deal in found.deals), found.rows)
        there = bool(found.deals)
        self.nothing.setVisible(not there)
        for made in (self.table, self.strip):
            made.setVisible(there)
        self.work.setVisible(there and self._session.rights.write)
        self.more.setText(self._rest(found))
        self.more.setVisible(bool(self.more.text()))

    def _on_written(self, deal_id: int) -> None:
        self._edited = self._deals[deal_id].name if deal_id in self._deals else ""
        self._session.ask(endangered.among, [deal_id], done=self._on_looked_at)

    def _on_looked_at(self, found: Found) -> None:
        text = "" if found.deals else tr("“{name}” is no longer in danger.").replace("{name}", self._edited)
        self.gone.show_text(text)
        self.gone.setVisible(bool(text))

    def _risk(self, stake: Stake) -> str:
        currency = self._session.workspace.currency
        return money(round_units(stake.weighted, currency), currency)

    def _rest(self, found: Found) -> str:
        left, alone = found.whole.count - len(found.deals), found.whole.unconverted
        more = ntr("{count} more, less grave, comes when these are mended.",
                   "{count} more, less grave, come when these are mended.", left)  # fmt: skip
        apart = ntr("{count} in a currency without a rate is in no amount.",
                    "{count} in currencies without a rate are in no amount.", alone)  # fmt: skip
        texts = [text.format(count=number(count)) for text, count in ((more, left), (apart, alone)) if count]
        return " ".join(texts)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """W begins."""
        if event.key() == Qt.Key.Key_W and not event.modifiers() and self.work.isVisible():
            self.work_requested.emit()
        else:
            super().keyPressEvent(event)


class _DangerLens(Lens):
    """Asks for the deals in danger of a scope, and again when a step is planned or a role given, too."""

    tables = Lens.tables | _TABLES

    def ask(self) -> Any:
        """Asks the service."""
        return self.session.ask_apart(
            endangered.find, self.scope, done=self.on_found, failed=self.on_failed
        )  # fmt: skip


class DangerList(_DangerLens):
    """For a card: ``body`` shows the deals in danger of the scope.

    Signals:
        work_requested(): they are to be worked through; ``show_danger`` does that over the page.
    """

    work_requested = Signal()

    def __init__(self, session: Session, actions: DealActions) -> None:
        super().__init__(session)
        self.body = DangerBody(session, actions)
        self.body.work_requested.connect(self.work_requested)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.body)

    def show_found(self, found: Any) -> None:
        """Shows what the service found."""
        self.body.show_found(found)


class DangerPage(_DangerLens):
    """Fills a page: the list, or in its place one deal after another.

    Signals:
        left(): back to what was there before.
    """

    left = Signal()

    def __init__(self, session: Session, actions: DealActions) -> None:
        from .danger_run import DangerRunView

        super().__init__(session)
        self._found: Found | None = None
        self._actions, self._work_at_once, self._follows = actions, False, False
        self._session = session
        self.body, self.work = DangerBody(session, actions), DangerRunView(session, actions)
        self.body.work_requested.connect(self.work_through)
        self.work.left.connect(self._show_list)
        listed = QWidget()
        inside = QVBoxLayout(listed)
        inside.setContentsMargins(18, 12, 18, 16)
        inside.setSpacing(10)
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(button(tr("← Back"), self.left.emit, "link"))
        head.addWidget(label(tr("Deals in danger"), "heading"))
        head.addStretch(1)
        inside.addLayout(head)
        inside.addWidget(self.body, 1)
        self.pages = QStackedWidget()
        self.pages.addWidget(listed)
        self.pages.addWidget(self.work)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.pages)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def working(self) -> bool:
        """Whether they come one after another."""
        return self.pages.currentWidget() is self.work

    def show_found(self, found: Found) -> None:
        """Shows what the service found."""
        self._found = found
        self.body.show_found(found)
        if self._work_at_once:
            self.work_through()
        elif self.working:
            self.work.show_found(found)

    def work_through(self) -> None:
        """One after another, at once or when they are here."""
        if not self._session.may():
            return
        self._work_at_once = self._found is None
        if self._found is not None:
            self.pages.setCurrentWidget(self.work)
            self.work.start(self._found)
            self.work.setFocus()

    def show_scope(self, scope: Scope) -> None:
        """Whose deals from now on: begins anew with the list."""
        if scope != self.scope:
            self._found = None
            self._show_list()
        super().show_scope(scope)

    def follow(self, chosen: SignalInstance, scope: Callable[[], Scope], left: Callable[[], object] = bool) -> None:
        """From now on it shows ``scope()`` whenever ``chosen`` tells that it is another one, while it is shown; ``left`` is
        called when it goes."""
        if not self._follows:
            self._follows = True
            self.left.connect(left)
            chosen.connect(lambda: self.isVisible() and self.show_scope(scope()))

    def _show_list(self) -> None:
        self.pages.setCurrentIndex(0)
        self.focus_first()

    def focus_first(self) -> None:
        """Takes the keyboard to the deal in front, or to the list."""
        if self.working:
            self.work.setFocus()
        else:
            self.body.table.focus_rows()

    def focusInEvent(self, event: Any) -> None:
        """The page has the keyboard: its part takes it."""
        super().focusInEvent(event)
        self.focus_first()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back, once the pane is closed."""
        if event.key() == Qt.Key.Key_Escape and self._actions.window.open_pane is None:
            self.left.emit()
        else:
            super().keyPressEvent(event)


def show_danger(page: QWidget, session: Session, actions: DealActions, scope: Scope) -> DangerPage:
    """Shows the deals in danger over a page made of ``parts.layered``, in place of what it shows, which comes back afterwards."""
    layers = page.findChild(QStackedWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    assert layers is not None
    made = next((each for each in map(layers.widget, range(layers.count())) if isinstance(each, DangerPage)), None)
    if made is None:
        made = DangerPage(session, actions)
        layers.addWidget(made)
        made.left.connect(lambda: _go_back(page, layers))
    made.show_scope(scope)
    layers.setCurrentWidget(made)
    page.setFocusProxy(made)
    made.focus_first()
    return made


def _go_back(page: QWidget, layers: QStackedWidget) -> None:
    page.setFocusProxy(None)
    layers.setCurrentIndex(0)
    page.setFocus()


def over_forecast(page: ForecastView, session: Session, actions: DealActions) -> None:
    """The same over the forecast page, whose filters they follow; those of months alone are hidden meanwhile."""
    page.filters.show_months_only(False)
    made = show_danger(page, session, actions, page.view.scope)
    made.follow(
        page.filters.chosen, lambda: page.view.scope,
        lambda: page.filters.show_months_only(page.tabs.currentIndex() == 0),
    )  # fmt: skip
