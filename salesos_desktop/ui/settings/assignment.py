"""Assignment of leads: rules that are asked in order, how each team shares out its own, and who is away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ...domain.assignment import TeamMode
from ...domain.conditions import All
from ...domain.opportunities import NAME_LIMIT
from ...errors import InvalidInput, UserError
from ...i18n import N_, short_date, tr
from ...services import assignment, board, custom_fields
from ...services.assignment import Absence, Rule, Team
from ...services.workspace import Workspace
from ..boxes import ComboBox, SpinBox
from ..conditions.editor import ConditionEditor
from ..conditions.fields import choices
from ..conditions.options import options_for
from ..dates import date_edit
from ..dialogs.deal import combo
from ..parts import Field, button, emptied, label
from ..session import Session
from .records import RecordsSection

MODES = {
    TeamMode.HAND: N_("By hand: taken from the pool"), TeamMode.TURNS: N_("In turn: even numbers"),
    TeamMode.WEIGHTS: N_("By weight: each their share"),
}  # fmt: skip


class AssignmentSection(RecordsSection):
    """Rules in the table and its form; below them the teams with their members, and absences."""

    tables = frozenset({"assignment_rule", "team", "person", "absence"})
    form_width = 460

    def __init__(self, session: Session) -> None:
        super().__init__(
            session, tr("Assignment of leads"),
            tr("A lead without an owner goes by the first rule that fits, else by the way of its team."),
            [tr("Rule"), tr("Goes to"), tr("State")], tr("There are no rules. Leads are shared out by their team."),
        )  # fmt: skip
        self.name = QLineEdit()
        self.name.setMaxLength(NAME_LIMIT)
        self.target = ComboBox()
        self.when = ConditionEditor(session.workspace.currency)
        self.add_field("name", tr("Name"), self.name)
        self.add_field("conditions", tr("When"), self.when)
        self.add_field("target", tr("Goes to"), self.target)
        self.when.edited.connect(lambda: self.fields["conditions"].show_error(""))
        self.add_tool("add", tr("Add"), self.begin_new, "Ins")
        self.add_order_tools()
        self.add_tool("switch", tr("Switch off"), self._switch)
        self.add_tool("delete", tr("Delete"), self._delete, "Del")
        self.tools.addStretch(1)
        self._below = QVBoxLayout()
        self._below.setSpacing(8)
        self.column.addLayout(self._below)
        self._shown: tuple[Any, ...] = ()

    # Rules --------------------------------------------------------------------------------------------------------

    def reload(self, chosen: int | None) -> None:
        """Reads rules, teams and absences."""
        self._session.ask(_read, done=lambda found: self._on_read(found, chosen))

    def _on_read(self, found: dict[str, Any], chosen: int | None) -> None:
        self.when.set_fields(choices("lead", found["fields"], found["options"]))
        kept = self.target.currentData()
        self.target.clear()
        for team in found["teams"]:
            self.target.addItem(tr("Team: {name}").format(name=team.name), f"team {team.id}")
        for person in found["people"]:
            if person.active:
                self.target.addItem(person.name, f"person {person.id}")
        self.target.setCurrentIndex(max(0, self.target.findData(kept)))
        self.show_things(found["rules"], chosen)
        if (found["teams"], found["absences"], found["people"]) != self._shown:
            self._shown = (found["teams"], found["absences"], found["people"])
            self._show_below(found["teams"], found["absences"], found["people"])

    def cells(self, thing: Rule) -> list[str]:
        """A row."""
        return [thing.name, thing.target, "" if thing.active else tr("switched off")]

    def new_title(self) -> str:
        """A new one."""
        return tr("New rule")

    def fill(self, thing: Rule | None) -> None:
        """Shows a rule."""
        self.name.setText(thing.name if thing else "")
        self.when.show_condition(thing.conditions if thing else All())
        if thing is not None:
            goes = f"team {thing.team_id}" if thing.team_id is not None else f"person {thing.person_id}"
            self.target.setCurrentIndex(max(0, self.target.findData(goes)))

    def values(self) -> dict[str, Any]:
        """As the service takes them."""
        goes = self.target.currentData()
        if goes is None:
            raise InvalidInput("target", tr("Nobody is there to give leads to."), tr("Add people first."))
        try:
            conditions = self.when.condition()
        except UserError as error:
            self.fields["conditions"].show_error(f"{error.title} {error.message}")
            raise
        kind, number = goes.split()
        return {"name": self.name.text(), "conditions": conditions, f"{kind}_id": int(number)}

    def writing(self, thing: Rule | None, values: dict[str, Any]) -> tuple[Any, ...]:
        """Makes or changes."""
        return _save, None if thing is None else thing.id, True if thing is None else thing.active, values

    def update_tools(self, thing: Rule | None) -> None:
        """One that is there can be switched off, moved and deleted."""
        for name in ("switch", "delete"):
            self.buttons[name].setEnabled(thing is not None)
        self.buttons["switch"].setText(tr("Switch off") if thing is None or thing.active else tr("Switch on"))

    def place(self, ids: list[int]) -> None:
        """Another order."""
        self.do(assignment.reorder, ids)

    def _switch(self) -> None:
        rule = self.current
        if rule is not None:
            goes = {"team_id": rule.team_id} if rule.team_id is not None else {"person_id": rule.person_id}
            values = {"name": rule.name, "conditions": rule.conditions, **goes}
            self.do(_save, rule.id, not rule.active, values)

    def _delete(self) -> None:
        if self.current is not None:
            self.do(assignment.delete_rule, self.current.id)

    # Teams and absences -------------------------------------------------------------------------------------------

    def _show_below(self, teams: list[Team], absences: list[Absence], people: list[board.Named]) -> None:
        emptied(self._below)
        holder = QWidget()
        holder.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(24)
        row.addLayout(self._teams(teams), 1)
        row.addLayout(self._absences(absences, people), 1)
        self._below.addWidget(holder)

    def _teams(self, teams: list[Team]) -> QVBoxLayout:
        column = QVBoxLayout()
        column.addWidget(label(tr("How each team shares out its leads"), "heading"))
        if not teams:
            column.addWidget(label(tr("There are no teams. Leads belong to whoever makes them."), "muted", wrap=True))
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        line = 0
        for team in teams:
            mode = combo([(tr(text), each.value) for each, text in MODES.items()], team.mode.value)
            mode.setAccessibleName(team.name)
            mode.activated.connect(
                lambda _, t=team, box=mode: self.do(assignment.set_team_assignment, t.id, TeamMode(box.currentData()))
            )
            mode.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            grid.addWidget(Field(team.name, mode), line, 0, 1, 2)
            line += 1
            for taker in team.takers if team.mode is TeamMode.WEIGHTS else ():
                weight = SpinBox()
                weight.setRange(0, assignment.MOST_WEIGHT)
                weight.setValue(taker.weight)
                weight.setAlignment(Qt.AlignmentFlag.AlignCenter)
                weight.setAccessibleName(tr("Weight of {name}").format(name=taker.name))
                weight.editingFinished.connect(
                    lambda t=taker, box=weight: (
                        box.value() != t.weight and self.do(assignment.set_weight, t.person_id, box.value())
                    )
                )
                grid.addWidget(label(taker.name, "muted"), line, 0)
                grid.addWidget(weight, line, 1)
                line += 1
        grid.setColumnStretch(0, 1)
        column.addLayout(grid)
        column.addStretch(1)
        return column

    def _absences(self, absences: list[Absence], people: list[board.Named]) -> QVBoxLayout:
        column = QVBoxLayout()
        column.addWidget(label(tr("Who is away"), "heading"))
        year = self._session.today.year
        for each in absences:
            row = QHBoxLayout()
            days = f"{short_date(each.starts_on, year)} – {short_date(each.ends_on, year)}"
            row.addWidget(label(f"{each.person}: {days}"), 1)
            row.addWidget(button(tr("Remove"), lambda e=each: self.do(assignment.remove_absence, e.id), "link"))
            column.addLayout(row)
        who = combo([(person.name, person.id) for person in people if person.active], None)
        first, last = date_edit(self._session.today), date_edit(self._session.today + timedelta(days=7))
        column.addWidget(Field(tr("Person"), who))
        line = QHBoxLayout()
        line.addWidget(Field(tr("From"), first), 1)
        line.addWidget(Field(tr("To"), last), 1)
        column.addLayout(line)

        def take() -> None:
            if all([first.settle(), last.settle()]):
                self.do(assignment.add_absence, who.currentData(), first.taken(), last.taken())

        add = button(tr("Add absence"), take)
        column.addWidget(add, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        return column


def _read(ws: Workspace) -> dict[str, Any]:
    return {
        "rules": assignment.rules(ws), "teams": assignment.teams(ws), "absences": assignment.absences(ws),
        "people": board.names(ws, "person"), "fields": custom_fields.fields(ws), "options": options_for(ws),
    }  # fmt: skip


def _save(ws: Workspace, rule_id: int | None, active: bool, values: dict[str, Any]) -> int:
    name, conditions = values["name"], values["conditions"]
    goes = {key: value for key, value in values.items() if key.endswith("_id")}
    return assignment.save_rule(ws, name, conditions, active=active, rule_id=rule_id, **goes)
