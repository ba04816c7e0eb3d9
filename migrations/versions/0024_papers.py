"""A charter's texts as sealed PDFs; extracts of the register among the documents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
KIND = "ck_certificates_kind"


def upgrade() -> None:
    """Make the table, and let a document be an extract."""
    op.create_table(
        "sealed_texts",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("charter", sa.String(60), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("text_sha256", sa.String(64), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("storage_key", sa.String(140), nullable=False),
        sa.Column("pdf_sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sealed_texts"),
        sa.UniqueConstraint(
            "charter",
            "version",
            "language",
            "text_sha256",
            name="uq_sealed_texts_charter_version_language_text_sha256",
        ),
        sa.UniqueConstraint("pdf_sha256", name="uq_sealed_texts_pdf_sha256"),
    )
    with op.batch_alter_table("certificates") as table:
        table.drop_constraint(KIND, type_="check")
        table.create_check_constraint(KIND, "kind IN ('receipt', 'certificate', 'extract')")


def downgrade() -> None:
    """Take both away; extracts go, as nothing rests on them."""
    op.execute(
        "DELETE FROM certificate_revisions WHERE certificate_id IN (SELECT id FROM certificates WHERE kind = 'extract')"
    )
    op.execute("DELETE FROM certificates WHERE kind = 'extract'")
    with op.batch_alter_table("certificates") as table:
        table.drop_constraint(KIND, type_="check")
        table.create_check_constraint(KIND, "kind IN ('receipt', 'certificate')")
    op.drop_table("sealed_texts")
