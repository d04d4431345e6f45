"""Changes of a record that wait for those before them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ...errors import UserError


@dataclass(frozen=True, slots=True)
class Write:
    """``service(ws, *args)`` and what to do when it has, or has not, been done; ``compared`` tells it what was shown."""

    record_id: int
    service: Callable[..., Any]
    args: tuple[Any, ...]
    done: Callable[[Any], object]
    failed: Callable[[UserError], bool]
    compared: bool
