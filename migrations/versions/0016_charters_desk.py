"""Versions that wait for their day, a closing date, and every change of a charter with what stood there before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the columns and the table; what a version says now is what it came with."""
    op.add_column("charters", sa.Column("closes_at", MOMENT))
    # column by column: SQLite would copy the whole table, which it cannot drop while texts refer to it
    for column in (
        sa.Column("in_force_from", MOMENT),
        sa.Column("from_desk", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("loaded", sa.JSON, nullable=False, server_default=sa.text("'{}'")),
        sa.Column("loaded_sha256", sa.String(64), nullable=False, server_default=""),
    ):
        op.add_column("charter_versions", column)
    op.execute("UPDATE charter_versions SET loaded = definition, loaded_sha256 = definition_sha256")
    op.create_table(
        "charter_changes",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("charter_id", sa.Integer, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("actor_kind", sa.String(20), nullable=False),
        sa.Column("actor_id", sa.String(64)),
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("before", sa.JSON, nullable=False),
        sa.Column("after", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_charter_changes"),
        sa.ForeignKeyConstraint(["charter_id"], ["charters.id"], name="fk_charter_changes_charter_id_charters"),
    )
    op.create_index("ix_charter_changes_charter_id", "charter_changes", ["charter_id", "id"])


def downgrade() -> None:
    """Take them away: a version that waits for its day is in force, and the changes stay in what the versions say."""
    op.drop_table("charter_changes")
    for name in ("loaded_sha256", "loaded", "from_desk", "in_force_from"):
        op.drop_column("charter_versions", name)
    op.drop_column("charters", "closes_at")
