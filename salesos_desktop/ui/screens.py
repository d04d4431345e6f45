"""Pictures of every page and dialog, from the real widgets on a sample workspace."""

from __future__ import annotations

import argparse
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InvalidInput, UserError
from ..i18n import language, tr
from .shots import SHOTS

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from .main_window import MainWindow

_WAIT_SECONDS = 20.0


def run(args: argparse.Namespace) -> int:
    """Writes the pictures into ``args.dir``; returns the exit code."""
    size = re.fullmatch(r"(\d{3,5})x(\d{3,5})", args.size)
    if size is None:
        raise InvalidInput("size", tr("“{text}” is not a size.").format(text=args.size), tr("Write it like 1440x900."))
    if not 0.5 <= args.scale <= 4:
        raise InvalidInput("scale", tr("The scale must be between 0.5 and 4."), tr("Correct it."))
    folder = Path(args.dir)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(tr("{path} cannot be written.").format(path=folder), tr("Choose another folder.")) from error
    with offscreen(args.theme, args.scale, args.lang) as app, tempfile.TemporaryDirectory() as scratch:
        _first_start(app, folder, Path(scratch))
        window = open_window(app, Path(scratch) / "sample.salesos", int(size[1]), int(size[2]), past=True)
        try:
            _pages(app, window, folder)
        finally:
            close_window(app, window)
        _no_leads(app, folder, Path(scratch), int(size[1]), int(size[2]))
    print(folder)
    return 0


@contextmanager
def offscreen(theme: str, scale: float = 1.0, lang: str | None = None) -> Iterator[QApplication]:
    """An application without a screen, with the bundled font and settings of its own."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if scale != 1.0:
        os.environ["QT_SCALE_FACTOR"] = str(scale)
    from PySide6.QtCore import QtMsgType, qInstallMessageHandler
    from PySide6.QtWidgets import QApplication

    from .speech import speak
    from .theme import apply_theme

    def handle(kind: QtMsgType, _context: object, text: str) -> None:
        if "propagateSizeHints" not in text and kind is not QtMsgType.QtDebugMsg:
            print(text)

    qInstallMessageHandler(handle)
    with tempfile.TemporaryDirectory() as home:
        before = os.environ.get("SALESOS_HOME")
        os.environ["SALESOS_HOME"] = home
        app = QApplication(["salesos-desktop"])
        app.setProperty("bundled_font", True)
        apply_theme(app, theme)
        speak(app, lang or language())
        try:
            yield app
        finally:
            if before is None:
                del os.environ["SALESOS_HOME"]
            else:
                os.environ["SALESOS_HOME"] = before
            app.processEvents()
            qInstallMessageHandler(None)


def open_window(
    app: QApplication, path: Path, width: int, height: int, deals: int = 360, *, past: bool = False
) -> MainWindow:  # fmt: skip
    """A window on a new sample workspace; ``past``: with what the team did in the fourteen months before."""
    from .. import bootstrap, config
    from ..services import demo, setup
    from .main_window import MainWindow
    from .session import Session

    workspace = bootstrap.open_workspace(path)
    setup.prepare(workspace, "Marta Ríos")
    demo.fill(workspace, deals, past=past)
    window = MainWindow(Session(workspace, config.Preferences.load()))
    window.resize(width, height)
    window.show()
    settle(app, window)
    return window


def close_window(app: QApplication, window: MainWindow) -> None:
    """Closes window and workspace."""
    window.close()
    window.session.close()
    window.deleteLater()
    app.processEvents()


def settle(app: QApplication, window: MainWindow) -> None:
    """Lets everything that was asked for arrive and be painted."""
    import time

    end, quiet = time.monotonic() + _WAIT_SECONDS, 0
    while time.monotonic() < end and quiet < 12:
        app.processEvents()
        quiet = quiet + 1 if window.session.idle else 0
        time.sleep(0.01)


def _first_start(app: QApplication, folder: Path, scratch: Path) -> None:
    from .. import bootstrap, config
    from .dialogs.first_start import FirstStart
    from .session import Session

    session = Session(bootstrap.open_workspace(scratch / "new.salesos"), config.Preferences.load())
    first = FirstStart(session)
    first.show()
    app.processEvents()
    _save(first, folder, "first-start")
    first.dismiss()
    session.close()


def _deal(window: MainWindow, shot: Callable[..., None]) -> int:
    """A deal's pane, tab by tab; returns the deal that is open in it."""
    from ..services import lines

    board = window.board
    # One with a check list and one with lines, among those in sight.
    known = [board.model.cards.peek(board.frames[2].model.id_at(row)) for row in range(8)]
    shown = [card for card in known if card is not None]
    deal = max(shown, key=lambda card: card.checks_total).id
    sold = max(shown, key=lambda card: len(lines.lines_of(window.session.workspace, card.id).lines)).id
    window.open_deal(deal)
    shot("opportunity")
    for name, tab in (
        ("opportunity-contacts", window.pane.people),
        ("opportunity-notes", window.pane.notes), ("opportunity-checks", window.pane.checks),
        ("opportunity-files", window.pane.files), ("history", window.pane.timeline),
    ):  # fmt: skip
        window.pane.tabs.setCurrentWidget(tab)
        shot(name)
    window.open_deal(sold)
    window.pane.tabs.setCurrentWidget(window.pane.products)
    shot("opportunity-products")
    window.open_deal(deal)
    return deal


