"""Starts the window: one application, one workspace at a time, and its first start."""

from __future__ import annotations

import gc
import logging
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog

from .. import config, crashlog, workspaces
from ..errors import UserError, WorkspaceError
from ..i18n import choose_language, language, set_language, tr
from ..services import roles
from .icons import app_icon
from .main_window import MainWindow, take_place
from .pages import PAGES
from .session import Session
from .signals import end_on_signals
from .speech import speak
from .theme import apply_theme
from .updating import open_workspace

if TYPE_CHECKING:
    from ..domain.teams import Address
    from ..services.workspace import Workspace
    from ..workspaces import Where
    from .dialogs.first_start import FirstStart
    from .settings.page import SettingsView
    from .teams.dialog import TeamDialog
    from .teams.entering import Entered

_log = logging.getLogger(__name__)

_QUIET_MS = 60_000
"""How long after the start the bin is looked through for what is too old."""
_SETTLE_MS = 40
"""How long after the first page the rest may be read, so that it does not hold up its painting."""
_BOARD_MS = 300
"""How long after a first page that is another the board is made."""


class Desktop(QObject):
    """Holds session and window, and builds them anew for another language or workspace."""

    def __init__(self, app: QApplication, preferences: config.Preferences) -> None:
        super().__init__(app)
        self._app = app
        self.preferences = preferences
        self.session: Session | None = None
        self.window: MainWindow | None = None
        self._first: FirstStart | None = None
        self._asking: TeamDialog | None = None
        self._untold: UserError | None = None
        app.setQuitOnLastWindowClosed(False)

    def open(self, path: Path, *, create: bool = True) -> None:
        """Opens a file and shows its window, or the first start of a new one. Raises WorkspaceError."""
        self._show(open_workspace(path, create=create))

    def ask_team(self, address: Address | None = None, *, beginning: bool = False) -> None:
        """Connects to a team: at once where its password is kept, else asks. What is open stays so until then.

        ``beginning``: nothing is open yet; whoever cancels ends the program.
        """
        from .teams.dialog import TeamDialog

        if self._asking is not None:
            self._asking.reject()
        dialog = self._asking = TeamDialog(self.window or self._first, address, beginning=beginning)
        dialog.entered.connect(self._on_entered)
        dialog.file_requested.connect(lambda: self._choose_file(dialog))
        dialog.finished.connect(lambda _: self._on_asked(dialog))
        if beginning:
            dialog.rejected.connect(self._give_up)
        if address is None:
            dialog.open()
        else:
            dialog.enter_now()

    def _on_entered(self, entered: Entered, address: Address) -> None:
        self._exchange(entered.workspace)
        workspaces.keep(self.preferences, address)
        if entered.problem is not None and self.window is not None:
            self.window.show_problem(entered.problem)

    def _on_asked(self, dialog: TeamDialog) -> None:
        if self._asking is dialog:
            self._asking = None

    def _give_up(self) -> None:
        if self.session is None:
            self.quit()

    def _show(self, workspace: Workspace) -> None:
        self.session = Session(workspace, self.preferences, self)
        self.session.role_changed.connect(lambda: QTimer.singleShot(_SETTLE_MS, self, self._on_role_changed))
        speak(self._app, language())
        workspaces.note(self.preferences, workspaces.where_is(workspace.store))
        if workspace.store.path is None or workspace.settings.get("local_person"):
            self._show_window()
        else:
            self._first_start()

    def _first_start(self) -> None:
        from .dialogs.first_start import FirstStart

        assert self.session is not None
        first = FirstStart(self.session)
        first.language_chosen.connect(self._on_first_language)
        first.ready.connect(self._on_first_ready)
        first.team_requested.connect(self.ask_team)
        first.given_up.connect(self.quit)
        first.show()
        self._first = first

    def _on_first_language(self, code: str) -> None:
        self._keep_language(code)
        old = self._first
        self._first_start()
        if old is not None and self._first is not None:
            self._first.move(old.pos())
            old.dismiss()

    def _on_first_ready(self, choice: str) -> None:
        if self._first is not None:
            self._first.dismiss()
            self._first = None
        self._show_window()
        if choice == "import" and self.window is not None:
            self.window.import_file()

    def _show_window(self) -> None:
        assert self.session is not None
        session = self.session
        session.jobs.hold()
        window = MainWindow(session, self.first_page())
        window.settings_made.connect(self._on_settings_made)
        switcher = window.sidebar.switcher
        switcher.requested.connect(self._on_workspace_requested)
        switcher.team_requested.connect(lambda: self.ask_team())
        switcher.file_requested.connect(lambda: self._choose_file(window))
        switcher.forgotten.connect(self._on_forgotten)
        window.closing.connect(self.quit)
        usable = getattr(window.shown, "usable", None)
        if usable is None:
            QTimer.singleShot(_BOARD_MS, window, lambda: _begin(window))
        else:
            usable.connect(lambda: _begin(window))
        QTimer.singleShot(_QUIET_MS, window, lambda: _tidy_up(session))
        self.window = window
        self._tell_now()
        window.show()

    def first_page(self) -> str:
        """The page that the person wants to begin with."""
        wanted = self.preferences.page if self.preferences.opens_on == "last" else self.preferences.opens_on
        return wanted if wanted in PAGES else "home"

    def _on_settings_made(self, settings: SettingsView) -> None:
        settings.language_chosen.connect(self._on_language_chosen)
        settings.theme_chosen.connect(self._on_theme_chosen)
        settings.workspace_requested.connect(self._on_workspace_requested)
        settings.team_requested.connect(lambda: self.ask_team())
        settings.restore_requested.connect(self._on_restore_requested)

    def tell_of_bug(self) -> None:
        """Something failed that nobody foresaw: what was saved stays saved, and the log has the rest."""
        self._tell(
            tr("Something went wrong inside the program. What was saved is safe."),
            tr("If it happens again, please report it with the file {path}.").format(
                path=config.log_dir() / "salesos.log"
            ),
        )

    def tell_of_crash(self) -> None:
        """The last run ended by itself."""
        self._tell(
            tr("The program ended unexpectedly last time. Everything that was saved is here."),
            tr("Please report it with the file {path}.").format(path=config.log_dir() / "crash-previous.txt"),
        )

    def _tell(self, title: str, message: str) -> None:
        self._untold = UserError(title, message)
        self._tell_now()

    def _tell_now(self) -> None:
        if self.window is not None and self._untold is not None:
            self.window.show_problem(self._untold)
            self._untold = None

    def quit(self) -> None:
        """Ends everything once what is being written is written."""
        if self.session is not None:
            self.session.close()
            self.session = None
        self._app.quit()

    # Settings that build anew -------------------------------------------------------------------------------------

    def _on_language_chosen(self, code: str) -> None:
        if code != language():
            self._keep_language(code)
            self._rebuild("settings")

    def _keep_language(self, code: str) -> None:
        self.preferences.language = code
        self.preferences.save()
        speak(self._app, code)

    def _on_theme_chosen(self, name: str) -> None:
        self.preferences.theme = name
        self.preferences.save()
        apply_theme(self._app, name)

    def _rebuild(self, page: str) -> None:
        old = self.window
        assert old is not None
        assert self.session is not None
        old.retire()
        self._show_window()
        assert self.window is not None
        take_place(self.window, old)
        self.window.show_page(page)
        old.hide()
        for timer in old.findChildren(QTimer):
            # It asks for nothing more.
            timer.stop()
        old.deleteLater()

    def _on_role_changed(self) -> None:
        """A window offers what its role allows: the next one comes once this one is at rest and no dialog of it is open."""
        old = self.window
        if old is None:
            return
        if not old.session.idle or any(each.isVisible() for each in old.findChildren(QDialog)):
            QTimer.singleShot(_SETTLE_MS, self, self._on_role_changed)
        else:
            self._rebuild(old.page)
            self.window.notifications.say(roles.now(self.window.session.rights))

    def _on_workspace_requested(self, where: Where) -> None:
        if not isinstance(where, Path):
            self.ask_team(where)
        elif self.window is not None:
            self._open_file(where, self.window)

    def _choose_file(self, parent: MainWindow | TeamDialog) -> None:
        kinds = tr("Workspaces (*.salesos);;All files (*)")
        found, _ = QFileDialog.getOpenFileName(parent, tr("Open a workspace"), str(Path.home()), kinds)
        if found:
            self._open_file(Path(found), parent)

    def _open_file(self, path: Path, asked: MainWindow | TeamDialog) -> None:
        """Opens a file in place of what is open, which stays when that fails."""
        try:
            workspace = open_workspace(path, create=False)
        except UserError as problem:
            asked.show_problem(problem)
            return
        self._exchange(workspace)
        workspaces.keep(self.preferences, path)
        if asked is self._asking:
            asked.reject()

    def _on_forgotten(self, where: Where) -> None:
        """A team that is off the list is not asked for again: its password goes too."""
        if not isinstance(where, Path):
            from .. import passwords
            from .teams.attempt import Attempt

            Attempt(lambda: passwords.forget(where), lambda _: None, lambda _: None)

    def _on_restore_requested(self, source: Path) -> None:
        """Closes this file, puts the backup in its place and opens it; when that fails the file is opened as it was."""
        from ..services.backups import restore

        assert self.session is not None
        target = self.session.workspace.store.path
        assert target is not None
        self._close()
        problem: UserError | None = None
        try:
            restore(source, target, datetime.now(UTC))
        except UserError as error:
            problem = error
        self._exchange(open_workspace(target))
        if problem is not None and self.window is not None:
            self.window.show_problem(problem)

    def _close(self) -> None:
        """What is typed is written and the workspace closed; its window still stands."""
        if self.window is not None:
            self.window.retire()
        if self.session is not None:
            self.session.close()

    def _exchange(self, workspace: Workspace) -> None:
        """Shows a workspace in place of the one that is shown, which is closed."""
        old_window, old_session = self.window, self.session
        self._close()
        first, self._first, self.window = self._first, None, None
        self._show(workspace)
        if first is not None:
            first.dismiss()
        if old_window is not None:
            if self.window is not None:
                take_place(self.window, old_window)
            old_window.hide()
            old_window.deleteLater()
        if old_session is not None:
            old_session.deleteLater()


