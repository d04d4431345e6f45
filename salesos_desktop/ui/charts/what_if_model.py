"""The deals of a sandbox as a table: what is typed and ticked asks for another scenario, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont

from ...domain.outlook import Deal
from ...domain.scenario import Change, Edit, Scenario
from ...domain.stages import Category
from ...errors import InvalidInput
from ...i18n import N_, amount_for_edit, money, parse_amount, percent, short_date, tr
from ...services.deal_words import CATEGORIES
from ...services.outlook.scenarios import Sandbox, Standing
from ..models.tables import Index, RowsModel
from ..opportunities.editors import read_percent
from ..theme import BODY, font, tokens
from . import what_if_words as words

TICK, NAME, OWNER, STAGE, VALUE, DAY, PROBABILITY, CATEGORY = range(8)
FIELDS = {VALUE: "value", DAY: "day", PROBABILITY: "probability", CATEGORY: "category"}
"""Columns that are edited, each with the field of a Deal."""
CHANGED, WARNING = "→ ", "! "
"""Before what is not as it really is, and before what has moved on or is overdue."""
_IN_FULL = {
    TICK: N_("Whether it counts"), DAY: N_("Close date"), PROBABILITY: N_("Probability"), CATEGORY: N_("Counts as"),
}  # fmt: skip
_NOTHING = Change()


class WhatIfModel(RowsModel):
    """A row a deal, as the sandbox makes it. Without one it is empty.

    Signals:
        played(scenario): the person wants this scenario.
    """

    played = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._headers = [
            "✓", tr("Deal"), tr("Owner"), tr("Stage"), tr("Value"), tr("Closes"), tr("Prob."), tr("Category"),
        ]  # fmt: skip
        self.figures = frozenset({VALUE, PROBABILITY})
        self.sandbox: Sandbox | None = None
        self._rows: list[int] = []
        self._places: dict[int, int] = {}
        self._listed: list[int] = []
        self._known: frozenset[int] = frozenset()
        self._only_changed = False
        self._order = (VALUE, Qt.SortOrder.DescendingOrder)

    # Rows ---------------------------------------------------------------------------------------------------------

    def show_sandbox(self, sandbox: Sandbox, listed: list[int]) -> None:
        """Shows these deals of it."""
        self.sandbox, self._listed, self._known = sandbox, listed, frozenset(listed)
        self._arrange()

    def show_only_changed(self, only: bool) -> None:
        """Whether deals that the scenario leaves as they are are left out."""
        self._only_changed = only
        self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Orders by what deals really are, so that no row goes away under the hand that edits it."""
        self._order = (column, order)
        self._arrange()

    def refresh(self, ids: Iterable[int]) -> None:
        """The scenario makes other deals of these; the rows are the same, where they are not filtered by that."""
        if self._only_changed:
            self._arrange()
            return
        for row in (self.row_of(deal_id) for deal_id in ids):
            if row >= 0:
                self.dataChanged.emit(self.index(row, 0), self.index(row, CATEGORY))

    def deal_id(self, row: int) -> int | None:
        """The deal of a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def lists(self, deal_id: int) -> bool:
        """Whether a deal is among those that are shown, or would be without the filter."""
        return deal_id in self._known

    def row_of(self, deal_id: int) -> int:
        """The row of a deal, -1 where there is none."""
        return self._places.get(deal_id, -1)

    def _arrange(self) -> None:
        wanted = self._listed
        if self.sandbox is not None:
            if self._only_changed:
                wanted = [each for each in wanted if each in self.sandbox.scenario.changes]
            column, order = self._order
            wanted = sorted(
                wanted, key=lambda each: self._key(each, column), reverse=order is Qt.SortOrder.DescendingOrder
            )
        if wanted == self._rows:
            if wanted:
                self.dataChanged.emit(self.index(0, 0), self.index(len(wanted) - 1, CATEGORY))
            return
        self.beginResetModel()
        self._rows, self._places = wanted, {deal_id: row for row, deal_id in enumerate(wanted)}
        self.endResetModel()

    def _key(self, deal_id: int, column: int) -> Any:
        box, deal = self._box, self._box.deals.get(deal_id)
        if column == NAME:
            return box.names.get(deal_id, "").casefold()
        if deal is None:
            return ("", 0) if column in (OWNER, STAGE) else (False, 0)
        match column:
            case _ if column == OWNER:
                return (box.people.get(deal.owner_id or 0, "").casefold(), 0)
            case _ if column == STAGE:
                return ("", box.stages[deal.stage_id].position + 1)
            case _ if column == VALUE:
                return (True, (deal.value or 0) * (box.rates.factor(deal.currency, box.today) or 0))
            case _ if column == DAY:
                return (True, (deal.day or date.min).toordinal())
            case _ if column == PROBABILITY:
                return (True, deal.probability)
        return (True, int(box.counts(deal)))

    @property
    def _box(self) -> Sandbox:
        assert self.sandbox is not None
        return self.sandbox

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Column names; in full for a screen reader and in the tip."""
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole) and section in _IN_FULL:
            return tr(_IN_FULL[section]) if orientation is Qt.Orientation.Horizontal else None
        return super().headerData(section, orientation, role)

    # Cells --------------------------------------------------------------------------------------------------------

    def is_figure(self, column: int) -> bool:
        """Value and probability."""
        return column in self.figures

    def playable(self, row: int) -> bool:
        """Whether the deal of a row is still one to play with."""
        deal_id = self.deal_id(row)
        return deal_id is not None and self._box.standing(deal_id) is Standing.OPEN

    def flags(self, index: Index) -> Qt.ItemFlag:
        """What is still open is ticked and edited."""
        flags = super().flags(index)
        if index.isValid() and self.playable(index.row()):
            if index.column() == TICK:
                return flags | Qt.ItemFlag.ItemIsUserCheckable
            if index.column() in FIELDS:
                return flags | Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Texts, ticks, what is edited; what is changed has a sign and weight, and says in its tip what is real."""
        deal_id = self.deal_id(index.row()) if index.isValid() else None
        if deal_id is None:
            return None
        column, deal = index.column(), self._box.made(deal_id)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(deal_id, deal, column)
            case Qt.ItemDataRole.EditRole if deal is not None and column in FIELDS:
                return self._typed(deal, column)
            case Qt.ItemDataRole.CheckStateRole if column == TICK and self.playable(index.row()):
                return Qt.CheckState.Checked if self._in(deal_id) else Qt.CheckState.Unchecked
            case Qt.ItemDataRole.TextAlignmentRole:
                return int(self.side(column))
            case Qt.ItemDataRole.FontRole:
                return self._font(deal_id, column)
            case Qt.ItemDataRole.ForegroundRole if not self._in(deal_id):
                return QColor(tokens().muted)
            case Qt.ItemDataRole.ToolTipRole:
                return self._tip(deal_id, column).replace("&", "&amp;").replace("<", "&lt;") or None
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._said(deal_id, deal, column)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Asks for the scenario with it. What cannot be is False: ``parsed`` says why."""
        if not index.isValid() or not self.playable(index.row()):
            return False
        deal = self._box.deals[self._rows[index.row()]]
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == TICK:
            self.tick([deal.id], Qt.CheckState(value) is Qt.CheckState.Checked)
            return True
        if role != Qt.ItemDataRole.EditRole or index.column() not in FIELDS:
            return False
        try:
            parsed = self.parsed(index, value)
            wanted = self._box.scenario.edited(deal, FIELDS[index.column()], parsed)
        except (InvalidInput, ValueError):
            return False
        self._ask(wanted)
        return True

    def parsed(self, index: Index, value: Any) -> Any:
        """What an editor gives, as the field has it. Raises InvalidInput."""
        deal = self._box.deals[self._rows[index.row()]]
        if index.column() == VALUE:
            amount = parse_amount(value, deal.currency)
            if amount is not None and amount < 0:
                raise InvalidInput("value", tr("The value cannot be below zero."), tr("Correct it."))
            return amount
        if index.column() == PROBABILITY:
            said = read_percent(value)
            if said is None:
                return self._box.stages[deal.stage_id].probability
            if said > 100:
                raise InvalidInput(
                    "probability", tr("The probability must be between 0 and 100."), tr("Correct it.")
                )  # fmt: skip
            return said
        return value

    def signed(self, column: int) -> bool:
        """Whether some cell of a column has the sign of a change."""
        return self.sandbox is not None and any(self._changed(each, column) for each in self.sandbox.scenario.changes)

    def tick(self, ids: list[int], counted: bool) -> None:
        """Asks for the scenario with deals in or out."""
        box = self._box
        deals = (box.deals[deal_id] for deal_id in ids)
        self._ask(box.scenario.ticked(((deal, box.stages[deal.stage_id]) for deal in deals), counted))

    def put_back(self, ids: list[int]) -> None:
        """Asks for the scenario with deals as they really are."""
        self._ask(self._box.scenario.without(ids))

    def put_cell_back(self, index: Index) -> None:
        """Asks for the scenario with one field, or the tick, as it really is; elsewhere the whole deal."""
        deal_id = self._rows[index.row()]
        deal = self._box.deals.get(deal_id)
        if deal is None or index.column() not in (TICK, *FIELDS):
            self.put_back([deal_id])
        elif index.column() == TICK:
            change = self._box.scenario.changes.get(deal_id)
            if change is not None and change.counted is not None:
                self.tick([deal_id], not change.counted)
        else:
            name = FIELDS[index.column()]
            self._ask(self._box.scenario.edited(deal, name, getattr(deal, name)))

    def _ask(self, scenario: Scenario) -> None:
        if scenario != self._box.scenario:
            self.played.emit(scenario)

    # Words --------------------------------------------------------------------------------------------------------

    def _in(self, deal_id: int) -> bool:
        deal = self._box.made(deal_id)
        return deal is not None and self._box.standing(deal_id) is Standing.OPEN and self._box.counts(deal)

    def _edit(self, deal_id: int, column: int) -> Edit | None:
        """What the scenario does to a cell, where that is not what it really is by now."""
        deal = self._box.deals.get(deal_id)
        change = self._box.scenario.changes.get(deal_id, _NOTHING)
        if column == TICK and change.counted is not None and deal is not None:
            return Edit(change.counted, self._box.counts(deal))
        edit = change.edits.get(FIELDS.get(column, ""))
        return edit if edit is not None and deal is not None and getattr(deal, FIELDS[column]) != edit.to else None

    def _changed(self, deal_id: int, column: int) -> bool:
        return self._edit(deal_id, column) is not None and self._box.standing(deal_id) is Standing.OPEN

    def _text(self, deal_id: int, deal: Deal | None, column: int) -> str:
        box = self._box
        if column == TICK:
            return CHANGED.strip() if self._changed(deal_id, column) else ""
        if column == NAME:
            return (WARNING if words.moved(box, deal_id) else "") + self._name(deal_id)
        if deal is None:
            return "—" if column != STAGE else words.standing(box.standing(deal_id))
        if column == OWNER:
            return box.people.get(deal.owner_id or 0, "—")
        if column == STAGE:
            return box.stages[deal.stage_id].name
        return (CHANGED if self._changed(deal_id, column) else "") + self._shown(deal, column)

    def _shown(self, deal: Deal, column: int) -> str:
        """A field as it is read."""
        if column == VALUE:
            return tr("no value") if deal.value is None else money(deal.value, deal.currency)
        if column == DAY:
            late = deal.day is not None and deal.day < self._box.today
            shown = short_date(deal.day, self._box.today.year) if deal.day else tr("no date")
            return WARNING + shown if late else shown
        if column == PROBABILITY:
            return percent(deal.probability)
        return tr(CATEGORIES[Category(deal.category or self._box.stages[deal.stage_id].category)])

    def _typed(self, deal: Deal, column: int) -> Any:
        """A field as it is edited."""
        if column == VALUE:
            return amount_for_edit(deal.value, deal.currency)
        if column == PROBABILITY:
            return str(deal.probability)
        if column == DAY:
            return deal.day
        edit = self._box.scenario.changes.get(deal.id, _NOTHING).edits.get("category")
        return edit.to if edit is not None else self._box.deals[deal.id].category

    def _font(self, deal_id: int, column: int) -> QFont | None:
        return font(BODY, bold=True) if self._changed(deal_id, column) else None

    def _name(self, deal_id: int) -> str:
        return " ".join(self._box.names.get(deal_id, tr("Deal {id}").format(id=deal_id)).split())

    def _tip(self, deal_id: int, column: int) -> str:
        deal = self._box.deals.get(deal_id)
        if column == NAME:
            return "\n".join(filter(None, (self._name(deal_id), words.note(self._box, deal_id))))
        if deal is None or not self._changed(deal_id, column):
            return ""
        if column == TICK:
            return tr("Really it counts.") if self._box.counts(deal) else tr("Really it is left out.")
        real = tr("Really: {what}").format(what=self._shown(deal, column))
        edit = self._edit(deal_id, column)
        if edit is not None and FIELDS[column] in self._box.scenario.moved_on(deal):
            return f"{real}. {tr('It was another when the scenario changed it.')}"
        return real

    def _said(self, deal_id: int, deal: Deal | None, column: int) -> str:
        """A cell for a screen reader."""
        if column == TICK:
            shown = tr("in") if self._in(deal_id) else tr("out")
        else:
            shown = self._text(deal_id, deal, column).removeprefix(CHANGED)
        if column == NAME:
            return self._tip(deal_id, column).replace("\n", ", ")
        tip = self._tip(deal_id, column)
        return f"{shown}, {tr('changed')}. {tip}" if tip else shown
