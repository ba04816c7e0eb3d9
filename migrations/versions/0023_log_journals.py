"""Acts that a restored database does not know of, until somebody has done them again; receipt codes find their leaf."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table, and the index that receipt codes are looked up by."""
    op.create_table(
        "lost_acts",
        sa.Column("place", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("index", sa.Integer),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT),
        sa.PrimaryKeyConstraint("place", name="pk_lost_acts"),
        sa.ForeignKeyConstraint(["place"], ["log_places.place"], name="fk_lost_acts_place_log_places"),
    )
    op.create_index("ix_log_leaves_commitment", "log_leaves", ["commitment"])


def downgrade() -> None:
    """Drop both."""
    op.drop_index("ix_log_leaves_commitment", "log_leaves")
    op.drop_table("lost_acts")
