"""Pipelines: their names, order, who uses them, and what a move within them asks."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QCheckBox, QLineEdit

from ...domain.opportunities import NAME_LIMIT
from ...i18n import number, tr
from ...services import board, pipelines
from ...services.board import Named
from ...services.pipelines import Pipeline
from ...services.workspace import Workspace
from ..choices import Choices
from ..dialogs.deal import combo
from ..session import Session
from .records import RecordsSection


class PipelinesSection(RecordsSection):
    """The board opens with the first one."""

    form_width = 430
    tables = frozenset({"pipeline", "pipeline_team", "stage", "team", "opportunity"})
    figures = frozenset({1})

    def __init__(self, session: Session) -> None:
        super().__init__(
            session, tr("Pipelines"), tr("Each pipeline has stages of its own. The board opens with the first one."),
            [tr("Name"), tr("Deals"), tr("State")], tr("There is no pipeline. Add the first one."),
        )  # fmt: skip
        self.name = QLineEdit()
        self.name.setMaxLength(NAME_LIMIT)
        self.copied = combo([], None)
        self.skipping = QCheckBox(tr("Deals may jump over stages"))
        self.back_reason = QCheckBox(tr("Ask why when a deal goes back"))
        self.add_field("name", tr("Name"), self.name)
        self.add_field("copy_of", tr("Stages"), self.copied)
        self.add_field("skipping", tr("Moving"), self.skipping)
        self.add_field("back_reason", tr("Going back"), self.back_reason)
        self.teams = Choices(tr("All teams"))
        self._teams_field = self.add_field("team_ids", tr("Teams that use it"), self.teams)
        self.add_tool("add", tr("Add"), self.begin_new, "Ins")
        self.add_order_tools()
        self.add_tool("switch", tr("Switch off"), self._switch)
        self.tools.addStretch(1)
        self._teams: list[Named] = []

    def reload(self, chosen: int | None) -> None:
        """Reads pipelines and teams."""
        self._session.ask(_read, done=lambda found: self._on_read(found, chosen))

    def _on_read(self, found: tuple[list[Pipeline], list[Named]], chosen: int | None) -> None:
        if found[1] != self._teams:
            self._teams = found[1]
            self.teams.set_options([(team.name, team.id) for team in self._teams])
            self.current = None if not self.adding else self.current
        self._teams_field.setVisible(bool(self._teams))
        self.show_things(found[0], chosen)

    def cells(self, thing: Pipeline) -> list[str]:
        """Name, deals, state."""
        return [thing.name, number(thing.deals), "" if thing.active else tr("switched off")]

    def new_title(self) -> str:
        """A new one."""
        return tr("New pipeline")

    def fill(self, thing: Pipeline | None) -> None:
        """A new one is given its stages."""
        self.name.setText(thing.name if thing else "")
        self.fields["copy_of"].setVisible(thing is None)
        for name in ("skipping", "back_reason"):
            self.fields[name].setVisible(thing is not None)
        self._teams_field.setVisible(bool(self._teams) and thing is not None)
        self.copied.clear()
        self.copied.addItem(tr("The usual ones"), None)
        for other in self.things:
            self.copied.addItem(tr("Those of {name}").format(name=other.name), other.id)
        if thing is not None:
            self.skipping.setChecked(thing.skipping)
            self.back_reason.setChecked(thing.back_reason)
            self.teams.choose(thing.team_ids)

    def values(self) -> dict[str, Any]:
        """As the service takes them."""
        if self.current is None:
            return {"name": self.name.text(), "copy_of": self.copied.currentData()}
        return {
            "name": self.name.text(), "skipping": self.skipping.isChecked(), "back_reason": self.back_reason.isChecked(),
            "team_ids": self.teams.chosen(),
        }  # fmt: skip

    def writing(self, thing: Pipeline | None, values: dict[str, Any]) -> tuple[Any, ...]:
        """Makes or edits."""
        return (_create, values) if thing is None else (pipelines.edit, thing.id, values)

    def update_tools(self, thing: Pipeline | None) -> None:
        """The last one in use stays."""
        self.buttons["switch"].setEnabled(thing is not None)
        self.buttons["switch"].setText(tr("Switch off") if thing is None or thing.active else tr("Switch on"))

    def can_shift(self, row: int, step: int) -> bool:
        """Those in use stay before the others."""
        return bool(self.things[row].active == self.things[row + step].active)

    def place(self, ids: list[int]) -> None:
        """Writes another order."""
        self.do(pipelines.place, ids)

    def _switch(self) -> None:
        if self.current is not None:
            self.do(pipelines.set_active, self.current.id, not self.current.active)


def _read(ws: Workspace) -> tuple[list[Pipeline], list[Named]]:
    return pipelines.listing(ws), board.names(ws, "team")


def _create(ws: Workspace, values: dict[str, Any]) -> int:
    return pipelines.create(ws, values["name"], copy_of=values["copy_of"])
