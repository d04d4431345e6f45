"""Targets, calls and adjustments of a period: who should sell how much, what is computed, and what people say of it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QItemSelectionModel, QPersistentModelIndex, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QLineEdit, QMenu, QTableView

from ...domain.changes import ChangeSet
from ...domain.outlook import Period, period, period_of
from ...domain.periods import add_months, month_of
from ...errors import InvalidInput, UserError
from ...i18n import amount_for_edit, money, ntr, number, parse_amount, short_date, tr
from ...services.outlook import sheet, targets
from ...services.outlook.sheet import Line, Sheet
from ..boxes import ComboBox
from ..choices import add_group, add_heading
from ..deals import DealActions
from ..dialogs.base import FormDialog
from ..models.tables import TextTableModel, text_table
from ..parts import Pill, button, label, level
from ..session import Session
from ..undo_buttons import UndoButtons
from . import figures
from .targets_model import ADJUSTED, CALL, TARGET, WHO, TargetsModel, may_say

_TABLES = frozenset({"quota", "forecast_call", "forecast_adjustment", "opportunity", "person", "team", "stage"})
_WIDTH, _HEIGHT, _AROUND = 900, 590, 110
_KINDS = {"call": "forecast_call", "adjustment": "forecast_adjustment"}


class TargetsDialog(FormDialog):
    """A table that is typed into, and below it what was said of the chosen line, with a form to say more.

    ``whole``: the period it opens with; None for the month at hand.
    """

    def __init__(self, actions: DealActions, session: Session, whole: Period | None) -> None:
        super().__init__(actions.window, tr("Targets and calls"), width=_WIDTH)
        self._actions, self._session = actions, session
        self._currency = session.workspace.currency
        self.period = whole or period_of(session.today, "month")
        self._sheet: Sheet | None = None
        self._job: Any = None
        self.model = TargetsModel(self._currency, self, session.rights)
        self.model.typed.connect(self._on_typed)
        self._make_head()
        self._make_table()
        self._make_history()
        self._make_form()
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(button(tr("Close"), self.accept))
        self._outer.addLayout(row)
        self.resize(_WIDTH, max(_HEIGHT, actions.window.height() - _AROUND))
        session.changed.connect(self._on_changed)
        self._ask()

    # Building -----------------------------------------------------------------------------------------------------

    def _make_head(self) -> None:
        self.pill = Pill()
        menu = QMenu(self.pill)
        menu.aboutToShow.connect(lambda: self._fill(menu))
        self.pill.setMenu(menu)
        self._note = label("", "small", wrap=True)
        undo = UndoButtons(self._session)
        undo.undo_requested.connect(self._actions.undo)
        undo.redo_requested.connect(self._actions.redo)
        row = QHBoxLayout()
        row.addWidget(self.pill)
        row.addWidget(self._note, 1)
        row.addWidget(undo)
        self.body.addLayout(row)

    def _make_table(self) -> None:
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setAccessibleName(tr("Targets and calls"))
        self.table.setShowGrid(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(30)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setTabKeyNavigation(False)
        self.table.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
        )  # fmt: skip
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(WHO, QHeaderView.ResizeMode.Stretch)
        self.table.selectionModel().currentChanged.connect(lambda _now, _before: self._show_line())
        self.body.addWidget(self.table, 5)

    def _make_history(self) -> None:
        self._heading = label("", "heading")
        self.withdraw = button(tr("Take back"), self._withdraw, "link")
        row = QHBoxLayout()
        row.addWidget(self._heading)
        row.addStretch(1)
        row.addWidget(self.withdraw)
        self.body.addLayout(row)
        headers = [tr("Note or reason"), tr("What"), tr("Amount"), tr("Said on"), tr("By")]
        self.history = TextTableModel(headers, frozenset({2}), self)
        self.history_table = text_table(self.history, tr("What was said"))
        self.history_table.selectionModel().selectionChanged.connect(lambda *_: self._show_withdraw())
        self.body.addWidget(self.history_table, 2)

    def _make_form(self) -> None:
        self.kind, self.amount, self.text = ComboBox(), QLineEdit(), QLineEdit()
        self.kind.currentIndexChanged.connect(lambda _: self._show_caption())
        self.kind.setMinimumWidth(150)
        self.amount.setFixedWidth(140)
        fields = (
            self.add_field("kind", tr("What"), self.kind),
            self.add_field("amount", tr("Amount in {code}").format(code=self._currency), self.amount),
            self.add_field("reason", tr("Reason"), self.text),
        )
        self.main_button = button(tr("Say it"), self.answer, "primary")
        self._confirm = self._say
        row = QHBoxLayout()
        row.setSpacing(12)
        for field, share in zip(fields, (0, 0, 1), strict=True):
            row.addWidget(field, share, Qt.AlignmentFlag.AlignTop)
        row.addWidget(level(self.main_button), 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(row)

    # Asking -------------------------------------------------------------------------------------------------------

    def choose(self, code: str) -> None:
        """Another period."""
        self.period = period(code)
        self._ask()

    def _fill(self, menu: QMenu) -> None:
        menu.clear()
        today = self._session.today
        here = month_of(today)
        months = [add_months(here, n) for n in range(-2, 12)]
        quarters = list(dict.fromkeys(period_of(period(month).first, "quarter").code for month in months))
        years = list(dict.fromkeys(month[:4] for month in months))
        for title, codes in ((tr("Months"), months), (tr("Quarters"), quarters), (tr("Years"), years)):
            add_heading(menu, title)
            entries = [(figures.period_name(code), code, code == self.period.code) for code in codes]
            add_group(menu, entries, self.choose)

    def _ask(self) -> None:
        self.pill.show_choice(figures.period_name(self.period.code), active=True)
        if self._job is not None:
            self._job.cancel()
        self._job = self._session.ask(sheet.sheet, self.period.code, done=self._on_sheet)

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.tables & _TABLES:
            self._ask()

    def _on_sheet(self, found: Sheet) -> None:
        self._job, self._sheet = None, found
        before = self.line
        self.model.show_lines(found.lines, self._session.today, self._session.workspace.clock.zone())
        if self.table.currentIndex().row() < 0 and found.lines:
            self._go_to(before.whose if before else found.lines[0].whose, TARGET)
        note = tr("Type into a cell to set a target or a call. Amounts in {code}.").format(code=self._currency)
        if not self._session.rights.write:
            note = tr("You can only look at this")
        elif not self._session.rights.configure:
            note += " " + tr("Targets are set by an administrator.")
        if found.unconverted:
            note += " " + ntr(
                "{count} deal without an exchange rate is left out.", "{count} deals without an exchange rate are left out.",
                found.unconverted,
            ).format(count=number(found.unconverted))  # fmt: skip
        self._note.setText(note)
        self._show_line()

    # The line and what was said of it -----------------------------------------------------------------------------

    @property
    def line(self) -> Line | None:
        """The line that is chosen."""
        row = self.table.currentIndex().row()
        return self.model.lines[row] if 0 <= row < len(self.model.lines) else None

    def _go_to(self, whose: targets.Whose, column: int) -> None:
        row = next((n for n, line in enumerate(self.model.lines) if line.whose == whose), 0)
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.table.selectionModel().setCurrentIndex(self.model.index(row, column), flags)

    def _show_line(self) -> None:
        line = self.line
        if line is None:
            return
        self._heading.setText(tr("Said of: {who}").format(who=line.name or tr("Everybody")))
        rights, says = (
            self._session.rights,
            ((CALL, "call", tr("Own call")), (ADJUSTED, "adjustment", tr("Adjustment"))),
        )
        kinds = [(kind, name) for column, kind, name in says if may_say(rights, line.whose, column)]
        for field in self.fields.values():
            field.setEnabled(bool(kinds))
        self.main_button.setEnabled(bool(kinds))  # type: ignore[union-attr]
        if [self.kind.itemData(n) for n in range(self.kind.count())] != [kind for kind, _ in kinds]:
            self.kind.clear()
            for kind, name in kinds:
                self.kind.addItem(name, kind)
        column = self.table.currentIndex().column()
        if column in (CALL, ADJUSTED):
            self.kind.setCurrentIndex(max(0, self.kind.findData("call" if column == CALL else "adjustment")))
        said = [(("adjustment", each.id), each) for each in line.adjusted]
        said += [(("call", each.id), each) for each in (line.call.history if line.call else ())]
        zone, year = self._session.workspace.clock.zone(), self._session.today.year
        rows = []
        for key, each in sorted(said, key=lambda pair: pair[1].at, reverse=True):
            day = short_date(each.at.astimezone(zone).date(), year)
            what = tr("Own call") if key[0] == "call" else tr("Adjustment")
            rows.append((key, [each.text or "—", what, money(each.amount, each.currency), day, each.by]))
        self.history.show_rows(rows)
        self._show_withdraw()

    def _show_caption(self) -> None:
        call = self.kind.currentData() == "call"
        self.fields["reason"].set_caption(tr("Note") if call else tr("Reason"))

    def _show_withdraw(self) -> None:
        chosen = self.history_table.selectionModel().hasSelection()
        self.withdraw.setEnabled(chosen and self._session.rights.write)

    def _withdraw(self) -> None:
        key = self.history.key(self.history_table.currentIndex().row())
        if key is not None:
            self._session.ask(targets.withdraw, _KINDS[key[0]], key[1], failed=self.show_problem, draft="")

    # Writing ------------------------------------------------------------------------------------------------------

    def _on_typed(self, line: Line, column: int, text: str) -> None:
        """A target or call is written at once; an adjustment needs its reason first."""
        self._problem.hide()
        try:
            amount = parse_amount(text, self._currency)
        except InvalidInput as error:
            self.show_problem(UserError(error.title, error.message))
            cell = QPersistentModelIndex(self.model.index(self.model.lines.index(line), column))
            QTimer.singleShot(0, self, lambda: self._type_again(cell, text))
            return
        if column == TARGET:
            self._session.ask(
                targets.set_target, line.whose, self.period.code, amount, failed=self.show_problem,
                draft=self._about(line, text),
            )  # fmt: skip
        elif amount is None:
            return
        elif column == CALL:
            self._session.ask(
                targets.call, line.whose.person_id, self.period.code, amount, failed=self.show_problem,
                draft=self._about(line, text),
            )  # fmt: skip
        else:
            self.kind.setCurrentIndex(self.kind.findData("adjustment"))
            self.amount.setText(amount_for_edit(amount, self._currency))
            self.text.setFocus()

    def _type_again(self, cell: QPersistentModelIndex, text: str) -> None:
        """Opens a cell with what was typed into it and could not be read."""
        index = self.model.index(cell.row(), cell.column())
        self.table.setCurrentIndex(index)
        self.table.edit(index)
        editor = self.table.indexWidget(index)
        if isinstance(editor, QLineEdit):
            editor.setText(text)

    def _say(self) -> None:
        """What the form says of the chosen line."""
        line = self.line
        try:
            amount = parse_amount(self.amount.text(), self._currency)
        except InvalidInput as error:
            raise InvalidInput("amount", error.title, error.message) from error
        if line is None or amount is None:
            raise InvalidInput("amount", tr("The amount is missing."), tr("Fill it in."))
        done, text, about = self._on_said, self.text.text(), self._about(line, self.amount.text())
        if self.kind.currentData() == "call":
            self._session.ask(
                targets.call, line.whose.person_id, self.period.code, amount, text, done=done,
                failed=self.show_problem, draft=about,
            )  # fmt: skip
        else:
            self._session.ask(
                targets.adjust, line.whose, self.period.code, amount, text, done=done, failed=self.show_problem,
                draft=about,
            )  # fmt: skip

    def _about(self, line: Line, amount: str) -> str:
        return " · ".join((line.name or tr("Everybody"), self.period.code, amount or "—"))

    def _on_said(self, _said_id: int | None) -> None:
        if self.main_button is not None:
            self.main_button.setEnabled(True)
        self.amount.clear()
        self.text.clear()
        self.table.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Undo and redo go on here; Enter on a cell edits it and closes nothing."""
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if control and event.key() == Qt.Key.Key_Z:
            self._actions.undo()
        elif control and event.key() == Qt.Key.Key_Y:
            self._actions.redo()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.table.hasFocus():
            self.table.edit(self.table.currentIndex())
        else:
            super().keyPressEvent(event)
