"""Plans of activities: chains of steps that are started on deals by hand or on entering a stage."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QLineEdit

from ...domain.activities import ActivityKind
from ...domain.opportunities import NAME_LIMIT
from ...errors import InvalidInput
from ...i18n import number, tr
from ...services import activities
from ...services import activity_plans as service
from ...services.activity_plans import Plan
from ...services.workspace import Workspace
from ..session import Session
from .plan_steps import StepsEditor
from .records import RecordsSection


class PlansSection(RecordsSection):
    """A plan with its steps; what it has planned already stays as it is."""

    form_width = 460
    tables = frozenset({"activity_plan", "activity_plan_step", "activity_kind", "stage"})
    figures = frozenset({1})

    def __init__(self, session: Session) -> None:
        super().__init__(
            session, tr("Plans"),
            tr("Chains of activities: a call, an email two days later, another call. Started on a deal, or by a stage."),
            [tr("Name"), tr("Steps"), tr("Started by"), tr("State")],
            tr("There is no plan yet. Add the first one, with the steps that a good deal takes."),
        )  # fmt: skip
        self.name = QLineEdit()
        self.name.setMaxLength(NAME_LIMIT)
        self.steps = StepsEditor()
        self.add_field("name", tr("Name"), self.name)
        self.add_field("steps", tr("Steps"), self.steps)
        self.add_tool("add", tr("Add"), self.begin_new, "Ins")
        self.add_tool("switch", tr("Switch off"), self._switch)
        self.add_tool("delete", tr("Delete"), self._delete, "Del")
        self.tools.addStretch(1)

    def reload(self, chosen: int | None) -> None:
        """Reads kinds and plans."""
        self._session.ask(_read, done=lambda found: self._on_read(*found, chosen))

    def _on_read(self, kinds: list[ActivityKind], plans: list[Plan], chosen: int | None) -> None:
        self.steps.set_kinds(kinds)
        self.show_things(plans, chosen)

    def cells(self, thing: Plan) -> list[str]:
        """Name, steps, stages, state."""
        state = "" if thing.active else tr("switched off")
        return [thing.name, number(len(thing.steps)), ", ".join(thing.stages) or "—", state]

    def new_title(self) -> str:
        """A new one."""
        return tr("New plan")

    def fill(self, thing: Plan | None) -> None:
        """Its name and steps."""
        self.name.setText(thing.name if thing else "")
        self.steps.show_steps(thing.steps if thing else ())

    def values(self) -> dict[str, Any]:
        """As the service takes them."""
        return {"name": self.name.text(), "steps": self.steps.steps()}

    def writing(self, thing: Plan | None, values: dict[str, Any]) -> tuple[Any, ...]:
        """Adds or edits."""
        return service.save, thing.id if thing else None, values["name"], values["steps"]

    def show_problem(self, error: Exception) -> None:
        """What is wrong with a step is said below the steps."""
        if isinstance(error, InvalidInput) and error.field not in self.fields:
            error = InvalidInput("steps", error.title, error.message)
        super().show_problem(error)

    def update_tools(self, thing: Plan | None) -> None:
        """One that is there can be switched and deleted."""
        for name in ("switch", "delete"):
            self.buttons[name].setEnabled(thing is not None)
        self.buttons["switch"].setText(tr("Switch off") if thing is None or thing.active else tr("Switch on"))

    def _switch(self) -> None:
        if self.current is not None:
            self.do(service.set_active, self.current.id, not self.current.active)

    def _delete(self) -> None:
        if self.current is not None:
            self.do(service.delete, self.current.id)


def _read(ws: Workspace) -> tuple[list[ActivityKind], list[Plan]]:
    return activities.kinds(ws, every=True), service.listing(ws)
