"""What a person has been told already, so that no window and no restart tells it twice."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .. import storage

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork


def kept(connection: Any, person_id: int) -> dict[str, Any]:
    """What is kept of a person: ``delivered``, the end of the quiet hours whose notifications were delivered last, in ISO
    form; ``danger``, per reason the ids of deals that are in danger and were told; ``place``, the last in the ranking of a
    month and the day it was told.
    """
    found: dict[str, Any] = json.loads(storage.settings.get(connection, f"told/{person_id}") or "{}")
    return found


def keep(uow: UnitOfWork, person_id: int, known: dict[str, Any]) -> None:
    """Writes it."""
    storage.settings.put(uow.connection, f"told/{person_id}", json.dumps(known))
    uow.touch()
