"""A filter by any field: a pill that says how many conditions are on, and the dialog in which they are set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from ...domain.condition_fields import kept
from ...domain.condition_json import from_json, to_json
from ...domain.conditions import All, Condition, Operator, Test, each_test, resolve
from ...i18n import tr
from ..dialogs.base import FormDialog
from ..parts import Pill, button
from ..session import Session
from .editor import ConditionEditor
from .fields import FieldChoice

_LOW, _HIGH = 150, 420
"""Of the conditions in the dialog, px: one line, and so many that they are scrolled."""


class ConditionPill(Pill):
    """Conditions on the fields of ``table``; ``lasts`` says whether a test can still be asked.

    Signals:
        changed(): the person set others.
    """

    changed = Signal()

    def __init__(self, session: Session, table: str, lasts: Callable[[Test], bool]) -> None:
        super().__init__()
        self._session, self._table, self._lasts = session, table, lasts
        self._value: Condition | None = None
        self.dialog: ConditionDialog | None = None
        self.clicked.connect(lambda: session.ask(_offered, table, done=self._on_offered))
        self.refresh()

    @property
    def condition(self) -> Condition | None:
        """What must hold today, None for anything: days that move with today are those they come to."""
        return None if self._value is None else resolve(self._value, self._session.today)

    @property
    def narrows(self) -> bool:
        """Whether there is a condition."""
        return self._value is not None

    def choose(self, condition: Condition | None) -> None:
        """Takes conditions as the person would."""
        chosen = None if condition is None else kept(condition, lambda _: True)
        if chosen != self._value:
            self._value = chosen
            self.refresh()
            self.changed.emit()

    def clear(self) -> None:
        """No condition, without a signal."""
        self._value = None
        self.refresh()

    def refresh(self) -> None:
        """Shows how many there are."""
        count = 0 if self._value is None else sum(1 for _ in each_test(self._value))
        self.show_choice(tr("More filters: {count}").format(count=count) if count else tr("More filters"), bool(count))

    def keep(self) -> Any:
        """As plain values for the preferences, None for no condition."""
        return None if self._value is None else to_json(self._value)

    def take(self, plain: Any) -> None:
        """Takes up what was kept, as far as it can still be asked."""
        with suppress(ValueError, TypeError):
            self._value = kept(from_json(plain), self._lasts)
        self.refresh()

    def let_go(self) -> bool:
        """Takes off what can no longer be asked; whether there was any."""
        left = None if self._value is None else kept(self._value, self._lasts)
        gone = left != self._value
        if gone:
            self._value = left
            self.refresh()
        return gone

    def _on_offered(self, fields: Sequence[FieldChoice]) -> None:
        self.dialog = ConditionDialog(
            self.window(), self._session.workspace.currency, fields, self._value, self.choose
        )  # fmt: skip
        self.dialog.open()


class ConditionDialog(FormDialog):
    """Sets conditions and hands them to ``choose``, None for none."""

    def __init__(
        self, parent: QWidget, currency: str, fields: Sequence[FieldChoice], condition: Condition | None,
        choose: Callable[[Condition | None], None],
    ) -> None:  # fmt: skip
        super().__init__(parent, tr("More filters"), tr("Shown is what has all of this, of any field."), width=620)
        self._choose = choose
        self.editor = ConditionEditor(currency)
        self.editor.set_fields(fields)
        self.editor.layout().setAlignment(Qt.AlignmentFlag.AlignTop)
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setWidget(self.editor)
        self.body.addWidget(self.add_field("conditions", "", self._area))
        self.body.addWidget(
            button(tr("Remove all conditions"), self._remove_all, "link"), 0, Qt.AlignmentFlag.AlignLeft
        )
        self.add_buttons(tr("Show"), self._show_them)
        start = next((each.path for each in fields if each.path == "name"), "name")
        self.editor.show_condition(condition or All((Test(start, Operator.NOT_EMPTY),)))
        self.editor.edited.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        self._area.setFixedHeight(max(_LOW, min(_HIGH, self.editor.sizeHint().height() + 8)))

    def _remove_all(self) -> None:
        self.editor.show_condition(All())
        self._fit()

    def _show_them(self) -> None:
        self._choose(self.editor.condition())
        self.accept()


def _offered(ws: Any, table: str) -> list[FieldChoice]:
    from .options import offered

    return offered(ws, table)
