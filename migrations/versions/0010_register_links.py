"""What the register says between entries: successors and namesakes; and a neutral note while a question is open."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

STATUS = "ck_register_entries_status"
FORMER = "status IN ('active', 'suspended', 'withdrawn', 'delisted')"


def upgrade() -> None:
    """Let an entry be superseded, be tied to others, and bear a note."""
    with op.batch_alter_table("register_entries") as table:
        table.drop_constraint(STATUS, type_="check")
        table.create_check_constraint(STATUS, f"{FORMER} OR status = 'superseded'")
    op.create_table(
        "register_links",
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("other_number", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("since_on", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("number", "other_number", "kind", name="pk_register_links"),
        sa.CheckConstraint("kind IN ('successor', 'namesake')", name="ck_register_links_kind"),
        *(
            sa.ForeignKeyConstraint(
                [name], ["register_entries.number"], name=f"fk_register_links_{name}_register_entries"
            )
            for name in ("number", "other_number")
        ),
    )
    op.create_index("ix_register_links_other_number", "register_links", ["other_number"])
    op.create_table(
        "register_notes",
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("since_on", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_register_notes"),
        sa.CheckConstraint("kind IN ('identity', 'namesake', 'facts')", name="ck_register_notes_kind"),
        sa.ForeignKeyConstraint(
            ["number"], ["register_entries.number"], name="fk_register_notes_number_register_entries"
        ),
    )


def downgrade() -> None:
    """Take them away; what was superseded counts as withdrawn."""
    op.drop_table("register_notes")
    op.drop_table("register_links")
    op.execute("UPDATE register_entries SET status = 'withdrawn' WHERE status = 'superseded'")
    with op.batch_alter_table("register_entries") as table:
        table.drop_constraint(STATUS, type_="check")
        table.create_check_constraint(STATUS, FORMER)
