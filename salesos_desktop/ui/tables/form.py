"""Fields of one record, each written in its own step when it is left."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from ...errors import InvalidInput
from ...i18n import long_date, tr
from ...services.board import Named
from ..dates import OptionalDateEdit
from ..detail.note import NoteEdit
from ..dialogs.deal import split_tags
from ..own_fields import OwnFieldsForm
from ..parts import Field
from ..session import Session
from ..typed_fields import TypedFields

_COLUMNS = 12
_OF_THREE = {"value": 4, "currency": 3, "expected_close": 5}
"""A date needs more room than a currency's code."""


class RecordForm(TypedFields):
    """Fields by name. What was typed and not yet written is never overwritten by news from elsewhere; when somebody else
    has changed that very field, it says so.

    Signals:
        edited(id, values, texts): fields were left with other values, typed as ``texts``; both by name. An own field is
            in ``custom`` of the values, and by its path among the texts.
    """

    edited = Signal(object, object, object)

    def __init__(self) -> None:
        super().__init__()
        self._row: dict[str, Any] | None = None
        # Column → what it was when somebody else changed it under typed text.
        self.expected: dict[str, Any] = {}
        self._given_up: set[str] = set()
        self._earlier: Mapping[str, Any] = {}
        self.own: Any = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 14, 10, 14)
        self.grid = QGridLayout()
        column.addLayout(self.grid)
        column.addStretch(1)
        self.grid.setHorizontalSpacing(14)
        self.grid.setVerticalSpacing(12)
        for each in range(_COLUMNS):
            self.grid.setColumnStretch(each, 1)

    def place(self, rows: list[list[tuple[str, Field]]]) -> None:
        """Lines of one, two or three fields, of the same width but for some of three; each is listened to."""
        for number, row in enumerate(rows, start=self.grid.rowCount()):
            begin, even = 0, _COLUMNS // len(row)
            for name, field in row:
                span = _OF_THREE.get(name, even) if len(row) == 3 else even
                self.fields[name] = field
                self.grid.addWidget(field, number, begin, 1, span, Qt.AlignmentFlag.AlignTop)
                self._listen(name, field.editor)
                begin += span

    def add_whole(self, widget: QWidget) -> None:
        """Something over the whole width, below what is placed already."""
        self.grid.addWidget(widget, self.grid.rowCount(), 0, 1, _COLUMNS, Qt.AlignmentFlag.AlignTop)

    def add_own(self, session: Session) -> None:
        """The workspace's own fields, below what is placed already."""
        self.own = OwnFieldsForm(session)
        self.own.edited.connect(self._on_own_edited)
        self.add_whole(self.own)

    def fill_people(self, box: QComboBox, people: Sequence[Named], *, nobody: bool = True) -> None:
        """Offers those who are at work, and ``nobody`` where that may be."""
        box.clear()
        if nobody:
            box.addItem(tr("Nobody"), None)
        for person in people:
            if person.active:
                box.addItem(person.name[:120], person.id)

    def _listen(self, name: str, editor: QWidget) -> None:
        if isinstance(editor, QLineEdit):
            editor.editingFinished.connect(lambda: self.commit(name))
        elif isinstance(editor, QComboBox):
            editor.activated.connect(lambda _: self.commit(name))
        elif isinstance(editor, NoteEdit | OptionalDateEdit):
            editor.finished.connect(lambda: self.commit(name))

    # Showing ------------------------------------------------------------------------------------------------------

    def show_texts(self, row: dict[str, Any], texts: dict[str, str]) -> bool:
        """Shows a row; a field that is being edited keeps what was typed when it is the same row, which is answered."""
        earlier = self._earlier = self._row or row
        same = self._row is not None and self._row["id"] == row["id"]
        self._row = row
        if not same:
            self.expected.clear()
        for name, text in texts.items():
            before, typed = self._shown.get(name, ""), self._text(name)
            self._shown[name] = text
            if same and typed not in (before, text):
                if text != before:
                    self._keep_expecting(name, earlier)
                    self._say_news(name, text)
                continue
            self._forget_expecting([name])
            self._set_text(name, text)
            if not same or text == typed != before:
                self.fields[name].show_error("")
        for name in self.fields.keys() - texts.keys() if not same else ():
            self.fields[name].show_error("")
        if self.own is not None:
            self.own.show_record(row, same=same)
        return same

    def mark(self, columns: Collection[str]) -> None:
        """Marks for a moment fields that somebody else has just changed and that show it."""
        for column in columns:
            field = self.fields.get(column) or self.fields.get(column.removesuffix("_id"))
            if field is not None and not field.error:
                field.flash()

    def take_theirs(self, names: Collection[str]) -> None:
        """What was typed into these fields gives way to what is kept."""
        self._given_up |= set(names)
        for name in names:
            if name.startswith("custom."):
                self.own.take_back(name.removeprefix("custom."))
            elif name in self.fields:
                self.revert(name)

    def revert(self, name: str) -> None:
        """Esc: shows the kept value again."""
        super().revert(name)
        self._forget_expecting([name])

    def _keep_expecting(self, name: str, row: Mapping[str, Any]) -> None:
        for column in {name, f"{name}_id", *(("currency",) if name == "value" else ())} & row.keys():
            self.expected.setdefault(column, row[column])

    def _forget_expecting(self, names: Iterable[str]) -> None:
        for name in names:
            for column in (name, f"{name}_id", *(("currency",) if name == "value" else ())):
                self.expected.pop(column, None)

    def show_day(self, name: str, day: date | None, *, same: bool) -> None:
        """The day of a record; one that is being typed into the same record stays, and it is said what it is now."""
        editor = self.fields[name].editor
        assert isinstance(editor, OptionalDateEdit)
        if not (same and editor.typing):
            self._forget_expecting([name])
            editor.set_day(day)
        elif day != self._earlier[name]:
            self._keep_expecting(name, self._earlier)
            self._say_news(name, long_date(day) if day is not None else "—")

    def _say_news(self, name: str, text: str) -> None:
        self.fields[name].show_error(
            tr("Somebody else has written “{text}” here meanwhile. Esc takes it; leaving the field asks which stays.")
            .format(text=text[:80])
        )  # fmt: skip

    def forget(self) -> None:
        """No record is shown any more."""
        self._row = None

    def field_of(self, name: str) -> Field | None:
        """The field that an error of this name belongs to."""
        own = self.own.fields if self.own is not None else {}
        return self.fields.get(name) or own.get(name)

    # Writing ------------------------------------------------------------------------------------------------------

    @abstractmethod
    def kept(self, name: str) -> Any:
        """The value that is kept, in the form of ``value``."""

    def value(self, name: str) -> Any:
        """What a field says, as the service takes it. Raises InvalidInput."""
        editor = self.fields[name].editor
        if isinstance(editor, QComboBox):
            return editor.currentData()
        if isinstance(editor, OptionalDateEdit):
            return editor.taken()
        text = self._text(name)
        if name == "tags":
            return split_tags(text)
        return text if name == "note" else " ".join(text.split())

    def taken(self, values: dict[str, Any]) -> dict[str, Any]:
        """What of the values that differ is to be written."""
        return values

    def commit(self, name: str) -> None:
        """Asks to write a field if it differs from what was shown."""
        self._commit([name])

    def commit_all(self) -> bool:
        """Asks to write, in one step, what was typed and not left yet; False, with the first bad one marked, if any is."""
        own = self.own is None or self.own.commit_all()
        self._commit(list(self.fields))
        wrong = next((field for field in self.fields.values() if field.error), None)
        if wrong is not None:
            wrong.editor.setFocus()
        return own and wrong is None

    def _on_own_edited(self, key: str, value: Any) -> None:
        if self._row is not None:
            self.edited.emit(self._row["id"], {"custom": {key: value}}, {f"custom.{key}": value})

    def _commit(self, names: list[str]) -> None:
        if self._row is None:
            return
        values: dict[str, Any] = {}
        for name in names:
            try:
                value = self.value(name)
            except InvalidInput as error:
                self.fields[name].show_error(f"{error.title} {error.message}")
                continue
            self.fields[name].show_error("")
            typed = name not in self._shown or self._text(name) != self._shown[name]
            if typed and value != self.kept(name):
                values[name] = value
            elif typed and name in self._shown:
                self._set_text(name, self._shown[name])
        values = self.taken(values)
        if values:
            texts = {name: self._text(name) for name in values if name in self._shown}
            self.edited.emit(self._row["id"], values, texts)

    def written(self, record_id: int, texts: dict[str, str]) -> None:
        """The service took these fields; what was typed after it still waits to be written."""
        if self._row is None or self._row["id"] != record_id:
            return
        self._forget_expecting(texts)
        given_up, self._given_up = self._given_up, set()
        for name, text in texts.items():
            if name in given_up:
                continue
            if self.own is not None and name.startswith("custom."):
                self.own.written(name.removeprefix("custom."), text)
            else:
                self._shown[name] = text
