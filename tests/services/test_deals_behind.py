"""The deals behind a figure: those that are named or that match, in any order, without what was deleted."""

from __future__ import annotations

import pytest

from salesos_desktop.domain.deal_rows import DealSort, counted
from salesos_desktop.domain.filters import DealFilter
from salesos_desktop.services import deals_behind, opportunities
from salesos_desktop.services.deals_behind import Asked
from salesos_desktop.services.workspace import Workspace
from tests.conftest import make_deals

BY_VALUE = ((DealSort.VALUE, True),)


def test_named_deals_come_in_order_however_many(any_ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = make_deals(any_ws, 8)
    for number, deal_id in enumerate(ids):
        opportunities.edit(any_ws, deal_id, {"value": 1000 * (number % 5)})
    opportunities.delete(any_ws, [ids[1]])
    asked = Asked((ids[6], ids[3], ids[1], ids[0]))
    wanted = [ids[3], ids[6], ids[0]]
    found = deals_behind.beginning(any_ws, asked, BY_VALUE)
    assert (list(found.ids), set(found.rows)) == (wanted, set(wanted))
    monkeypatch.setattr(deals_behind, "_FEW", 2)
    assert list(deals_behind.listing(any_ws, asked, BY_VALUE).ids) == wanted
    sums = deals_behind.totals(any_ws, asked)
    assert (counted(sums), sums[0].value) == (3, 3000 + 1000 + 0)
    few = Asked(where=DealFilter(value_from=4000, held=None))
    assert list(deals_behind.listing(any_ws, few, BY_VALUE).ids) == [ids[4]]
    assert counted(deals_behind.totals(any_ws, Asked())) == 7
