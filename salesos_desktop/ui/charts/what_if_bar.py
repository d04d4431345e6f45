"""The bar above a sandbox: its period, which scenario it is, and what can be done with that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from ...domain.changes import ChangeSet
from ...domain.scenario import Scenario
from ...i18n import tr
from ...services import views
from ...services.outlook import scenarios
from ...services.outlook.scenarios import Saved
from ..choices import add_group, add_heading
from ..icons import icon
from ..parts import Pill, button, on_theme, plain
from ..session import Session
from ..views.dialog import SaveViewDialog
from . import figures
from .what_if_desk import UNNAMED, Desk

PERIODS = ("month", "next_month", "quarter", "year")


class WhatIfBar(QWidget):
    """``desk`` has the scenario; ``period`` is one of PERIODS, the scenario's own where it has one; ``ready`` once what is
    saved is known.

    Signals:
        chosen(): another period, or what is saved is known for the first time.
        played(): the desk's scenario is another.
    """

    chosen = Signal()
    played = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.desk = Desk(session, self)
        self.period = self._period_of(self.desk.scenario.period) or PERIODS[0]
        self.ready = False
        self.dialog: SaveViewDialog | None = None
        self.period_pill, self.pill = Pill(), Pill()
        for pill, fill in ((self.period_pill, self._fill_periods), (self.pill, self._fill)):
            menu = QMenu(pill)
            menu.setToolTipsVisible(True)
            menu.aboutToShow.connect(lambda menu=menu, fill=fill: fill(menu))
            pill.setMenu(menu)
        self.save, self.discard = button(tr("Save"), self._on_save), button(tr("Discard"), self._on_discard)
        self.discard.setToolTip(tr("Everything as it is saved, or as it really is. Ctrl+Z brings it back."))
        self.back, self.forward = QToolButton(self), QToolButton(self)
        for made, name, text, clicked in (
            (self.back, "undo", tr("Take the last step of the scenario back (Ctrl+Z)"), self.go_back),
            (self.forward, "redo", tr("Bring the step back again (Ctrl+Y)"), self.go_forward),
        ):  # fmt: skip
            made.setToolTip(text)
            made.setAccessibleName(text)
            made.clicked.connect(clicked)
            on_theme(made, lambda made=made, name=name: made.setIcon(icon(name)))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget in (self.period_pill, self.pill, self.save, self.discard, self.back, self.forward):
            row.addWidget(widget)
        row.addStretch(1)
        self.save.setVisible(session.rights.write)
        session.changed.connect(self._on_changed)
        self.refresh()
        self._ask()

    def refresh(self) -> None:
        """Says what the desk has."""
        desk = self.desk
        if desk.opened is not None:
            text = tr("{name} (changed)").format(name=desk.opened.name) if desk.unsaved else desk.opened.name
        else:
            text = tr("Scenario without a name") if desk.unsaved else tr("Scenarios")
        self.pill.show_choice(text, desk.opened is not None or desk.unsaved)
        self.period_pill.show_choice(tr(figures.PERIODS[self.period]), active=True)
        mine = desk.opened is not None and desk.opened.mine
        self.save.setText(tr("Save") if mine else tr("Save as…"))
        self.save.setEnabled(desk.unsaved)
        self.discard.setEnabled(desk.unsaved)
        for made, on in zip((self.back, self.forward), desk.can_go, strict=True):
            made.setEnabled(on)

    def play(self, scenario: Scenario) -> None:
        """The next step, in the period that is shown."""
        self._do(lambda: self.desk.play(replace(scenario, period=self._code(self.period))))

    def go_back(self) -> None:
        """Takes the last step back."""
        self._do(self.desk.go_back)

    def go_forward(self) -> None:
        """Brings it again."""
        self._do(self.desk.go_forward)

    def choose_period(self, period: str) -> None:
        """Another of PERIODS."""
        self.period = period
        self.desk.turn(self._code(period))
        self.refresh()
        self.chosen.emit()

    def _code(self, period: str) -> str:
        """The code of one of PERIODS."""
        whole = figures.whole_period(period, self._session.today)
        return whole.code if whole is not None else ""

    def _period_of(self, code: str) -> str | None:
        """Which of PERIODS a code is by now; None where it is over."""
        return next((each for each in PERIODS if self._code(each) == code), None)

    def take(self, scenario_id: int) -> None:
        """Another scenario, as it was left."""
        self._do(lambda: self.desk.take(scenario_id))

    def _on_discard(self) -> None:
        self._do(self.desk.discard)

    def _do(self, act: Callable[[], None]) -> None:
        before = self.desk.scenario
        act()
        period = self._period_of(self.desk.scenario.period) or self.period
        moved, self.period = period != self.period, period
        self.refresh()
        if self.desk.scenario != before:
            self.played.emit()
        if moved:
            self.chosen.emit()

    # What is saved ------------------------------------------------------------------------------------------------

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.touches(views.TABLE):
            self._ask()

    def _ask(self) -> None:
        self._session.ask(scenarios.listing, done=self._on_saved)

    def _on_saved(self, found: list[Saved]) -> None:
        self._do(lambda: self.desk.show_saved(found))
        if not self.ready:
            self.ready = True
            self.chosen.emit()

    # Menus --------------------------------------------------------------------------------------------------------

    def _fill_periods(self, menu: QMenu) -> None:
        menu.clear()
        entries = [(tr(figures.PERIODS[code]), code, code == self.period) for code in PERIODS]
        add_group(menu, entries, self.choose_period)

    def _fill(self, menu: QMenu) -> None:
        menu.clear()
        desk = self.desk
        if desk.current != UNNAMED or desk.has_draft(UNNAMED):
            add_group(menu, [self._entry(UNNAMED, tr("Scenario without a name"))], self.take)
        for heading, mine in ((tr("My scenarios"), True), (tr("Shared scenarios"), False)):
            listed = [each for each in desk.saved if each.mine is mine]
            if listed:
                add_heading(menu, heading)
                entries = [
                    self._entry(each.id, each.name + (f" · {each.owner}" if each.owner else "")) for each in listed
                ]  # fmt: skip
                add_group(menu, entries, self.take)
        if not menu.isEmpty() and self._session.rights.write:
            menu.addSeparator()
        if not self._session.rights.write:
            if menu.isEmpty():
                menu.addAction(tr("Nobody shares a scenario yet.")).setEnabled(False)
            return
        menu.addAction(tr("Save as…"), self._save_as).setEnabled(bool(desk.scenario.changes))
        opened = desk.opened
        if opened is not None and opened.mine:
            menu.addAction(tr("Rename…"), lambda: self._rename(opened))
            shared = tr("Keep it to myself") if opened.shared else tr("Share with everybody")
            menu.addAction(shared, lambda: self._session.ask(views.share, opened.id, not opened.shared))
            menu.addAction(tr("Delete the scenario"), lambda: self._session.ask(views.delete, opened.id))

    def _entry(self, scenario_id: int, name: str) -> tuple[str, int, bool]:
        text = plain(name)
        if self.desk.has_draft(scenario_id):
            text = tr("{name} (changed)").format(name=text)
        return text, scenario_id, scenario_id == self.desk.current

    # Saving -------------------------------------------------------------------------------------------------------

    def _on_save(self) -> None:
        opened, played = self.desk.opened, self.desk.scenario
        if opened is None or not opened.mine:
            self._save_as()
            return
        self._session.ask(
            scenarios.update, opened.id, played, done=lambda _: self._do(lambda: self.desk.kept_as(opened.id, played))
        )

    def _save_as(self) -> None:
        played = self.desk.scenario

        def write(dialog: SaveViewDialog) -> None:
            def done(scenario_id: int) -> None:
                self._do(lambda: self.desk.kept_as(scenario_id, played))
                dialog.on_done()
                self._ask()

            self._session.ask(
                scenarios.save, dialog.name.text(), played, shared=dialog.shared.isChecked(), done=done,
                failed=dialog.show_problem,
            )  # fmt: skip

        subtitle = tr("What is ticked and typed here. No deal is changed by it.")
        self._open(SaveViewDialog(self.window(), tr("Save the scenario"), tr("Save"), "", write, subtitle))

    def _rename(self, opened: Saved) -> None:
        def write(dialog: SaveViewDialog) -> None:
            self._session.ask(
                views.rename, opened.id, dialog.name.text(), done=dialog.on_done, failed=dialog.show_problem
            )

        self._open(SaveViewDialog(self.window(), tr("Rename the scenario"), tr("Rename"), opened.name, write))

    def _open(self, dialog: SaveViewDialog) -> None:
        self.dialog = dialog
        dialog.open()
