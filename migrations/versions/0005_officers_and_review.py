"""Officers with their invitations and sessions; claims, decisions and notes of the review."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
BASES = "('document', 'public_source', 'letter', 'waived')"
LIVE_APPROVAL = sa.text("verdict = 'approve' AND voided_at IS NULL")


def upgrade() -> None:
    """Make the tables; the last index lets an officer approve a signature once, however many requests race."""
    _officers()
    _ways_in()
    _claims()
    _decisions()


def _officers() -> None:
    op.create_table(
        "officers",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("email", sa.String(320), nullable=False),
        sa.Column("email_key", sa.String(320), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("password_hash", sa.String(255)),
        sa.Column("totp_secret", sa.String(64)),
        sa.Column("totp_last_step", sa.BigInteger),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("disabled_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_officers"),
        sa.UniqueConstraint("public_id", name="uq_officers_public_id"),
        sa.UniqueConstraint("email_key", name="uq_officers_email_key"),
        sa.CheckConstraint("role IN ('secretariat', 'reviewer', 'presidency', 'auditor')", name="ck_officers_role"),
    )


def _ways_in() -> None:
    op.create_table(
        "officer_invitations",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("officer_id", sa.Integer),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_officer_invitations"),
        sa.UniqueConstraint("public_id", name="uq_officer_invitations_public_id"),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name="fk_officer_invitations_officer_id_officers"),
    )
    op.create_index("ix_officer_invitations_officer_id", "officer_invitations", ["officer_id"])
    op.create_table(
        "officer_sessions",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("token_sha256", sa.String(64), nullable=False),
        sa.Column("officer_id", sa.Integer, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_officer_sessions"),
        sa.UniqueConstraint("token_sha256", name="uq_officer_sessions_token_sha256"),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name="fk_officer_sessions_officer_id_officers"),
    )
    op.create_index("ix_officer_sessions_officer_id", "officer_sessions", ["officer_id"])


def _claims() -> None:
    op.create_table(
        "review_claims",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("signature_id", sa.Integer, nullable=False),
        sa.Column("officer_id", sa.Integer, nullable=False),
        sa.Column("claimed_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_review_claims"),
        sa.UniqueConstraint("signature_id", name="uq_review_claims_signature_id"),
        *_belongs_to("review_claims"),
    )
    op.create_index("ix_review_claims_officer_id", "review_claims", ["officer_id"])
    op.create_index("ix_review_claims_expires_at", "review_claims", ["expires_at"])


def _decisions() -> None:
    op.create_table(
        "review_decisions",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("signature_id", sa.Integer, nullable=False),
        sa.Column("officer_id", sa.Integer, nullable=False),
        sa.Column("verdict", sa.String(20), nullable=False),
        sa.Column("reason_code", sa.String(60)),
        sa.Column("message", sa.String(2000), nullable=False),
        sa.Column("note", sa.String(2000), nullable=False),
        sa.Column("category", sa.String(60)),
        sa.Column("mandate_basis", sa.String(20)),
        sa.Column("content_sha256", sa.String(64), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.Column("voided_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_review_decisions"),
        *_belongs_to("review_decisions"),
        sa.CheckConstraint("verdict IN ('approve', 'decline')", name="ck_review_decisions_verdict"),
        sa.CheckConstraint(f"mandate_basis IN {BASES}", name="ck_review_decisions_mandate_basis"),
    )
    op.create_index("ix_review_decisions_signature_id", "review_decisions", ["signature_id"])
    op.create_index(
        "uq_review_decisions_live_approval",
        "review_decisions",
        ["signature_id", "officer_id"],
        unique=True,
        sqlite_where=LIVE_APPROVAL,
        postgresql_where=LIVE_APPROVAL,
    )
    op.create_table(
        "review_notes",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("signature_id", sa.Integer, nullable=False),
        sa.Column("officer_id", sa.Integer, nullable=False),
        sa.Column("text", sa.String(2000), nullable=False),
        sa.Column("noted_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_review_notes"),
        *_belongs_to("review_notes"),
    )
    op.create_index("ix_review_notes_signature_id", "review_notes", ["signature_id"])


def _belongs_to(table: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(["signature_id"], ["signatures.id"], name=f"fk_{table}_signature_id_signatures"),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=f"fk_{table}_officer_id_officers"),
    ]


def downgrade() -> None:
    """Take the tables away again."""
    for table in ("review_notes", "review_decisions", "review_claims"):
        op.drop_table(table)
    for table in ("officer_sessions", "officer_invitations", "officers"):
        op.drop_table(table)
