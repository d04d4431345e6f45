"""What tests of points, badges and challenges share."""

from __future__ import annotations

from collections import Counter
from typing import Any

from salesos_desktop.services import people
from salesos_desktop.services.workspace import Workspace


def colleague(ws: Workspace, name: str = "Zoe", **more: Any) -> int:
    with ws.unit("test", ["", {}], undoable=False) as uow:
        return uow.insert("person", {"name": name, "folded": name.lower(), "created_at": ws.clock.now(), **more})


def as_person(ws: Workspace, person_id: int) -> Workspace:
    return Workspace(ws.store, ws.clock, person_id, settings={**ws.settings})


def ledger(ws: Workspace) -> Counter[int]:
    """Every entry of the ledger added up by hand."""
    found: Counter[int] = Counter()
    with ws.store.read() as connection:
        for person_id, amount in connection.exec_driver_sql("SELECT person_id, points FROM points"):
            found[person_id] += int(amount)
    return found


def told(ws: Workspace, kind: str) -> list[str]:
    return [str(n.title) for n in people.notices(ws) if n.kind == kind]
