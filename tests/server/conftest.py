"""A team with two teams of reps, a manager, an administrator and a viewer, each with a login of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest

from salesos_desktop.i18n import set_language
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.storage.server import members
from salesos_desktop.storage.store import Store

from ..conftest import StillClock, _fresh_database, _yesterday, made_ready
from ..postgres import Lender

PASSWORD = "correct horse"
ROLES = {"ana": "rep", "bea": "rep", "carla": "rep", "max": "manager", "vera": "viewer", "marta": "admin"}
TEAMS = {"ana": "North", "bea": "North", "carla": "South", "max": "North"}


@dataclass
class Team:
    """A database with the people of ROLES; ``ids`` are theirs, ``lines`` connections that are kept."""

    url: str
    clock: StillClock
    ids: dict[str, int]
    opened: list[Any] = field(default_factory=list)
    lines: dict[str, psycopg.Connection[Any]] = field(default_factory=dict)

    def address(self, login: str) -> str:
        """Where and as whom a person connects."""
        return self.url.replace("//postgres:@", f"//{login}:{PASSWORD.replace(' ', '%20')}@", 1)

    def as_(self, login: str) -> Workspace:
        """The workspace as a person has it open."""
        workspace = Workspace(Store(url=self.address(login)), self.clock)
        workspace.load()
        self.opened.append(workspace.store)
        return workspace

    def owner(self) -> Workspace:
        """The workspace as the owner of the tables has it."""
        workspace = Workspace(Store(url=self.url), self.clock)
        workspace.load()
        self.opened.append(workspace.store)
        return workspace

    def raw(self, login: str = "") -> psycopg.Connection[Any]:
        """A connection of any program: of a person, or of the owner."""
        address = (self.address(login) if login else self.url).replace("postgresql+psycopg://", "postgresql://", 1)
        connection = psycopg.connect(address, autocommit=True)
        self.opened.append(connection)
        return connection

    def close(self) -> None:
        for each in self.opened:
            each.close()


def people_of_a_team(url: str) -> dict[str, int]:
    """Makes a ready workspace with the people of ROLES in an empty database and gives their ids."""
    set_language("en")
    own = made_ready(Store.open_server(url), _yesterday())
    with own.unit("edit", ["People", {}]) as uow:
        teams = {name: uow.insert("team", {"name": name}) for name in sorted(set(TEAMS.values()))}
        ids = {
            name: uow.insert("person", {
                "name": name.capitalize(), "folded": name, "team_id": teams.get(TEAMS.get(name, "")), "created_at": uow.at,
            })
            for name in ROLES if name != "marta"
        }  # fmt: skip
        ids["marta"] = own.actor_id
    with own.store.write() as connection:
        for name, role in ROLES.items():
            members.give_login(connection, ids[name], name, PASSWORD, role)
    own.store.close()
    return ids


@pytest.fixture(scope="session")
def team_database(server: str) -> dict[str, int]:
    """Ids of the people in the database ``team``, which each test copies."""
    return people_of_a_team(_fresh_database(server, "team"))


@pytest.fixture(scope="module")
def make_team(server: str, team_database: dict[str, int]) -> Iterator[Callable[[str], Team]]:
    """Makes a database of its own with the team in it, by a name."""
    made: list[Team] = []

    def make(name: str) -> Team:
        team = Team(_fresh_database(server, name, "team"), StillClock(), team_database)
        with team.raw() as own:
            # What is granted on a database itself is not copied.
            own.execute(f"REVOKE TEMPORARY ON DATABASE {name} FROM PUBLIC")
        made.append(team)
        return team

    yield make
    for team in made:
        team.close()


@pytest.fixture(scope="session")
def lent_team(server: str, team_database: dict[str, int]) -> Iterator[Lender]:  # noqa: ARG001
    """Lends a database with the team in it to one test after another."""
    # What is granted on a database itself is not copied.
    made = Lender(server, "lent_team", "team", also="REVOKE TEMPORARY ON DATABASE lent_team FROM PUBLIC")
    yield made
    made.close()


@pytest.fixture
def team(lent_team: Lender, team_database: dict[str, int]) -> Iterator[Team]:
    """A team of its own for one test."""
    made = Team(lent_team.lend(), StillClock(), team_database)
    yield made
    made.close()
