"""Officers limited to charters or to one case; passkeys, recovery codes and the rest of their accounts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ROLE = "ck_officers_role"
FORMER = "role IN ('secretariat', 'reviewer', 'presidency', 'auditor')"


def upgrade() -> None:
    """Add the columns."""
    with op.batch_alter_table("officers") as table:
        table.drop_constraint(ROLE, type_="check")
        table.create_check_constraint(ROLE, f"{FORMER} OR role = 'outside'")
        table.add_column(sa.Column("charters", sa.JSON, nullable=False, server_default=sa.text("'[]'")))
        table.add_column(sa.Column("only_reference", sa.String(20)))
        table.add_column(sa.Column("networks", sa.JSON, nullable=False, server_default=sa.text("'[]'")))


def downgrade() -> None:
    """Take them away; whoever was given one case can no longer sign in."""
    op.execute("UPDATE officers SET role = 'auditor', password_hash = NULL WHERE role = 'outside'")
    with op.batch_alter_table("officers") as table:
        table.drop_constraint(ROLE, type_="check")
        table.create_check_constraint(ROLE, FORMER)
        for name in ("networks", "only_reference", "charters"):
            table.drop_column(name)
