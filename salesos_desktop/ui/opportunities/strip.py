"""What can be done to several selected deals, below the table; what finds no room stands in a menu at its end."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QWidget

from ...domain.rights import Rights
from ...i18n import ntr, number, tr
from ..parts import button, label
from .actions import DealRowActions

Ids = Callable[[], list[int]]
_GAP = 6


class SelectionStrip(QFrame):
    """Shown while several deals are selected; ``ids`` gives them."""

    def __init__(self, actions: DealRowActions, ids: Ids) -> None:
        super().__init__()
        self.setProperty("role", "selection")
        self._ids = ids
        self.count = label("", "heading")
        self.parts: list[tuple[str, QWidget, Callable[[QMenu], object] | None]] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(18, 6, 12, 6)
        self._row.setSpacing(_GAP)
        self._row.addWidget(self.count)
        self._row.addSpacing(8)
        self._add_actions(actions, actions.session.rights)
        self.more = self._menu_button(tr("More"), self._fill_more)
        self._row.addWidget(self.more)
        self._row.addStretch(1)
        self.hide()

    def _add_actions(self, actions: DealRowActions, rights: Rights) -> None:
        ids = self._ids
        if rights.write:
            self._add_menu(tr("Move"), lambda menu: actions.fill_moving(menu, ids()))
        if rights.assign:
            self._add_menu(tr("Assign"), lambda menu: actions.add_people(menu, ids()))
        if rights.write:
            self._add(tr("Tags…"), lambda: actions.retag(ids()))
            self._add(tr("Date…"), lambda: actions.reschedule(ids()))
            self._add_menu(tr("Priority"), lambda menu: actions.fill_priorities(menu, ids()))
            self._add(tr("Activity…"), lambda: actions.plan_activity(ids()))
            self._add_menu(tr("Plan"), lambda menu: self._fill_plans(actions, menu))
            self._add(tr("Won…"), lambda: actions.win(ids()))
            self._add(tr("Lost…"), lambda: actions.lose(ids()))
        if rights.delete_deals:
            self._add(tr("Delete"), lambda: actions.delete(ids()))
        if rights.export:
            self._add(tr("Export…"), lambda: actions.export(ids()))

    def show_count(self, count: int) -> None:
        """How many are selected; one alone has its menu."""
        self.count.setText(ntr("{count} selected", "{count} selected", count).format(count=number(count)))
        self.setVisible(count > 1)

    def minimumSizeHint(self) -> QSize:
        """As narrow as need be: what finds no room is in the menu."""
        return QSize(120, super().minimumSizeHint().height())

    def event(self, event: QEvent) -> bool:
        """Fits again at another width, or when another number is shown."""
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize, QEvent.Type.Show):
            self._fit()
        return super().event(event)

    def _fit(self) -> None:
        room = self.width() - 46 - self.count.sizeHint().width() - _GAP
        widths = [part.sizeHint().width() + _GAP for _, part, _ in self.parts]
        all_fit = sum(widths) <= room
        room -= 0 if all_fit else self.more.sizeHint().width() + _GAP
        used = 0
        for (_, part, _), width in zip(self.parts, widths, strict=True):
            used += width
            part.setVisible(used <= room)
        self.more.setVisible(not all_fit)

    def _add(self, text: str, action: Callable[[], object]) -> None:
        made = button(text, action)
        self.parts.append((text, made, None))
        self._row.addWidget(made)

    def _add_menu(self, text: str, fill: Callable[[QMenu], object]) -> None:
        made = self._menu_button(text, fill)
        self.parts.append((text, made, fill))
        self._row.addWidget(made)

    def _menu_button(self, text: str, fill: Callable[[QMenu], object]) -> QPushButton:
        made = button(text + " ▾", lambda: self._pop_up(made, fill))
        made.setAccessibleName(text)
        return made

    def _pop_up(self, beside: QWidget, fill: Callable[[QMenu], object]) -> None:
        """A menu above its button, where the room is."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        fill(menu)
        menu.popup(beside.mapToGlobal(QPoint(0, -menu.sizeHint().height())))

    def _fill_more(self, menu: QMenu) -> None:
        for text, part, fill in self.parts:
            if part.isHidden():
                if fill is not None:
                    inner = menu.addMenu(text)
                    fill(inner)
                else:
                    menu.addAction(text, part.click)  # type: ignore[attr-defined]

    def _fill_plans(self, actions: DealRowActions, menu: QMenu) -> None:
        actions.fill_plans(menu, self._ids())
        if not actions.plans:
            menu.addAction(tr("No plan yet: make one in the settings")).setEnabled(False)
