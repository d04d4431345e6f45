"""Which workspace is open, and the way to the others."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QLabel, QMenu, QVBoxLayout

from ... import config, workspaces
from ...i18n import number, tr
from ...workspaces import Where
from ..icons import icon
from ..parts import button, label, on_theme, plain
from ..session import Session

_BEHIND_MS = 5000


class Switcher(QFrame):
    """The name of the workspace; a click or Enter opens the list of those that were opened.

    Signals:
        requested(where): open another one.
        team_requested(), file_requested(): one that is not on the list.
        forgotten(where): it was taken off the list.
    """

    requested = Signal(object)
    team_requested = Signal()
    file_requested = Signal()
    forgotten = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._preferences = session.preferences
        self._where = workspaces.where_is(session.workspace.store)
        self.button = button("", self.open_list, "nav")
        self.button.setToolTip(told(self._where))
        self.button.setAccessibleName(tr("Workspace: {name}").format(name=name_of(self._where)))
        self.button.setAccessibleDescription(told(self._where))
        on_theme(self.button, lambda: self.button.setIcon(icon(_sign(self._where))))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(0)
        column.addWidget(self.button)
        if _unprotected(self._where):
            warning = label(tr("Connection not encrypted"), "error")
            warning.setContentsMargins(10, 0, 0, 0)
            column.addWidget(warning)
        if session.rights.replica:
            column.addWidget(ReplicaSign(session))
        self.menu = QMenu(self)

    def show_in(self, width: int) -> None:
        """As much of the name as there is room for."""
        room, sign = self.button.fontMetrics(), "  ▾"
        wide = width - room.horizontalAdvance(sign)
        name = room.elidedText(name_of(self._where), Qt.TextElideMode.ElideRight, wide)
        self.button.setText(name.replace("&", "&&") + sign)

    def open_list(self) -> None:
        """Shows the list below the name."""
        self.fill()
        self.menu.popup(self.button.mapToGlobal(QPoint(0, self.button.height())))

    def fill(self) -> None:
        """The list: this one, the others, and what is not on it."""
        self.menu.clear()
        known = workspaces.recent(self._preferences)
        for where in [self._where, *(each for each in known if each != self._where)]:
            open_now = where == self._where
            made = self.menu.addAction(icon("check" if open_now else _sign(where)), plain(full_name(where)))
            if not open_now:
                made.triggered.connect(lambda _=False, where=where: self.requested.emit(where))
        self.menu.addSeparator()
        self.menu.addAction(icon("people"), tr("Connect to a team…"), self.team_requested.emit)
        self.menu.addAction(icon("file"), tr("Open a file…"), self.file_requested.emit)
        others = [each for each in known if each != self._where]
        if others:
            forget = self.menu.addMenu(tr("Take off this list"))
            for where in others:
                forget.addAction(plain(full_name(where)), lambda where=where: self._forget(where))

    def _forget(self, where: Where) -> None:
        workspaces.drop(self._preferences, where)
        self.forgotten.emit(where)


def name_of(where: Where) -> str:
    """What a person calls it."""
    if where == config.default_workspace():
        return tr("My workspace")
    return workspaces.title(where)


def full_name(where: Where) -> str:
    """Its name and, for a team, who asks where; so that two of one name are told apart."""
    rest = (
        tr("file in {folder}").format(folder=where.parent.name) if isinstance(where, Path) else workspaces.place(where)
    )
    return f"{name_of(where)} · {rest}"


def window_title(where: Where) -> str:
    """Of a window on it, by which it is found among others."""
    name = name_of(where) if where == config.default_workspace() else full_name(where)
    return f"{name} — SalesOS Desktop"


class ReplicaSign(QLabel):
    """Says that what is open is a replica, and how far it is behind."""

    def __init__(self, session: Session) -> None:
        super().__init__(tr("Replica, only read"))
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", "muted")
        self.setContentsMargins(10, 0, 0, 0)
        self._session = session
        self._timer = QTimer(self, interval=_BEHIND_MS)
        self._timer.timeout.connect(self._ask)
        self._timer.start()
        self._ask()

    def _ask(self) -> None:
        from ...services import replicas

        self._session.ask_apart(replicas.behind, done=self._show)

    def _show(self, behind: float | None) -> None:
        if behind is not None:
            self.setText(tr("Replica, {seconds} s behind").format(seconds=number(round(behind))))


def told(where: Where) -> str:
    """Kind and place of a workspace, and how its line is protected."""
    if isinstance(where, Path):
        return tr("File: {place}").format(place=where)
    if where.local:
        line = tr("on this computer")
    else:
        line = tr("connection not encrypted") if where.plain else tr("encrypted connection, verified server")
    return tr("Team: {name} · {place} · {line}").format(name=where.database, place=workspaces.place(where), line=line)


def _unprotected(where: Where) -> bool:
    return not isinstance(where, Path) and where.plain and not where.local


def _sign(where: Where) -> str:
    return "file" if isinstance(where, Path) else "people"
