"""Pipelines, their stages, and the lists an administrator keeps: sources, loss reasons, tags, products."""

from __future__ import annotations

from sqlalchemy import Index, Table

from .base import code, flag, key, metadata, number, ref, text, version

pipeline = Table(
    "pipeline",
    metadata,
    key(),
    text("name"),
    number("position"),
    version(),
    flag("active", True),
    # Whether a deal may jump over stages, and whether going back asks for a reason.
    flag("skipping", True),
    flag("back_reason", False),
)

pipeline_team = Table(
    "pipeline_team",
    metadata,
    key(),
    ref("pipeline_id", "pipeline", nullable=False, index=True),
    ref("team_id", "team", nullable=False),
    version(),
)

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
    # What must be true of a deal that enters.
    text("entry_text"),
    # The plan of activities that starts when a deal enters.
    number("plan_id", None),
    # How its deals count in the forecast (domain/stages.py); ``committed`` follows it, for conditions that ask for that.
    code("category", "pipeline"),
)

lead_status = Table(
    "lead_status",
    metadata,
    key(),
    code("code", "new"),
    text("name"),
    text("help"),
    # open, qualified, discarded or converted: what the program does with a lead in it.
    code("kind", "open"),
    number("position"),
    flag("active", True),
    version(),
)

discard_reason = Table(
    "discard_reason", metadata, key(), text("name"), text("folded"), number("position"), flag("active", True), version()
)

source = Table("source", metadata, key(), text("name"), text("folded"), flag("active", True), version())

loss_reason = Table(
    "loss_reason",
    metadata,
    key(),
    text("name"),
    text("folded"),
    number("position"),
    flag("active", True),
    version(),
    # NULL: for every pipeline.
    number("pipeline_id", None),
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
Index("ix_product_folded", product.c.folded, product.c.id)

# Prices in other currencies than the product's own.
product_price = Table(
    "product_price",
    metadata,
    key(),
    ref("product_id", "product", nullable=False, index=True),
    code("currency", "USD"),
    number("price"),
    version(),
)
