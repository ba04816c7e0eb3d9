"""Letters to the secretariat, cases on entries, saved replies; what became of every mail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
BOUNCED = sa.text("bounced_at IS NOT NULL")
TOPICS = (
    "'signing', 'mail', 'eligibility', 'entry', 'certificate', 'accessibility', 'data', 'other', "
    "'impostor', 'namesake', 'facts'"
)


def upgrade() -> None:
    """Add the tables, and to a mail the moment at which it came back."""
    _enquiries()
    _messages()
    _replies()
    _mail_events()


def _enquiries() -> None:
    op.create_table(
        "enquiries",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("reference", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("topic", sa.String(20), nullable=False),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(300), nullable=False),
        sa.Column("sender_name", sa.String(200), nullable=False),
        sa.Column("sender_email", sa.String(320), nullable=False),
        sa.Column("sender_key", sa.String(64), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("charter", sa.String(60), nullable=False),
        sa.Column("number", sa.String(40)),
        sa.Column("signature_id", sa.Integer),
        sa.Column("owner_id", sa.Integer),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("has_note", sa.Boolean, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("waiting_at", MOMENT),
        sa.Column("closed_at", MOMENT),
        sa.Column("forgotten_at", MOMENT),
        sa.Column("digest", sa.String(64)),
        sa.Column("search", sa.String(2000), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_enquiries"),
        sa.UniqueConstraint("reference", name="uq_enquiries_reference"),
        sa.UniqueConstraint("digest", name="uq_enquiries_digest"),
        sa.CheckConstraint("kind IN ('enquiry', 'case')", name="ck_enquiries_kind"),
        sa.CheckConstraint("source IN ('form', 'letter')", name="ck_enquiries_source"),
        sa.CheckConstraint("state IN ('open', 'closed')", name="ck_enquiries_state"),
        sa.CheckConstraint("outcome IN ('', 'answered', 'upheld', 'unfounded')", name="ck_enquiries_outcome"),
        sa.CheckConstraint(f"topic IN ({TOPICS})", name="ck_enquiries_topic"),
        sa.ForeignKeyConstraint(["number"], ["register_entries.number"], name="fk_enquiries_number_register_entries"),
        sa.ForeignKeyConstraint(["signature_id"], ["signatures.id"], name="fk_enquiries_signature_id_signatures"),
        sa.ForeignKeyConstraint(["owner_id"], ["officers.id"], name="fk_enquiries_owner_id_officers"),
    )
    for columns in (["state", "id"], ["state", "topic", "id"], ["state", "kind", "id"], ["state", "owner_id", "id"]):
        op.create_index("_".join(["ix_enquiries", *columns]), "enquiries", columns)
    op.create_index("ix_enquiries_signature_id", "enquiries", ["signature_id"])
    op.create_index("ix_enquiries_sender_key", "enquiries", ["sender_key"])
    op.create_index("ix_enquiries_number", "enquiries", ["number"])


def _messages() -> None:
    op.create_table(
        "enquiry_messages",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("enquiry_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("officer_id", sa.Integer),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("letter_key", sa.String(120)),
        sa.Column("letter_id", sa.String(64)),
        sa.Column("attachments", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_enquiry_messages"),
        sa.UniqueConstraint("letter_id", name="uq_enquiry_messages_letter_id"),
        sa.CheckConstraint("kind IN ('received', 'answer', 'note')", name="ck_enquiry_messages_kind"),
        sa.ForeignKeyConstraint(["enquiry_id"], ["enquiries.id"], name="fk_enquiry_messages_enquiry_id_enquiries"),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name="fk_enquiry_messages_officer_id_officers"),
    )
    op.create_index("ix_enquiry_messages_enquiry_id", "enquiry_messages", ["enquiry_id", "id"])


def _replies() -> None:
    op.create_table(
        "saved_replies",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("officer_id", sa.Integer, nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.Column("removed_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_saved_replies"),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name="fk_saved_replies_officer_id_officers"),
    )


def _mail_events() -> None:
    op.create_table(
        "mail_events",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("mail_id", sa.Integer, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("detail", sa.String(300), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mail_events"),
        sa.ForeignKeyConstraint(["mail_id"], ["outbox_messages.id"], name="fk_mail_events_mail_id_outbox_messages"),
    )
    op.create_index("ix_mail_events_mail_id", "mail_events", ["mail_id", "id"])
    op.add_column("outbox_messages", sa.Column("bounced_at", MOMENT))
    op.create_index("ix_outbox_messages_state", "outbox_messages", ["state", "id"])
    op.create_index(
        "ix_outbox_messages_bounced", "outbox_messages", ["id"], sqlite_where=BOUNCED, postgresql_where=BOUNCED
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_outbox_messages_bounced", "outbox_messages")
    op.drop_index("ix_outbox_messages_state", "outbox_messages")
    with op.batch_alter_table("outbox_messages") as table:
        table.drop_column("bounced_at")
    for table in ("mail_events", "saved_replies", "enquiry_messages", "enquiries"):
        op.drop_table(table)
