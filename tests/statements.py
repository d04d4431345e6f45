"""Statements are compiled once for every database that a process of the tests opens, and not anew for each."""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.util import LRUCache

from salesos_desktop.storage import engine


class _Compiled(LRUCache[Any, Any]):
    """SQLAlchemy's own memory of an engine, but by the kind of database in place of the engine's dialect."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get((key[0].name, *key[1:]), default)

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__((key[0].name, *key[1:]), value)


def share() -> None:
    """From now on."""
    engine.create_engine = partial(create_engine, execution_options={"compiled_cache": _Compiled(3000)})  # type: ignore[assignment]