def run(named: Where | None = None, *, arguments: list[str] | None = None) -> int:
    """Opens the window on a workspace (the last one when None) and returns the exit code."""
    preferences = config.Preferences.load()
    set_language(choose_language(preferences.language))
    crashed = crashlog.start(config.log_dir())
    app = QApplication(["salesos-desktop", *(arguments or [])])
    if app.platformName() == "vnc":
        from .vnc import keep_to_this_machine

        # Qt opens its port in the first turn of the event loop.
        app.processEvents()
        keep_to_this_machine()
    app.setApplicationName("SalesOS Desktop")
    app.setDesktopFileName("salesos-desktop")
    app.setWindowIcon(app_icon())
    apply_theme(app, preferences.theme)
    end_on_signals(app)
    desktop = Desktop(app, preferences)
    crashlog.follow(desktop.tell_of_bug)
    try:
        _open_first(desktop, named)
    except UserError as error:
        print(f"{error.title} {error.message}".strip(), file=sys.stderr)
        _show_fatal(error)
        crashlog.stop()
        return 2
    if crashed is not None:
        desktop.tell_of_crash()
    code = app.exec()
    crashlog.stop()
    return code


def _open_first(desktop: Desktop, named: Where | None) -> None:
    """The workspace that was named, else the last one, else the one of its own. Raises UserError."""
    wanted = named or workspaces.last(desktop.preferences)
    if not isinstance(wanted, Path):
        desktop.ask_team(wanted, beginning=True)
        return
    sure = named is not None or wanted == config.default_workspace()
    try:
        desktop.open(wanted, create=sure)
    except WorkspaceError as error:
        if sure:
            raise
        desktop.open(config.default_workspace())
        if desktop.window is not None:
            desktop.window.show_problem(error)


def _tidy_up(session: Session) -> None:
    """Empties the bin of what is too old, a little at a time: what the person asks for comes in between."""
    session.ask(_tidy, background=True, done=lambda more: _tidy_up(session) if more else None)


def _tidy(ws: Workspace) -> bool:
    from ..services import bin as deleted

    return deleted.tidy(ws)


def _begin(window: MainWindow) -> None:
    """The first page is painted: what is done behind the scenes may begin, and the board follows."""
    QTimer.singleShot(_SETTLE_MS, window.session.jobs.release)
    QTimer.singleShot(_BOARD_MS, window, lambda: window.board)
    window.notifications.begin()
    _collect_again(window)


def _collect_again(window: MainWindow) -> None:
    """The window is there: garbage is looked for again, but not among what the start has made."""
    from .garbage import GarbageTimer

    if window.findChild(GarbageTimer) is None:
        gc.freeze()
        GarbageTimer(window)


def _show_fatal(error: UserError) -> None:
    from .dialogs.fatal import FatalDialog

    FatalDialog(error, tr("SalesOS cannot open the workspace")).exec()
