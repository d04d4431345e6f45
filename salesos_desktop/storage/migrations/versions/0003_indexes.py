"""Indexes on what a contact, a company or a product is looked up by, and on what the deletion of one looks through."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
WHOLE = {
    "ix_company_folded": ("company", ["folded", "id"]),
    "ix_company_parent_id": ("company", ["parent_id"]),
    "ix_contact_folded": ("contact", ["folded", "id"]),
    "ix_opportunity_contact_contact_id": ("opportunity_contact", ["contact_id"]),
    "ix_opportunity_line_product_id": ("opportunity_line", ["product_id"]),
    "ix_points_change_seq": ("points", ["change_seq"]),
    "ix_product_folded": ("product", ["folded", "id"]),
}


def upgrade() -> None:
    """Makes them; few leads have become something, so those have only these."""
    for name, (table, columns) in WHOLE.items():
        op.create_index(name, table, columns)
    for column in ("contact_id", "company_id", "opportunity_id"):
        linked = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_lead_{column}", "lead", [column], sqlite_where=linked, postgresql_where=linked)