def _pages(app: QApplication, window: MainWindow, folder: Path) -> None:
    from .dialogs.keys import KeysDialog

    def shot(name: str, widget: QWidget | None = None) -> None:
        settle(app, window)
        _save(widget or window, folder, name)

    board, actions = window.board, window.actions_
    shot("board")
    deal = _deal(window, shot)
    for name, ask in (
        ("win", lambda: actions.win([deal])), ("lose", lambda: actions.lose([deal])), ("new", actions.new),
        ("edit", lambda: actions.edit(deal)),
    ):  # fmt: skip
        ask()
        settle(app, window)
        assert actions.dialog is not None
        shot(name, actions.dialog)
        actions.dialog.reject()
    window.pane.close_pane()
    won = next(frame for frame in board.frames if frame.closed)
    won.toggled.emit(won.stage.id)
    shot("board-won-open")
    actions.reopen([won.model.id_at(0)])
    settle(app, window)
    assert actions.dialog is not None
    shot("reopen", actions.dialog)
    actions.dialog.reject()
    won.toggled.emit(won.stage.id)
    actions.move([board.frames[0].model.id_at(0)], board.frames[1].stage)
    shot("moved")
    window.notifications.toggle_panel()
    shot("notifications")
    window.notifications.toggle_panel()
    window.top_bar.search.setText("zzz")
    board.filter_bar.set_text("zzz")
    shot("board-nothing-matches")
    window.top_bar.search.clear()
    board.filter_bar.set_text("")
    window.show_page("forecast")
    shot("forecast")
    for name in SHOTS:
        import_module(f".shots.{name}", __package__).take(app, window, lambda widget, title: shot(title, widget))
    _leads(app, window, shot)
    _contacts_and_companies(app, window, shot)
    _settings(app, window, folder)
    keys = KeysDialog(window)
    keys.open()
    shot("keys", keys)
    keys.accept()
    _import(app, window, folder)


def _leads(app: QApplication, window: MainWindow, shot: Callable[..., None]) -> None:
    window.show_page("leads")
    page = window.leads
    shot("leads")
    settle(app, window)
    page.open_lead(page.model.id_at(2))
    shot("lead-pane")
    page.pane.tabs.setCurrentWidget(page.pane.timeline)
    shot("lead-history")
    page.close_pane()
    page.table.select_ids([page.model.id_at(row) for row in (1, 2, 4)])
    page.actions_.discard(page.table.selected_ids())
    settle(app, window)
    assert page.actions_.dialog is not None
    shot("lead-discard", page.actions_.dialog)
    page.actions_.dialog.reject()
    page.actions_.new()
    dialog: Any = page.actions_.dialog
    known = next(record for row in range(40) if (record := page.model.record(row)) and record.email)
    dialog.lines["name"].setText(known.name)
    dialog.lines["email"].setText(known.email)
    dialog.strip.look()
    shot("lead-new", dialog)
    dialog.reject()
    for name, ids in (
        ("lead-convert", [page.model.id_at(2)]),
        ("leads-convert", [page.model.id_at(r) for r in (3, 4)]),
    ):
        page.actions_.convert(ids)
        settle(app, window)
        assert page.actions_.dialog is not None
        shot(name, page.actions_.dialog)
        page.actions_.dialog.reject()
    page.filter_bar.set_text("zzz")
    shot("leads-nothing-matches")
    page.filter_bar.set_text("")
    settle(app, window)


