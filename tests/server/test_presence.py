"""Who else has a deal open is told to who sees the deal, and forgotten with the session; nothing of it is in the record."""

from __future__ import annotations

import psycopg
import pytest

from salesos_desktop.errors import Denied
from salesos_desktop.services import opportunities, presence
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.storage.schema.stream import change_log

from ..conftest import TODAY
from .conftest import Team


def seen(ws: Workspace) -> dict[int, list[str]]:
    return {deal: [each.name for each in who] for deal, who in presence.lookers(ws).items()}


def test_who_has_a_deal_open_is_told_to_who_sees_it_until_the_session_ends(team: Team) -> None:
    ana, bea, carla, max_ = (team.as_(name) for name in ("ana", "bea", "carla", "max"))
    deal, other = (opportunities.create(ana, {"name": n, "value": 1, "expected_close": TODAY}) for n in ("A", "B"))
    with team.owner().store.read() as connection:
        before = connection.execute(change_log.select()).all()
    presence.look_at(ana, deal)
    presence.look_at(max_, deal)
    assert seen(ana) == {deal: ["Max"]}
    assert seen(max_) == {deal: ["Ana"]}
    assert seen(bea) == seen(carla) == {}
    with pytest.raises(Denied):
        presence.look_at(carla, deal)
    presence.look_at(max_, other)
    assert seen(ana) == {other: ["Max"]}
    presence.look_at(max_, None)
    assert seen(ana) == {}
    presence.look_at(max_, deal)
    max_.store.close()
    with team.raw() as own:
        while own.execute("SELECT count(*) FROM pg_stat_activity WHERE usename = 'max'").fetchone() != (0,):
            pass
        assert seen(ana) == {}, "who is gone is told no more"
        presence.look_at(ana, other)
        assert own.execute("SELECT count(*) FROM salesos.presence").fetchone() == (1,), "and is forgotten"
    with team.owner().store.read() as connection:
        assert connection.execute(change_log.select()).all() == before


def test_windows_that_forget_the_same_do_not_wait_for_each_other(team: Team) -> None:
    ana, asleep = team.as_("ana"), team.raw("max")
    deal = opportunities.create(ana, {"name": "A", "value": 1, "expected_close": TODAY})
    mine = f"INSERT INTO salesos.presence (person, window_name, deal) VALUES ({team.ids['max']}, 'w', {deal})"
    asleep.execute(mine)
    with team.raw() as own:
        own.execute("SET session_replication_role = replica")
        own.execute("UPDATE salesos.presence SET seen_at = now() - interval '10 minutes'")
        with asleep.transaction():
            asleep.execute("UPDATE salesos.presence SET deal = NULL")
            presence.look_at(ana, deal)
            assert own.execute("SELECT count(*) FROM salesos.presence").fetchone() == (2,)


def test_what_is_told_to_everybody_says_nothing(team: Team) -> None:
    ana, ear = team.as_("ana"), team.raw("carla")
    deal = opportunities.create(ana, {"name": "A", "value": 1, "expected_close": TODAY})
    ear.execute("LISTEN salesos")
    presence.look_at(ana, deal)
    presence.look_at(ana, deal)
    told: list[psycopg.Notify] = list(ear.notifies(timeout=0.2))
    assert [each.payload for each in told] == ["presence"], "and only when something is another"
