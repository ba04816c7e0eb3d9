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
OPEN_REQUEST = sa.text("decided_at IS NULL")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the columns and tables; sessions that run go on, under a name that their digest gives."""
    with op.batch_alter_table("officers") as table:
        table.drop_constraint(ROLE, type_="check")
        table.create_check_constraint(ROLE, f"{FORMER} OR role = 'outside'")
        table.add_column(sa.Column("charters", sa.JSON, nullable=False, server_default=sa.text("'[]'")))
        table.add_column(sa.Column("only_reference", sa.String(20)))
        table.add_column(sa.Column("networks", sa.JSON, nullable=False, server_default=sa.text("'[]'")))
        table.add_column(sa.Column("enrolled_at", MOMENT))
        table.add_column(sa.Column("openid_subject", sa.String(320)))
        table.alter_column("totp_secret", type_=sa.String(255), existing_type=sa.String(64))
        table.create_unique_constraint("uq_officers_openid_subject", ["openid_subject"])
    op.execute("UPDATE officers SET enrolled_at = created_at WHERE totp_last_step IS NOT NULL")
    with op.batch_alter_table("officer_sessions") as table:
        table.add_column(sa.Column("public_id", sa.String(32)))
        table.add_column(sa.Column("proved_at", MOMENT))
        table.add_column(sa.Column("browser", sa.String(80), nullable=False, server_default=""))
    op.execute("UPDATE officer_sessions SET public_id = substr(token_sha256, 1, 22)")
    with op.batch_alter_table("officer_sessions") as table:
        table.alter_column("public_id", existing_type=sa.String(32), nullable=False)
        table.create_unique_constraint("uq_officer_sessions_public_id", ["public_id"])
    _create_factors()
    _create_matters()


def _create_factors() -> None:
    op.create_table(
        "officer_passkeys",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("public_id", sa.String(32), nullable=False),
        _officer("officer_passkeys"),
        sa.Column("credential_sha256", sa.String(64), nullable=False),
        sa.Column("credential_id", sa.LargeBinary, nullable=False),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("sign_count", sa.BigInteger, nullable=False),
        sa.Column("label", sa.String(80), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_used_at", MOMENT),
        sa.Index("ix_officer_passkeys_officer_id", "officer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_officer_passkeys"),
        sa.UniqueConstraint("public_id", name="uq_officer_passkeys_public_id"),
        sa.UniqueConstraint("credential_sha256", name="uq_officer_passkeys_credential_sha256"),
    )
    op.create_table(
        "officer_recovery_codes",
        sa.Column("id", sa.Integer, nullable=False),
        _officer("officer_recovery_codes"),
        sa.Column("code_sha256", sa.String(64), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
        sa.Index("ix_officer_recovery_codes_officer_id", "officer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_officer_recovery_codes"),
        sa.UniqueConstraint("code_sha256", name="uq_officer_recovery_codes_code_sha256"),
    )
    op.create_table(
        "officer_spent_challenges",
        sa.Column("challenge_sha256", sa.String(64), nullable=False),
        sa.Column("spent_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("challenge_sha256", name="pk_officer_spent_challenges"),
    )


def _create_matters() -> None:
    op.create_table(
        "officer_absences",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("public_id", sa.String(32), nullable=False),
        _officer("officer_absences"),
        sa.Column("first_on", sa.Date, nullable=False),
        sa.Column("last_on", sa.Date, nullable=False),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.CheckConstraint("first_on <= last_on", name=op.f("ck_officer_absences_order")),
        sa.Index("ix_officer_absences_officer_id", "officer_id", "last_on"),
        sa.PrimaryKeyConstraint("id", name="pk_officer_absences"),
        sa.UniqueConstraint("public_id", name="uq_officer_absences_public_id"),
    )
    op.create_table(
        "officer_role_requests",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("public_id", sa.String(32), nullable=False),
        _officer("officer_role_requests"),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("from_role", sa.String(20), nullable=False),
        _officer("officer_role_requests", "asked_by_id"),
        sa.Column("asked_at", MOMENT, nullable=False),
        _officer("officer_role_requests", "decided_by_id", nullable=True),
        sa.Column("decided_at", MOMENT),
        sa.Column("outcome", sa.String(20)),
        sa.Index(
            "uq_officer_role_requests_open",
            "officer_id",
            unique=True,
            sqlite_where=OPEN_REQUEST,
            postgresql_where=OPEN_REQUEST,
        ),
        sa.PrimaryKeyConstraint("id", name="pk_officer_role_requests"),
        sa.UniqueConstraint("public_id", name="uq_officer_role_requests_public_id"),
    )


def _officer(table: str, name: str = "officer_id", *, nullable: bool = False) -> sa.Column[int]:
    key = sa.ForeignKey("officers.id", name=f"fk_{table}_{name}_officers")
    return sa.Column(name, sa.Integer, key, nullable=nullable)


def downgrade() -> None:
    """Take them away; whoever was given one case, or has no authenticator of the former kind, can no longer sign in."""
    for name in (
        "officer_role_requests",
        "officer_absences",
        "officer_spent_challenges",
        "officer_recovery_codes",
        "officer_passkeys",
    ):
        op.drop_table(name)
    with op.batch_alter_table("officer_sessions") as table:
        table.drop_constraint("uq_officer_sessions_public_id", type_="unique")
        for name in ("browser", "proved_at", "public_id"):
            table.drop_column(name)
    op.execute("UPDATE officers SET role = 'auditor', password_hash = NULL WHERE role = 'outside'")
    op.execute(
        "UPDATE officers SET totp_secret = NULL, totp_last_step = NULL, password_hash = NULL "
        "WHERE length(totp_secret) > 64"
    )
    with op.batch_alter_table("officers") as table:
        table.drop_constraint(ROLE, type_="check")
        table.create_check_constraint(ROLE, FORMER)
        table.drop_constraint("uq_officers_openid_subject", type_="unique")
        table.alter_column("totp_secret", type_=sa.String(64), existing_type=sa.String(255))
        for name in ("openid_subject", "enrolled_at", "networks", "only_reference", "charters"):
            table.drop_column(name)
