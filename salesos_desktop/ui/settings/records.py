"""What most sections of the settings are: a table of things at the left, the chosen one as a form beside it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QItemSelectionModel, QSignalBlocker, QSize, Qt, QTimer
from PySide6.QtGui import QIcon, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLineEdit, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ...errors import InvalidInput, UserError
from ...i18n import tr
from ..models.tables import Index, TextTableModel, text_table
from ..parts import Elided, Field, button, label
from ..session import Session
from .form_area import FormArea
from .section import Section
from .typed_form import TypedForm

_TABLE_WIDTH = 300
_CARD_HEIGHT = 200
"""What the table with its buttons has at least above the form, in px."""
_ANY_WIDTH = (1 << 24) - 1


class RecordsSection(Section):
    """Things in a table and one of them in a form. The table has the keys: Ins adds, Alt+Up and Alt+Down reorder, Del deletes.

    A subclass names the columns, asks for the things (``load`` ends in ``show_things``), fills the form and says what each
    action asks of which service. Things have an ``id``.
    """

    figures: frozenset[int] = frozenset()
    form_width = 340

    def __init__(self, session: Session, title: str, hint: str, headers: list[str], empty: str) -> None:
        super().__init__(session, title, hint)
        self.things: list[Any] = []
        self.fields: dict[str, Field] = {}
        self.current: Any = None
        self.adding = self._saving = False
        self._before_new: int | None = None
        self.typed = TypedForm(self.fields)
        self.typed.changed.connect(lambda: self.cancel_button.setVisible(self.typed.differs or self.adding))
        self.model = _Things(headers, self)
        self.table = text_table(self.model, title)
        self.table.setMinimumWidth(_TABLE_WIDTH)
        self.table.selectionModel().currentRowChanged.connect(lambda now, _: self._on_row(now.row()))
        self.empty = label(empty, "muted", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.hide()
        self.form = QVBoxLayout()
        self.form.setSpacing(12)
        self.heading = Elided("", "heading")
        self.buttons: dict[str, QPushButton] = {}
        self.tools = QHBoxLayout()
        self.tools.setSpacing(8)
        self._lay_out()

    # Building -----------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        card = QFrame()
        card.setProperty("role", "card")
        left = QVBoxLayout(card)
        left.setContentsMargins(1, 6, 1, 8)
        left.addWidget(self.table, 1)
        left.addWidget(self.empty, 1)
        left.addLayout(self.tools)
        self.tools.setContentsMargins(10, 6, 10, 2)
        self._side = QFrame()
        self._side.setProperty("role", "card")
        inside = QWidget()
        whole = QVBoxLayout(inside)
        whole.setContentsMargins(18, 14, 18, 14)
        whole.setSpacing(12)
        whole.addWidget(self.heading)
        whole.addLayout(self.form)
        self.save_button = button(tr("Save"), self.save, "primary")
        self.cancel_button = button(tr("Cancel"), self.cancel)
        self.cancel_button.setToolTip(tr("Takes back what was typed (Esc)"))
        answers = QHBoxLayout()
        answers.addStretch(1)
        answers.addWidget(self.cancel_button)
        answers.addWidget(self.save_button)
        whole.addSpacing(2)
        whole.addLayout(answers)
        whole.addStretch(1)
        around = QVBoxLayout(self._side)
        around.setContentsMargins(1, 1, 1, 1)
        around.addWidget(FormArea(inside))
        card.setMinimumHeight(_CARD_HEIGHT)
        self._both = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._both.setSpacing(14)
        self._both.addWidget(card, 1)
        self._both.addWidget(self._side)
        self.column.addWidget(self.problem)
        self.column.addLayout(self._both, 1)

    def minimumSizeHint(self) -> QSize:
        """Narrower than both parts side by side: without room for that the form stands below the table."""
        return QSize(_TABLE_WIDTH, 300)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The form beside the table, or below it."""
        beside = event.size().width() >= _TABLE_WIDTH + self.form_width + 90
        self._both.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)
        tall = QSizePolicy.Policy.Expanding if beside else QSizePolicy.Policy.Maximum
        self._side.setSizePolicy(QSizePolicy.Policy.Preferred, tall)
        self._side.setMinimumWidth(self.form_width if beside else 0)
        self._side.setMaximumWidth(self.form_width if beside else _ANY_WIDTH)
        super().resizeEvent(event)

    def add_field(self, name: str, caption: str, editor: QWidget) -> Field:
        """A field of the form that errors with this name go to."""
        field = self.fields[name] = Field(caption, editor)
        self.typed.follow(editor)
        self.form.addWidget(field)
        if isinstance(editor, QLineEdit):
            editor.returnPressed.connect(self.save)
        return field

    def add_tool(self, name: str, text: str, action: Callable[[], object], key: str = "", tip: str = "") -> QPushButton:
        """A button under the table, with a key that works while the keyboard is in the table."""
        made = self.buttons[name] = button(text, action)
        if key:
            shortcut = QShortcut(QKeySequence(key), self.table)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(lambda: made.isEnabled() and made.isVisible() and action())
            shown = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
            made.setToolTip(f"{tip or text} ({shown})")
        if tip:
            made.setAccessibleName(tip)
        self.tools.addWidget(made)
        return made

    def add_order_tools(self) -> None:
        """The two buttons that move the chosen thing."""
        self.table.setProperty("moves", True)
        for name, text, step, key, tip in (
            ("up", "↑", -1, "Alt+Up", tr("Move up")), ("down", "↓", 1, "Alt+Down", tr("Move down")),
        ):  # fmt: skip
            made = self.add_tool(name, text, lambda step=step: self.shift(step), key, tip)
            made.setFixedWidth(40)

    # Showing ------------------------------------------------------------------------------------------------------

    def show_things(self, things: Sequence[Any], chosen: int | None = None) -> None:
        """Shows what was read; ``chosen`` is the id to select, else the one that was, else the first."""
        wanted = chosen if chosen is not None else getattr(self.current, "id", None)
        self.things = list(things)
        with QSignalBlocker(self.table.selectionModel()):
            self.model.show_rows([(thing.id, self.cells(thing)) for thing in self.things])
        self.table.setVisible(bool(self.things))
        self.empty.setVisible(not self.things)
        there = self.adding or self._row_of(self.current) >= 0
        if chosen is None and there and (self.adding or self.unsaved):
            self._keep_typed()
            return
        self.adding = False
        row = next((n for n, thing in enumerate(self.things) if thing.id == wanted), 0 if self.things else -1)
        self._select(row)
        self._on_row(row, keep=True)

    def _select(self, row: int) -> None:
        """Marks a row, or none, without showing it in the form."""
        with QSignalBlocker(self.table.selectionModel()):
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.table.selectionModel().setCurrentIndex(self.model.index(row, 0), flags)
        self.table.viewport().update()

    def _row_of(self, thing: Any) -> int:
        return next((n for n, each in enumerate(self.things) if thing is not None and each.id == thing.id), -1)

    def _keep_typed(self) -> None:
        """The things were read anew while something is typed into the form: that stays."""
        row = self._row_of(self.current)
        if row >= 0:
            self.current = self.things[row]
        self._select(row)
        self._update_tools()

    @property
    def unsaved(self) -> bool:
        """Whether something was typed into the form that is neither saved nor taken back."""
        return (self.current is not None or self.adding) and self.typed.differs

    def stays(self) -> bool:
        """Whether the form has to stay for what is typed into it; says so."""
        if not self.unsaved:
            return False
        self.problem.setText(tr("What you typed is not saved yet. Save it or cancel it first."))
        self.problem.show()
        return True

    def _on_row(self, row: int, *, keep: bool = False) -> None:
        thing = self.things[row] if 0 <= row < len(self.things) else None
        same = keep and thing is not None and self.current is not None and thing.id == self.current.id
        if same and thing == self.current:
            self._update_tools()
            return
        if not keep and self.stays():
            QTimer.singleShot(0, self, lambda: self._select(self._row_of(self.current)))
            return
        self.adding = False
        self.current = thing
        self.clear_problem()
        self._fill()

    def _fill(self) -> None:
        for field in self.fields.values():
            field.show_error("")
        shown = self.current is not None or self.adding
        self._side.setVisible(shown)
        if shown:
            self.heading.show_text(self.title_of(self.current) if self.current is not None else self.new_title())
            self.fill(self.current)
        self.typed.keep()
        self._update_tools()

    def _update_tools(self) -> None:
        row = self._row_of(self.current)
        if "up" in self.buttons:
            self.buttons["up"].setEnabled(row > 0 and self.can_shift(row, -1))
            self.buttons["down"].setEnabled(0 <= row < len(self.things) - 1 and self.can_shift(row, 1))
        self.update_tools(self.current)

    # Doing --------------------------------------------------------------------------------------------------------

    def begin_new(self) -> None:
        """An empty form for a new thing."""
        if self.stays():
            return
        self._before_new = getattr(self.current, "id", self._before_new)
        self.adding, self.current = True, None
        self._select(-1)
        self.clear_problem()
        self._fill()
        first = next(iter(self.fields.values()))
        first.editor.setFocus()

    def cancel(self) -> None:
        """Takes back what was typed; in place of a new thing the one before is shown again."""
        self.cancel_button.hide()
        if self.adding:
            self.adding = False
            row = next(
                (n for n, each in enumerate(self.things) if each.id == self._before_new), 0 if self.things else -1
            )
            self._select(row)
            self.current = self.things[row] if row >= 0 else None
        self.clear_problem()
        self._fill()
        if self.things:
            self.table.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc takes back what was typed."""
        if event.key() == Qt.Key.Key_Escape and (self.unsaved or self.adding):
            self.cancel()
        else:
            super().keyPressEvent(event)

    def save(self) -> None:
        """Writes the form; what is wrong is said at its field."""
        if self._saving:
            return
        self.clear_problem()
        for field in self.fields.values():
            field.show_error("")
        try:
            values = self.values()
        except UserError as error:
            self.show_problem(error)
            return
        self._saving = True  # A button that is switched off would lose the keyboard.
        service, *arguments = self.writing(self.current, values)
        self._session.ask(service, *arguments, done=self._on_saved, failed=self._on_save_failed)

    def _on_saved(self, result: Any) -> None:
        self._saving = False
        chosen = result if self.adding and isinstance(result, int) else getattr(self.current, "id", None)
        self.adding, self.current = False, None
        self.reload(chosen)

    def _on_save_failed(self, error: Exception) -> None:
        self._saving = False
        self.show_problem(error)

    def show_problem(self, error: Exception) -> None:
        """At its field, if it has one."""
        field = self.fields.get(error.field) if isinstance(error, InvalidInput) else None
        if field is None:
            super().show_problem(error)
        else:
            field.show_error(f"{error.title} {getattr(error, 'message', '')}".strip())  # type: ignore[attr-defined]
            field.editor.setFocus()

    def do(self, service: Callable[..., Any], *arguments: Any, chosen: int | None = None, **more: Any) -> None:
        """Asks a service and reads the table anew; what it refuses is said above the table."""
        self.clear_problem()
        self._session.ask(
            service, *arguments, done=lambda _: self.reload(chosen), failed=self.show_problem, **more
        )  # fmt: skip

    def shift(self, step: int) -> None:
        """Moves the chosen thing up (−1) or down (1)."""
        row = self._row_of(self.current)
        other = row + step
        if row >= 0 and 0 <= other < len(self.things) and self.can_shift(row, step):
            ids = [thing.id for thing in self.things]
            ids[row], ids[other] = ids[other], ids[row]
            self.place(ids)

    def load(self) -> None:
        """Asks for the things."""
        self.reload(None)

    # What a subclass says -----------------------------------------------------------------------------------------

    @abstractmethod
    def reload(self, chosen: int | None) -> None:
        """Asks for the things; ends in ``show_things(found, chosen)``."""

    @abstractmethod
    def cells(self, thing: Any) -> list[str]:
        """A row of the table."""

    def title_of(self, thing: Any) -> str:
        """What the form is called for a thing."""
        return str(thing.name)

    def new_title(self) -> str:
        """What the form is called for a new thing."""
        return tr("New")

    @abstractmethod
    def fill(self, thing: Any) -> None:
        """Shows a thing in the form, None for a new one."""

    @abstractmethod
    def values(self) -> dict[str, Any]:
        """What the form says. Raises InvalidInput."""

    @abstractmethod
    def writing(self, thing: Any, values: dict[str, Any]) -> tuple[Any, ...]:
        """The service that writes the form, and its arguments; a new thing (None) gives back its id."""

    def update_tools(self, thing: Any) -> None:
        """Which buttons can be used."""

    def picture(self, thing: Any) -> QIcon | None:  # noqa: ARG002
        """What stands before its name."""
        return None

    def can_shift(self, row: int, step: int) -> bool:  # noqa: ARG002
        """Whether a row may change places with its neighbour."""
        return True

    def place(self, ids: list[int]) -> None:
        """Writes another order; a section with order tools says how."""


class _Things(TextTableModel):
    """The rows of a section, with a picture before the name where there is one."""

    def __init__(self, headers: list[str], section: RecordsSection) -> None:
        super().__init__(headers, section.figures, section)
        self._section = section

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A text or a picture."""
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0 and index.row() < len(self._section.things):
            return self._section.picture(self._section.things[index.row()])
        return super().data(index, role)


def whole(field: str, text: str) -> int:
    """A whole number as a person types it. Raises InvalidInput on ``field``."""
    try:
        return int(text.strip().rstrip("% \u00a0"))
    except ValueError as error:
        raise InvalidInput(
            field, tr("“{text}” is not a whole number.").format(text=text.strip()[:20]), tr("Correct it.")
        ) from error
