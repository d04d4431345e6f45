"""Nobody gets round the rights of their role, whatever program they connect with (the list is in attacks.py)."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
import pytest

from salesos_desktop.domain.outlook import period
from salesos_desktop.services import (
    activities,
    attachments,
    board,
    checklists,
    contacts,
    leads,
    moves,
    notes,
    opportunities,
    presence,
)
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.storage.schema import TABLES

from ..conftest import TODAY
from .attacks import ATTACKS, NOTHING, REFUSED
from .conftest import Team

SECRET = "Hushhush"
_REFUSALS = {"42501", "P0001", "42710", "23514", "23502"}
"""No right, and what the functions of the program refuse: not a slip in the attack."""


@pytest.fixture(scope="module")
def scene(make_team: Callable[[str], Team]) -> tuple[Team, dict[str, Any]]:
    """A team in which Carla has one of everything, called SECRET, and Ana a deal and an activity."""
    team = make_team("attacked")
    ana, carla, marta = (team.as_(name) for name in ("ana", "carla", "marta"))
    known: dict[str, Any] = dict(team.ids)
    known["own"] = opportunities.create(ana, {"name": "Ana's", "value": 1, "expected_close": TODAY})
    known["own_activity"] = activities.plan(ana, {"subject": "Call", "due_on": TODAY}, ("opportunity", known["own"]))
    known["own_lead"] = leads.create(ana, {"name": "Ana's lead", "email": "lead@example.com"})
    notes.add(ana, "opportunity", known["own"], "Mine")
    known["contact"] = contacts.create(carla, {"name": SECRET, "email": "hushhush@example.com", "company": SECRET})
    known["deal"] = opportunities.create(
        carla, {"name": SECRET, "value": 7_654_321, "expected_close": TODAY, "company": SECRET, "contact": SECRET}
    )
    known["lead"] = leads.create(carla, {"name": SECRET, "email": "hush@example.com"})
    known["activity"] = activities.plan(carla, {"subject": SECRET, "due_on": TODAY}, ("opportunity", known["deal"]))
    activities.finish(carla, [known["activity"]])
    known["note"] = notes.add(carla, "opportunity", known["deal"], SECRET)
    known["attachment"] = attachments.add_link(
        carla, "opportunity", known["deal"], "https://example.com/hushhush", SECRET
    )
    with tempfile.NamedTemporaryFile() as file:
        Path(file.name).write_text(SECRET)
        attachments.add_files(carla, "opportunity", known["deal"], [Path(file.name)])
    presence.look_at(carla, known["deal"])
    known["hash"] = sha256(SECRET.encode()).hexdigest()
    known["check"] = checklists.add(carla, known["deal"], SECRET)
    # A badge, which everybody sees, in a commit that is called after a deal.
    won = opportunities.create(carla, {"name": SECRET, "value": 7_654_321, "expected_close": TODAY})
    moves.win(carla, [won])
    moves.move(carla, [known["deal"]], board.stages(carla)[1].id)
    with team.owner().store.read() as connection:
        known["company"] = connection.exec_driver_sql(
            "SELECT company_id FROM opportunity WHERE company_id > 0"
        ).scalar()
        known["admins"] = connection.exec_driver_sql(
            "SELECT name FROM salesos.role_group WHERE role = 'admin'"
        ).scalar()
    _more(marta, carla, known)
    with team.raw() as own:
        own.execute("ANALYZE")
    known["digest"] = digest(team)
    return team, known


def _more(marta: Workspace, carla: Workspace, known: dict[str, Any]) -> None:
    """What only administrators make, and what is Carla's alone."""
    with marta.unit("edit", ["Target"]) as uow:
        uow.insert("quota", {"person_id": known["carla"], "period": "2026-11", "amount": 7_654_321})
    with carla.unit("edit", ["Own"]) as uow:
        uow.insert("saved_view", {"name": SECRET, "page": "board", "owner_id": known["carla"]})
        uow.insert("forecast_call", {
            "person_id": known["carla"], "period": period("2026-11").code, "amount": 7_654_321, "note": SECRET,
            "created_by": known["carla"], "created_at": uow.at,
        })  # fmt: skip
        uow.insert("follower", {"opportunity_id": known["deal"], "person_id": known["carla"]})
        from salesos_desktop.services import told

        told.keep(uow, known["carla"], {"danger": SECRET})


@pytest.mark.parametrize(("who", "what", "end"), ATTACKS, ids=[f"{n}-{who}" for n, (who, _, _) in enumerate(ATTACKS)])
def test_an_attack_gets_nowhere(scene: tuple[Team, dict[str, Any]], who: str, what: str, end: str) -> None:
    team, known = scene
    answer, error = tried(team, who, what.format(**known))
    if end == REFUSED:
        assert error
        assert answer == []
    elif end == NOTHING:
        assert (answer, error) == ([], "")
    assert SECRET.lower() not in f"{answer}{error}".lower()
    assert "7654321" not in f"{answer}{error}".replace("value - 7654321", "").replace("value - '7654321'", "")
    assert digest(team) == known["digest"]


def tried(team: Team, who: str, statement: str) -> tuple[list[Any], str]:
    """(rows given or written, error) of a statement in a transaction that is committed, on a connection of the person that has
    nothing left of the attack before."""
    found: list[Any] = []

    def hear(said: psycopg.errors.Diagnostic) -> None:
        found.append(said.message_primary)

    connection = team.lines.get(who)
    if connection is None or connection.closed:
        connection = team.lines[who] = team.raw(who)
        connection.prepare_threshold = None
    connection.add_notice_handler(hear)
    try:
        with connection.transaction():
            if statement.startswith("COPY") and "STDOUT" in statement:
                with connection.cursor().copy(statement) as copy:
                    return [bytes(part) for part in copy], ""
            cursor = connection.execute(statement)
            while True:
                if cursor.description is not None:
                    found += cursor.fetchall()
                elif cursor.rowcount > 0:
                    found.append(cursor.rowcount)
                if not cursor.nextset():
                    break
    except psycopg.Error as error:
        known = error.sqlstate in _REFUSALS
        return ([] if known else [error]), f"{error} {error.diag.message_detail} {error.diag.message_hint}"
    finally:
        connection.remove_notice_handler(hear)
        if not connection.closed:
            connection.execute("DISCARD ALL")
    return found, ""


def digest(team: Team) -> str:
    """Of every row of the workspace, as its owner sees them."""
    parts = " || ".join(
        f"coalesce((SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {name} t), '-')"
        for name in ("salesos.content", *(f"public.{each}" for each in TABLES))
    )
    if "" not in team.lines:
        team.lines[""] = team.raw()
    found: str = team.lines[""].execute(f"SELECT {parts}").fetchone()[0]
    return found


def test_there_are_many() -> None:
    assert len(ATTACKS) >= 60
    assert {who for who, _, _ in ATTACKS} == {"ana", "bea", "carla", "max", "vera", "marta"}
