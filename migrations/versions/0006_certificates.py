"""Receipts and certificates, and the public certificates they are sealed with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
LIVE = sa.text("revoked_at IS NULL AND superseded_by_id IS NULL")


def upgrade() -> None:
    """Make the two tables."""
    op.create_table(
        "sealing_certificates",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("pem", sa.Text, nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("not_before", MOMENT, nullable=False),
        sa.Column("not_after", MOMENT, nullable=False),
        sa.Column("development", sa.Boolean, nullable=False),
        sa.Column("first_used_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sealing_certificates"),
        sa.UniqueConstraint("fingerprint", name="uq_sealing_certificates_fingerprint"),
    )
    op.create_table(
        "certificates",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("serial", sa.String(12), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("signature_id", sa.Integer, nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("content_sha256", sa.String(64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("issued_at", MOMENT),
        sa.Column("storage_key", sa.String(140)),
        sa.Column("pdf_sha256", sa.String(64)),
        sa.Column("size", sa.Integer),
        sa.Column("revoked_at", MOMENT),
        sa.Column("revoked_reason", sa.String(60)),
        sa.Column("superseded_by_id", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_certificates"),
        sa.UniqueConstraint("serial", name="uq_certificates_serial"),
        sa.UniqueConstraint("pdf_sha256", name="uq_certificates_pdf_sha256"),
        sa.ForeignKeyConstraint(["signature_id"], ["signatures.id"], name="fk_certificates_signature_id_signatures"),
        sa.ForeignKeyConstraint(
            ["superseded_by_id"], ["certificates.id"], name="fk_certificates_superseded_by_id_certificates"
        ),
        sa.CheckConstraint("kind IN ('receipt', 'certificate')", name="ck_certificates_kind"),
    )
    op.create_index(
        "uq_certificates_live",
        "certificates",
        ["signature_id", "kind", "language"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("certificates")
    op.drop_table("sealing_certificates")
