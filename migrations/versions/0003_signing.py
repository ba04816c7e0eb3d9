"""Organisations, and signatures with all that belongs to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
STATES = [
    "pending_verification",
    "submitted",
    "in_review",
    "needs_information",
    "referred",
    "active",
    "suspended",
    "declined",
    "merged",
    "disowned",
    "expired",
    "lapsed",
    "withdrawn",
    "delisted",
    "superseded",
    "anonymised",
]


def upgrade() -> None:
    """Make the tables."""
    _organisations()
    _drafts()
    _signatures()
    _parts()
    _documents()
    _links()


def _one_of(column: str, values: list[str], name: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=name)


def _organisations() -> None:
    op.create_table(
        "organisations",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("official_name", sa.String(300), nullable=False),
        sa.Column("latin_name", sa.String(300), nullable=False),
        sa.Column("acronym", sa.String(40), nullable=False),
        sa.Column("aliases", sa.String(500), nullable=False),
        sa.Column("organisation_form", sa.String(40), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("website", sa.String(300), nullable=False),
        sa.Column("registration_number", sa.String(100), nullable=False),
        sa.Column("description", sa.String(400), nullable=False),
        sa.Column("name_key", sa.String(300), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organisations"),
        sa.UniqueConstraint("public_id", name="uq_organisations_public_id"),
    )
    op.create_index("ix_organisations_name_key", "organisations", ["name_key", "country"])


def _signatures() -> None:
    op.create_table(
        "signatures",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("reference", sa.String(20), nullable=False),
        sa.Column("charter", sa.String(60), nullable=False),
        sa.Column("charter_version", sa.Integer, nullable=False),
        sa.Column("text_language", sa.String(10), nullable=False),
        sa.Column("text_sha256", sa.String(64), nullable=False),
        sa.Column("capacity", sa.String(20), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("contact", sa.String(20), nullable=False),
        sa.Column("organisation_id", sa.Integer, nullable=False),
        sa.Column("draft_id", sa.Integer),
        sa.Column("answers", sa.JSON, nullable=False),
        sa.Column("assessment", sa.JSON, nullable=False),
        sa.Column("mandate", sa.String(20), nullable=False),
        sa.Column("content_sha256", sa.String(64), nullable=False),
        sa.Column("search", sa.String(2000), nullable=False),
        sa.Column("category", sa.String(60)),
        sa.Column("register_number", sa.String(40)),
        sa.Column("submitted_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("confirmed_at", MOMENT),
        sa.Column("signed_on", sa.Date),
        sa.Column("decided_at", MOMENT),
        sa.Column("ended_on", sa.Date),
        sa.Column("anonymised_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_signatures"),
        sa.UniqueConstraint("public_id", name="uq_signatures_public_id"),
        sa.UniqueConstraint("reference", name="uq_signatures_reference"),
        sa.UniqueConstraint("register_number", name="uq_signatures_register_number"),
        sa.UniqueConstraint("draft_id", name="uq_signatures_draft_id"),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name="fk_signatures_draft_id_drafts", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_signatures_organisation_id_organisations"
        ),
        _one_of("state", STATES, "ck_signatures_state"),
        _one_of("contact", ["unverified", "verified", "bounced"], "ck_signatures_contact"),
        _one_of("capacity", ["signatory", "endorser"], "ck_signatures_capacity"),
    )
    op.create_index("ix_signatures_queue", "signatures", ["state", "confirmed_at", "id"])
    op.create_index("ix_signatures_expiry", "signatures", ["state", "expires_at"])
    op.create_index("ix_signatures_organisation_id", "signatures", ["organisation_id"])


def _parts() -> None:
    op.create_table(
        "representatives",
        sa.Column("signature_id", sa.Integer, nullable=False),
        sa.Column("full_name", sa.String(200), nullable=False),
        sa.Column("role", sa.String(200), nullable=False),
        sa.Column("email", sa.String(320), nullable=False),
        sa.Column("email_key", sa.String(64), nullable=False),
        sa.Column("publish_name", sa.Boolean, nullable=False),
        sa.Column("typed_name", sa.String(200), nullable=False),
        sa.Column("second_contact_name", sa.String(200), nullable=False),
        sa.Column("second_contact_email", sa.String(320), nullable=False),
        sa.PrimaryKeyConstraint("signature_id", name="pk_representatives"),
        sa.ForeignKeyConstraint(
            ["signature_id"], ["signatures.id"], name="fk_representatives_signature_id_signatures", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_representatives_email_key", "representatives", ["email_key"])
    op.create_table(
        "attestations",
        sa.Column("signature_id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(60), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("words", sa.String(1000), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("affirmed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("signature_id", "key", name="pk_attestations"),
        sa.ForeignKeyConstraint(
            ["signature_id"], ["signatures.id"], name="fk_attestations_signature_id_signatures", ondelete="CASCADE"
        ),
    )


def _drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("charter", sa.String(60), nullable=False),
        sa.Column("charter_version", sa.Integer, nullable=False),
        sa.Column("answers", sa.JSON, nullable=False),
        sa.Column("organisation", sa.JSON, nullable=False),
        sa.Column("representative", sa.JSON, nullable=False),
        sa.Column("proof_seen", sa.Boolean, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_drafts"),
        sa.UniqueConstraint("public_id", name="uq_drafts_public_id"),
    )


def _documents() -> None:
    op.create_table(
        "proof_documents",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("draft_id", sa.Integer),
        sa.Column("signature_id", sa.Integer),
        sa.Column("filename", sa.String(200), nullable=False),
        sa.Column("media_type", sa.String(60), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("storage_key", sa.String(140), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("forgotten_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_proof_documents"),
        sa.UniqueConstraint("public_id", name="uq_proof_documents_public_id"),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["drafts.id"], name="fk_proof_documents_draft_id_drafts", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["signature_id"], ["signatures.id"], name="fk_proof_documents_signature_id_signatures", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_proof_documents_signature_id", "proof_documents", ["signature_id"])
    op.create_index("ix_proof_documents_draft_id", "proof_documents", ["draft_id"])


def _links() -> None:
    op.create_table(
        "mailed_links",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("signature_id", sa.Integer, nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_mailed_links"),
        sa.UniqueConstraint("public_id", name="uq_mailed_links_public_id"),
        sa.ForeignKeyConstraint(
            ["signature_id"], ["signatures.id"], name="fk_mailed_links_signature_id_signatures", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_mailed_links_signature_id", "mailed_links", ["signature_id", "purpose"])


def downgrade() -> None:
    """Take the tables away again, those that point at others first."""
    for table in ("mailed_links", "proof_documents", "attestations", "representatives"):
        op.drop_table(table)
    for table in ("signatures", "drafts", "organisations"):
        op.drop_table(table)
