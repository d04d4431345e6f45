"""What people say about the forecast: calls and adjustments. The computed figures are never kept over."""

from __future__ import annotations

from sqlalchemy import Index, Table

from .base import code, instant, key, metadata, number, ref, text, version

# What a person believes they will sell in a period (domain/periods.py); the newest counts, the older ones are its history.
forecast_call = Table(
    "forecast_call",
    metadata,
    key(),
    ref("person_id", "person", nullable=False),
    code("period", ""),
    # Minor units.
    number("amount"),
    code("currency", "USD"),
    text("note"),
    ref("created_by", "person"),
    instant("created_at", nullable=False),
    version(),
)
Index("ix_forecast_call_period", forecast_call.c.period, forecast_call.c.person_id, forecast_call.c.id)

# What a manager expects of a person, a team or (both empty) everybody, beside what is computed; the newest counts.
forecast_adjustment = Table(
    "forecast_adjustment",
    metadata,
    key(),
    ref("person_id", "person"),
    ref("team_id", "team"),
    code("period", ""),
    number("amount"),
    code("currency", "USD"),
    text("reason"),
    ref("created_by", "person"),
    instant("created_at", nullable=False),
    version(),
)
Index("ix_forecast_adjustment_period", forecast_adjustment.c.period, forecast_adjustment.c.id)
