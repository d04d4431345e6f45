"""The editor of a figure of one's own: what is asked on the left, the answer as it will look on the right."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from ...domain.conditions import Condition
from ...domain.custom_fields import CustomField
from ...domain.opportunities import NAME_LIMIT
from ...domain.questions import (
    FEWEST,
    MOST,
    POSSIBLE,
    TIMED,
    Chart,
    Dated,
    Deals,
    Field,
    Measure,
    Question,
    Sort,
    groupable,
)
from ...i18n import tr
from ...services import custom_fields, figures
from ...services.figure_names import FIELDS
from ...services.figures import STARTS, Saved
from ..boxes import SpinBox
from ..conditions.pill import ConditionPill
from ..dialogs.base import FormDialog
from ..dialogs.deal import combo
from ..icons import icon
from ..parts import Elided, on_theme
from ..session import Session
from .body import View
from .own_figure import OwnFigure
from .own_words import CHARTS, DATES, DEALS, MEASURES, SORTS, note_of

_ASK_MS = 120
"""So long after the last choice the preview is asked for."""
_LEFT, _WIDE, _HIGH = 360, 980, 420


class ChartPicker(QWidget):
    """Kinds of charts as pictures of which one is chosen.

    Signals:
        chosen(): another one.
    """

    chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.buttons: dict[Chart, QToolButton] = {}
        group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for kind, text in CHARTS.items():
            made = QToolButton()
            made.setProperty("kind", "chart")
            made.setText(tr(text))
            made.setCheckable(True)
            made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            made.setIconSize(QSize(28, 28))
            made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            made.clicked.connect(self.chosen)
            on_theme(
                made, lambda made=made, kind=kind: made.setIcon(icon(f"chart-{kind.value}", checked="accent", size=28))
            )
            group.addButton(made)
            row.addWidget(made)
            self.buttons[kind] = made

    def kind(self) -> Chart:
        """The chosen one."""
        return next((kind for kind, button in self.buttons.items() if button.isChecked()), Chart.BAR)

    def choose(self, kind: Chart) -> None:
        """Chooses one."""
        self.buttons[kind].setChecked(True)


class OwnFigureDialog(FormDialog):
    """A new figure, or (``saved``) one that is kept; ``view`` is what the page shows, for the preview.

    Signals:
        kept(id): it was saved.
    """

    kept = Signal(object)

    def __init__(self, parent: QWidget | None, session: Session, view: View, saved: Saved | None = None) -> None:
        super().__init__(parent, tr("New figure") if saved is None else tr("Edit figure"), width=_WIDE)
        self._session, self._saved = session, saved
        self._filling = False
        self._asked = Question() if saved is None else saved.question
        self._own: list[CustomField] = []
        self._make()
        self._place()
        self.preview.show_view(view)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_ASK_MS)
        self._timer.timeout.connect(self._ask)
        self._connect()
        self.add_buttons(tr("Save"), self._save)
        self.name.setText("" if saved is None else saved.view.name)
        self.shared.setChecked(saved is not None and saved.view.shared)
        self._fill(self._asked)
        session.ask(custom_fields.fields, "opportunity", done=self._on_fields)
        self.name.setFocus()

    # Building -----------------------------------------------------------------------------------------------------

    def _make(self) -> None:
        self.name = QLineEdit()
        self.name.setMaxLength(NAME_LIMIT)
        self.start = combo([(tr("Choose…"), None), *((tr(name), n) for n, (name, _) in enumerate(STARTS))], None)
        self.measure = combo([(tr(text), measure) for measure, text in MEASURES.items()], Measure.NUMBER)
        self.deals, self.rows, self.columns = combo([], None), combo([], None), combo([], None)
        self.dated = combo([(tr(text), dated) for dated, text in DATES.items()], Dated.NONE)
        self.sort = combo([(tr(text), sort) for sort, text in SORTS.items()], Sort.FIGURE)
        self.limit = SpinBox()
        self.limit.setRange(FEWEST, MOST)
        self.picker = ChartPicker()
        self.conditions = ConditionPill(self._session, "opportunity", lambda _: True, related=False)
        self.shared = QCheckBox(tr("Share with everybody"))
        self.preview = OwnFigure(self._session)
        self.title, self.about, self.said = Elided("", "heading"), Elided("", "small"), Elided("", "muted")

    def _place(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(10)
        whole = self.body
        self.body = left
        left.addWidget(self.add_field("name", tr("Name"), self.name))
        if self._saved is None:
            left.addWidget(self.add_field("start", tr("Start from"), self.start))
        self.add_row(self.add_field("measure", tr("Show"), self.measure), self.add_field("deals", tr("of"), self.deals))
        self.add_row(self.add_field("rows", tr("by"), self.rows), self.add_field("columns", tr("and by"), self.columns))
        left.addWidget(self.add_field("dated", tr("Which of them"), self.dated))
        left.addWidget(self.add_field("chart", tr("As"), self.picker))
        self.add_row(
            self.add_field("sort", tr("Order"), self.sort), self.add_field("limit", tr("Groups at most"), self.limit)
        )
        left.addWidget(self.conditions, 0, Qt.AlignmentFlag.AlignLeft)
        left.addWidget(self.shared)
        left.addStretch(1)
        self.body = whole
        holder = QWidget()
        holder.setLayout(left)
        left.setContentsMargins(0, 0, 0, 0)
        holder.setFixedWidth(_LEFT)
        both = QHBoxLayout()
        both.setSpacing(20)
        both.addWidget(holder)
        both.addWidget(self._card(), 1)
        whole.addLayout(both)

    def _card(self) -> QFrame:
        card = QFrame()
        card.setProperty("role", "card")
        card.setMinimumHeight(_HIGH)
        column = QVBoxLayout(card)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(4)
        for each in (self.title, self.about, self.said):
            column.addWidget(each)
        column.addWidget(self.preview, 1)
        self.preview.setAccessibleName(tr("Preview"))
        return card

    def _connect(self) -> None:
        self.start.activated.connect(lambda _: self._begin())
        self.measure.activated.connect(lambda _: self._on_measure())
        for box in (self.deals, self.rows, self.columns, self.dated, self.sort):
            box.activated.connect(lambda _: self._on_chosen())
        self.limit.valueChanged.connect(lambda _: self._on_chosen())
        self.picker.chosen.connect(self._on_chosen)
        self.conditions.changed.connect(self._on_chosen)
        self.name.textChanged.connect(lambda text: self.title.show_text(text.strip() or tr("New figure")))
        self.preview.said.connect(self.said.show_text)
        self.preview.told.connect(lambda: self.said.show_text(""))

    # What is asked ------------------------------------------------------------------------------------------------

    def question(self) -> Question:
        """What is chosen."""
        condition: Condition | None = self.conditions.value
        return Question(
            str(self.rows.currentData() or self._asked.rows), str(self.columns.currentData() or ""), self._measure(),
            Deals(self.deals.currentData()), Dated(self.dated.currentData()), self.picker.kind(),
            Sort(self.sort.currentData()), self.limit.value(), condition,
        )  # fmt: skip

    def _measure(self) -> Measure:
        return Measure(self.measure.currentData())

    def show_question(self, question: Question) -> None:
        """Shows a question in the fields and its answer at once."""
        self._fill(question)
        self._ask()

    def _fill(self, question: Question) -> None:
        """Shows a question in the fields."""
        self._filling = True
        self._asked = question
        self._offer_fields()
        self.measure.setCurrentIndex(self.measure.findData(question.measure))
        self._offer_deals(question.of)
        for box, value in ((self.rows, question.rows), (self.columns, question.columns), (self.dated, question.dated),
                           (self.sort, question.sort)):  # fmt: skip
            box.setCurrentIndex(max(0, box.findData(value)))
        self.picker.choose(question.chart)
        self.limit.setValue(question.limit)
        self.conditions.choose(question.condition)
        self._filling = False
        self._on_chosen()

    def _on_fields(self, found: list[CustomField]) -> None:
        """Own fields can be chosen as well."""
        if not isValid(self):
            return
        self._own = groupable(found)
        if self._own:
            own = {each.path for each in self._own} & {self._asked.rows, self._asked.columns}
            self._fill(self._asked if own else self.question())

    def _offer_fields(self) -> None:
        fields = [(tr(FIELDS[field]), field.value) for field in Field] + [(each.label, each.path) for each in self._own]
        _offer(self.rows, fields)
        _offer(self.columns, [(tr("nothing else"), ""), *fields])

    def _offer_deals(self, chosen: Any) -> None:
        """Those that the measure can be asked of."""
        possible = POSSIBLE.get(self._measure(), tuple(Deals))
        _offer(self.deals, [(tr(DEALS[each]), each.value) for each in possible])
        self.deals.setCurrentIndex(max(0, self.deals.findData(chosen)))
        self.deals.setEnabled(len(possible) > 1)

    def _on_measure(self) -> None:
        self._offer_deals(self.deals.currentData())
        self._on_chosen()

    def _begin(self) -> None:
        """Takes one of the ready questions; its name is that of the figure until somebody types one."""
        place = self.start.currentData()
        if place is None:
            return
        name, question = STARTS[place]
        if not self.name.isModified():
            self.name.setText(tr(name))
        self.show_question(question)

    def _on_chosen(self) -> None:
        if self._filling:
            return
        question = self.question()
        self.columns.setEnabled(question.chart is not Chart.PIE)
        self.sort.setEnabled(question.rows not in TIMED)
        self.about.show_text(note_of(question))
        self._timer.start()

    def _ask(self) -> None:
        self._timer.stop()
        self.preview.show_question(self.question())

    def _save(self) -> None:
        self._session.ask(
            figures.save, self.name.text(), self.question(), shared=self.shared.isChecked(),
            view_id=None if self._saved is None else self._saved.view.id, done=self._on_kept, failed=self.show_problem,
        )  # fmt: skip

    def _on_kept(self, view_id: int) -> None:
        self.kept.emit(view_id)
        self.accept()


def _offer(box: QComboBox, items: Iterable[tuple[str, Any]]) -> None:
    """Other entries; what was chosen stays so if it is still there."""
    before = box.currentData()
    box.clear()
    for text, value in items:
        box.addItem(text[:120], value)
    box.setCurrentIndex(max(0, box.findData(before)))
