"""What a column of a table of records shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Record = Any
"""A frozen row of a list with its ``id``."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column; every function takes the record of a row.

    ``title`` is shown as it is; ``width`` is in px at the usual font size. ``sort`` is the key that the service orders
    by, None where it cannot. ``ink`` names the token of the text's colour; ``chip`` gives (ink, ground) tokens of a pill
    that the text stands in; ``face`` the id of a person whose avatar stands before the text, None for no avatar.
    """

    name: str
    title: str
    text: Callable[[Record], str]
    width: int = 140
    right: bool = False
    bold: bool = False
    hidden: bool = False
    sort: Any = None
    tooltip: Callable[[Record], str] | None = None
    ink: Callable[[Record], str] | None = None
    chip: Callable[[Record], tuple[str, str]] | None = None
    face: Callable[[Record], int | None] | None = None
