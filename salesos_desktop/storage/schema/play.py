"""Points, badges, challenges, quotas."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table

from .base import code, day, flag, instant, key, metadata, number, ref, serial, text, version

points = Table(
    "points",
    metadata,
    serial(),
    # No reference: the ledger keeps what a person earned whose import was taken back.
    Column("person_id", Integer, nullable=False),
    instant("at", nullable=False),
    code("reason", "stage_forward"),
    number("points"),
    code("subject_table", "opportunity"),
    number("subject_id", None),
    number("stage_id", None),
    number("change_seq"),
)
Index("ix_points_subject", points.c.subject_table, points.c.subject_id)
Index("ix_points_change_seq", points.c.change_seq)
Index("ix_points_person", points.c.person_id, points.c.at, points.c.points)

badge = Table(
    "badge",
    metadata,
    key(),
    text("name"),
    text("description"),
    code("icon", "trophy"),
    text("criteria", "{}"),
    number("points"),
    code("rarity", "common"),
    flag("hidden", False),
    version(),
)

badge_award = Table(
    "badge_award",
    metadata,
    key(),
    ref("badge_id", "badge", nullable=False),
    ref("person_id", "person", nullable=False),
    instant("at", nullable=False),
    number("change_seq"),
    version(),
)

challenge = Table(
    "challenge",
    metadata,
    key(),
    text("name"),
    code("metric", "revenue"),
    number("goal"),
    day("starts_on"),
    day("ends_on"),
    flag("shared", False),
    flag("automatic", True),
    text("prize", "{}"),
    ref("created_by", "person"),
    version(),
    # Who has joined, what of it was told to whom, and whether its end was: JSON (domain/challenges.py).
    text("state", "{}"),
)

challenge_participant = Table(
    "challenge_participant",
    metadata,
    key(),
    ref("challenge_id", "challenge", nullable=False),
    ref("person_id", "person"),
    ref("team_id", "team"),
    version(),
)

quota = Table(
    "quota",
    metadata,
    key(),
    ref("person_id", "person"),
    ref("team_id", "team"),
    code("period", ""),
    number("amount"),
    code("currency", "USD"),
    version(),
)
