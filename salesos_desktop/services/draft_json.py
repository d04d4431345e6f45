"""What a draft keeps, as JSON and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

from ..domain.slots import By, Slot

_SLOT = ("by", "key", "name", "value", "first", "before")


def packed(value: Any) -> Any:
    """As JSON keeps it: days, instants and maps with numbers as keys are marked. Raises TypeError."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Slot) and value.stage is None:
        return {"$slot": [packed(getattr(value, name)) for name in _SLOT]}
    if isinstance(value, datetime):
        return {"$at": value.isoformat()}
    if isinstance(value, date):
        return {"$day": value.isoformat()}
    if isinstance(value, Mapping):
        return {"$map": [[packed(key), packed(each)] for key, each in value.items()]}
    if isinstance(value, list | tuple):
        return [packed(each) for each in value]
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"no draft keeps {type(value).__name__}")


def unpacked(value: Any) -> Any:
    """What ``packed`` made this of. Raises whatever exception for what it never made."""
    if isinstance(value, list):
        return [unpacked(each) for each in value]
    if isinstance(value, dict):
        if "$at" in value:
            return datetime.fromisoformat(value["$at"])
        if "$day" in value:
            return date.fromisoformat(value["$day"])
        if "$slot" in value:
            by, *rest = map(unpacked, value["$slot"])
            return Slot(By(by), *rest)
        return {unpacked(key): unpacked(each) for key, each in value["$map"]}
    return value
