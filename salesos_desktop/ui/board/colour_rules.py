"""The dialog in which a person sets conditions, each with a colour and the word that stands beside it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from ...domain.condition_json import from_json, to_json
from ...domain.conditions import Condition, each_test
from ...errors import InvalidInput
from ...i18n import ntr, number, tr
from ..boxes import ComboBox
from ..dialogs.base import FormDialog
from ..icons import icon
from ..parts import button, label, on_theme
from ..session import Session
from ..theme import AVATARS
from .card_marks import CARD_FIELDS
from .card_options import MOST_RULES, ColourRule

if TYPE_CHECKING:
    from ..conditions.fields import FieldChoice


class ColourRulesDialog(FormDialog):
    """Hands the rules to ``choose``. The first rule that holds decides."""

    def __init__(
        self, parent: QWidget, session: Session, fields: Sequence[FieldChoice], rules: Sequence[ColourRule],
        choose: Callable[[tuple[ColourRule, ...]], None],
    ) -> None:  # fmt: skip
        super().__init__(
            parent,
            tr("Colours of cards"),
            tr("The first line that is true gives a card its colour and word."),
            width=620,
        )
        self._session, self._choose = session, choose
        self.field_choices = [each for each in fields if each.path in CARD_FIELDS or each.path.startswith("custom.")]
        self.lines: list[RuleLine] = []
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        self.body.addLayout(self._rows)
        self.add_button = button(tr("+ Another colour"), lambda: self.add_line(None), "link")
        row = QHBoxLayout()
        row.addWidget(self.add_button)
        row.addStretch(1)
        self.body.addLayout(row)
        for rule in rules:
            self.add_line(rule)
        if not rules:
            self.add_line(None)
        self.add_buttons(tr("Apply"), self._take)

    def add_line(self, rule: ColourRule | None) -> None:
        """One more rule."""
        if len(self.lines) < MOST_RULES:
            line = RuleLine(self, self._session.workspace.currency, rule, len(self.lines))
            line.remove.clicked.connect(lambda: self._remove(line))
            self.lines.append(line)
            self._rows.addWidget(line)
            self.add_button.setEnabled(len(self.lines) < MOST_RULES)
            line.word.setFocus()

    def _remove(self, line: RuleLine) -> None:
        self.lines.remove(line)
        line.hide()
        line.deleteLater()
        self.add_button.setEnabled(True)
        self.fit()

    def _take(self) -> None:
        self._choose(tuple(line.rule() for line in self.lines))
        self.accept()


class RuleLine(QWidget):
    """Word, colour, condition."""

    def __init__(self, dialog: ColourRulesDialog, currency: str, rule: ColourRule | None, place: int) -> None:
        super().__init__(dialog)
        self._dialog, self._currency = dialog, currency
        self.condition: Condition | None = None
        self.word = QLineEdit(rule.word if rule is not None else "")
        self.word.setPlaceholderText(tr("Word"))
        self.word.setAccessibleName(tr("Word"))
        self.word.setMaxLength(24)
        self.colour = ComboBox()
        self.colour.setAccessibleName(tr("Colour"))
        for name, value in zip(_names(), AVATARS, strict=True):
            self.colour.addItem(_swatch(value), name, value)
        self.colour.setCurrentIndex(max(0, self.colour.findData(rule.colour) if rule is not None else place % 8))
        self.asks = button("", self._ask)
        self.remove = QToolButton()
        self.remove.setToolTip(tr("Remove"))
        self.remove.setAccessibleName(tr("Remove"))
        on_theme(self.remove, lambda: self.remove.setIcon(icon("close")))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.colour)
        row.addWidget(self.word, 1)
        row.addWidget(label(tr("when"), "small"))
        row.addWidget(self.asks, 1)
        row.addWidget(self.remove)
        if rule is not None:
            with suppress(ValueError):
                self.condition = from_json(json.loads(rule.condition))
        self._show()

    def set_condition(self, condition: Condition | None) -> None:
        """Takes another condition."""
        self.condition = condition
        self._show()

    def rule(self) -> ColourRule:
        """What was set. Raises InvalidInput for a line without a word or a condition."""
        word = self.word.text().strip()
        if not word:
            self.word.setFocus()
            raise InvalidInput("word", tr("A colour needs a word beside it."), tr("Write one."))
        if self.condition is None:
            self.asks.setFocus()
            raise InvalidInput("when", tr("“{name}” has no condition yet.").format(name=word), tr("Set one."))
        return ColourRule(word, str(self.colour.currentData()), json.dumps(to_json(self.condition)))

    def _show(self) -> None:
        count = 0 if self.condition is None else sum(1 for _ in each_test(self.condition))
        text = ntr("{count} condition…", "{count} conditions…", count).format(count=number(count))
        self.asks.setText(text if count else tr("Conditions…"))

    def _ask(self) -> None:
        from ..conditions.dialog import ConditionDialog

        dialog = ConditionDialog(
            self._dialog, self._currency, self._dialog.field_choices, self.condition, self.set_condition,
            title=tr("Conditions"), hint=tr("Cards that meet these conditions have the colour."),
        )  # fmt: skip
        dialog.open()


def offered(ws: Any) -> list[FieldChoice]:
    """What rules can ask."""
    from ..conditions.options import offered as fields

    return fields(ws, "opportunity", related=False)


def _names() -> list[str]:
    return [tr("Blue"), tr("Purple"), tr("Green"), tr("Orange"), tr("Violet"), tr("Grey"), tr("Red"), tr("Turquoise")]


def _swatch(colour: str) -> QIcon:
    made = QPixmap(14, 14)
    made.fill(QColor(colour))
    return QIcon(made)
