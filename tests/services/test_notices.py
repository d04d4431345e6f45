"""Who is told of what, and who is not: owners, followers, mentioned people; each kind can be switched off."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesos_desktop.domain.mentions import mentioned, offered
from salesos_desktop.domain.notices import DEFAULTS, Channel, Kind, NoticeSettings, QuietHours, from_json
from salesos_desktop.errors import InvalidInput
from salesos_desktop.services import (
    bulk,
    followers,
    leads,
    lines,
    merging,
    moves,
    notes,
    notice_settings,
    opportunities,
    people,
    timeline,
    undo,
)
from salesos_desktop.services.messages import render
from salesos_desktop.services.workspace import Workspace
from tests.conftest import make_deals, stage_named


def person(ws: Workspace, name: str, **more: object) -> int:
    with ws.unit("edit", []) as uow:
        return uow.insert("person", {"name": name, "folded": name.lower(), "created_at": uow.at, **more})


def told(ws: Workspace, person_id: int) -> list[tuple[str, str, str]]:
    """Kind, title and body of what a person was told, the first first."""
    me, ws.actor_id = ws.actor_id, person_id
    found = [(notice.kind, render(notice.title), render(notice.body)) for notice in people.notices(ws)]
    ws.actor_id = me
    return found[::-1]


def test_owner_and_followers_are_told_of_what_somebody_else_does(any_ws: Workspace) -> None:
    luis, ana, eva = (person(any_ws, name) for name in ("Luis Paz", "Ana Gil", "Eva Sol"))
    (deal,) = make_deals(any_ws, 1, owner_id=luis)
    followers.follow(any_ws, deal, ana)
    opportunities.edit(any_ws, deal, {"value": 250_000})
    opportunities.edit(any_ws, deal, {"note": "no news"})
    opportunities.edit(any_ws, deal, {"owner_id": eva})
    notes.add(any_ws, "opportunity", deal, "They **like** it")
    moves.move(any_ws, [deal], stage_named(any_ws, "Proposal").id)
    assert told(any_ws, ana)[3][2] == "They like it"
    assert told(any_ws, luis) == [
        ("deal_assigned", "For you: Deal 0", "$1,000"),
        ("deal_changed", "Deal 0 has another value", "$1,000 → $2,500"),
        ("deal_changed", "Deal 0 is Eva Sol’s now", "$2,500"),
    ]
    assert [each[:2] for each in told(any_ws, eva)] == [
        ("deal_assigned", "For you: Deal 0"), ("deal_changed", "Note on Deal 0"),
        ("stage_changed", "Deal 0 moved to Proposal"),
    ]  # fmt: skip
    assert [each[:2] for each in told(any_ws, ana)] == [
        ("followed", "You follow Deal 0 now"), ("followed", "Deal 0 has another value"),
        ("followed", "Deal 0 is Eva Sol’s now"), ("followed", "Note on Deal 0"), ("followed", "Deal 0 moved to Proposal"),
    ]  # fmt: skip
    # Nobody is told of what they did themselves, but of a move, whose notification has the button to undo it.
    assert [each[0] for each in told(any_ws, any_ws.actor_id)] == ["stage_changed"]


def test_a_follower_hears_of_the_deals_that_they_follow_only(ws: Workspace) -> None:
    ana = person(ws, "Ana Gil")
    deals = make_deals(ws, 3)
    followers.follow(ws, deals[1], ana)
    moves.win(ws, deals)
    assert told(ws, ana)[1:] == [("followed", "Won: Deal 1", "Prospecting → Won · $1,000")]


def test_following_is_history_and_can_be_undone(ws: Workspace) -> None:
    ana, gone = person(ws, "Ana Gil"), person(ws, "Old Hand", active=False)
    (deal,) = make_deals(ws, 1)
    followers.follow(ws, deal)
    followers.follow(ws, deal, ana)
    assert followers.follow(ws, deal, ana) is None
    assert [each.name for each in followers.of(ws, deal)] == ["Marta Ríos", "Ana Gil"]
    assert [(e.before, e.after) for e in timeline.entries(ws, deal) if e.field == "follower"] == [
        (None, "Marta Ríos"), (None, "Ana Gil"),
    ]  # fmt: skip
    assert undo.possible(ws).undo == "Ana Gil follows “Deal 0”"
    undo.undo(ws)
    followers.unfollow(ws, deal)
    assert followers.of(ws, deal) == []
    undo.undo(ws)
    assert [each.id for each in followers.of(ws, deal)] == [ws.actor_id]
    with pytest.raises(InvalidInput):
        followers.follow(ws, deal, gone)


def test_a_merged_deal_keeps_the_followers_of_both(ws: Workspace) -> None:
    ana, eva = person(ws, "Ana Gil"), person(ws, "Eva Sol")
    keep, other = make_deals(ws, 2)
    for deal, who in ((keep, ana), (other, ana), (other, eva)):
        followers.follow(ws, deal, who)
    merging.merge(ws, "opportunity", keep, other)
    assert [each.id for each in followers.of(ws, keep)] == [ana, eva]


def test_a_mention_is_told_once_and_an_edit_tells_only_new_ones(any_ws: Workspace) -> None:
    ana, luis = person(any_ws, "Ana Gil"), person(any_ws, "Luis Paz")
    (deal,) = make_deals(any_ws, 1, owner_id=ana)
    lead = leads.create(any_ws, {"name": "Tea", "email": "tea@example.com"})
    note = notes.add(any_ws, "opportunity", deal, "@ana gil, please call. @Marta Ríos knows; ana@gil.example too")
    assert [each[:2] for each in told(any_ws, ana)][1:] == [("mention", "Marta Ríos mentions you: Deal 0")]
    notes.edit(any_ws, note, "@Ana Gil, please call with @Luis Paz")
    assert len(told(any_ws, ana)) == 2
    assert [each[0] for each in told(any_ws, luis)] == ["mention"]
    notes.add(any_ws, "lead", lead, "For @Luis Paz")
    assert told(any_ws, luis)[1] == ("mention", "Marta Ríos mentions you: Tea", "For @Luis Paz")
    notes.add_to_all(any_ws, [("lead", lead), ("opportunity", deal)], "Called, @Luis Paz")
    assert len(told(any_ws, luis)) == 3
    assert told(any_ws, any_ws.actor_id) == []


def test_names_behind_an_at() -> None:
    known = {1: "Ana", 2: "Ana María Núñez", 3: "Luis", 4: "luis"}
    assert mentioned("see @Ana María Nuñez!", known) == {2}
    assert mentioned("@Ana, @Anabel and @ANA", known) == {1}
    assert mentioned("@luis", known) == {3, 4}
    assert mentioned("write to sales@ana.com or @ Ana", known) == set()
    assert offered("nu", known.values(), 5) == ["Ana María Núñez"]
    assert offered("", known.values(), 2) == ["Ana", "Ana María Núñez"]


def test_a_lead_that_is_given_by_hand_is_told(ws: Workspace) -> None:
    ana = person(ws, "Ana Gil")
    lead = leads.create(ws, {"name": "Tea", "email": "tea@example.com"})
    leads.edit(ws, lead, {"owner_id": ana})
    leads.edit(ws, lead, {"owner_id": ana, "place": "Lima"})
    leads.create(ws, {"name": "Zoe", "email": "zoe@example.com", "owner_id": ana})
    assert [each[:2] for each in told(ws, ana)] == [
        ("lead_assigned", "New lead: Tea"), ("lead_assigned", "New lead: Zoe"),
    ]  # fmt: skip


def test_the_value_that_follows_its_products_is_told(ws: Workspace) -> None:
    ana = person(ws, "Ana Gil")
    (deal,) = make_deals(ws, 1, owner_id=ana)
    lines.set_lines(ws, deal, [lines.Line(None, "Hours", 2000, 300_000, 0)], True)
    assert told(ws, ana)[1] == ("deal_changed", "Deal 0 has another value", "$1,000 → $6,000")


def test_a_kind_that_is_off_leaves_no_notification(any_ws: Workspace) -> None:
    (deal,) = make_deals(any_ws, 1)
    chosen = notice_settings.get(any_ws).with_channel(Kind.STAGE_CHANGED, Channel.IN_APP, False)
    notice_settings.change(any_ws, chosen)
    changes = moves.move(any_ws, [deal], stage_named(any_ws, "Proposal").id)
    assert changes is not None
    assert changes.notices == ()
    assert people.notices(any_ws) == []
    moves.win(any_ws, [deal])
    assert [notice.kind for notice in people.notices(any_ws)] == ["badge", "won"]
    assert undo.possible(any_ws).undo == "Win “Deal 0”"


def test_what_is_told_by_itself() -> None:
    desktop = {kind for kind, channels in DEFAULTS.items() if Channel.DESKTOP in channels}
    assert desktop == {Kind.STAGE_CHANGED, Kind.WON, Kind.DEAL_ASSIGNED, Kind.LEAD_ASSIGNED, Kind.ACTIVITY_ASSIGNED,
                       Kind.ACTIVITY_DUE, Kind.SUMMARY}  # fmt: skip
    assert all(Channel.IN_APP in channels for channels in DEFAULTS.values())
    usual = NoticeSettings()
    assert not usual.wants("something of a newer program", Channel.DESKTOP)
    silent = usual.with_channel(Kind.WON, Channel.IN_APP, False)
    assert not silent.wants(Kind.WON, Channel.DESKTOP)
    assert silent.with_channel(Kind.WON, Channel.IN_APP, True) == usual


@given(
    st.dictionaries(st.sampled_from(Kind), st.frozensets(st.sampled_from(Channel))), st.booleans(),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
)  # fmt: skip
def test_choices_are_kept_as_they_are(chosen: dict[Kind, frozenset[Channel]], on: bool, start: time) -> None:
    made = NoticeSettings(chosen, QuietHours(on, start))
    assert from_json(made.to_json()) == made


@pytest.mark.parametrize("text", ["", "[]", "{", '{"channels": {"won": 3}}', '{"quiet": {"from": "late"}}'])
def test_choices_that_cannot_be_read_are_the_usual_ones(text: str) -> None:
    assert from_json(text) == NoticeSettings()


def test_quiet_hours_reach_over_midnight() -> None:
    quiet = QuietHours(True)
    at = {hour: datetime(2026, 11, 24, hour, 0, tzinfo=UTC) for hour in (0, 6, 7, 12, 22, 23)}
    assert {hour for hour, now in at.items() if quiet.hold(now, UTC)} == {0, 6, 22, 23}
    assert quiet.last(at[12], UTC) == (datetime(2026, 11, 23, 22, tzinfo=UTC), at[7])
    assert QuietHours(True, time(13), time(15)).last(at[12], UTC) == (
        datetime(2026, 11, 23, 13, tzinfo=UTC), datetime(2026, 11, 23, 15, tzinfo=UTC),
    )  # fmt: skip
    assert not QuietHours(False).hold(at[23], UTC)


def test_many_deals_are_told_of_in_one(any_ws: Workspace) -> None:
    luis, ana, eva = (person(any_ws, name) for name in ("Luis Paz", "Ana Gil", "Eva Sol"))
    deals = make_deals(any_ws, 4, owner_id=luis)
    for deal in deals[:2]:
        followers.follow(any_ws, deal, ana)
    bulk.set_fields(any_ws, deals, {"value": 500_000})
    bulk.assign(any_ws, deals[1:3], eva)
    bulk.set_fields(any_ws, deals, {"value": 500_000, "priority": "high"})
    assert told(any_ws, luis)[4:] == [
        ("deal_changed", "4 deals of yours have another value", "Deal 0, Deal 1, Deal 2 and others"),
        ("deal_changed", "2 deals are Eva Sol’s now", "Deal 1, Deal 2"),
    ]
    assert told(any_ws, ana)[2:] == [
        ("followed", "2 deals that you follow were changed", "Deal 0, Deal 1"),
        ("followed", "1 deal that you follow was changed", "Deal 1"),
    ]
