"""Language, appearance, and the workspace's own file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFileDialog, QFrame, QGridLayout, QVBoxLayout

from ... import workspaces
from ...domain.money import CURRENCIES
from ...i18n import language, tr
from ...services import backups, setup
from ..dialogs.deal import choose, combo
from ..parts import Field, button, label
from ..session import Session
from ..teams.switcher import told
from .records import Section


class GeneralSection(Section):
    """Every setting takes effect at once.

    Signals:
        language_chosen(code), theme_chosen(name), import_requested(), workspace_requested(path), team_requested(),
        restore_requested(path): as SettingsView passes them on.
    """

    language_chosen = Signal(object)
    theme_chosen = Signal(object)
    import_requested = Signal()
    workspace_requested = Signal(object)
    team_requested = Signal()
    restore_requested = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__(session, tr("General"))
        preferences = session.preferences
        self.languages = combo([("Español", "es"), ("English", "en")], language())
        self.themes = combo(
            [(tr("Like the desktop"), "system"), (tr("Light"), "light"), (tr("Dark"), "dark")], preferences.theme
        )
        self.first_pages = combo(
            [(tr("Home"), "home"), (tr("Board"), "board"), (tr("The page of the last time"), "last")],
            preferences.opens_on,
        )
        self.currencies = combo([(code, code) for code in CURRENCIES], session.workspace.currency)
        self.languages.activated.connect(lambda _: self.language_chosen.emit(self.languages.currentData()))
        self.themes.activated.connect(lambda _: self.theme_chosen.emit(self.themes.currentData()))
        self.first_pages.activated.connect(self._on_first_page_chosen)
        self.currencies.activated.connect(self._on_currency_chosen)
        self.currencies.setEnabled(session.rights.configure)
        self.column.addWidget(self._person_card())
        self.column.addWidget(self._workspace_card())
        self.column.addStretch(1)

    def load(self) -> None:
        """Another window may have changed the currency."""
        currency = self._session.workspace.currency
        choose(self.currencies, currency, currency)

    def _person_card(self) -> QFrame:
        card, column = _card(tr("This computer"))
        row = QGridLayout()
        row.setHorizontalSpacing(14)
        row.addWidget(Field(tr("Language"), self.languages), 0, 0)
        row.addWidget(Field(tr("Appearance"), self.themes), 0, 1)
        row.addWidget(Field(tr("When it opens"), self.first_pages), 0, 2)
        column.addLayout(row)
        self.celebrate = QCheckBox(tr("Celebrate a deal won for a moment"))
        self.celebrate.setChecked(self._session.preferences.celebrate)
        self.celebrate.clicked.connect(self._on_celebrate)
        column.addWidget(self.celebrate)
        return card

    def _workspace_card(self) -> QFrame:
        card, column = _card(tr("Workspace"))
        where = workspaces.where_is(self._session.workspace.store)
        column.addWidget(label(told(where), "muted", wrap=True, selectable=True))
        row = QGridLayout()
        row.addWidget(Field(tr("Currency of new deals and totals"), self.currencies), 0, 0)
        row.setColumnStretch(0, 1)
        row.setColumnStretch(1, 1)
        column.addLayout(row)
        column.addWidget(
            label(
                tr("Deals keep the currency they have; amounts in different currencies are never added up.")
                if self._session.rights.configure
                else tr("What belongs to the whole workspace is set by an administrator."),
                "small",
                wrap=True,
            )
        )
        buttons = QGridLayout()
        buttons.setSpacing(8)
        actions: list[tuple[str, Callable[[], object]]] = [
            (tr("Import a file…"), self.import_requested.emit),
            (tr("Back up…"), self._choose_backup),
            (tr("Restore a backup…"), self._choose_restore),
            (tr("Open another workspace…"), self._choose_workspace),
            (tr("Connect to a team…"), self.team_requested.emit),
        ]
        if self._session.workspace.store.path is None:
            # The owner of the tables puts one back, who has no window.
            del actions[1 if not self._session.rights.configure else 2 : 3]
            actions.append((tr("Change my password…"), self._change_password))
        if not self._session.rights.write:
            del actions[0]
        for place, (text, action) in enumerate(actions):
            buttons.addWidget(button(text, action), place // 2, place % 2)
        buttons.setColumnStretch(2, 1)
        column.addLayout(buttons)
        return card

    def _on_first_page_chosen(self, _index: int) -> None:
        self._session.preferences.opens_on = self.first_pages.currentData()
        self._session.preferences.save()

    def _on_celebrate(self, on: bool) -> None:
        self._session.preferences.celebrate = on
        self._session.preferences.save()

    def _on_currency_chosen(self, _index: int) -> None:
        self._session.ask(setup.change_currency, self.currencies.currentData())

    def _change_password(self) -> None:
        from ..dialogs.password import PasswordChangeDialog

        self.dialog = PasswordChangeDialog(self.window(), self._session)
        self.dialog.accepted.connect(lambda: self.said.emit(tr("The password is another one now.")))
        self.dialog.open()

    def _choose_backup(self) -> None:
        name = f"salesos-{self._session.today:%Y-%m-%d}.salesos"
        path = self._file(tr("Back up the workspace"), save=name)
        if path is not None:
            # A team's may take minutes, in which only reading is needed.
            server = self._session.workspace.store.path is None
            ask = self._session.ask_apart if server else self._session.ask
            ask(backups.back_up, path, done=lambda _: self.said.emit(tr("Backed up to {path}.").format(path=path)))

    def _choose_restore(self) -> None:
        path = self._file(tr("Restore a backup"))
        if path is not None:
            self.restore_requested.emit(path)

    def _choose_workspace(self) -> None:
        path = self._file(tr("Open a workspace"))
        if path is not None:
            self.workspace_requested.emit(path)

    def _file(self, title: str, *, save: str = "") -> Path | None:
        kinds = tr("Workspaces (*.salesos);;All files (*)")
        if save:
            found, _ = QFileDialog.getSaveFileName(self, title, str(Path.home() / save), kinds)
        else:
            found, _ = QFileDialog.getOpenFileName(self, title, str(Path.home()), kinds)
        return Path(found) if found else None


def _card(title: str) -> tuple[QFrame, QVBoxLayout]:
    card = QFrame()
    card.setProperty("role", "card")
    card.setMaximumWidth(900)
    column = QVBoxLayout(card)
    column.setContentsMargins(20, 16, 20, 18)
    column.setSpacing(12)
    column.addWidget(label(title, "heading"), 0, Qt.AlignmentFlag.AlignLeft)
    return card, column
