"""Roles of the item models, in one place."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import Qt


class CardRole(IntEnum):
    """What a row of a board column gives besides its texts."""

    CARD = Qt.ItemDataRole.UserRole + 1
    ID = Qt.ItemDataRole.UserRole + 2


DEALS_MIME = "application/x-salesos-deals"
"""JSON ``{"workspace": key, "ids": […]}`` of dragged cards."""

PERSON_MIME = "application/x-salesos-person"
"""JSON ``{"workspace": key, "id": …}`` of a dragged person."""
