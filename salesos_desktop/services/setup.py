"""What a new workspace starts with: a pipeline, lists, settings and its one local person."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .. import storage
from ..domain.money import exponent
from ..domain.points import DEFAULT_POINTS
from ..domain.stages import DEFAULT_LOSS_REASONS, DEFAULT_SOURCES, DEFAULT_STAGES, Category
from ..domain.text import fold
from ..errors import InvalidInput
from ..i18n import N_, language, number, tr
from .workspace import SETTINGS, Workspace

DEFAULT_CURRENCY = "USD"
MAX_POINTS = 1_000_000


def prepare(ws: Workspace, person: str, *, currency: str = DEFAULT_CURRENCY) -> bool:
    """Fills an empty workspace with its defaults, named in the language in use; False when it was filled before."""
    with ws.store.read() as connection:
        if storage.reference.first_pipeline(connection) is not None:
            ready = True
        else:
            ready = False
    if not ready:
        _fill(ws, person, currency)
    ws.load()
    return not ready


def change_currency(ws: Workspace, currency: str) -> None:
    """Sets the currency of new deals and of the figures; deals keep their own."""
    exponent(currency)
    put(ws, "currency", currency)


def change_points(ws: Workspace, points: Mapping[str, int]) -> None:
    """Sets what actions earn (names as in DEFAULT_POINTS); it counts from then on, and points already given stay.

    Raises InvalidInput on the action's name for what is no whole number from 0 to MAX_POINTS; nothing is written then.
    """
    for name, value in points.items():
        if name not in DEFAULT_POINTS:
            raise InvalidInput(name, tr("There is no field {field}.").format(field=name))
        if not 0 <= value <= MAX_POINTS:
            raise InvalidInput(
                name,
                tr("Points are whole numbers from 0 to {most}.").format(most=number(MAX_POINTS)),
                tr("Correct it."),
            )
    put(ws, "points", {**ws.settings.get("points", {}), **points})


def put(ws: Workspace, name: str, value: Any) -> None:
    """Writes one setting of the workspace, any JSON. Every window reads the settings anew when it learns of the commit."""
    with ws.unit(SETTINGS, [N_("Change the settings"), {}], undoable=False) as uow:
        storage.settings.put(uow.connection, name, json.dumps(value))
        uow.touch()


def _fill(ws: Workspace, person: str, currency: str) -> None:
    from ..domain.activities import DEFAULT_KINDS
    from ..domain.leads import DEFAULT_DISCARD_REASONS, DEFAULT_STATUSES
    from . import badges

    which = 0 if language() == "es" else 1
    with ws.unit("setup", [N_("Set up the workspace"), {}], undoable=False) as uow:
        person_id = uow.insert(
            "person", {"name": person, "folded": fold(person), "role": "admin", "created_at": ws.clock.now()}
        )
        pipeline_id = uow.insert("pipeline", {"name": ("Ventas", "Sales")[which], "position": 1})
        for position, stage in enumerate(DEFAULT_STAGES, start=1):
            uow.insert(
                "stage",
                {
                    "pipeline_id": pipeline_id, "name": stage.name[which], "kind": stage.kind.value, "position": position,
                    "probability": stage.probability, "stale_days": stage.stale_days, "category": stage.category.value,
                    "committed": stage.category is Category.COMMIT, "colour": stage.colour,
                },
            )  # fmt: skip
        for position, names in enumerate(DEFAULT_LOSS_REASONS, start=1):
            uow.insert("loss_reason", {"name": names[which], "folded": fold(names[which]), "position": position})
        for position, status in enumerate(DEFAULT_STATUSES, start=1):
            uow.insert(
                "lead_status",
                {
                    "code": status.code, "name": status.name[which], "help": status.help[which], "kind": status.kind.value,
                    "position": position,
                },
            )  # fmt: skip
        for position, names in enumerate(DEFAULT_DISCARD_REASONS, start=1):
            uow.insert("discard_reason", {"name": names[which], "folded": fold(names[which]), "position": position})
        for position, each in enumerate(DEFAULT_KINDS, start=1):
            uow.insert(
                "activity_kind",
                {
                    "code": each.code, "name": each.name[which], "icon": each.icon, "minutes": each.minutes,
                    "position": position,
                },
            )  # fmt: skip
        for names in DEFAULT_SOURCES:
            uow.insert("source", {"name": names[which], "folded": fold(names[which])})
        badges.make_usual(uow)
        uow.flush()
        storage.settings.put(uow.connection, "currency", json.dumps(currency))
        storage.settings.put(uow.connection, "local_person", json.dumps(person_id))
