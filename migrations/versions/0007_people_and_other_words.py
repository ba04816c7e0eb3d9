"""Signing for another, drafts that travel, reminders, and the fields that a charter adds of its own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOTHING = sa.text("'{}'")


def upgrade() -> None:
    """Add the columns, and the links that open a draft."""
    op.add_column("signatures", sa.Column("extra", sa.JSON, nullable=False, server_default=NOTHING))
    op.add_column("signatures", sa.Column("reminders", sa.Integer, nullable=False, server_default="0"))
    op.add_column("representatives", sa.Column("preparer_name", sa.String(200), nullable=False, server_default=""))
    op.add_column("representatives", sa.Column("preparer_email", sa.String(320), nullable=False, server_default=""))
    op.add_column("drafts", sa.Column("extra", sa.JSON, nullable=False, server_default=NOTHING))
    op.add_column("drafts", sa.Column("preparer", sa.JSON, nullable=False, server_default=NOTHING))
    op.add_column("drafts", sa.Column("handed_over_at", MOMENT))
    op.add_column("register_entries", sa.Column("extra", sa.JSON, nullable=False, server_default=NOTHING))
    op.create_table(
        "draft_links",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("draft_id", sa.Integer, nullable=False),
        sa.Column("for_signer", sa.Boolean, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_draft_links"),
        sa.UniqueConstraint("public_id", name="uq_draft_links_public_id"),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name="fk_draft_links_draft_id_drafts", ondelete="CASCADE"),
    )
    op.create_index("ix_draft_links_draft_id", "draft_links", ["draft_id"])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("draft_links")
    op.drop_column("register_entries", "extra")
    op.drop_column("drafts", "handed_over_at")
    op.drop_column("drafts", "preparer")
    op.drop_column("drafts", "extra")
    op.drop_column("representatives", "preparer_email")
    op.drop_column("representatives", "preparer_name")
    op.drop_column("signatures", "reminders")
    op.drop_column("signatures", "extra")
