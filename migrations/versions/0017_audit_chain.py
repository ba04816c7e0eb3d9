"""The audit log as a chain: numbers, salted commitments, signed checkpoints; a line can be emptied, never altered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
OFFICERS = sa.text("actor_kind = 'officer'")
REFUSAL = "the audit log is append-only"
EMPTIED_RECORD = (
    "NEW.id = OLD.id AND NEW.act = 'forgotten' AND NEW.actor_kind = '' AND NEW.subject = '' AND NEW.actor_id IS NULL "
    "AND NEW.from_state IS NULL AND NEW.to_state IS NULL AND NEW.reason IS NULL"
)
EMPTIED_LINK = (
    "NEW.number = OLD.number AND NEW.record_id = OLD.record_id AND NEW.commitment = OLD.commitment "
    "AND NEW.head = OLD.head AND NEW.salt IS NULL AND NEW.line IS NULL"
)


def upgrade() -> None:
    """Make the tables; the database itself refuses every change of them but the emptying of a line."""
    op.create_table(
        "audit_links",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("record_id", sa.Integer, nullable=False),
        sa.Column("salt", sa.String(64)),
        sa.Column("line", sa.Text),
        sa.Column("commitment", sa.String(64), nullable=False),
        sa.Column("head", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit_links"),
        sa.UniqueConstraint("record_id", name="uq_audit_links_record_id"),
    )
    op.create_table(
        "audit_checkpoints",
        sa.Column("size", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("size", name="pk_audit_checkpoints"),
    )
    op.create_index("ix_audit_records_act", "audit_records", ["act", "id"])
    for columns in (["actor_id", "id"], ["actor_id", "act", "id"]):
        name = f"ix_audit_records_{'_'.join(columns[:-1])}"
        op.create_index(name, "audit_records", columns, sqlite_where=OFFICERS, postgresql_where=OFFICERS)
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def _guard_sqlite() -> None:
    op.execute("DROP TRIGGER audit_records_no_update")
    for table, allowed in (("audit_records", EMPTIED_RECORD), ("audit_links", EMPTIED_LINK)):
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} WHEN NOT ({allowed}) "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
    op.execute(
        "CREATE TRIGGER audit_checkpoints_no_update BEFORE UPDATE ON audit_checkpoints "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )
    for table, key in (("audit_links", "number"), ("audit_checkpoints", "size")):
        op.execute(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "  # noqa: S608 - two names of our own
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key}) "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )


def _guard_postgresql() -> None:
    op.execute("DROP TRIGGER audit_records_no_change ON audit_records")
    op.execute(_row_trigger("audit_records", "delete", "DELETE"))
    op.execute(_row_trigger("audit_records", "update", "UPDATE", condition=f"WHEN (NOT ({EMPTIED_RECORD}))"))
    op.execute(_row_trigger("audit_links", "delete", "DELETE"))
    op.execute(_row_trigger("audit_links", "update", "UPDATE", condition=f"WHEN (NOT ({EMPTIED_LINK}))"))
    op.execute(_row_trigger("audit_checkpoints", "change", "UPDATE OR DELETE"))
    for table in ("audit_links", "audit_checkpoints"):
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()"
        )


def _row_trigger(table: str, name: str, acts: str, *, condition: str = "") -> str:
    return (
        f"CREATE TRIGGER {table}_no_{name} BEFORE {acts} ON {table} "
        f"FOR EACH ROW {condition} EXECUTE FUNCTION refuse_audit_change()"
    )


def downgrade() -> None:
    """Take the chain away; lines that were emptied stay so."""
    for name in ("ix_audit_records_actor_id_act", "ix_audit_records_actor_id", "ix_audit_records_act"):
        op.drop_index(name, "audit_records")
    for table in ("audit_checkpoints", "audit_links"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_records_no_update")
        op.execute(
            f"CREATE TRIGGER audit_records_no_update BEFORE UPDATE ON audit_records "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
        return
    for name in ("delete", "update"):
        op.execute(f"DROP TRIGGER audit_records_no_{name} ON audit_records")
    op.execute(_row_trigger("audit_records", "change", "UPDATE OR DELETE"))
