"""Leads with what they are compared by, several pipelines, own fields with conditions, notes, links and check lists."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from salesos_desktop.domain.leads import DEFAULT_DISCARD_REASONS, DEFAULT_STATUSES
from salesos_desktop.domain.reach import email_key, phone_key
from salesos_desktop.domain.stages import DEFAULT_STAGES
from salesos_desktop.domain.text import fold
from salesos_desktop.storage.schema.base import Utc

revision = "0002"
down_revision = "0001"
LIVE = sa.text("deleted_at IS NULL")
COUNTED = (
    "absence",
    "assignment_rule",
    "check_item",
    "contact_point",
    "discard_reason",
    "employment",
    "field_section",
    "lead_status",
    "not_duplicate",
    "note",
    "pipeline_team",
    "product_price",
)


def upgrade() -> None:
    """Makes what is new, fills in what old leads are compared by, and adds the lists that every workspace has."""
    _tables()
    _columns()
    _indexes()
    counter = sa.table("id_counter", sa.column("name", sa.String), sa.column("next", sa.BigInteger))
    op.bulk_insert(counter, [{"name": name, "next": 1} for name in COUNTED])
    connection = op.get_bind()
    _fill_leads(connection)
    first = connection.execute(sa.text("SELECT name FROM stage ORDER BY position LIMIT 1")).scalar()
    if first is not None:
        _lists(connection, 1 if first == DEFAULT_STAGES[0].name[1] else 0)


def _fill_leads(connection: Any) -> None:
    rows = connection.execute(sa.text("SELECT id, name, email, phone, company FROM lead")).all()
    put = sa.text(
        "UPDATE lead SET email_key = :email, phone_key = :phone, company_folded = :company, search_text = :search "
        "WHERE id = :id"
    )
    for start in range(0, len(rows), 1000):
        values = [
            {
                "id": r[0], "email": email_key(r[2]), "phone": phone_key(r[3]), "company": fold(r[4]),
                "search": "\n".join(fold(part) for part in (r[1], r[4], r[2]) if part),
            }
            for r in rows[start : start + 1000]
        ]  # fmt: skip
        connection.execute(put, values)


def _lists(connection: Any, language: int) -> None:
    """The default statuses and reasons in the language that the workspace was begun in: 0 Spanish, 1 English."""
    status = sa.text("INSERT INTO lead_status (id, code, name, help, kind, position) VALUES (:i, :c, :n, :h, :k, :i)")
    connection.execute(
        status,
        [
            {"i": n, "c": s.code, "n": s.name[language], "h": s.help[language], "k": s.kind}
            for n, s in enumerate(DEFAULT_STATUSES, 1)
        ],
    )
    reason = sa.text("INSERT INTO discard_reason (id, name, folded, position) VALUES (:i, :n, :f, :i)")
    connection.execute(
        reason,
        [{"i": n, "n": r[language], "f": fold(r[language])} for n, r in enumerate(DEFAULT_DISCARD_REASONS, 1)],
    )
    for name, count in (("lead_status", len(DEFAULT_STATUSES)), ("discard_reason", len(DEFAULT_DISCARD_REASONS))):
        connection.execute(
            sa.text("UPDATE id_counter SET next = :next WHERE name = :name"), {"name": name, "next": count + 1}
        )


def _tables() -> None:
    op.create_table(
        "contact_point",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("subject_table", sa.String(length=40), server_default="contact", nullable=False),
        sa.Column("subject_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("kind", sa.String(length=40), server_default="email", nullable=False),
        sa.Column("label", sa.Text(), server_default="", nullable=False),
        sa.Column("value", sa.Text(), server_default="", nullable=False),
        sa.Column("key", sa.Text(), server_default="", nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_point")),
    )
    op.create_table(
        "discard_reason",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("folded", sa.Text(), server_default="", nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discard_reason")),
    )
    op.create_table(
        "field_section",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("subject_table", sa.String(length=40), server_default="opportunity", nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("columns", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_section")),
    )
    op.create_table(
        "lead_status",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=40), server_default="new", nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("help", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.String(length=40), server_default="open", nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_status")),
    )
    op.create_table(
        "not_duplicate",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("subject_table", sa.String(length=40), server_default="lead", nullable=False),
        sa.Column("first_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("second_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_not_duplicate")),
    )
    op.create_table(
        "pipeline_team",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("pipeline_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["pipeline_id"], ["pipeline.id"], name=op.f("fk_pipeline_team_pipeline_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_pipeline_team_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pipeline_team")),
    )
    op.create_table(
        "product_price",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=40), server_default="USD", nullable=False),
        sa.Column("price", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_product_price_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_price")),
    )
    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_absence_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_table(
        "assignment_rule",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("conditions", sa.Text(), server_default="{}", nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_assignment_rule_person_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_assignment_rule_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_rule")),
    )
    op.create_table(
        "note",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("subject_table", sa.String(length=40), server_default="opportunity", nullable=False),
        sa.Column("subject_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("body", sa.Text(), server_default="", nullable=False),
        sa.Column("pinned", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("created_at", Utc(), nullable=True),
        sa.Column("edited_at", Utc(), nullable=True),
        sa.Column("deleted_at", Utc(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_note_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    op.create_table(
        "employment",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_employment_company_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_employment_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employment")),
    )
    op.create_table(
        "check_item",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("opportunity_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("done", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["opportunity_id"], ["opportunity.id"], name=op.f("fk_check_item_opportunity_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_item")),
    )


def _columns() -> None:
    op.add_column("attachment", sa.Column("kind", sa.String(length=40), server_default="file", nullable=False))
    op.add_column("attachment", sa.Column("url", sa.Text(), server_default="", nullable=False))
    op.add_column("attachment", sa.Column("deleted_at", Utc(), nullable=True))
    op.add_column("company", sa.Column("merged_into_id", sa.BigInteger(), nullable=True))
    op.add_column("company", sa.Column("tags", sa.Text(), server_default="[]", nullable=False))
    op.add_column("contact", sa.Column("merged_into_id", sa.BigInteger(), nullable=True))
    op.add_column("contact", sa.Column("tags", sa.Text(), server_default="[]", nullable=False))
    op.add_column("custom_field", sa.Column("shown_if", sa.Text(), server_default="{}", nullable=False))
    op.add_column("custom_field", sa.Column("required_if", sa.Text(), server_default="{}", nullable=False))
    op.add_column("custom_field", sa.Column("section_id", sa.BigInteger(), nullable=True))
    op.add_column("custom_field", sa.Column("on_card", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("custom_field", sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("lead", sa.Column("email_key", sa.Text(), server_default="", nullable=False))
    op.add_column("lead", sa.Column("phone_key", sa.Text(), server_default="", nullable=False))
    op.add_column("lead", sa.Column("company_folded", sa.Text(), server_default="", nullable=False))
    op.add_column("lead", sa.Column("search_text", sa.Text(), server_default="", nullable=False))
    op.add_column("lead", sa.Column("value", sa.BigInteger(), nullable=True))
    op.add_column("lead", sa.Column("place", sa.Text(), server_default="", nullable=False))
    op.add_column("lead", sa.Column("team_id", sa.BigInteger(), nullable=True))
    op.add_column("lead", sa.Column("contact_id", sa.BigInteger(), nullable=True))
    op.add_column("lead", sa.Column("company_id", sa.BigInteger(), nullable=True))
    op.add_column("lead", sa.Column("discard_reason_id", sa.BigInteger(), nullable=True))
    op.add_column("lead", sa.Column("discard_note", sa.Text(), server_default="", nullable=False))
    op.add_column("lead", sa.Column("merged_into_id", sa.BigInteger(), nullable=True))
    op.add_column("loss_reason", sa.Column("pipeline_id", sa.BigInteger(), nullable=True))
    op.add_column("opportunity", sa.Column("value_follows", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("opportunity", sa.Column("back_reason", sa.Text(), server_default="", nullable=False))
    op.add_column("opportunity", sa.Column("checks_done", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("opportunity", sa.Column("checks_total", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("opportunity", sa.Column("merged_into_id", sa.BigInteger(), nullable=True))
    op.add_column("person", sa.Column("lead_turns", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("person", sa.Column("lead_weight", sa.BigInteger(), server_default="1", nullable=False))
    op.add_column("pipeline", sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("pipeline", sa.Column("skipping", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("pipeline", sa.Column("back_reason", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("stage", sa.Column("entry_text", sa.Text(), server_default="", nullable=False))
    op.add_column("team", sa.Column("assignment", sa.String(length=40), server_default="hand", nullable=False))


def _indexes() -> None:
    op.create_index("ix_contact_point_key", "contact_point", ["kind", "key"], unique=False)
    op.create_index("ix_contact_point_subject", "contact_point", ["subject_table", "subject_id"], unique=False)
    op.create_index("ix_not_duplicate_pair", "not_duplicate", ["subject_table", "first_id", "second_id"], unique=False)
    op.create_index(op.f("ix_pipeline_team_pipeline_id"), "pipeline_team", ["pipeline_id"], unique=False)
    op.create_index(op.f("ix_product_price_product_id"), "product_price", ["product_id"], unique=False)
    op.create_index(op.f("ix_absence_person_id"), "absence", ["person_id"], unique=False)
    op.create_index("ix_note_subject", "note", ["subject_table", "subject_id"], unique=False)
    op.create_index(op.f("ix_employment_company_id"), "employment", ["company_id"], unique=False)
    op.create_index(op.f("ix_employment_contact_id"), "employment", ["contact_id"], unique=False)
    op.create_index(op.f("ix_check_item_opportunity_id"), "check_item", ["opportunity_id"], unique=False)
    op.create_index("ix_attachment_subject", "attachment", ["subject_table", "subject_id"], unique=False)
    op.create_index(
        "ix_lead_company_folded",
        "lead",
        ["company_folded", "id"],
        unique=False,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    op.create_index(
        "ix_lead_created_at", "lead", ["created_at", "id"], unique=False, sqlite_where=LIVE, postgresql_where=LIVE
    )
    op.create_index(
        "ix_lead_email_key", "lead", ["email_key", "id"], unique=False, sqlite_where=LIVE, postgresql_where=LIVE
    )
    op.create_index("ix_lead_folded", "lead", ["folded", "id"], unique=False, sqlite_where=LIVE, postgresql_where=LIVE)
    op.create_index(
        "ix_lead_last_activity_at",
        "lead",
        ["last_activity_at", "id"],
        unique=False,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    op.create_index(
        "ix_lead_owner", "lead", ["owner_id", "status"], unique=False, sqlite_where=LIVE, postgresql_where=LIVE
    )
    op.create_index(
        "ix_lead_phone_key", "lead", ["phone_key", "id"], unique=False, sqlite_where=LIVE, postgresql_where=LIVE
    )
