"""Files of a team are kept in the database by who brought them, and read by whoever sees what they hang on."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from salesos_desktop.errors import NotFound, UserError
from salesos_desktop.services import attachments, opportunities, undo

from ..conftest import TODAY
from .conftest import Team

BIG = bytes(range(256)) * 10_000 + b"end"
"""Three parts, the last one short."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "Oferta ñ.pdf"
    made.write_bytes(BIG)
    return made


def test_a_file_is_opened_by_who_sees_its_deal_and_by_nobody_else(team: Team, file: Path, tmp_path: Path) -> None:
    ana, max_, carla = team.as_("ana"), team.as_("max"), team.as_("carla")
    deal = opportunities.create(ana, {"name": "Deal", "value": 1, "expected_close": TODAY})
    number = attachments.add_files(ana, "opportunity", deal, [file])[0]
    for who in (ana, max_):
        copy = attachments.opened_copy(who, number)
        assert (copy.name, copy.read_bytes(), copy.stat().st_mode & 0o777) == ("Oferta ñ.pdf", BIG, 0o400)
    attachments.save_as(max_, number, tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == BIG
    with pytest.raises(NotFound):
        attachments.opened_copy(carla, number)
    undo.undo(ana)
    assert attachments.of(ana, "opportunity", deal) == []
    undo.redo(ana)
    assert attachments.opened_copy(ana, number).read_bytes() == BIG


def test_what_was_brought_half_is_gone_on_with_and_the_same_is_kept_once(team: Team, file: Path) -> None:
    ana = team.as_("ana")
    deal = opportunities.create(ana, {"name": "Deal", "value": 1, "expected_close": TODAY})
    attachments.add_files(ana, "opportunity", deal, [file])
    with team.raw() as own:
        own.execute("DELETE FROM salesos.content WHERE part = 1")
        left = own.execute("SELECT part, at FROM salesos.content ORDER BY part").fetchall()
        again = attachments.add_files(ana, "opportunity", deal, [file, file])
        now = own.execute("SELECT part, at FROM salesos.content ORDER BY part").fetchall()
    assert [row for row in now if row[0] != 1] == left
    assert len(now) == 3
    assert attachments.opened_copy(ana, again[1]).read_bytes() == BIG


def test_naming_the_hash_of_what_others_brought_shows_only_what_one_brought_oneself(team: Team, file: Path) -> None:
    carla = team.as_("carla")
    theirs = opportunities.create(carla, {"name": "Deal", "value": 1, "expected_close": TODAY})
    attachments.add_files(carla, "opportunity", theirs, [file])
    mine = opportunities.create(team.as_("ana"), {"name": "Deal", "value": 1, "expected_close": TODAY})
    with team.raw() as own, team.raw("ana") as ana:
        known = own.execute("SELECT sha256 FROM attachment").fetchone()
        assert known is not None
        values = {"hash": known[0], "me": team.ids["ana"], "deal": mine}
        ana.execute(
            "INSERT INTO salesos.content (sha256, person, part, bytes) VALUES (%(hash)s, %(me)s, 0, 'false')", values
        )
        with ana.transaction():
            ana.execute("SELECT salesos.open_unit('x', 'edit', '[]', true, NULL, now(), 1)")
            ana.execute(
                "INSERT INTO attachment (id, subject_table, subject_id, name, kind, size, sha256, added_by) SELECT "
                "salesos.reserve('attachment', 1) - 1, 'opportunity', %(deal)s, 'x', 'file', 5, %(hash)s, %(me)s",
                values,
            )
        assert ana.execute("SELECT bytes FROM salesos.content").fetchall() == [(b"false",)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ana.execute("UPDATE attachment SET added_by = %s", [team.ids["carla"]])
    number = attachments.of(team.as_("ana"), "opportunity", mine)[0].id
    with pytest.raises(UserError, match="not the file that was attached"):
        attachments.opened_copy(team.as_("ana"), number)


def test_contents_that_nothing_names_any_more_go_a_day_later(team: Team, file: Path) -> None:
    ana = team.as_("ana")
    deal = opportunities.create(ana, {"name": "Deal", "value": 1, "expected_close": TODAY})
    number = attachments.add_files(ana, "opportunity", deal, [file])[0]
    undo.undo(ana)
    with team.raw() as own:
        own.execute("UPDATE salesos.content SET at = at - interval '2 days'")
        assert attachments.sweep(ana) == 0, "redo would bring it back"
        undo.redo(ana)
        assert attachments.opened_copy(ana, number).read_bytes() == BIG
        undo.undo(ana)
        opportunities.create(ana, {"name": "Other", "value": 1, "expected_close": TODAY})
        assert attachments.sweep(ana) == 1
        assert own.execute("SELECT count(*) FROM salesos.content").fetchone() == (0,)
