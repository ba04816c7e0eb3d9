"""A certificate that is revoked for an error, by two officers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table of proposals."""
    op.create_table(
        "revocations",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("certificate_id", sa.Integer, nullable=False),
        sa.Column("officer_id", sa.Integer, nullable=False),
        sa.Column("reason", sa.String(30), nullable=False),
        sa.Column("note", sa.String(2000), nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT),
        sa.Column("closed_by_id", sa.Integer),
        sa.Column("outcome", sa.String(20)),
        sa.PrimaryKeyConstraint("id", name="pk_revocations"),
        sa.UniqueConstraint("public_id", name="uq_revocations_public_id"),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificates.id"], name="fk_revocations_certificate_id_certificates"
        ),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name="fk_revocations_officer_id_officers"),
        sa.ForeignKeyConstraint(["closed_by_id"], ["officers.id"], name="fk_revocations_closed_by_id_officers"),
    )
    is_open = sa.text("closed_at IS NULL")
    op.create_index(
        "uq_revocations_open",
        "revocations",
        ["certificate_id"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_index("ix_revocations_certificate_id", "revocations", ["certificate_id"])
    op.create_index("ix_revocations_closed_at", "revocations", ["closed_at", "id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("revocations")
