"""What the box can do beside finding records: every page, what can be made, settings, theme and language."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...domain import searching
from ...i18n import N_, in_every_language, tr
from ..pages import PAGES, keys_of, title_of

if TYPE_CHECKING:
    from ..main_window import MainWindow


@dataclass(frozen=True, slots=True)
class Command:
    """``title`` as it is shown, ``detail`` where it belongs, ``keys`` that do the same, ``icon`` of resources/icons;
    ``words`` are the folded words of its title in each language, by which it is found.
    """

    title: str
    detail: str
    keys: str
    icon: str
    words: tuple[tuple[str, ...], ...]
    run: Callable[[], object]


def matching(commands: Sequence[Command], text: str) -> list[Command]:
    """Those whose words begin with every word of a text, in any language, a typing error forgiven; the nearest first."""
    wanted = searching.words(text)
    ranked = [(_rank(command, wanted), place) for place, command in enumerate(commands)]
    return [commands[place] for rank, place in sorted(ranked) if rank < _NOT]


_NOT = 9


def _rank(command: Command, wanted: Sequence[str]) -> int:
    """0 when the title begins so, 1 when its words do, 2 with a typing error, _NOT otherwise."""
    if not wanted:
        return _NOT
    best = _NOT
    for words in command.words:
        if all(any(word.startswith(each) for word in words) for each in wanted):
            best = min(best, 0 if " ".join(words).startswith(" ".join(wanted)) else 1)
        elif all(any(_near(each, word) for word in words) for each in wanted):
            best = min(best, 2)
    return best


def _near(typed: str, word: str) -> bool:
    from rapidfuzz.distance import OSA

    allowed = min(1, searching.errors_allowed(typed))
    return any(OSA.distance(typed, word[: len(typed) + n], score_cutoff=allowed) <= allowed for n in (-1, 0, 1))


def all_commands(window: MainWindow) -> list[Command]:
    """Every command, in the order in which they stand where nothing is typed."""
    return [*_making(window), *_pages(window), *_doing(window), *_settings(window), *_looks(window)]


def _made(title: str, icon: str, run: Callable[[], object], keys: str = "", within: str = "") -> Command:
    """``within`` is the place it belongs to, found by as well: ``Settings``."""
    spoken = zip(in_every_language(title), in_every_language(within) if within else ("", ""), strict=True)
    words = tuple(tuple(searching.words(f"{one} {other}")) for one, other in spoken)
    return Command(tr(title), tr(within) if within else "", keys, icon, words, run)


def _making(window: MainWindow) -> Iterator[Command]:
    if not window.session.rights.write:
        return
    yield _made(N_("New opportunity"), "plus", window.actions_.new, "N")
    for page, title in (("leads", N_("New lead")), ("contacts", N_("New contact")), ("companies", N_("New company"))):
        yield _made(title, "plus", lambda page=page: _new_on(window, page))
    yield _made(N_("New activity"), "plus", lambda: window.activities.plan())
    yield _made(N_("New figure…"), "plus", lambda: _new_figure(window))


def _new_on(window: MainWindow, page: str) -> None:
    window.show_page(page)
    window.new()


def _new_figure(window: MainWindow) -> None:
    window.show_page("dashboard")
    window.dashboard.new_figure()


def _pages(window: MainWindow) -> Iterator[Command]:
    for name, page in PAGES.items():
        keys = " · ".join(keys_of(name)).replace(",", "", 1)
        made = _made(page.title, name, lambda name=name: window.show_page(name), keys)
        yield Command(title_of(name), tr("Go to the page"), made.keys, made.icon, made.words, made.run)


def _doing(window: MainWindow) -> Iterator[Command]:
    if window.session.rights.write:
        yield _made(N_("Undo"), "undo", window.actions_.undo, "Ctrl+Z")
        yield _made(N_("Redo"), "redo", window.actions_.redo, "Ctrl+Y")
    yield _made(N_("Search on the page that is shown"), "search", window.focus_search, "Ctrl+F")
    yield _made(N_("Deals in danger…"), "forecast", lambda: _danger(window))
    if window.session.rights.write:
        yield _made(N_("Import…"), "upload", window.import_file)
    if window.session.rights.export:
        yield _made(N_("Export what the page shows…"), "file", lambda: _export(window))
        yield _made(N_("Export products…"), "file", lambda: window.exporting.ask_products())
    yield _made(N_("Connect to a team…"), "people", window.sidebar.switcher.team_requested.emit)
    yield _made(N_("Open another workspace…"), "file", window.sidebar.switcher.file_requested.emit)
    yield _made(N_("Keys"), "star", window.show_keys, "? · F1", N_("Help"))
    yield _made(N_("Notifications"), "bell", window.notifications.toggle_panel)


def _danger(window: MainWindow) -> None:
    window.show_page("forecast")
    window.forecast.show_danger()


def _export(window: MainWindow) -> None:
    """What the page's own menu offers first; on a page that exports nothing, the opportunities of the board."""
    from PySide6.QtWidgets import QMenu

    for name in dict.fromkeys((window.page, "board")):
        menu = QMenu()
        offered = getattr(window, name).fill_menu(menu, lambda: window.exporting)
        if offered:
            offered[0].trigger()
            return


def _settings(window: MainWindow) -> Iterator[Command]:
    from ..settings.page import sections

    for name, (title, _) in sections(window.session).items():
        yield _made(title, "settings", lambda name=name: _section(window, name), within=N_("Settings"))


def _section(window: MainWindow, name: str) -> None:
    window.show_page("settings")
    window.settings.show_section(name)


def _looks(window: MainWindow) -> Iterator[Command]:
    for name, title in (("light", N_("Light")), ("dark", N_("Dark")), ("system", N_("Like the desktop"))):
        yield _made(
            title, "settings", lambda name=name: window.settings.theme_chosen.emit(name), within=N_("Appearance")
        )
    for code, title in (("es", "Español"), ("en", "English")):
        run = lambda code=code: window.settings.language_chosen.emit(code)  # noqa: E731
        yield _made(title, "globe", run, within=N_("Language"))
