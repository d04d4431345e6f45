"""Tables of a workspace, by subject; importing this package fills ``metadata``."""

from __future__ import annotations

from . import activities, forecasts, people, pipelines, play, sales, search, stream, workspace
from .base import metadata

TABLES = metadata.tables

__all__ = [
    "TABLES", "activities", "forecasts", "metadata", "people", "pipelines", "play", "sales", "search", "stream",
    "workspace",
]  # fmt: skip