def _contacts_and_companies(app: QApplication, window: MainWindow, shot: Callable[..., None]) -> None:
    for name, one in (("contacts", "contact"), ("companies", "company")):
        window.show_page(name)
        page = getattr(window, name)
        shot(name)
        page.open_record(page.model.id_at(5))
        page.pane.tabs.setCurrentIndex(0)
        shot(f"{one}-pane")
        held = "deals" if one == "contact" else "people"
        page.pane.tabs.setCurrentWidget(getattr(page.pane, held))
        shot(f"{one}-{held}")
        page.close_pane()
        for dialog, ask in (
            ("new", page.actions_.new), ("duplicates", page.actions_.find_duplicates),
            ("merge", lambda page=page: page.actions_.merge(page.model.id_at(0), page.model.id_at(1))),
        ):  # fmt: skip
            ask()
            settle(app, window)
            shot(f"{one}-{dialog}", page.actions_.dialog)
            page.actions_.dialog.reject()


def _no_leads(app: QApplication, folder: Path, scratch: Path, width: int, height: int) -> None:
    """The page of leads of a new workspace."""
    window = open_window(app, scratch / "empty.salesos", width, height, deals=0)
    try:
        window.show_page("leads")
        settle(app, window)
        _save(window, folder, "leads-empty")
    finally:
        close_window(app, window)


def _settings(app: QApplication, window: MainWindow, folder: Path) -> None:
    from ..services import products, rates
    from .settings.lists import TITLES, ListsSection
    from .settings.page import SECTIONS
    from .settings.stages import StagesSection

    ws, today = window.session.workspace, window.session.today
    window.session.ask(
        products.create,
        {"name": "GTX Pro", "code": "GTX-1", "series": "GTX", "price": 482_100, "prices": {"EUR": 450_000}},
    )
    for currency, rate in (("EUR", "1.0842"), ("MXN", "0.0541")):
        values = {"from_currency": currency, "to_currency": ws.currency, "day": today, "rate": rate}
        window.session.ask(rates.add, values)
    window.show_page("settings")
    for name in SECTIONS:
        if name == "bin":
            for row in range(3):
                window.actions_.delete([window.board.frames[row].model.id_at(0)])
        section = window.settings.show_section(name)
        settle(app, window)
        _save(window, folder, "settings" if name == "general" else f"settings-{name}")
        if isinstance(section, ListsSection):
            for table in list(TITLES)[1:]:
                section.show_list(table)
                settle(app, window)
                _save(window, folder, f"settings-{name}-{table.replace('_', '-')}")
        if isinstance(section, StagesSection):
            section.buttons["delete"].click()
            assert section.dialog is not None
            _save(section.dialog, folder, "settings-stage-delete")
            section.dialog.reject()
            _stage_rules(app, window, folder)
    window.settings.show_section("general")


def _stage_rules(app: QApplication, window: MainWindow, folder: Path) -> None:
    """What a stage asks in a drop; the rules are taken off again."""
    from ..services import pipelines

    stage, session = window.board.frames[2].stage, window.session
    rules = {"required": ["note", "source_id"], "entry_text": tr("The budget is confirmed.")}
    session.ask(pipelines.edit_stage, stage.id, rules)
    settle(app, window)
    window.actions_.move([window.board.frames[0].model.id_at(1)], stage)
    settle(app, window)
    if window.actions_.dialog is not None:
        _save(window.actions_.dialog, folder, "stage-rules")
        window.actions_.dialog.reject()
    session.ask(pipelines.edit_stage, stage.id, {"required": [], "entry_text": ""})


def _import(app: QApplication, window: MainWindow, folder: Path) -> None:
    from .dialogs.import_wizard import ImportWizard

    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "deals.csv"
        file.write_text(
            "Deal;Amount;Close date;Stage;Owner\nCloud move;1.234,56;24/12/2026;Propuesta;Laura Gomez\n"
            "Audit;12x;31/12/2026;Extra;Ana\n",
            encoding="utf-8",
        )
        wizard = ImportWizard(window, window.session)
        wizard.open()
        wizard.open_file(file)
        for step in ("columns", "matches", "result"):
            settle(app, window)
            _save(wizard, folder, f"import-{step}")
            if step != "result":
                wizard.go_on()
        wizard.reject()


def _save(widget: QWidget, folder: Path, name: str) -> None:
    if not widget.grab().save(str(folder / f"{name}.png")):
        raise UserError(
            tr("{path} cannot be written.").format(path=folder / f"{name}.png"), tr("Choose another folder.")
        )
