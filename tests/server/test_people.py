"""People, teams and rights on a server: what an administrator changes counts at once in everybody's open workspace."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import psycopg
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from salesos_desktop.config import Preferences
from salesos_desktop.domain.filters import DealFilter
from salesos_desktop.domain.rights import Role
from salesos_desktop.domain.teams import Address
from salesos_desktop.errors import Denied, LineLost, NotFound, UserError, WorkspaceError
from salesos_desktop.services import board, opportunities, sharing, teams, undo
from salesos_desktop.services import people as people_service
from salesos_desktop.services import team as people
from salesos_desktop.services.transfer import exporting
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.ui.session import Session
from salesos_desktop.ui.settings.leaving import PasswordDialog
from salesos_desktop.ui.settings.people import PeopleSection
from salesos_desktop.ui.theme import apply_theme
from tests.conftest import make_deals
from tests.ui.conftest import settle

from .conftest import Team


def _seen(ws: Workspace) -> set[str]:
    return {card.name for card in board.listed(ws, DealFilter())}


def test_each_person_s_rights_are_those_of_the_database(team: Team) -> None:
    ids = team.ids
    ana, max_, vera, marta = (team.as_(name).rights for name in ("ana", "max", "vera", "marta"))
    assert (ana.role, ana.reach, ana.write, ana.export) == (Role.REP, {ids["ana"]}, True, False)
    assert (max_.role, max_.reach) == (Role.MANAGER, {ids["ana"], ids["bea"], ids["max"]})
    assert max_.assign
    assert not max_.delete_deals
    assert (vera.role, vera.write) == (Role.VIEWER, False)
    assert (marta.role, marta.reach, marta.configure) == (Role.ADMIN, None, True)


def test_another_role_or_team_counts_at_once_and_shows_other_rows(team: Team) -> None:
    ana, carla, marta = (team.as_(name) for name in ("ana", "carla", "marta"))
    make_deals(carla, 1, name="Of Carla")
    told: list[Any] = []
    ana.catch_up()
    ana.bus.subscribe(told.append)
    known = {each.login: each for each in people.members(marta)}
    people.set_role(marta, known["ana"].id, "manager")
    ana.catch_up()
    assert ana.rights.role is Role.MANAGER
    assert any(changes.bulk for changes in told), "whoever follows loads afresh"
    assert _seen(ana) == set()
    found = {each.name: each for each in teams.listing(marta)}
    teams.edit(marta, found["South"].id, {"name": "South", "parent_id": found["North"].id})
    ana.catch_up()
    assert team.ids["carla"] in (ana.rights.reach or ())
    assert _seen(ana) == {"Of Carla"}
    people.edit(marta, known["carla"].id, {"team_id": None})
    ana.catch_up()
    assert _seen(ana) == set(), "who leaves a team keeps their deals"


def test_only_an_administrator_changes_people_and_the_last_one_stays(team: Team) -> None:
    marta, max_ = team.as_("marta"), team.as_("max")
    ids = team.ids
    for attempt in (
        lambda ws: people.set_role(ws, ids["ana"], "admin"),
        lambda ws: people.edit(ws, ids["ana"], {"name": "Anna"}),
        lambda ws: people.take_in(ws, "Somebody"),
        lambda ws: teams.add(ws, {"name": "East"}),
        lambda ws: people.disable(ws, ids["ana"]),
    ):
        with pytest.raises(Denied):
            attempt(max_)
    with pytest.raises(UserError, match="last administrator"):
        people.set_role(marta, ids["marta"], "rep")


def test_who_leaves_is_out_at_once_their_work_goes_on_and_they_can_come_back(team: Team) -> None:
    ana, marta, ids = team.as_("ana"), team.as_("marta"), team.ids
    deals = make_deals(ana, 3, name="Of Ana")
    with pytest.raises(Denied):
        people.hand_over(team.as_("bea"), ids["ana"], ids["bea"])
    people.hand_over(marta, ids["ana"], ids["bea"])
    bea = team.as_("bea")
    assert _seen(bea) == {opportunities.get(bea, deal).card.name for deal in deals}
    assert people.work_of(marta, ids["ana"]) == (0, 0, 0)
    people.disable(marta, ids["ana"])
    with pytest.raises((LineLost, WorkspaceError)):
        make_deals(ana, 1)
    assert not people.found(marta, "Ana").active
    member, password = people.add(marta, "Ana", role="rep")
    assert (member.id, member.login, member.active, member.team) == (ids["ana"], "ana", True, "North")
    assert len(password) >= people.LEAST_PASSWORD


def test_somebody_changes_their_own_password_and_nobody_else_s(team: Team) -> None:
    def kept() -> dict[str, str]:
        rows = (
            team.raw().execute("SELECT rolname, rolpassword FROM pg_authid WHERE rolname IN ('ana', 'bea')").fetchall()
        )
        return dict(rows)

    before = kept()
    people.change_password(team.as_("ana"), "another: 'one' \\ %s")
    after = kept()
    assert after["bea"] == before["bea"]
    assert after["ana"] != before["ana"]
    assert after["ana"].startswith("SCRAM-SHA-256$4096:")
    with pytest.raises(UserError, match="too short"):
        people.change_password(team.as_("ana"), "short")
    going_on = team.as_("ana")
    people.change_password(going_on, "correct horse")
    going_on.store.engine.dispose()
    assert make_deals(going_on, 1)


def test_a_rep_and_a_viewer_take_nothing_out(team: Team, tmp_path: Any) -> None:
    for name in ("ana", "vera"):
        with pytest.raises(Denied):
            exporting.run(team.as_(name), exporting.Selection("opportunities"), tmp_path / f"{name}.csv")
    assert exporting.run(team.as_("max"), exporting.Selection("opportunities"), tmp_path / "max.csv") == 0


def test_an_administrator_adds_somebody_and_ends_their_access_in_the_settings(team: Team, qtbot: QtBot) -> None:
    apply_theme(QApplication.instance(), "light")
    with closing(Session(team.as_("marta"), Preferences.load())) as session:
        _manage(team, qtbot, session)


def test_who_gets_access_is_given_the_whole_address(qtbot: QtBot) -> None:
    given = people.Member(7, "Zoe Paz", "zoe.paz", "rep", "", True)
    window = QWidget()
    qtbot.addWidget(window)
    dialog = PasswordDialog(
        window, given, "made up", Address("db.example.com", "sales", "marta", certificate="/etc/a.pem")
    )
    qtbot.mouseClick(dialog.address_copy, Qt.MouseButton.LeftButton)
    told = QApplication.clipboard().text()
    assert told == "postgresql://zoe.paz@db.example.com/sales?sslrootcert=%2Fetc%2Fa.pem"
    assert any("/etc/a.pem" in each.text() for each in dialog.findChildren(QLabel)), "which file they need"


def _manage(team: Team, qtbot: QtBot, session: Session) -> None:
    section = PeopleSection(session)
    qtbot.addWidget(section)
    section.resize(1000, 700)
    with qtbot.waitExposed(section):
        section.show()
    settle(qtbot, session)

    def click(made: QPushButton) -> None:
        qtbot.mouseClick(made, Qt.MouseButton.LeftButton)
        settle(qtbot, session)

    def rows() -> dict[str, list[str]]:
        return {each.login or each.name: section.cells(each)[1:] for each in section.things}

    assert rows()["marta"] == ["Administrator", "", "you"]
    assert rows()["max"] == ["Manager", "North", ""]
    click(section.buttons["add"])
    qtbot.keyClicks(section.name, "Zoe Paz")
    section.role.setCurrentIndex(section.role.findData("viewer"))
    assert "changes nothing" in section._means.text()
    click(section.save_button)
    said: Any = section.dialog
    qtbot.mouseClick(said.copy_button, Qt.MouseButton.LeftButton)
    password = said.password.text()
    assert QApplication.clipboard().text() == password
    said.accept()
    assert rows()["zoe.paz"] == ["Viewer", "", ""]
    address = team.address("marta").replace("//marta:", "//zoe.paz:").replace("correct%20horse", password)
    with psycopg.connect(address.replace("+psycopg", "", 1)) as zoe:
        assert zoe.execute("SELECT salesos.my_role()").fetchone() == ("viewer",)
        section.role.setCurrentIndex(section.role.findData("rep"))
        click(section.save_button)
        zoe.rollback()
        assert zoe.execute("SELECT salesos.my_role()").fetchone() == ("rep",)
        zoe.rollback()
        click(section.buttons["password"])
        asked: Any = section.dialog
        click(asked.main_button)
        said = section.dialog
        assert len(said.password.text()) >= people.LEAST_PASSWORD
        assert said.password.text() != password
        said.accept()
        click(section.buttons["switch"])
        leaving: Any = section.dialog
        click(leaving.main_button)
        with pytest.raises(psycopg.OperationalError):
            zoe.execute("SELECT 1")
    assert rows()["Zoe Paz"] == ["Rep", "", "deactivated"]
    assert section.buttons["switch"].text() == "Give access"
    section.table.selectRow([each.login for each in section.things].index("marta"))
    assert not section.buttons["switch"].isEnabled(), "nobody takes their own access"
    assert not section.buttons["password"].isEnabled()


def test_a_shared_deal_is_seen_and_edited_as_far_as_it_was_shared(team: Team) -> None:
    ana, bea, carla = (team.as_(name) for name in ("ana", "bea", "carla"))
    deal = make_deals(ana, 1, name="Of Ana")[0]
    told: list[Any] = []
    carla.catch_up()
    carla.bus.subscribe(told.append)
    with pytest.raises((Denied, NotFound)):
        sharing.share(bea, deal, team.ids["carla"])
    sharing.share(ana, deal, team.ids["carla"])
    carla.catch_up()
    assert _seen(carla) == {"Of Ana"}
    assert any(changes.bulk for changes in told), "a row that nothing has changed has come into sight"
    assert any(notice.kind == "shared" for notice in people_service.notices(carla))
    assert not carla.rights.edits("opportunity", deal, team.ids["ana"])
    with pytest.raises(Denied):
        opportunities.edit(carla, deal, {"name": "Mine"})
    sharing.share(ana, deal, team.ids["carla"], may_edit=True)
    carla.catch_up()
    assert carla.rights.edits("opportunity", deal, team.ids["ana"])
    opportunities.edit(carla, deal, {"name": "Ours"})
    with pytest.raises(Denied):
        opportunities.edit(carla, deal, {"owner_id": team.ids["carla"]})
    sharing.stop(ana, deal, team.ids["carla"])
    carla.catch_up()
    assert _seen(carla) == set()
    assert not carla.rights.shown
    undo.undo(ana)
    carla.catch_up()
    assert _seen(carla) == {"Ours"}
