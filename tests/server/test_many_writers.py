"""Many people at once on the same deals: nothing is lost, and everything adds up."""

from __future__ import annotations

import random
import threading
from itertools import pairwise

from salesos_desktop.services import board, checks, moves
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.storage import totals

from ..conftest import make_deals
from .conftest import Team

WRITERS, MOVES, DEALS = ("ana", "max", "marta", "ana", "max", "marta"), 15, 4


def test_writers_on_the_same_deals_lose_nothing(team: Team) -> None:
    ids = make_deals(team.as_("ana"), DEALS)
    stages = [stage.id for stage in board.stages(team.as_("ana"))][:4]
    moved: list[int] = []
    failed: list[BaseException] = []

    def write(ws: Workspace, seed: int) -> None:
        chance = random.Random(seed)
        try:
            for _ in range(MOVES):
                deal = chance.choice(ids)
                if moves.move(ws, [deal], chance.choice(stages)) is not None:
                    moved.append(deal)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(team.as_(who), n)) for n, who in enumerate(WRITERS)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failed == []
    own = team.owner()
    assert checks.problems(own) == []
    with own.store.read() as connection:
        assert totals.differences(connection) == []
        for deal in ids:
            logged = (
                f"SELECT count(*) FROM change_row WHERE table_name = 'opportunity' AND row_id = {deal} AND before <> ''"
            )
            versions, entries = connection.exec_driver_sql(
                f"SELECT ({logged}), version - 1 FROM opportunity WHERE id = {deal}"
            ).one()
            assert versions == entries <= moved.count(deal)
            walk = connection.exec_driver_sql(
                f"SELECT before, after FROM history WHERE subject_id = {deal} AND subject_table = 'opportunity' "
                "AND field = 'stage_id' ORDER BY id"
            ).all()
            # Every step begins where the one before has ended.
            assert all(step[0] == before[1] for before, step in pairwise(walk))
        twice = "SELECT count(*) FROM points WHERE reason = 'stage_forward' GROUP BY subject_id, stage_id HAVING count(*) > 1"
        assert connection.exec_driver_sql(twice).all() == []
        lone = (
            "SELECT count(*) FROM change_log l WHERE rows = 0 AND NOT EXISTS (SELECT FROM change_row WHERE seq = l.seq)"
        )
        assert connection.exec_driver_sql(lone).scalar() == 0
