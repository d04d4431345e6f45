"""The pages of the import: columns, matches, and what comes of it."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QHeaderView, QScrollArea, QVBoxLayout, QWidget

from ...i18n import decimal, money, ntr, number, percent, short_date, tr
from ...services.transfer import importing
from ...services.transfer.importing import Plan
from ...services.transfer.links import squeezed
from ...services.transfer.mapping import KIND_TITLES
from ...services.transfer.reading import Row
from ...services.transfer.results import Result, duplicate_text
from ..models.tables import TextTableModel, text_table
from ..parts import Elided, Field, button, label
from ..session import Session
from .deal import choose, combo

_ENCODINGS = (
    ("Unicode (UTF-8)", "utf-8"), ("Unicode (UTF-8, BOM)", "utf-8-sig"), ("Unicode (UTF-16)", "utf-16"),
    ("Windows-1252", "cp1252"), ("Latin-1", "latin-1"),
)  # fmt: skip
_WIDEST = 320
"""What a column of the preview has at most, in px."""


class FilePage(QWidget):
    """Where the file comes from, and a template for whoever has none yet.

    Signals:
        file_wanted(): choose a file.
        template_wanted(kind): write the template of a kind.
    """

    file_wanted = Signal()
    template_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        column = page_layout(self)
        column.addWidget(
            label(tr("A file of rows and columns, as spreadsheets and other programs export it (CSV)."), wrap=True)
        )
        column.addWidget(
            label(tr("Delimiter, encoding, dates and numbers are found out from the file. You see it before it is written."),
                  "muted", wrap=True)
        )  # fmt: skip
        choose_file = button(tr("Choose a file…"), self.file_wanted.emit, "primary")
        column.addWidget(choose_file, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(22)
        column.addWidget(label(tr("No file yet?"), "heading"))
        column.addWidget(
            label(tr("A template has the right columns and two example rows: fill it in with a spreadsheet and import it."),
                  "muted", wrap=True)
        )  # fmt: skip
        self.kind = combo([(tr(text), kind) for kind, text in KIND_TITLES.items()], "leads")
        self.kind.setAccessibleName(tr("What the template is for"))
        self.kind.setMinimumContentsLength(20)
        self.template = button(tr("Download template…"), lambda: self.template_wanted.emit(self.kind.currentData()))
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.kind)
        row.addWidget(self.template)
        row.addStretch(1)
        column.addLayout(row)
        self.written = label("", "muted", wrap=True)
        column.addWidget(self.written)
        column.addStretch(1)


class ColumnsPage(QWidget):
    """How the file is read and which column is which field, above what its first rows become.

    Signals:
        reading_chosen(encoding, delimiter): read the file in another way.
    """

    reading_chosen = Signal(object, object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.plan: Plan | None = None
        self.kind = combo([(tr(text), kind) for kind, text in KIND_TITLES.items()], "opportunities")
        self.kind.activated.connect(lambda _: self._on_kind_chosen())
        self.encoding = combo(list(_ENCODINGS), "utf-8")
        signs = [(tr("comma"), ","), (tr("semicolon"), ";"), (tr("tab"), "\t"), (tr("bar"), "|")]
        self.delimiter = combo(signs, ",")
        for box in (self.encoding, self.delimiter):
            box.activated.connect(self._on_reading_chosen)
        self.columns: list[QComboBox] = []
        self._rows: list[Row] = []
        self._grid = QGridLayout()
        self.preview = TextTableModel([], frozenset(), self)
        self._table = text_table(self.preview, tr("What the first rows become"))
        self._table.setProperty("kind", "framed")
        # What is wrong with a row is read whole, on as many lines as it takes.
        self._table.setWordWrap(True)
        self._table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self._table.horizontalHeader().setMaximumSectionSize(_WIDEST)
        self._table.setMinimumHeight(150)
        column = page_layout(self)
        row = QHBoxLayout()
        row.setSpacing(14)
        for caption, box in (
            (tr("The rows are"), self.kind), (tr("Encoding"), self.encoding), (tr("Delimiter"), self.delimiter),
        ):  # fmt: skip
            box.setMinimumContentsLength(14)
            row.addWidget(Field(caption, box))
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(_scrolled(self._grid), 1)
        column.addWidget(label(tr("What the first rows become"), "heading"))
        column.addWidget(self._table, 1)

    def show_plan(self, plan: Plan, rows: list[Row]) -> None:
        """Shows a file with what was guessed of it."""
        self.plan, self._rows = plan, rows
        choose(self.kind, plan.kind, "")
        choose(self.encoding, plan.table.encoding, plan.table.encoding)
        choose(self.delimiter, plan.table.delimiter, plan.table.delimiter)
        self._show_columns()

    def _on_reading_chosen(self, _index: int) -> None:
        self.reading_chosen.emit(self.encoding.currentData(), self.delimiter.currentData())

    def _on_kind_chosen(self) -> None:
        assert self.plan is not None
        self.plan.suppose(self.kind.currentData())
        self._show_columns()

    def _show_columns(self) -> None:
        assert self.plan is not None
        _clear(self._grid)
        self.columns = []
        fields = [(tr("Leave out"), "")] + [(tr(f.title), f.name) for f in self.plan.fields.values()]
        for n, header in enumerate(self.plan.table.headers):
            box = combo(fields, self.plan.columns.get(n, ""))
            box.setAccessibleName(header)
            box.activated.connect(lambda _, n=n: self._on_column_chosen(n))
            self.columns.append(box)
            self._grid.addWidget(Elided(header, "heading"), n, 0)
            self._grid.addWidget(box, n, 1)
            example = next((row.values[n] for row in self._rows if row.values[n]), "")
            self._grid.addWidget(Elided(example, "muted"), n, 2)
        for column, stretch in enumerate((3, 3, 4)):
            self._grid.setColumnStretch(column, stretch)
        self._show_preview()

    def _on_column_chosen(self, chosen: int) -> None:
        """A field goes to one column only: the column that had it is left out now."""
        assert self.plan is not None
        field = self.columns[chosen].currentData()
        for n, box in enumerate(self.columns):
            if n != chosen and field and box.currentData() == field:
                box.setCurrentIndex(0)
        self.plan.columns = {n: box.currentData() for n, box in enumerate(self.columns) if box.currentData()}
        self._show_preview()

    def _show_preview(self) -> None:
        """The first rows as they would go in, and what is wrong with those that would not."""
        assert self.plan is not None
        currency = self._session.workspace.currency
        fields = self.plan.fields
        names = [name for name in fields if name in self.plan.columns.values()]
        forms = {name: fields[name].form for name in names}
        figures = frozenset(
            n for n, name in enumerate(names) if forms[name] in ("money", "number", "decimal", "percent")
        )
        titles = [tr(fields[name].title) for name in names]
        rows: list[tuple[Any, list[str]]] = []
        for number_, (values, wrong, why) in enumerate(
            importing.preview(self._session.workspace, self.plan, self._rows)
        ):
            texts = [_as_text(values.get(name), forms[name], values.get("currency") or currency) for name in names]
            texts.append(why)
            if wrong in names:
                texts[names.index(wrong)] = "⚠ " + texts[names.index(wrong)]
            rows.append((number_, texts))
        self.preview.show_table([*titles, tr("What is wrong")], figures, rows)
        header = self._table.horizontalHeader()
        header.setSectionResizeMode(header.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)


def _as_text(value: Any, form: str, currency: str) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return short_date(value, 0)
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, bool):
        return tr("Yes") if value else tr("No")
    if isinstance(value, dict):
        return "; ".join(money(amount, code) for code, amount in value.items())
    if isinstance(value, int):
        return money(value, currency) if form == "money" else percent(value) if form == "percent" else number(value)
    if form == "decimal":
        # A row that is not taken shows what the file says.
        with suppress(InvalidOperation):
            return decimal(Decimal(value))
    return str(value)


class MatchesPage(QWidget):
    """What a person decides once: how dates and numbers are meant, which names and stages are the same."""

    def __init__(self) -> None:
        super().__init__()
        self.choices: dict[str, QComboBox] = {}
        self.questions: dict[int, QComboBox] = {}
        self.duplicates: QComboBox | None = None
        self._grid = QGridLayout()
        column = page_layout(self)
        column.addWidget(label(tr("Decide once what these mean; every row follows."), "muted", wrap=True))
        column.addWidget(_scrolled(self._grid), 1)

    def show_questions(
        self, plan: Plan, near: dict[str, list[str]], stages: dict[str, str | None], names: list[str]
    ) -> None:
        """``near``: value → names like it; ``stages``: value → the stage it matches; ``names``: every stage."""
        _clear(self._grid)
        self.choices, self.questions, self.duplicates = {}, {}, None
        if plan.kind in importing.WITH_DUPLICATES:
            whom = tr("Leads that are there already") if plan.kind == "leads" else tr("Contacts that are there already")
            items = [
                (tr("Skip: leave them as they are"), "skip"), (tr("Update: take over what the file says"), "update"),
                (tr("Create: import them all the same"), "create"),
            ]  # fmt: skip
            self.duplicates = self._ask(whom, items, plan.on_duplicate)
        for n in plan.questions:
            date = plan.question_of(n) == "date"
            items = (
                [(tr("Day first: 31/12"), "dmy"), (tr("Month first: 12/31"), "mdy")]
                if date
                else [(tr("Decimal comma: 1.234,56"), ","), (tr("Decimal point: 1,234.56"), ".")]
            )
            self.questions[n] = self._ask(tr("Column “{name}”").format(name=plan.table.headers[n]), items, items[0][1])
        for value, options in near.items():
            items = [(tr("Make “{name}”").format(name=value), "")] + [
                (tr("It is “{name}”").format(name=o), o) for o in options
            ]
            same = squeezed(options[0]) == squeezed(value)
            self.choices[value] = self._ask(value, items, options[0] if same else "")
        for value, matched in stages.items():
            items = [(tr("New stage “{name}”").format(name=value), "")] + [(s, s) for s in names]
            self.choices[value] = self._ask(tr("Stage “{name}”").format(name=value), items, matched or "")
        if not self._lines:
            self._grid.addWidget(label(tr("Nothing to decide: everything is clear."), "muted"), 0, 0)
        self._grid.setRowStretch(self._lines + 1, 1)

    def decide(self, plan: Plan) -> None:
        """Writes the choices into the plan."""
        if self.duplicates is not None:
            plan.on_duplicate = self.duplicates.currentData()
        plan.matches = {value: box.currentData() or value for value, box in self.choices.items()}
        for n, box in self.questions.items():
            evidence = plan.evidence[n]
            if plan.question_of(n) == "date":
                evidence.dates.chosen = box.currentData()
            else:
                evidence.numbers.chosen = box.currentData()

    @property
    def _lines(self) -> int:
        return len(self.choices) + len(self.questions) + (self.duplicates is not None)

    def _ask(self, text: str, items: list[tuple[str, Any]], chosen: Any) -> QComboBox:
        box = combo(items, chosen)
        box.setAccessibleName(text)
        self._grid.addWidget(Elided(text, "heading"), self._lines, 0)
        self._grid.addWidget(box, self._lines, 1)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)
        return box


class ResultPage(QWidget):
    """Counts, what is made along the way, and the rows that cannot be taken."""

    def __init__(self) -> None:
        super().__init__()
        self.counts, self._details = label("", "heading", wrap=True), label("", "muted", wrap=True)
        self.errors = TextTableModel([tr("What is wrong"), tr("Line"), tr("Column")], frozenset({1}), self)
        self._view = text_table(self.errors, tr("Rows that cannot be taken"))
        column = page_layout(self)
        column.addWidget(self.counts)
        column.addWidget(self._details)
        self.duplicates = TextTableModel([tr("There already"), tr("Line")], frozenset({1}), self)
        self._doubles = text_table(self.duplicates, tr("Rows that are there already"))
        column.addWidget(self._doubles, 1)
        column.addWidget(self._view, 1)
        column.addStretch(0)

    def show_result(self, result: Result, dry: bool) -> None:
        """Shows what happened, or would."""
        counts = [
            ntr("{count} new", "{count} new", result.created).format(count=number(result.created)),
            ntr("{count} updated", "{count} updated", result.updated).format(count=number(result.updated)),
            ntr("{count} unchanged", "{count} unchanged", result.skipped).format(count=number(result.skipped)),
            ntr("{count} bad row", "{count} bad rows", result.failed).format(count=number(result.failed)),
        ]
        head = tr("Nothing is written yet. This would happen:") if dry else tr("Done. Ctrl+Z takes it all back.")
        self.counts.setText(f"{head}  {' · '.join(counts)}")
        names = {
            "company": tr("companies"), "person": tr("people"), "product": tr("products"), "contact": tr("contacts"),
            "stage": tr("stages"), "team": tr("teams"), "source": tr("sources"), "loss_reason": tr("loss reasons"),
            "lead": tr("leads"),
        }  # fmt: skip
        made = [f"{names.get(table, table)}: {number(count)}" for table, count in result.made.items()]
        matched = [f"{value} = {name}" for (_, value), name in result.matched.items()]
        details = [tr("Made along the way: {what}").format(what=", ".join(made))] if made else []
        if result.duplicates:
            reasons = {"email": tr("by email"), "phone": tr("by phone"), "name": tr("by name and company")}
            parts = [f"{number(count)} {reasons[reason]}" for reason, count in result.duplicates.items()]
            total = sum(result.duplicates.values())
            text = ntr("{count} row is there already: {parts}", "{count} rows are there already: {parts}", total)
            details.append(text.format(count=number(total), parts=", ".join(parts)))
        details += [tr("Taken for the same: {what}").format(what=", ".join(matched[:20]))] if matched else []
        self._details.setText("\n".join(details))
        self._details.setVisible(bool(details))
        self.duplicates.show_rows(
            [((d.line, n), [duplicate_text(d), str(d.line)]) for n, d in enumerate(result.first_duplicates)]
        )
        self._doubles.setVisible(bool(result.first_duplicates))
        self.errors.show_rows([((e.line, n), [e.message, str(e.line), e.field]) for n, e in enumerate(result.errors)])
        self._view.setVisible(bool(result.errors))


def page_layout(page: QWidget) -> QVBoxLayout:
    """The column that a page of the import is laid out in."""
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 6, 0, 0)
    column.setSpacing(10)
    return column


def _scrolled(grid: QGridLayout) -> QScrollArea:
    holder = QWidget()
    holder.setLayout(grid)
    grid.setContentsMargins(0, 0, 8, 0)
    grid.setHorizontalSpacing(16)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setWidget(holder)
    return area


def _clear(grid: QGridLayout) -> None:
    while grid.count():
        item = grid.takeAt(0)
        if item is not None and item.widget() is not None:
            item.widget().deleteLater()
