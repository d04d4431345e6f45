"""The pages of the import: columns, matches, and what comes of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from ...i18n import money, ntr, number, percent, short_date, tr
from ...services.transfer import importing
from ...services.transfer.importing import Plan
from ...services.transfer.links import squeezed
from ...services.transfer.mapping import KIND_TITLES, KINDS, field_of, guess
from ...services.transfer.reading import Row
from ...services.transfer.results import Result
from ..models.tables import TextTableModel, text_table
from ..parts import Elided, Field, label
from ..session import Session
from .deal import choose, combo

_ENCODINGS = (
    ("Unicode (UTF-8)", "utf-8"), ("Unicode (UTF-8, BOM)", "utf-8-sig"), ("Unicode (UTF-16)", "utf-16"),
    ("Windows-1252", "cp1252"), ("Latin-1", "latin-1"),
)  # fmt: skip


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
        self.plan.kind = self.kind.currentData()
        self.plan.columns = guess(self.plan.kind, self.plan.table.headers)
        self._show_columns()

    def _show_columns(self) -> None:
        assert self.plan is not None
        _clear(self._grid)
        self.columns = []
        fields = [(tr("Leave out"), "")] + [(tr(f.title), f.name) for f in KINDS[self.plan.kind]]
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
        names = [name for name in (f.name for f in KINDS[self.plan.kind]) if name in self.plan.columns.values()]
        forms = {f.name: f.form for f in KINDS[self.plan.kind]}
        figures = frozenset(n for n, name in enumerate(names) if forms[name] in ("money", "number", "percent"))
        titles = [tr(f.title) for f in KINDS[self.plan.kind] if f.name in names]
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
        header.setSectionResizeMode(0, header.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)


def _as_text(value: Any, form: str, currency: str) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return short_date(value, 0)
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, int):
        return money(value, currency) if form == "money" else percent(value) if form == "percent" else number(value)
    return str(value)


class MatchesPage(QWidget):
    """What a person decides once: how dates and numbers are meant, which names and stages are the same."""

    def __init__(self) -> None:
        super().__init__()
        self.choices: dict[str, QComboBox] = {}
        self.questions: dict[int, QComboBox] = {}
        self._grid = QGridLayout()
        column = page_layout(self)
        column.addWidget(label(tr("Decide once what these mean; every row follows."), "muted", wrap=True))
        column.addWidget(_scrolled(self._grid), 1)

    def show_questions(
        self, plan: Plan, near: dict[str, list[str]], stages: dict[str, str | None], names: list[str]
    ) -> None:
        """``near``: value → names like it; ``stages``: value → the stage it matches; ``names``: every stage."""
        _clear(self._grid)
        self.choices, self.questions = {}, {}
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
        if not self.choices and not self.questions:
            self._grid.addWidget(label(tr("Nothing to decide: everything is clear."), "muted"), 0, 0)
        self._grid.setRowStretch(len(self.choices) + len(self.questions) + 1, 1)

    def decide(self, plan: Plan) -> None:
        """Writes the choices into the plan."""
        plan.matches = {value: box.currentData() or value for value, box in self.choices.items()}
        for n, box in self.questions.items():
            evidence, field = plan.evidence[n], field_of(plan.kind, plan.columns[n])
            if field is not None and field.form == "date":
                evidence.dates.chosen = box.currentData()
            else:
                evidence.numbers.chosen = box.currentData()

    def _ask(self, text: str, items: list[tuple[str, Any]], chosen: Any) -> QComboBox:
        box = combo(items, chosen)
        box.setAccessibleName(text)
        line = len(self.choices) + len(self.questions)
        self._grid.addWidget(Elided(text, "heading"), line, 0)
        self._grid.addWidget(box, line, 1)
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
        details += [tr("Taken for the same: {what}").format(what=", ".join(matched[:20]))] if matched else []
        self._details.setText("\n".join(details))
        self._details.setVisible(bool(details))
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
