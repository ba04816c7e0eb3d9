"""The ground: jobs, mails, audit lines, counters of throttling."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables, and let the database itself refuse a change of the audit log."""
    _jobs()
    _mails()
    _audit()
    op.create_table(
        "throttle_counters",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("ends_at", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("key", "ends_at", name="pk_throttle_counters"),
    )


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("args", sa.JSON, nullable=False),
        sa.Column("key", sa.String(160)),
        sa.Column("run_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("leased_until", MOMENT),
        sa.Column("leased_by", sa.String(64)),
        sa.Column("failed_at", MOMENT),
        sa.Column("last_error", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        sa.UniqueConstraint("key", name="uq_jobs_key"),
    )
    op.create_index("ix_jobs_due", "jobs", ["failed_at", "run_at", "id"])


def _mails() -> None:
    op.create_table(
        "outbox_messages",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("message_id", sa.String(255), nullable=False),
        sa.Column("template", sa.String(80), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("recipient", sa.String(320)),
        sa.Column("recipient_key", sa.String(64), nullable=False),
        sa.Column("values", sa.JSON, nullable=False),
        sa.Column("links", sa.JSON, nullable=False),
        sa.Column("about", sa.String(120), nullable=False),
        sa.Column("limited", sa.Boolean, nullable=False),
        sa.Column("useful_until", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("send_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("leased_until", MOMENT),
        sa.Column("sent_at", MOMENT),
        sa.Column("last_error", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_outbox_messages"),
        sa.UniqueConstraint("message_id", name="uq_outbox_messages_message_id"),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'refused', 'dropped')", name="ck_outbox_messages_state"),
    )
    op.create_index("ix_outbox_messages_due", "outbox_messages", ["state", "send_at", "id"])
    op.create_index("ix_outbox_messages_recipient", "outbox_messages", ["recipient_key", "created_at"])
    op.create_index("ix_outbox_messages_about", "outbox_messages", ["about", "id"])
    op.create_table(
        "suppressed_addresses",
        sa.Column("recipient_key", sa.String(64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("recipient_key", name="pk_suppressed_addresses"),
    )


def _audit() -> None:
    op.create_table(
        "audit_records",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_kind", sa.String(20), nullable=False),
        sa.Column("actor_id", sa.String(64)),
        sa.Column("act", sa.String(60), nullable=False),
        sa.Column("subject", sa.String(120), nullable=False),
        sa.Column("from_state", sa.String(40)),
        sa.Column("to_state", sa.String(40)),
        sa.Column("reason", sa.String(120)),
        sa.PrimaryKeyConstraint("id", name="pk_audit_records"),
    )
    op.create_index("ix_audit_records_subject", "audit_records", ["subject", "id"])
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_records_no_{act.lower()} BEFORE {act} ON audit_records "
                "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
            )
        op.execute(  # INSERT OR REPLACE removes a line without being a DELETE
            "CREATE TRIGGER audit_records_no_replace BEFORE INSERT ON audit_records "
            "WHEN EXISTS (SELECT 1 FROM audit_records WHERE id = NEW.id) "
            "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_records_no_change BEFORE UPDATE OR DELETE ON audit_records "
        "FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()"
    )
    op.execute(
        "CREATE TRIGGER audit_records_no_truncate BEFORE TRUNCATE ON audit_records "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()"
    )


def downgrade() -> None:
    """Take the tables away again."""
    for table in ("throttle_counters", "audit_records", "suppressed_addresses", "outbox_messages", "jobs"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_audit_change()")
