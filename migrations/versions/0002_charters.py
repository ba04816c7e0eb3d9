"""Charters, their versions, and the text of each in every language."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "charters",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("slug", sa.String(60), nullable=False),
        sa.Column("number_prefix", sa.String(20), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_charters"),
        sa.UniqueConstraint("slug", name="uq_charters_slug"),
        sa.UniqueConstraint("number_prefix", name="uq_charters_number_prefix"),
    )
    op.create_table(
        "charter_versions",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("charter_id", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("adopted_on", sa.Date),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.Column("definition", sa.JSON, nullable=False),
        sa.Column("definition_sha256", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_charter_versions"),
        sa.ForeignKeyConstraint(["charter_id"], ["charters.id"], name="fk_charter_versions_charter_id_charters"),
        sa.UniqueConstraint("charter_id", "number", name="uq_charter_versions_charter_id_number"),
        sa.CheckConstraint("number >= 0", name="ck_charter_versions_number"),
    )
    op.create_table(
        "charter_texts",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("version_id", sa.Integer, nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("standing", sa.String(20), nullable=False),
        sa.Column("markdown", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_charter_texts"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["charter_versions.id"], name="fk_charter_texts_version_id_charter_versions"
        ),
        sa.UniqueConstraint("version_id", "language", name="uq_charter_texts_version_id_language"),
        sa.CheckConstraint("standing IN ('authentic', 'courtesy', 'summary')", name="ck_charter_texts_standing"),
    )


def downgrade() -> None:
    """Take the tables away again."""
    for table in ("charter_texts", "charter_versions", "charters"):
        op.drop_table(table)
