"""The dialog that sets the conditions of a filter."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from ...domain.conditions import All, Condition
from ...i18n import tr
from ..dialogs.base import FormDialog
from ..parts import button
from .editor import ConditionEditor
from .fields import FieldChoice

_LOW, _HIGH = 110, 420
"""Of the conditions in the dialog, px: one line, and so many that they are scrolled."""


class ConditionDialog(FormDialog):
    """Sets conditions and hands them to ``choose``, None for none; ``title`` and ``hint`` are those of a filter by default."""

    def __init__(
        self, parent: QWidget, currency: str, fields: Sequence[FieldChoice], condition: Condition | None,
        choose: Callable[[Condition | None], None], *, title: str = "", hint: str = "",
    ) -> None:  # fmt: skip
        hint = hint or tr("Only what meets these conditions is shown.")
        super().__init__(parent, title or tr("More filters"), hint, width=620)
        self._choose = choose
        self.editor = ConditionEditor(currency)
        self.editor.set_fields(fields)
        self.editor.layout().setAlignment(Qt.AlignmentFlag.AlignTop)
        self.body.addWidget(self.add_field("conditions", "", _Area(self.editor)))
        self.editor.edited.connect(lambda: self.fields["conditions"].show_error(""))
        remove = button(tr("Remove all conditions"), lambda: self.editor.show_condition(All()), "link")
        self.body.addWidget(remove, 0, Qt.AlignmentFlag.AlignLeft)
        self.add_buttons(tr("Show"), self._show_them)
        if condition is None:
            self.editor.begin()
        else:
            self.editor.show_condition(condition)

    def _show_them(self) -> None:
        self._choose(self.editor.condition())
        self.accept()


class _Area(QScrollArea):
    """As high as the conditions, up to a limit."""

    def __init__(self, editor: ConditionEditor) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setWidget(editor)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Fits when lines come or go."""
        if watched is self.widget() and event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Show):
            self.setFixedHeight(max(_LOW, min(_HIGH, self.widget().sizeHint().height() + 8)))
        return super().eventFilter(watched, event)
