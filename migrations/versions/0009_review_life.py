"""The whole review: questions with the clock stopped, referrals and appeals, recusals, merges, assignments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
QUEUE = "ix_signatures_queue"
VERDICT = "ck_review_decisions_verdict"
LIVE_MERGE = sa.text("undone_at IS NULL")
OPEN_QUESTION = sa.text("closed_at IS NULL")
OPEN_REFERRAL = sa.text("answered_at IS NULL")


def upgrade() -> None:
    """Add the tables, and the moment from which working days count."""
    op.add_column("signatures", sa.Column("clock_at", MOMENT))
    op.execute("UPDATE signatures SET clock_at = confirmed_at")
    op.drop_index(QUEUE, "signatures")
    op.create_index(QUEUE, "signatures", ["state", "clock_at", "id"])
    with op.batch_alter_table("review_decisions") as table:
        table.drop_constraint(VERDICT, type_="check")
        table.create_check_constraint(VERDICT, "verdict IN ('approve', 'decline', 'merge')")
    _questions()
    _referrals()
    _merges()
    _people()


def _questions() -> None:
    op.create_table(
        "review_questions",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("signature_id", sa.Integer, nullable=False),
        sa.Column("officer_id", sa.Integer, nullable=False),
        sa.Column("reason_code", sa.String(60), nullable=False),
        sa.Column("message", sa.String(2000), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("reminded_at", MOMENT),
        sa.Column("closed_at", MOMENT),
        sa.Column("answer", sa.String(4000), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_review_questions"),
        sa.UniqueConstraint("public_id", name="uq_review_questions_public_id"),
        *_belongs_to("review_questions", "officer_id"),
    )
    _only_one("review_questions", "open", OPEN_QUESTION)
    op.create_index("ix_review_questions_signature_id", "review_questions", ["signature_id"])
    op.create_index("ix_review_questions_due", "review_questions", ["closed_at", "due_at"])


def _referrals() -> None:
    op.create_table(
        "review_referrals",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("signature_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("from_state", sa.String(30), nullable=False),
        sa.Column("officer_id", sa.Integer),
        sa.Column("to_officer_id", sa.Integer),
        sa.Column("note", sa.String(4000), nullable=False),
        sa.Column("referred_at", MOMENT, nullable=False),
        sa.Column("answered_at", MOMENT),
        sa.Column("answered_by_id", sa.Integer),
        sa.Column("outcome", sa.String(20)),
        sa.Column("answer", sa.String(2000), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_review_referrals"),
        sa.UniqueConstraint("public_id", name="uq_review_referrals_public_id"),
        sa.CheckConstraint("kind IN ('second_reviewer', 'presidency', 'appeal')", name="ck_review_referrals_kind"),
        *_belongs_to("review_referrals", "officer_id", "to_officer_id", "answered_by_id"),
    )
    _only_one("review_referrals", "open", OPEN_REFERRAL)
    op.create_index("ix_review_referrals_signature_id", "review_referrals", ["signature_id"])
    op.create_index("ix_review_referrals_to_officer_id", "review_referrals", ["to_officer_id", "answered_at"])


def _merges() -> None:
    op.create_table(
        "review_merges",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("signature_id", sa.Integer, nullable=False),
        sa.Column("into_signature_id", sa.Integer, nullable=False),
        sa.Column("officer_id", sa.Integer, nullable=False),
        sa.Column("merged_at", MOMENT, nullable=False),
        sa.Column("undone_at", MOMENT),
        sa.Column("undone_by_id", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_review_merges"),
        *_belongs_to("review_merges", "officer_id", "undone_by_id"),
        sa.ForeignKeyConstraint(
            ["into_signature_id"], ["signatures.id"], name="fk_review_merges_into_signature_id_signatures"
        ),
    )
    _only_one("review_merges", "live", LIVE_MERGE)
    op.create_index("ix_review_merges_signature_id", "review_merges", ["signature_id"])
    op.create_index("ix_review_merges_into_signature_id", "review_merges", ["into_signature_id"])


def _people() -> None:
    op.create_table(
        "review_recusals",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("signature_id", sa.Integer, nullable=False),
        sa.Column("officer_id", sa.Integer, nullable=False),
        sa.Column("recused_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_review_recusals"),
        sa.UniqueConstraint("signature_id", "officer_id", name="uq_review_recusals_signature_id_officer_id"),
        *_belongs_to("review_recusals", "officer_id"),
    )
    op.create_table(
        "review_assignments",
        sa.Column("signature_id", sa.Integer, nullable=False),
        sa.Column("officer_id", sa.Integer, nullable=False),
        sa.Column("assigned_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("signature_id", name="pk_review_assignments"),
        *_belongs_to("review_assignments", "officer_id"),
    )
    op.create_index("ix_review_assignments_officer_id", "review_assignments", ["officer_id"])


def _belongs_to(table: str, *officers: str) -> list[sa.ForeignKeyConstraint]:
    signature = sa.ForeignKeyConstraint(["signature_id"], ["signatures.id"], name=f"fk_{table}_signature_id_signatures")
    return [
        signature,
        *(sa.ForeignKeyConstraint([name], ["officers.id"], name=f"fk_{table}_{name}_officers") for name in officers),
    ]


def _only_one(table: str, what: str, where: sa.TextClause) -> None:
    name = f"uq_{table}_{what}"
    op.create_index(name, table, ["signature_id"], unique=True, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Take the tables away again."""
    for table in (
        "review_assignments",
        "review_recusals",
        "review_merges",
        "review_referrals",
        "review_questions",
    ):
        op.drop_table(table)
    op.execute("DELETE FROM review_decisions WHERE verdict = 'merge'")
    with op.batch_alter_table("review_decisions") as table:
        table.drop_constraint(VERDICT, type_="check")
        table.create_check_constraint(VERDICT, "verdict IN ('approve', 'decline')")
    op.drop_index(QUEUE, "signatures")
    op.create_index(QUEUE, "signatures", ["state", "confirmed_at", "id"])
    op.drop_column("signatures", "clock_at")
