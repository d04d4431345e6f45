"""Tables of a workspace, by subject; importing this package fills ``metadata``."""

from __future__ import annotations

from . import activities, forecasts, people, pipelines, play, sales, search, stream, workspace
from .base import metadata

TABLES = metadata.tables
HUNG = ("activity", "note", "attachment", "contact_point")
"""Tables whose rows hang on a deal, a lead, a contact or a company, without a foreign key: written after those."""
for _name in HUNG:
    for _subject in ("opportunity", "lead", "contact", "company"):
        TABLES[_name].add_is_dependent_on(TABLES[_subject])

__all__ = [
    "HUNG", "TABLES", "activities", "forecasts", "metadata", "people", "pipelines", "play", "sales", "search", "stream",
    "workspace",
]  # fmt: skip
