"""Every sealed revision of a document, its credential, and the public keys that credentials were signed with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables; what was sealed so far is each document's first revision."""
    op.add_column("certificates", sa.Column("credential", sa.Text))
    op.create_table(
        "certificate_revisions",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("certificate_id", sa.Integer, nullable=False),
        sa.Column("level", sa.String(10), nullable=False),
        sa.Column("stored_at", MOMENT, nullable=False),
        sa.Column("storage_key", sa.String(140), nullable=False),
        sa.Column("pdf_sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_certificate_revisions"),
        sa.UniqueConstraint("pdf_sha256", name="uq_certificate_revisions_pdf_sha256"),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificates.id"], name="fk_certificate_revisions_certificate_id_certificates"
        ),
        sa.CheckConstraint("level IN ('B-B', 'B-T', 'B-LTA')", name="ck_certificate_revisions_level"),
    )
    op.create_index("ix_certificate_revisions_certificate_id", "certificate_revisions", ["certificate_id", "id"])
    op.execute(
        "INSERT INTO certificate_revisions (certificate_id, level, stored_at, storage_key, pdf_sha256, size)"
        " SELECT id, 'B-B', issued_at, storage_key, pdf_sha256, size FROM certificates"
        " WHERE storage_key IS NOT NULL ORDER BY id"
    )
    op.create_table(
        "credential_keys",
        sa.Column("thumbprint", sa.String(43), nullable=False),
        sa.Column("jwk", sa.Text, nullable=False),
        sa.Column("first_used_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("thumbprint", name="pk_credential_keys"),
    )
    op.create_table(
        "timestamp_authorities",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("address", sa.String(200), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("pem", sa.Text, nullable=False),
        sa.Column("first_used_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_timestamp_authorities"),
        sa.UniqueConstraint("address", "fingerprint", name="uq_timestamp_authorities_address_fingerprint"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("timestamp_authorities")
    op.drop_table("credential_keys")
    op.drop_table("certificate_revisions")
    with op.batch_alter_table("certificates") as batch:
        batch.drop_column("credential")
