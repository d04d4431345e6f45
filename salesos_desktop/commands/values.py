"""How the command line writes amounts, dates and names."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from ..domain.money import to_minor
from ..domain.text import fold
from ..errors import InvalidInput, NotFound
from ..i18n import tr
from ..services import board
from ..services.workspace import Workspace


def amount(text: str, currency: str) -> int:
    """Minor units of ``1234.56``. Raises InvalidInput."""
    try:
        if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
            raise ValueError(text)
        return to_minor(Decimal(text), currency)
    except (InvalidOperation, ValueError) as error:
        raise InvalidInput(
            "value",
            tr("“{text}” is not an amount.").format(text=text),
            tr("Write it like 1234.56, without thousands signs."),
        ) from error


def day(field: str, text: str) -> date:
    """A date in ISO 8601, of the years that the program keeps. Raises InvalidInput on ``field``."""
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            raise ValueError(text)
        found = date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(
            field, tr("“{text}” is not a date.").format(text=text), tr("Write it like 2026-12-31.")
        ) from error
    if not 1900 <= found.year <= 2200:
        raise InvalidInput(field, tr("The date must be between 1900 and 2200."), tr("Correct it."))
    return found


def person(ws: Workspace, name: str) -> int:
    """Id of a person by their whole name. Raises NotFound."""
    for each in board.names(ws, "person"):
        if fold(each.name) == fold(name):
            return each.id
    raise NotFound(
        tr("There is no person “{name}”.").format(name=name), tr("Write the whole name as it is in the workspace.")
    )


def source(ws: Workspace, name: str) -> int:
    """Id of a source by its name. Raises NotFound."""
    known = board.names(ws, "source")
    for each in known:
        if fold(each.name) == fold(name):
            return each.id
    raise NotFound(
        tr("There is no source “{name}”.").format(name=name),
        tr("Use one of: {names}.").format(names=", ".join(each.name for each in known)),
    )
