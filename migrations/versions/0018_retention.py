"""What was let go in time, day by day; evidence files that were made of signatures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "retention_reports",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("ran_at", MOMENT, nullable=False),
        sa.Column("counts", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_retention_reports"),
    )
    op.create_table(
        "evidence_files",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("signature_id", sa.Integer, nullable=False),
        sa.Column("officer_id", sa.Integer, nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("made_at", MOMENT),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("storage_key", sa.String(140)),
        sa.Column("sha256", sa.String(64)),
        sa.Column("size", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_evidence_files"),
        sa.UniqueConstraint("public_id", name="uq_evidence_files_public_id"),
        sa.ForeignKeyConstraint(["signature_id"], ["signatures.id"], name="fk_evidence_files_signature_id_signatures"),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name="fk_evidence_files_officer_id_officers"),
    )
    op.create_index("ix_evidence_files_signature_id", "evidence_files", ["signature_id", "id"])
    op.create_index("ix_evidence_files_expires_at", "evidence_files", ["expires_at"])


def downgrade() -> None:
    """Take the tables away again."""
    op.drop_table("evidence_files")
    op.drop_table("retention_reports")
