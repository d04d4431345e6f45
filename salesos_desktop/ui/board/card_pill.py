"""The menu that says how cards look: their fields, compact or full, what their colour says, what headers measure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from ...i18n import tr
from ..choices import OpenMenu, add_group, add_heading
from ..parts import Pill
from .card_options import COLOURS, FIELDS, MEASURES, CardOptions

if TYPE_CHECKING:
    from ...domain.custom_fields import CustomField


class CardPill(Pill):
    """Keeps the person's CardOptions.

    Signals:
        chosen(): they are other ones.
        rules_requested(): the person wants to set conditions and colours of their own.
    """

    chosen = Signal()
    rules_requested = Signal()

    def __init__(self, kept: object) -> None:
        super().__init__()
        self.options = CardOptions.of(kept)
        self._own: Sequence[CustomField] = ()
        menu = OpenMenu(self)
        menu.aboutToShow.connect(self._fill)
        self.setMenu(menu)
        self.show_choice(tr("Cards"), False)

    def know_fields(self, own: Sequence[CustomField]) -> None:
        """The deals' own list fields can say a colour."""
        self._own = [each for each in own if each.options]

    def choose(self, options: CardOptions) -> None:
        """Takes options as the person would."""
        if options != self.options:
            self.options = options
            self.chosen.emit()

    def _fill(self) -> None:
        menu = self.menu()
        menu.clear()
        add_heading(menu, tr("On the card"))
        for name, text in FIELDS.items():
            action = menu.addAction(tr(text))
            action.setCheckable(True)
            action.setChecked(name in self.options.fields)
            action.toggled.connect(lambda _, name=name: self.choose(self.options.toggled(name)))
        menu.addSeparator()
        compact = menu.addAction(tr("Compact"))
        compact.setCheckable(True)
        compact.setChecked(self.options.compact)
        compact.toggled.connect(lambda on: self.choose(replace(self.options, compact=on)))
        self._fill_colours(menu.addMenu(tr("Colour by")))
        measures = [(tr(text), replace(self.options, measure=name), name == self.options.measure)
                    for name, text in MEASURES.items()]  # fmt: skip
        add_group(menu.addMenu(tr("Headers show")), measures, self.choose)

    def _fill_colours(self, menu: QMenu) -> None:
        entries = [
            (tr(text), replace(self.options, colour=name), name == self.options.colour)
            for name, text in COLOURS.items()
            if name != "rules"
        ]
        for each in self._own:
            path = f"custom.{each.key}"
            entries.append(
                (each.label[:60].replace("&", "&&"), replace(self.options, colour=path), path == self.options.colour)
            )
        group = add_group(menu, entries, self.choose)
        rules = QAction(tr(COLOURS["rules"]), menu)
        rules.setCheckable(True)
        rules.setChecked(self.options.colour == "rules")
        rules.triggered.connect(lambda: self.rules_requested.emit())
        group.addAction(rules)
        menu.addAction(rules)
