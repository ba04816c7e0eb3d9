"""The public log: what was done on the register, its place in the tree, the tree's tiles, its signed heads."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the four tables."""
    op.create_table(
        "log_leaves",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("act", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("commitment", sa.String(64), nullable=False),
        sa.Column("salt", sa.String(64)),
        sa.Column("content", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_log_leaves"),
    )
    op.create_index("ix_log_leaves_subject", "log_leaves", ["subject", "id"])
    gone = sa.text("salt IS NULL")
    op.create_index("ix_log_leaves_forgotten", "log_leaves", ["id"], sqlite_where=gone, postgresql_where=gone)
    op.create_table(
        "log_places",
        sa.Column("place", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("leaf_id", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("place", name="pk_log_places"),
        sa.UniqueConstraint("leaf_id", name="uq_log_places_leaf_id"),
        sa.ForeignKeyConstraint(["leaf_id"], ["log_leaves.id"], name="fk_log_places_leaf_id_log_leaves"),
    )
    op.create_table(
        "log_tiles",
        sa.Column("level", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("hashes", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("level", "number", name="pk_log_tiles"),
    )
    op.create_table(
        "log_checkpoints",
        sa.Column("size", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("size", name="pk_log_checkpoints"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("log_checkpoints")
    op.drop_table("log_tiles")
    op.drop_table("log_places")
    op.drop_table("log_leaves")
