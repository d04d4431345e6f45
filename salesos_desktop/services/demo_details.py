"""What hangs on some sample deals: notes, check lists, lines of products."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.products import Line, lines_total
from . import checklists, notes
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

_FROM, _TO = 20, 90
"""Which of the open deals, by their numbers: the others stay bare, as many are in life."""
_NOTES = (
    (
        "Quieren la propuesta **antes del viernes**; decide el comité.",
        "Comparan con otro proveedor:\n\n- precio por volumen\n- formación incluida",
        "Buena reunión. Piden una demo con sus datos.",
    ),
    (
        "They want the proposal **before Friday**; the board decides.",
        "They compare us with another supplier:\n\n- price by volume\n- training included",
        "Good meeting. They ask for a demo with their own data.",
    ),
)
_CHECKS = (
    ("Confirmar presupuesto", "Enviar referencias", "Revisar contrato", "Preparar demo"),
    ("Confirm the budget", "Send references", "Review the contract", "Prepare the demo"),
)


def describe(ws: Workspace, uow: UnitOfWork, chance: random.Random, which: int) -> None:
    """Adds them to some of the open deals; ``which`` is 0 for Spanish, 1 for English."""
    uow.flush()
    for deal in storage.children.rows(uow.connection, "opportunity", {"closed_on": None})[_FROM:_TO]:
        if chance.random() < 0.35:
            notes.insert(ws, uow, "opportunity", deal["id"], chance.choice(_NOTES[which]))
        if chance.random() < 0.3:
            _check_list(uow, chance, deal["id"], _CHECKS[which])
        if chance.random() < 0.4 and deal["value"] and deal["product_id"]:
            _lines(uow, chance, deal)


def _check_list(uow: UnitOfWork, chance: random.Random, deal_id: int, texts: Sequence[str]) -> None:
    done = chance.randint(0, len(texts) - 1)
    for position, text in enumerate(texts):
        values = {"opportunity_id": deal_id, "text": text, "done": position < done, "position": position}
        uow.insert("check_item", values)
    checklists.recount(uow, deal_id)


def _lines(uow: UnitOfWork, chance: random.Random, deal: Mapping[str, Any]) -> None:
    """One or two lines that come to the value the deal has."""
    quantity = chance.choice((1, 2, 4, 5)) if deal["value"] % 20 == 0 else 1
    line = Line(deal["product_id"], "", quantity * 1000, deal["value"] // quantity)
    if lines_total([line]) != deal["value"]:
        return
    values = {
        "opportunity_id": deal["id"], "product_id": line.product_id, "description": "", "position": 0,
        "quantity_thousandths": line.quantity, "unit_price": line.unit_price, "discount_basis_points": 0,
    }  # fmt: skip
    uow.insert("opportunity_line", values)
    uow.update("opportunity", deal["id"], {"value_follows": True})
