"""Who follows a deal: a button with their number, and a menu to follow it, to add somebody, to take somebody off."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QToolButton

from ...domain.changes import ChangeSet
from ...i18n import ntr, number, tr
from ...services import followers as service
from ...services.board import Named
from ..choices import add_heading
from ..icons import icon
from ..parts import on_theme
from ..session import Session

_MOST = 60


class FollowersButton(QToolButton):
    """The followers of one deal."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session, self._deal_id, self._name = session, 0, ""
        self._following: list[Named] = []
        self._people: Sequence[Named] = ()
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        on_theme(self, lambda: self.setIcon(icon("eye")))
        menu = QMenu(self)
        menu.aboutToShow.connect(lambda: self._fill(menu))
        self.setMenu(menu)
        self._show([])
        session.changed.connect(self._on_changed)

    def show_deal(self, deal_id: int, name: str, people: Sequence[Named]) -> None:
        """Shows the followers of the deal of this name; ``people`` are those who can be added."""
        self._name, self._people = name, people
        if deal_id != self._deal_id:
            self._deal_id = deal_id
            self._ask()

    @property
    def follows(self) -> bool:
        """Whether the local person does."""
        return any(each.id == self._session.workspace.actor_id for each in self._following)

    def toggle_me(self) -> None:
        """Follows the deal, or no longer."""
        (self.remove if self.follows else self.add)(None)

    def add(self, person_id: int | None) -> None:
        """Lets somebody else follow it, None being oneself."""
        self._session.ask(service.follow, self._deal_id, person_id, draft=("follow", self._name))

    def remove(self, person_id: int | None) -> None:
        """Ends it for somebody."""
        self._session.ask(service.unfollow, self._deal_id, person_id, draft=("unfollow", self._name))

    def _ask(self) -> None:
        deal_id = self._deal_id

        def take(found: list[Named]) -> None:
            if deal_id == self._deal_id:
                self._show(found)

        if deal_id:
            self._session.ask(service.of, deal_id, done=take)

    def _show(self, found: list[Named]) -> None:
        self._following = found
        count = len(found)
        self.setText(number(count) if count else "")
        names = ", ".join(each.name[:60] for each in found[:_MOST])
        tip = ntr("{count} follower: {names}", "{count} followers: {names}", count).format(
            count=number(count), names=names
        )
        text = tip if count else tr("Nobody follows this opportunity.")
        self.setToolTip(text.replace("&", "&amp;").replace("<", "&lt;"))
        self.setAccessibleName(tr("Followers"))
        self.setAccessibleDescription(text)

    def _fill(self, menu: QMenu) -> None:
        menu.clear()
        menu.addAction(tr("Stop following") if self.follows else tr("Follow"), self.toggle_me)
        if self._following:
            add_heading(menu, tr("Followers"))
        for each in self._following[:_MOST]:
            shown = menu.addAction(_plain(each.name), lambda who=each.id: self.remove(who))
            shown.setCheckable(True)
            shown.setChecked(True)
        there = {each.id for each in self._following} | {self._session.workspace.actor_id}
        others = [each for each in self._people if each.active and each.id not in there]
        if others:
            more = menu.addMenu(tr("Add somebody"))
            for each in others[:_MOST]:
                more.addAction(_plain(each.name), lambda who=each.id: self.add(who))

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.bulk or changes.tables & {"follower", "person"}:
            self._ask()


def _plain(name: str) -> str:
    return name[:80].replace("&", "&&")
