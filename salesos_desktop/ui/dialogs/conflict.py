"""The dialog that shows what two people have written into the same fields, and asks which stays."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QRadioButton, QWidget

from ...errors import Clash, Conflict
from ...i18n import tr
from ...services import conflicts
from ..parts import label, rule, scrolled
from ..session import Session
from .base import FormDialog

_LONGEST = 400
_FEW = 3
_HIGH = 330


class ConflictDialog(FormDialog):
    """Both values of each field, who wrote theirs and when. Esc writes nothing: what was typed stays where it was typed.

    Signals:
        chosen(fields): write mine into these; theirs stays in the others.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None, session: Session, error: Conflict) -> None:
        super().__init__(parent, tr("Somebody else has changed this meanwhile"), width=520)
        self._session, self._error = session, error
        self.groups: dict[str, QButtonGroup] = {}
        sheet = QWidget()
        grid = QGridLayout(sheet)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(6)
        for column in (0, 1):
            grid.setColumnStretch(column, 1)
        for each in error.clashes:
            self._add(grid, each)
        if len(error.clashes) > _FEW:
            area = scrolled(sheet)
            area.setFixedHeight(_HIGH)
            self.body.addWidget(area)
        else:
            self.body.addWidget(sheet)
        self.add_buttons(tr("Continue"), self._choose)
        self.cancel_button.setText(tr("Not now"))
        self.cancel_button.setToolTip(tr("Nothing is written; what you have typed stays in the form."))
        next(iter(self.groups.values())).button(0).setFocus()

    def _add(self, grid: QGridLayout, each: Clash) -> None:
        line = grid.rowCount()
        if self.groups:
            grid.addWidget(rule(), line, 0, 1, 2)
        said = tr("{who} changed it: {when}").format(
            who=each.who or tr("Somebody else"), when=conflicts.when(self._session.workspace, each.at) or "—"
        )
        grid.addWidget(label(each.title, "heading"), line + 1, 0, 1, 2)
        grid.addWidget(
            label(f"{said} · " + tr("before: {text}").format(text=each.before[:80]), "muted", wrap=True),
            line + 2,
            0,
            1,
            2,
        )
        group = self.groups[each.field] = QButtonGroup(self)
        for column, (caption, text) in enumerate(((tr("Leave theirs"), each.theirs), (tr("Put mine"), each.mine))):
            choice = QRadioButton(caption)
            choice.setAccessibleName(f"{each.title}. {caption}: {text[:_LONGEST]}")
            choice.setAccessibleDescription(said)
            choice.setChecked(column == 0)
            group.addButton(choice, column)
            grid.addWidget(choice, line + 3, column)
            shown = label(text[:_LONGEST] + ("…" if len(text) > _LONGEST else ""), wrap=True)
            shown.setBuddy(choice)
            grid.addWidget(shown, line + 4, column, Qt.AlignmentFlag.AlignTop)

    def _choose(self) -> None:
        mine = {field for field, group in self.groups.items() if group.checkedId() == 1}
        self.accept()
        self.chosen.emit(mine)
