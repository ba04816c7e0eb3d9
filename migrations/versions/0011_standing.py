"""What happens on the register: suspensions, delistings by two, changes, successions, former names."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
OPEN = sa.text("closed_at IS NULL")
VERDICT = "ck_review_decisions_verdict"


def upgrade() -> None:
    """Add the tables; a delisting becomes a verdict."""
    with op.batch_alter_table("review_decisions") as table:
        table.drop_constraint(VERDICT, type_="check")
        table.create_check_constraint(VERDICT, "verdict IN ('approve', 'decline', 'merge', 'delist')")
    _suspensions()
    _delistings()
    _changes()
    _successions()


def _suspensions() -> None:
    op.create_table(
        "suspensions",
        *_named("suspensions"),
        sa.Column("ground", sa.String(30), nullable=False),
        sa.Column("message", sa.String(2000), nullable=False),
        sa.Column("announced_at", MOMENT, nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("began_at", MOMENT),
        *_closed("suspensions"),
    )
    _only_one("suspensions", "signature_id")
    op.create_index("ix_suspensions_signature_id", "suspensions", ["signature_id"])
    op.create_index("ix_suspensions_starts_at", "suspensions", ["closed_at", "starts_at"])
    op.create_index("ix_suspensions_ends_at", "suspensions", ["closed_at", "ends_at"])


def _delistings() -> None:
    op.create_table(
        "delistings",
        *_named("delistings"),
        sa.Column("ground", sa.String(30), nullable=False),
        sa.Column("message", sa.String(2000), nullable=False),
        sa.Column("note", sa.String(2000), nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        *_closed("delistings"),
    )
    _only_one("delistings", "signature_id")
    op.create_index("ix_delistings_signature_id", "delistings", ["signature_id"])
    op.create_index("ix_delistings_closed_at", "delistings", ["closed_at", "id"])


def _changes() -> None:
    op.create_table(
        "change_requests",
        *_named("change_requests", officer_needed=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("before", sa.JSON, nullable=False),
        sa.Column("after", sa.JSON, nullable=False),
        sa.Column("explanation", sa.String(2000), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("requested_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT),
        sa.Column("opened_at", MOMENT),
        *_closed("change_requests"),
        sa.Column("message", sa.String(2000), nullable=False),
        sa.CheckConstraint(
            "kind IN ('organisation', 'category', 'representative', 'correction')", name="ck_change_requests_kind"
        ),
    )
    _only_one("change_requests", "signature_id", "kind")
    op.create_index("ix_change_requests_signature_id", "change_requests", ["signature_id"])
    op.create_index("ix_change_requests_queue", "change_requests", ["closed_at", "opened_at", "id"])
    op.create_table(
        "change_approvals",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("change_request_id", sa.Integer, nullable=False),
        sa.Column("officer_id", sa.Integer, nullable=False),
        sa.Column("approved_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_change_approvals"),
        sa.UniqueConstraint("change_request_id", "officer_id", name="uq_change_approvals_change_request_id_officer_id"),
        sa.ForeignKeyConstraint(
            ["change_request_id"], ["change_requests.id"], name="fk_change_approvals_change_request_id_change_requests"
        ),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name="fk_change_approvals_officer_id_officers"),
    )


def _successions() -> None:
    op.create_table(
        "successions",
        sa.Column("signature_id", sa.Integer, nullable=False),
        sa.Column("successor_id", sa.Integer, nullable=False),
        sa.Column("officer_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("since_on", sa.Date, nullable=False),
        sa.Column("note", sa.String(2000), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("signature_id", name="pk_successions"),
        sa.CheckConstraint("kind IN ('succession', 'merger')", name="ck_successions_kind"),
        sa.ForeignKeyConstraint(["signature_id"], ["signatures.id"], name="fk_successions_signature_id_signatures"),
        sa.ForeignKeyConstraint(["successor_id"], ["signatures.id"], name="fk_successions_successor_id_signatures"),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name="fk_successions_officer_id_officers"),
    )
    op.create_index("ix_successions_successor_id", "successions", ["successor_id"])
    op.create_table(
        "register_former_names",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("official_name", sa.String(300), nullable=False),
        sa.Column("until_on", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_register_former_names"),
        sa.ForeignKeyConstraint(
            ["number"], ["register_entries.number"], name="fk_register_former_names_number_register_entries"
        ),
    )
    op.create_index("ix_register_former_names_number", "register_former_names", ["number", "id"])


def _named(table: str, *, officer_needed: bool = True) -> tuple[sa.Column[object] | sa.Constraint, ...]:
    """Return what each of these has: a name, the signature it is about, the officer who began it."""
    return (
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("signature_id", sa.Integer, nullable=False),
        sa.Column("officer_id", sa.Integer, nullable=not officer_needed),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("public_id", name=f"uq_{table}_public_id"),
        sa.ForeignKeyConstraint(["signature_id"], ["signatures.id"], name=f"fk_{table}_signature_id_signatures"),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=f"fk_{table}_officer_id_officers"),
    )


def _closed(table: str) -> tuple[sa.Column[object] | sa.Constraint, ...]:
    """Return how each of these ends: when, by whom, with what."""
    return (
        sa.Column("closed_at", MOMENT),
        sa.Column("closed_by_id", sa.Integer),
        sa.Column("outcome", sa.String(20)),
        sa.ForeignKeyConstraint(["closed_by_id"], ["officers.id"], name=f"fk_{table}_closed_by_id_officers"),
    )


def _only_one(table: str, *columns: str) -> None:
    name = f"uq_{table}_open"
    op.create_index(name, table, list(columns), unique=True, sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    """Take the tables away again."""
    for table in (
        "register_former_names",
        "successions",
        "change_approvals",
        "change_requests",
        "delistings",
        "suspensions",
    ):
        op.drop_table(table)
    op.execute("DELETE FROM review_decisions WHERE verdict = 'delist'")
    with op.batch_alter_table("review_decisions") as table:
        table.drop_constraint(VERDICT, type_="check")
        table.create_check_constraint(VERDICT, "verdict IN ('approve', 'decline', 'merge')")
