"""Pipelines, their stages, and the lists an administrator keeps: sources, loss reasons, tags, products."""

from __future__ import annotations

from sqlalchemy import Table

from .base import code, flag, key, metadata, number, ref, text, version

pipeline = Table("pipeline", metadata, key(), text("name"), number("position"), version())

stage = Table(
    "stage",
    metadata,
    key(),
    ref("pipeline_id", "pipeline", nullable=False),
    text("name"),
    code("kind", "open"),
    number("position"),
    number("probability"),
    number("stale_days", None),
    flag("committed", False),
    code("colour", "stage1"),
    text("required_fields", "[]"),
    text("help"),
    version(),
)

source = Table("source", metadata, key(), text("name"), text("folded"), flag("active", True), version())

loss_reason = Table(
    "loss_reason", metadata, key(), text("name"), text("folded"), number("position"), flag("active", True), version()
)

tag = Table("tag", metadata, key(), text("name"), text("folded"), code("colour", "muted"), version())

product = Table(
    "product",
    metadata,
    key(),
    text("name"),
    text("folded"),
    text("code"),
    text("series"),
    number("price", None),
    code("currency", "USD"),
    flag("active", True),
    text("custom", "{}"),
    version(),
)
