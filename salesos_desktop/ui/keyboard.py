"""The keyboard in a window: whom letters and undo belong to, and the order in which Tab goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QGridLayout,
    QLayout,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QRadioButton,
    QScrollArea,
    QSplitter,
    QTabBar,
    QTabWidget,
    QTextEdit,
    QToolButton,
    QWidget,
)
from shiboken6 import isValid

from .pages import PAGES, keys_of

if TYPE_CHECKING:
    from .main_window import MainWindow

_LEAVES = (QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit, QTextEdit, QTabBar, QToolButton)
"""What is one stop for Tab, whatever it is made of."""
_UNDO = (QKeySequence("Ctrl+Z"), QKeySequence("Ctrl+Y"), QKeySequence("Ctrl+Shift+Z"))


class Keyboard(QObject):
    """A window's shortcuts. Single letters are none while whoever has the focus takes letters, or stands in a pane.

    Only the widget that has the focus is watched, so that no other event comes by here. Undo and redo always reach the
    window: a field takes back its own typing first, then what plays with something its step, then the program its newest
    change.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._watched: QWidget | None = None
        app: Any = QApplication.instance()
        app.focusChanged.connect(self._on_focus_changed)
        self._along: list[QShortcut] = []
        for key, action in self._keys().items():
            shortcut = QShortcut(QKeySequence(key), window)
            shortcut.activated.connect(lambda action=action: action())
            if key in ("Alt+Up", "Alt+Down"):
                self._along.append(shortcut)

    def _keys(self) -> dict[str, Callable[[], object]]:
        window = self._window
        pages = {key: lambda name=name: window.show_page(name) for name in PAGES for key in keys_of(name)}
        return pages | {
            "N": window.new, "Ctrl+N": window.new, "Ctrl+F": window.focus_search, "?": window.show_keys,
            "F1": window.show_keys, "Ctrl+Z": self.undo, "Ctrl+Y": self.redo, "Ctrl+Shift+Z": self.redo,
            "Ctrl+Q": window.quit, "Ctrl+K": lambda: window.finding.ask(), "Alt+Left": lambda: window.finding.back(),
            "Alt+Right": lambda: window.finding.forward(), "Alt+Up": lambda: window.finding.step(-1),
            "Alt+Down": lambda: window.finding.step(1), "H": lambda: window.shown.look_back(),
        }  # fmt: skip

    def _on_focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        if self._watched is not None and isValid(self._watched):
            self._watched.removeEventFilter(self)
        self._watched = now if now is not None and now.window() is self._window else None
        if self._watched is not None:
            self._watched.installEventFilter(self)
        for shortcut in self._along:
            shortcut.setEnabled(not _moves_things(now))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A key that could be a shortcut: says whether it is one here."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if QKeySequence(event.keyCombination()) in _UNDO:
                event.ignore()
                return True
            if _is_letter(event) and isinstance(watched, QWidget) and _takes_letters(watched):
                event.accept()
                return True
        return super().eventFilter(watched, event)

    def undo(self) -> None:
        """Takes back what was typed into the field that has the focus, else what that field says itself can be (an open cell
        closes), else a step of what is played, else the newest change."""
        now: Any = QApplication.focusWidget()
        field, known = _typed_into(now)
        sandbox = _played_in(now)
        if known is not None and known.isUndoAvailable():
            field.undo()
        elif hasattr(now, "take_back") and now.take_back():
            return
        elif sandbox is not None:
            sandbox.step_back()
        else:
            self._window.actions_.undo()

    def redo(self) -> None:
        """Brings back what was taken back last, in the same way; nothing behind an open cell."""
        now: Any = QApplication.focusWidget()
        field, known = _typed_into(now)
        sandbox = _played_in(now)
        if known is not None and known.isRedoAvailable():
            field.redo()
        elif hasattr(now, "bring_back") and now.bring_back():
            return
        elif sandbox is not None:
            sandbox.step_forward()
        else:
            self._window.actions_.redo()


def _moves_things(widget: QWidget | None) -> bool:
    """Whether Alt with an arrow moves something within a list of its own, which says so by its property ``moves``."""
    while widget is not None:
        if widget.property("moves"):
            return True
        widget = widget.parentWidget()
    return False


def _played_in(widget: Any) -> Any:
    """What is around a widget and keeps steps of its own, of which nothing is real; None where there is none."""
    while widget is not None and not hasattr(widget, "step_back"):
        widget = widget.parentWidget()
    return widget


