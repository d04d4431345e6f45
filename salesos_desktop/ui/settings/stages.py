"""The stages of a pipeline: order, colour, probability, and what they ask of a deal that enters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QWidget

from ...domain.opportunities import NAME_LIMIT
from ...domain.stages import OPEN_CATEGORIES, Category, StageKind
from ...i18n import N_, ntr, number, percent, tr
from ...services import activity_plans, custom_fields, pipelines
from ...services.activity_plans import Plan
from ...services.pipelines import COLOURS, Pipeline, StageSettings
from ...services.workspace import Workspace
from ..boxes import ComboBox
from ..choices import Choices
from ..dialogs.base import FormDialog
from ..dialogs.deal import CATEGORIES, choose, combo
from ..dialogs.stage_rules import TITLES
from ..parts import label, on_theme
from ..session import Session
from ..theme import tokens
from .records import RecordsSection, whole

COLOUR_NAMES = (
    N_("Grey"), N_("Blue"), N_("Violet"), N_("Magenta"), N_("Teal"), N_("Ochre"), N_("Olive"), N_("Brick"), N_("Slate"),
)  # fmt: skip


class _Thing:
    """A stage as a thing of the table."""

    def __init__(self, found: StageSettings) -> None:
        self.found = found
        self.stage = found.stage
        self.id, self.name = found.stage.id, found.stage.name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Thing) and other.found == self.found

    def __hash__(self) -> int:
        return hash(self.id)


class StagesSection(RecordsSection):
    """One pipeline at a time. Won and lost stay last."""

    tables = frozenset({"stage", "pipeline", "opportunity", "custom_field", "activity_plan"})
    figures = frozenset({1, 2, 3})

    def __init__(self, session: Session) -> None:
        super().__init__(
            session, tr("Stages"), "", [tr("Name"), tr("Probability"), tr("Stale after"), tr("Deals")],
            tr("This pipeline has no stages."),
        )  # fmt: skip
        self.pipelines = combo([], None)
        self.pipelines.setMinimumWidth(220)
        self.pipelines.setAccessibleName(tr("Pipeline"))
        self.pipelines.activated.connect(lambda _: self._on_pipeline())
        row = QHBoxLayout()
        row.addWidget(label(tr("Pipeline"), "small"))
        row.addWidget(self.pipelines)
        row.addStretch(1)
        self.column.insertLayout(1, row)
        self._make_form()
        self.add_tool("add", tr("Add"), self.begin_new, "Ins")
        self.add_order_tools()
        self.add_tool("delete", tr("Delete…"), self._delete, "Del")
        self.tools.addStretch(1)
        self.dialog: DeleteStageDialog | None = None
        self._options: list[tuple[str, str]] = []
        self._pipeline_id: int | None = None

    def _make_form(self) -> None:
        self.name = QLineEdit()
        self.name.setMaxLength(NAME_LIMIT)
        self.colour = ComboBox()
        on_theme(self.colour, self._show_colours)
        self.probability, self.stale = QLineEdit(), QLineEdit()
        self.stale.setPlaceholderText(tr("never"))
        self.category = combo([(tr(CATEGORIES[kind]), kind.value) for kind in OPEN_CATEGORIES], None)
        self.help, self.entry_text = _text(), _text()
        self.required = Choices(tr("None"))
        self.plan = combo([(tr("None"), None)], None)
        for name, caption, editor in (
            ("name", tr("Name"), self.name), ("colour", tr("Colour"), self.colour),
            ("probability", tr("Probability %"), self.probability), ("stale_days", tr("Stale after (working days)"), self.stale),
            ("category", tr("Counts in the forecast as"), self.category), ("required", tr("Required fields"), self.required),
            ("plan_id", tr("Plan of activities on entering"), self.plan),
            ("entry_text", tr("To confirm before a deal enters"), self.entry_text), ("help", tr("Help text"), self.help),
        ):  # fmt: skip
            self.add_field(name, caption, editor)

    def _show_colours(self) -> None:
        chosen = self.colour.currentData()
        self.colour.clear()
        for name, colour in zip(COLOUR_NAMES, COLOURS, strict=True):
            self.colour.addItem(swatch(tokens().stage(colour)), tr(name), colour)
        choose(self.colour, chosen, "")

    # Reading ------------------------------------------------------------------------------------------------------

    def _on_pipeline(self) -> None:
        if self.stays():
            choose(self.pipelines, self._pipeline_id, "")
            return
        self.adding, self.current = False, None
        self.reload(None)

    def reload(self, chosen: int | None) -> None:
        """Reads the pipelines and the stages of the one that is chosen."""
        self._session.ask(_read, self.pipelines.currentData(), done=lambda found: self._on_read(found, chosen))

    def _on_read(
        self, found: tuple[list[Pipeline], int, list[StageSettings], list[tuple[str, str]], list[Plan]],
        chosen: int | None,
    ) -> None:  # fmt: skip
        known, pipeline_id, stages, own, plans = found
        if self.pipelines.currentData() not in (None, pipeline_id):
            return
        self._pipeline_id = pipeline_id
        self.pipelines.clear()
        for pipeline in known:
            self.pipelines.addItem(pipeline.name, pipeline.id)
        choose(self.pipelines, pipeline_id, "")
        options = [(tr(TITLES[name]).split(",")[0], name) for name in TITLES] + own
        if options != self._options:
            self._options = options
            kept = self.required.chosen()
            self.required.set_options(options)
            self.required.choose(kept)
        self._offer_plans(plans)
        self.show_things([_Thing(each) for each in stages], chosen)

    def _offer_plans(self, plans: Sequence[Plan]) -> None:
        """Those that are in use, and what is chosen."""
        kept, text = self.plan.currentData(), self.plan.currentText()
        self.plan.clear()
        self.plan.addItem(tr("None"), None)
        for plan in plans:
            if plan.active or plan.id == kept:
                self.plan.addItem(plan.name, plan.id)
        choose(self.plan, kept, text)

    def cells(self, thing: _Thing) -> list[str]:
        """Name, probability, days, deals."""
        stage = thing.stage
        days = "—" if stage.stale_days is None else (
            ntr("{count} day", "{count} days", stage.stale_days).format(count=number(stage.stale_days))
        )  # fmt: skip
        return [stage.name, percent(stage.probability), days, number(thing.found.deals)]

    def picture(self, thing: _Thing) -> QIcon:
        """Its colour."""
        return swatch(tokens().stage(thing.stage.colour))

    def new_title(self) -> str:
        """A new one."""
        return tr("New stage")

    def fill(self, thing: _Thing | None) -> None:
        """Won and lost keep what makes them so."""
        stage, found = (thing.stage, thing.found) if thing else (None, None)
        is_open = stage is None or stage.kind is StageKind.OPEN
        for name in ("colour", "probability", "stale_days", "category", "plan_id"):
            self.fields[name].setVisible(is_open)
        self.name.setText(stage.name if stage else "")
        choose(self.colour, stage.colour if stage and is_open else None, "")
        self.probability.setText(str(stage.probability if stage else self._next_probability()))
        self.stale.setText(str(stage.stale_days) if stage and stage.stale_days else "")
        choose(self.category, (stage.category if stage and is_open else Category.PIPELINE).value, "")
        self.help.setPlainText(found.help if found else "")
        self.entry_text.setPlainText(found.entry_text if found else "")
        self.required.choose(found.required if found else ())
        choose(self.plan, found.plan_id if found else None, "")

    def _next_probability(self) -> int:
        opened = [thing.stage.probability for thing in self.things if thing.stage.kind is StageKind.OPEN]
        return opened[-1] if opened else 10

    # Writing ------------------------------------------------------------------------------------------------------

    def values(self) -> dict[str, Any]:
        """As the service takes them."""
        values: dict[str, Any] = {
            "name": self.name.text(), "help": self.help.toPlainText(), "entry_text": self.entry_text.toPlainText(),
            "required": self.required.chosen(),
        }  # fmt: skip
        if self.current is None or self.current.stage.kind is StageKind.OPEN:
            days = self.stale.text().strip()
            values |= {
                "colour": self.colour.currentData(), "probability": whole("probability", self.probability.text()),
                "stale_days": whole("stale_days", days) if days else None, "category": self.category.currentData(),
                "plan_id": self.plan.currentData(),
            }  # fmt: skip
        return values

    def writing(self, thing: _Thing | None, values: dict[str, Any]) -> tuple[Any, ...]:
        """Adds or edits."""
        if thing is None:
            return pipelines.add_stage, self.pipelines.currentData(), values
        return pipelines.edit_stage, thing.id, values

    def update_tools(self, thing: _Thing | None) -> None:
        """Won, lost and the last open stage stay."""
        opened = [each for each in self.things if each.stage.kind is StageKind.OPEN]
        self.buttons["delete"].setEnabled(thing is not None and thing in opened and len(opened) > 1)

    def can_shift(self, row: int, step: int) -> bool:
        """Open stages change places with open ones only."""
        return all(self.things[n].stage.kind is StageKind.OPEN for n in (row, row + step))

    def place(self, ids: list[int]) -> None:
        """Writes the order of the open ones."""
        opened = {each.id for each in self.things if each.stage.kind is StageKind.OPEN}
        self.do(pipelines.place_stages, self.pipelines.currentData(), [each for each in ids if each in opened])

    def _delete(self) -> None:
        if self.current is None:
            return
        if not self.current.found.deals:
            self.do(pipelines.delete_stage, self.current.id)
            return
        others = [t for t in self.things if t.stage.kind is StageKind.OPEN and t.id != self.current.id]
        self.dialog = DeleteStageDialog(self.window(), self._session, self.current.found, others)
        self.dialog.accepted.connect(lambda: self.reload(None))
        self.dialog.open()


class DeleteStageDialog(FormDialog):
    """Asks where the deals of a stage go before it goes away."""

    def __init__(self, parent: QWidget, session: Session, found: StageSettings, others: Sequence[_Thing]) -> None:
        super().__init__(parent, tr("Delete stage"), found.stage.name)
        self._session, self._stage_id = session, found.stage.id
        self.target = combo([(tr("Choose a stage…"), None), *((each.name, each.id) for each in others)], None)
        self.body.addWidget(self.add_field("to_stage", tr("Its deals go to"), self.target))
        self.body.addWidget(label(tr("Nobody earns points by this. It can be undone."), "muted", wrap=True))
        self.add_buttons(tr("Delete stage"), self._confirm_deletion, "danger")

    def _confirm_deletion(self) -> None:
        self._session.ask(
            pipelines.delete_stage, self._stage_id, to_stage_id=self.target.currentData(), done=self.on_done,
            failed=self.show_problem,
        )  # fmt: skip


def swatch(colour: str) -> QIcon:
    """A round patch of a colour."""
    picture = QPixmap(28, 28)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawEllipse(4, 4, 20, 20)
    painter.end()
    picture.setDevicePixelRatio(2)
    return QIcon(picture)


def _text() -> QPlainTextEdit:
    made = QPlainTextEdit()
    made.setTabChangesFocus(True)
    made.setFixedHeight(62)
    return made


def _read(
    ws: Workspace, pipeline_id: int | None
) -> tuple[list[Pipeline], int, list[StageSettings], list[tuple[str, str]], list[Plan]]:
    known = pipelines.listing(ws)
    chosen = pipeline_id if pipeline_id in {pipeline.id for pipeline in known} else known[0].id
    assert chosen is not None
    own = [(each.label, each.path) for each in custom_fields.fields(ws, "opportunity")]
    return known, chosen, pipelines.stages(ws, chosen), own, activity_plans.listing(ws)
