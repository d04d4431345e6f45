"""What a draft keeps, as JSON and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any

from ..domain.contacts import BuyingRole, ContactPoint, PointKind
from ..domain.opportunities import Priority
from ..domain.products import Line
from ..domain.slots import By, Slot
from .lines import Lines
from .next_steps import Offer, Waiting
from .outlook.targets import Whose

_KINDS: Mapping[str, type] = {
    each.__name__: each
    for each in (BuyingRole, ContactPoint, PointKind, Priority, Line, By, Slot, Lines, Offer, Waiting, Whose)
}
"""What an argument may be beside texts, numbers, days, instants, files, lists and maps."""


def packed(value: Any) -> Any:
    """As JSON keeps it; everything that JSON does not know is marked. Raises TypeError."""
    name = type(value).__name__
    if _KINDS.get(name) is type(value):
        made = value.value if isinstance(value, Enum) else [getattr(value, each.name) for each in fields(_KINDS[name])]
        return {"$of": [name, packed(made)]}
    if isinstance(value, datetime):
        return {"$at": value.isoformat()}
    if isinstance(value, date):
        return {"$day": value.isoformat()}
    if isinstance(value, Path):
        return {"$file": str(value)}
    if isinstance(value, Mapping):
        return {"$map": [[packed(key), packed(each)] for key, each in value.items()]}
    if isinstance(value, tuple):
        return {"$tuple": [packed(each) for each in value]}
    if isinstance(value, list):
        return [packed(each) for each in value]
    if value is None or (isinstance(value, str | int | float) and not isinstance(value, Enum)):
        return value
    raise TypeError(f"no draft keeps {name}")


def unpacked(value: Any) -> Any:
    """What ``packed`` made this of. Raises whatever exception for what it never made."""
    if isinstance(value, list):
        return [unpacked(each) for each in value]
    if isinstance(value, dict):
        if "$of" in value:
            kind, made = _KINDS[value["$of"][0]], unpacked(value["$of"][1])
            return kind(*made) if is_dataclass(kind) else kind(made)
        if "$at" in value:
            return datetime.fromisoformat(value["$at"])
        if "$day" in value:
            return date.fromisoformat(value["$day"])
        if "$file" in value:
            return Path(value["$file"])
        if "$tuple" in value:
            return tuple(map(unpacked, value["$tuple"]))
        return {unpacked(key): unpacked(each) for key, each in value["$map"]}
    return value
