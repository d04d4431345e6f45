"""Reads and writes single settings of the workspace."""

from __future__ import annotations

from sqlalchemy import Connection, text


def get(connection: Connection, name: str) -> str | None:
    """One setting as JSON, None when it is not there."""
    found: str | None = connection.execute(
        text("SELECT value FROM setting WHERE name = :name"), {"name": name}
    ).scalar()
    return found


def put(connection: Connection, name: str, value: str) -> None:
    """Sets one setting; ``value`` is JSON."""
    connection.execute(
        text(
            "INSERT INTO setting (name, value) VALUES (:name, :value) "
            "ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        ),
        {"name": name, "value": value},
    )
