"""Teams: who leads them and which is above; moving one moves what is seen."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QLineEdit

from ...domain.opportunities import NAME_LIMIT
from ...i18n import number, tr
from ...services import board, teams
from ...services.board import Named
from ...services.teams import Team
from ...services.workspace import Workspace
from ..dialogs.deal import choose, combo
from ..session import Session
from .people import indented
from .records import RecordsSection


class TeamsSection(RecordsSection):
    """Every team below the one above it."""

    form_width = 360
    tables = frozenset({"person", "team"})
    figures = frozenset({2})

    def __init__(self, session: Session) -> None:
        super().__init__(
            session, tr("Teams"),
            tr("A manager sees and changes the work of their own team, of those they lead, and of all teams below."),
            [tr("Name"), tr("Leader"), tr("People")], tr("There is no team. Add the first one."),
        )  # fmt: skip
        self.name = QLineEdit()
        self.name.setMaxLength(NAME_LIMIT)
        self.leader, self.above = combo([], None), combo([], None)
        self.add_field("name", tr("Name"), self.name)
        self.add_field("leader_id", tr("Leader"), self.leader)
        self.add_field("parent_id", tr("Belongs to"), self.above)
        self.add_tool("add", tr("Add"), self.begin_new, "Ins")
        self.add_tool("delete", tr("Delete"), self._delete, "Del")
        self.tools.addStretch(1)
        self._people: list[Named] = []

    def reload(self, chosen: int | None) -> None:
        """Reads teams and people."""
        self._session.ask(_read, done=lambda found: self._on_read(found, chosen))

    def _on_read(self, found: tuple[list[Team], list[Named]], chosen: int | None) -> None:
        self._people = found[1]
        self.show_things(found[0], chosen)

    def cells(self, thing: Team) -> list[str]:
        """Name, leader, how many belong to it."""
        leader = next((each.name for each in self._people if each.id == thing.leader_id), "")
        return [indented(thing), leader, number(thing.people)]

    def new_title(self) -> str:
        """A new one."""
        return tr("New team")

    def fill(self, thing: Team | None) -> None:
        """Only teams that this one can be below are offered."""
        self.name.setText(thing.name if thing else "")
        self.leader.clear()
        self.leader.addItem(tr("Nobody"), None)
        for each in self._people:
            if each.active or (thing is not None and each.id == thing.leader_id):
                self.leader.addItem(each.name, each.id)
        choose(self.leader, thing.leader_id if thing else None, "")
        self.above.clear()
        self.above.addItem(tr("No other team"), None)
        for other in teams.may_be_above(self.things, thing.id if thing else None):
            self.above.addItem(indented(other), other.id)
        choose(self.above, thing.parent_id if thing else None, "")

    def values(self) -> dict[str, Any]:
        """As the service takes them."""
        return {
            "name": self.name.text(), "leader_id": self.leader.currentData(), "parent_id": self.above.currentData(),
        }  # fmt: skip

    def writing(self, thing: Team | None, values: dict[str, Any]) -> tuple[Any, ...]:
        """Makes or edits."""
        return (teams.add, values) if thing is None else (teams.edit, thing.id, values)

    def update_tools(self, thing: Team | None) -> None:
        """One that others belong to stays."""
        self.buttons["delete"].setEnabled(thing is not None)

    def _delete(self) -> None:
        if self.current is not None:
            self.do(teams.delete, self.current.id)


def _read(ws: Workspace) -> tuple[list[Team], list[Named]]:
    return teams.listing(ws), board.names(ws, "person")
