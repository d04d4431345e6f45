"""Writes single settings of the workspace."""

from __future__ import annotations

from sqlalchemy import Connection, text


def put(connection: Connection, name: str, value: str) -> None:
    """Sets one setting; ``value`` is JSON."""
    connection.execute(
        text(
            "INSERT INTO setting (name, value) VALUES (:name, :value) "
            "ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        ),
        {"name": name, "value": value},
    )