def _typed_into(field: Any) -> tuple[Any, Any]:
    """A field for text and what knows its history; None twice for anything else."""
    if isinstance(field, QComboBox | QAbstractSpinBox):
        field = field.lineEdit()
    if isinstance(field, QPlainTextEdit | QTextEdit):
        return field, field.document()
    return (field, field) if isinstance(field, QLineEdit) else (None, None)


def _is_letter(event: QKeyEvent) -> bool:
    command = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
    return not event.modifiers() & command and bool(event.text().strip()) and event.text().isprintable()


def _takes_letters(widget: QWidget) -> bool:
    """Whether typing belongs to a widget. In a pane it never is a shortcut: there people mean to write."""
    if isinstance(widget, QComboBox | QAbstractSpinBox):
        return True
    if isinstance(widget, QAbstractItemView):
        return not getattr(widget, "letters_are_shortcuts", False) and widget.property("kind") != "sections"
    while widget is not None and widget.property("role") != "pane":
        widget = widget.parentWidget()
    return widget is not None


# Tab --------------------------------------------------------------------------------------------------------------


def go_on(window: QWidget, *, forward: bool) -> bool:
    """Takes the keyboard to the next stop of Tab in a window, or the one before; False where there is none."""
    now = window.focusWidget()
    found = stops(window, now)
    here = next((n for n, e in enumerate(found) if e is now or e.isHidden() or not e.isEnabled()), None)
    if len(found) < (1 if here is None else 2):
        return False
    if here is None:
        here = -1 if forward else 0
    target = found[(here + (1 if forward else -1)) % len(found)]
    target.setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
    around = target.parentWidget()
    while around is not None:
        if isinstance(around, QScrollArea):
            around.ensureWidgetVisible(target)
        around = around.parentWidget()
    return True


def stops(root: QWidget, now: QWidget | None = None) -> list[QWidget]:
    """What Tab comes to, in the order of the layouts, which is the one that is read; ``now`` is among it in any case.

    A widget with ``tab_parts()`` says itself in which order its parts come.
    """
    return list(dict.fromkeys(each for part in _parts(root) for each in _stops(part, now)))


def _stops(widget: QWidget, now: QWidget | None) -> Iterator[QWidget]:
    if widget.isWindow():
        return
    if widget.isHidden() or not widget.isEnabled():
        if now is not None and (widget is now or widget.isAncestorOf(now)):
            yield widget  # It has just gone: the keyboard goes on from where it was.
        return
    leaf = isinstance(widget, _LEAVES)
    wanted = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None
    inside = [] if leaf else [each for part in _parts(widget) for each in _stops(part, now)]
    # A page that scrolls is a stop of its own only where nothing in it is one.
    wanted = wanted and not _beside_the_chosen(widget) and not (inside and isinstance(widget, QScrollArea))
    if widget is now or wanted:
        yield widget
    yield from inside


def _beside_the_chosen(widget: QWidget) -> bool:
    """Of the radio buttons that go together, Tab comes to the chosen one."""
    if not isinstance(widget, QRadioButton) or widget.isChecked() or not widget.autoExclusive():
        return False
    beside = widget.parentWidget().findChildren(QRadioButton, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return any(each.isChecked() for each in beside)


def _parts(widget: QWidget) -> list[QWidget]:
    if hasattr(widget, "tab_parts"):
        return list(widget.tab_parts())
    inside = [each for each in widget.children() if isinstance(each, QWidget)]
    if isinstance(widget, QScrollArea):
        return [each for each in (widget.widget(),) if each is not None]
    if isinstance(widget, QSplitter):
        return [widget.widget(n) for n in range(widget.count())]
    if isinstance(widget, QTabWidget):
        more = [each for each in inside if isinstance(each, QToolButton)]
        return [widget.tabBar(), *more, *(each for each in (widget.currentWidget(),) if each is not None)]
    layout = widget.layout()
    placed = [widget.centralWidget()] if isinstance(widget, QMainWindow) else list(_placed(layout)) if layout else []
    others = [each for each in inside if each not in placed]
    return placed + sorted(others, key=lambda each: (each.y(), each.x()))


def _placed(layout: QLayout) -> Iterator[QWidget]:
    places = list(range(layout.count()))
    if isinstance(layout, QGridLayout):
        places.sort(key=lambda n: layout.getItemPosition(n)[:2])  # type: ignore[index]
    for place in places:
        item = layout.itemAt(place)
        inner, made = (item.layout(), item.widget()) if item is not None else (None, None)
        if inner is not None:
            yield from _placed(inner)
        elif made is not None:
            yield made
