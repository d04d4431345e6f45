"""The pill of a filter bar that shows which saved view is on, and its menu: take, save, update, rename, share, star, delete."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from ...domain.changes import ChangeSet
from ...errors import UserError
from ...i18n import tr
from ..choices import add_heading
from ..parts import Pill
from ..session import Session

if TYPE_CHECKING:
    from ...services.views import View
    from .dialog import SaveViewDialog

_TABLE = "saved_view"
State = dict[str, Any]
"""What a page shows, as plain values for JSON."""


class ViewsPill(Pill):
    """``read`` gives what the page shows; ``show`` shows a definition and returns in words what of it is no longer there.

    The page calls ``refresh`` when it shows something else; with ``at_once`` False it calls ``begin`` when there is time.
    """

    def __init__(
        self, session: Session, page: str, read: Callable[[], State], show: Callable[[State], list[str]], *,
        at_once: bool = True,
    ) -> None:  # fmt: skip
        super().__init__()
        self._session, self._page, self._read, self._show = session, page, read, show
        self.views: list[View] = []
        self._kept = f"view-{page}"
        self._current = self._remembered()
        self._begun = False
        self.dialog: SaveViewDialog | None = None
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(lambda: self._fill(menu))
        self.setMenu(menu)
        session.changed.connect(self._on_changed)
        self.refresh()
        if at_once:
            self.begin()

    def begin(self) -> None:
        """Reads the views; the one with the star is shown."""
        self._ask()

    # What is on ---------------------------------------------------------------------------------------------------

    @property
    def current(self) -> View | None:
        """The view that is on, changed or not."""
        return next((view for view in self.views if view.id == self._current), None)

    @property
    def changed_since(self) -> bool:
        """Whether the page shows something else than the view that is on."""
        view = self.current
        if view is None:
            return False
        # What a definition says nothing of is not part of the view.
        now = {name: value for name, value in self._read().items() if name in view.definition}
        return _compared(view.definition) != _compared(now)

    def refresh(self) -> None:
        """Says which view is on and whether it has been changed."""
        view = self.current
        if view is None:
            self.show_choice(tr("Views"), False)
        elif self.changed_since:
            self.show_choice(tr("{name} (changed)").format(name=view.name), True)
        else:
            self.show_choice(view.name, True)

    def take(self, view: View) -> None:
        """Shows a view."""
        self._remember(view.id)
        words = self._show(dict(view.definition))
        self.refresh()
        if words:
            title = tr("“{name}” is shown without what is no longer there.").format(name=view.name)
            self._session.problem.emit(UserError(title, ", ".join(words)))

    def leave(self) -> None:
        """No view is on; what the page shows stays."""
        self._remember(0)
        self.refresh()

    def _remember(self, view_id: int) -> None:
        self._current = view_id
        name = self._session.workspace.store.name
        self._session.preferences.geometry[self._kept] = json.dumps({"workspace": name, "view": view_id})
        self._session.preferences.save()

    def _remembered(self) -> int:
        with suppress(ValueError, AttributeError):
            found = json.loads(self._session.preferences.geometry.get(self._kept, "{}"))
            if found.get("workspace") == self._session.workspace.store.name:
                return int(found.get("view", 0))
        return 0

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.touches(_TABLE):
            self._ask()

    def _ask(self) -> None:
        from ...services import views

        self._session.ask(views.listing, self._page, done=self._on_views, background=True)

    def _on_views(self, found: list[View]) -> None:
        self.views = found
        begun, self._begun = self._begun, True
        star = next((view for view in found if view.default), None)
        if not begun and star is not None:
            self.take(star)
        self.refresh()

    # The menu -----------------------------------------------------------------------------------------------------

    def _fill(self, menu: QMenu) -> None:
        menu.clear()
        shared_before = False
        for view in self.views:
            if not view.mine and not shared_before:
                add_heading(menu, tr("Shared"))
                shared_before = True
            self._add(menu, view)
        if self._session.rights.write:
            self._fill_keeping(menu)
        elif self.current is not None:
            menu.addSeparator()
            menu.addAction(tr("Leave the view"), self.leave)
        if not menu.actions():
            menu.addAction(tr("Nobody shares a view yet.")).setEnabled(False)

    def _fill_keeping(self, menu: QMenu) -> None:
        """What keeps, changes and shares views."""
        from ...services import views

        if self.views:
            menu.addSeparator()
        view = self.current
        if view is not None:
            if view.mine and self.changed_since:
                text = tr("Update “{name}”").format(name=_plain(view.name))
                menu.addAction(text, lambda: self._session.ask(views.update, view.id, self._read()))
            if self.changed_since:
                menu.addAction(tr("Back to “{name}”").format(name=_plain(view.name)), lambda: self.take(view))
        menu.addAction(tr("Save as a new view…"), self._save)
        if view is not None:
            self._fill_current(menu, view)

    def _add(self, menu: QMenu, view: View) -> None:
        star = " ★" if view.default else ""
        action = QAction(_plain(view.name) + star + (f" · {_plain(view.owner)}" if view.owner else ""), menu)
        action.setCheckable(True)
        action.setChecked(view.id == self._current)
        action.triggered.connect(lambda: self.take(view))
        menu.addAction(action)

    def _fill_current(self, menu: QMenu, view: View) -> None:
        from ...services import views

        menu.addSeparator()
        text = tr("Do not open with it") if view.default else tr("★ Open the page with it")
        menu.addAction(
            text, lambda: self._session.ask(views.set_default, self._page, None if view.default else view.id)
        )
        if view.mine:
            menu.addAction(tr("Rename…"), lambda: self._rename(view))
            shared = tr("Keep it to myself") if view.shared else tr("Share with everybody")
            menu.addAction(shared, lambda: self._session.ask(views.share, view.id, not view.shared))
            menu.addAction(tr("Delete the view"), lambda: self._session.ask(views.delete, view.id))
        menu.addAction(tr("Leave the view"), self.leave)

    def _save(self) -> None:
        from ...services import views
        from .dialog import SaveViewDialog

        def write(dialog: SaveViewDialog) -> None:
            self._session.ask(
                views.save, self._page, dialog.name.text(), self._read(), shared=dialog.shared.isChecked(),
                done=lambda view_id: (self._remember(view_id), dialog.on_done(), self._ask()), failed=dialog.show_problem,
            )  # fmt: skip

        self._open(SaveViewDialog(self.window(), tr("Save the view"), tr("Save"), "", write))

    def _rename(self, view: View) -> None:
        from ...services import views
        from .dialog import SaveViewDialog

        def write(dialog: SaveViewDialog) -> None:
            self._session.ask(
                views.rename, view.id, dialog.name.text(), done=dialog.on_done, failed=dialog.show_problem
            )

        self._open(SaveViewDialog(self.window(), tr("Rename the view"), tr("Rename"), view.name, write))

    def _open(self, dialog: SaveViewDialog) -> None:
        self.dialog = dialog
        dialog.open()


def _compared(definition: Any) -> str:
    """What makes a view another one: widths do not."""
    return json.dumps(_without_widths(definition), sort_keys=True)


def _without_widths(value: Any) -> Any:
    if isinstance(value, dict):
        said = {name: each for name, each in value.items() if name != "widths" and each not in (None, "", {}, [])}
        return {name: _without_widths(each) for name, each in said.items()}
    return list(map(_without_widths, value)) if isinstance(value, list | tuple) else value


def _plain(name: str) -> str:
    return name.replace("&", "&&")[:60]
