"""What every table shares: one metadata, names of constraints, column types."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, ForeignKey, Integer, MetaData, String, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Utc(TypeDecorator[datetime]):
    """An instant: always aware and in UTC in Python, whatever the database keeps."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware instants only; SQLite keeps them without the zone."""
        if value is None:
            return None
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Gives the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def key() -> Column[int]:
    """A primary key that is given by ``id_counter``, so that a number is never used twice."""
    return Column("id", Integer, primary_key=True, autoincrement=False)


def serial() -> Column[int]:
    """A primary key of an append-only table, counted by the database."""
    return Column("id", Integer, primary_key=True, autoincrement=True)


def ref(name: str, target: str, nullable: bool = True, index: bool = False) -> Column[int]:
    """A reference to ``target.id``."""
    return Column(name, Integer, ForeignKey(f"{target}.id"), nullable=nullable, index=index)


def text(name: str, default: str | None = "") -> Column[str]:
    """A text that is never NULL unless ``default`` is None."""
    if default is None:
        return Column(name, Text, nullable=True)
    return Column(name, Text, nullable=False, default=default, server_default=default)


def code(name: str, default: str) -> Column[str]:
    """A short word out of a fixed list."""
    return Column(name, String(40), nullable=False, default=default, server_default=default)


def number(name: str, default: int | None = 0) -> Column[int]:
    """A 64-bit whole number; NULL allowed when ``default`` is None."""
    if default is None:
        return Column(name, BigInteger, nullable=True)
    return Column(name, BigInteger, nullable=False, default=default, server_default=str(default))


def flag(name: str, default: bool) -> Column[bool]:
    """Yes or no."""
    from sqlalchemy import false, true

    return Column(name, Boolean, nullable=False, default=default, server_default=true() if default else false())


def day(name: str) -> Column[Any]:
    """A calendar date without a time."""
    return Column(name, Date, nullable=True)


def instant(name: str, nullable: bool = True) -> Column[datetime]:
    """A moment in UTC."""
    return Column(name, Utc, nullable=nullable)


def version() -> Column[int]:
    """Grows with each write of the row, so that a stale edit is seen."""
    return number("version", 1)
