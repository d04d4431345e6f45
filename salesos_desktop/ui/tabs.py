"""Tabs that never need arrows: those there is no room for are in a menu behind the others."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QTabWidget, QToolButton, QWidget

from ..i18n import tr

_SIDE = 18
"""How far the tabs of a whole page (``kind`` page in the style sheet) keep from its sides, in px."""


class FittingTabs(QTabWidget):
    """As many tabs as there is room for, in their order; one that is chosen from the menu stands in the last place."""

    def __init__(self) -> None:
        super().__init__()
        self.setUsesScrollButtons(False)
        self.tabBar().setExpanding(False)
        self.tabBar().setElideMode(Qt.TextElideMode.ElideNone)
        self._last = -1
        self._fitting = False
        self.more = QToolButton(self)
        self.more.setProperty("kind", "tabs")
        self.more.setText(tr("More") + " ▾")
        self.more.setAccessibleName(tr("More tabs"))
        self.more.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self.more)
        self._menu.aboutToShow.connect(self._fill_menu)
        self.more.setMenu(self._menu)
        self.more.hide()
        self.currentChanged.connect(self._on_current)

    def add(self, page: QWidget, title: str) -> None:
        """One more page; one that tells ``counted`` has its counts behind the title."""
        self.addTab(page, title)
        counted: Any = getattr(page, "counted", None)
        if counted is not None:
            counted.connect(lambda *counts: self.show_counts(page, title, *counts))

    def show_counts(self, page: QWidget, title: str, *counts: int) -> None:
        """How many there are, or how many of how many, behind the title; nothing where there is none."""
        shown = f"{title} {'⁄'.join(map(str, counts))}" if counts[-1] else title
        place = self.indexOf(page)
        if shown != self.tabText(place):
            self.setTabText(place, shown)
            self.fit()

    def fit(self) -> None:
        """Shows those there is room for, the current one among them."""
        if self._fitting or not self.count():
            return
        self._fitting = True
        widths = [self.tabBar().tabSizeHint(place).width() for place in range(self.count())]
        shown = list(range(self.count()))
        corner = self.cornerWidget()
        whole = self.width() - (corner.sizeHint().width() + _SIDE if corner is not None else 0)
        if sum(widths) + self._before() > whole:
            room = whole - self._before() - self.more.sizeHint().width()
            kept = self._last if self._last >= 0 else self.currentIndex()
            kept = kept if kept >= self._fitting_from_start(widths, room) else -1
            room -= widths[kept] if kept >= 0 else 0
            shown = [place for place in range(self._fitting_from_start(widths, room)) if place != kept]
            shown += [kept] if kept >= 0 else []
        for place in range(self.count()):
            self.setTabVisible(place, place in shown or place == self.currentIndex())
        self._place_more(len(shown) < self.count(), self._before() + sum(widths[place] for place in shown))
        self._fitting = False

    def _before(self) -> int:
        """Where the first tab begins."""
        return _SIDE if self.property("kind") == "page" else 0

    @staticmethod
    def _fitting_from_start(widths: list[int], room: int) -> int:
        """How many of the first ones there is room for."""
        for place, width in enumerate(widths):
            room -= width
            if room < 0:
                return place
        return len(widths)

    def _place_more(self, needed: bool, left: int) -> None:
        self.more.setVisible(needed)
        self.more.setGeometry(left, 0, self.more.sizeHint().width(), self.tabBar().sizeHint().height())
        self.more.raise_()

    def _on_current(self, place: int) -> None:
        if place >= 0 and not self.isTabVisible(place):
            self._last = place
        self.fit()

    def setCurrentIndex(self, index: int) -> None:
        """One of those in the menu comes out of it."""
        if not self.isTabVisible(index):
            self._last = index
            self.setTabVisible(index, True)
        super().setCurrentIndex(index)

    def setCurrentWidget(self, widget: QWidget) -> None:
        """The same by the page."""
        self.setCurrentIndex(self.indexOf(widget))

    def _fill_menu(self) -> None:
        self._menu.clear()
        for place in range(self.count()):
            if not self.isTabVisible(place):
                text = self.tabText(place).replace("&", "&&")
                self._menu.addAction(text, lambda place=place: self.setCurrentIndex(place))

    def minimumSizeHint(self) -> QSize:
        """Narrower than the tabs."""
        return QSize(200, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fits anew."""
        super().resizeEvent(event)
        self.fit()

    def changeEvent(self, event: QEvent) -> None:
        """Another theme or font: fits anew."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self.fit()
