"""Is every column known that may name an applicant, and does erasing reach each? A new table cannot be forgotten."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import JSON, Boolean, Column, Date, Integer, String, Table, insert, select, text, update

from coalition import clock
from coalition.audit.record import Actor
from coalition.desk import erasure
from coalition.desk.personal_data import PERSONAL
from coalition.extensions import db
from coalition.signing import queries
from coalition.signing.mails import about
from coalition.signing.models import Signature
from coalition.transactions import transaction
from tests.factories import officers, signing

CANARY = "canary"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

ORGANISATIONS = {
    "organisations": "public_id official_name latin_name acronym aliases organisation_form country website "
    "registration_number description name_key",
    "organisation_names": "kind name name_key",
    "organisation_sources": "listed_name listed_class",
    "organisation_words": "word",
    "register_entries": "number charter capacity status official_name latin_name acronym aliases country "
    "organisation_form category website description extra sort_name name_key search",
    "register_former_names": "number official_name latin_name",
    "register_counts": "charter country category",
    "register_heads": "prefix",
    "register_links": "number other_number kind",
    "register_marks": "key value",
    "register_notes": "number kind",
    "certificates": "serial kind language content content_sha256 storage_key pdf_sha256 revoked_reason credential",
    "import_mappings": "header_sha256 kind mapping",
    "import_problems": "heading code",
    "imports": "public_id kind charter landing list_title filename file_sha256 encoding storage_key headings "
    "header_sha256 mapping state failure",
    "review_figures": "charter figures",
}
"""What organisations are called and do: public, or theirs and not a person's."""

TEXTS = {
    "charters": "slug number_prefix",
    "charter_versions": "loaded loaded_sha256 definition definition_sha256",
    "charter_texts": "language standing markdown sha256",
    "charter_changes": "actor_kind actor_id subject before after",
    "sealing_certificates": "fingerprint pem subject",
    "credential_keys": "thumbprint jwk",
    "sealed_texts": "charter language text_sha256 storage_key pdf_sha256",
    "certificate_revisions": "level storage_key pdf_sha256",
    "timestamp_authorities": "address fingerprint subject pem",
    "saved_replies": "language title text",
}
"""What the coalition itself has written."""

OFFICERS = {
    "officers": "public_id email email_key name role language charters only_reference networks password_hash "
    "totp_secret openid_subject",
    "officer_absences": "public_id",
    "officer_invitations": "public_id",
    "officer_passkeys": "public_id credential_sha256 label",
    "officer_recovery_codes": "code_sha256",
    "officer_role_requests": "public_id role from_role outcome",
    "officer_sessions": "public_id token_sha256 browser",
    "officer_spent_challenges": "challenge_sha256",
    "review_filters": "public_id name query",
}
"""Officers' own: they are never removed, decisions name them."""

CODES = {
    "signatures": "public_id reference charter text_language text_sha256 capacity language state contact answers "
    "assessment mandate content_sha256 search name_key category register_number",
    "attestations": "key words language",
    "drafts": "public_id charter answers",
    "draft_links": "public_id",
    "mailed_links": "public_id purpose",
    "proof_documents": "public_id media_type sha256 storage_key",
    "outbox_messages": "message_id template language about state",
    "mail_events": "kind detail",
    "suppressed_addresses": "recipient_key reason",
    "review_decisions": "verdict reason_code category mandate_basis content_sha256",
    "review_questions": "public_id reason_code",
    "review_referrals": "public_id kind from_state outcome",
    "suspensions": "public_id ground outcome",
    "delistings": "public_id ground outcome",
    "revocations": "public_id reason outcome",
    "change_requests": "public_id kind language outcome",
    "successions": "kind",
    "enquiries": "reference kind topic source language charter number state outcome digest",
    "enquiry_messages": "kind letter_key",
    "evidence_files": "public_id language storage_key sha256",
    "retention_reports": "counts",
    "audit_records": "actor_kind actor_id act subject from_state to_state reason",
    "audit_links": "salt line commitment head",
    "audit_checkpoints": "note",
    "log_leaves": "act subject commitment salt content",
    "log_checkpoints": "note",
    "jobs": "name args key leased_by last_error",
    "throttle_counters": "key",
}
"""Codes, digests, random names and moments; words are those of a list that the charter or the platform gives."""

OVERRIDES: dict[str, dict[str, Any]] = {
    "change_requests": {"kind": "representative"},
    "imports": {"kind": "signatures", "state": "applied", "ended_at": NOW},
    "outbox_messages": {"state": "sent"},
}


def texts_of(table: Table) -> set[str]:
    return {column.name for column in table.columns if isinstance(column.type, String | JSON)}


def test_every_text_column_is_known_as_naming_people_or_none() -> None:
    told: dict[str, list[str]] = {}
    for known in (ORGANISATIONS, TEXTS, OFFICERS, CODES, {name: " ".join(kept) for name, kept in PERSONAL.items()}):
        for table, columns in known.items():
            told.setdefault(table, []).extend(columns.split())
    twice = {name: columns for name, columns in told.items() if len(columns) != len(set(columns))}
    found = {table.name: texts_of(table) for table in db.metadata.tables.values()}
    assert twice == {}
    assert {name: set(columns) for name, columns in told.items()} == {
        name: kept for name, kept in found.items() if kept
    }


class Rows:
    """Makes a row of any table that belongs to one signature, with a canary in each column that names people."""

    def __init__(self, signature: Signature, officer_id: int) -> None:
        self.signature, self.officer_id = signature, officer_id
        self.made: dict[str, Any] = {
            "signatures": {"id": signature.id},
            "representatives": {"signature_id": signature.id},
            "drafts": {"id": signature.draft_id},
            "organisations": {"id": signature.organisation_id},
            "register_entries": {"number": signature.register_number},
            "officers": {"id": officer_id},
        }

    def row(self, table: Table) -> dict[str, Any]:
        """Return a row's key columns; the row is made at the first call, those that exist are filled."""
        if table.name in self.made:
            key = self.made[table.name]
            if marked := {column.name: canary(column) for column in table.columns if is_personal(column)}:
                where = [table.c[name] == value for name, value in key.items()]
                db.session.execute(update(table).where(*where).values(marked))
            return dict(key)
        values = {column.name: self.value(column) for column in table.columns}
        values |= OVERRIDES.get(table.name, {})
        kept = db.session.execute(insert(table).values(values).returning(*table.columns)).one()
        self.made[table.name] = dict(kept._mapping)
        return dict(kept._mapping)

    def value(self, column: Column[Any]) -> Any:
        for key in column.foreign_keys:
            return None if key.column.table is column.table else self.parent(key.column)
        if is_personal(column):
            return canary(column)
        if column.name == "about":
            return about(self.signature)
        return plain(column)

    def parent(self, column: Column[Any]) -> Any:
        if column.table.name in ("signatures", "officers", "drafts", "organisations", "register_entries"):
            return self.made[column.table.name][column.name]
        return self.row(column.table)[column.name]


def is_personal(column: Column[Any]) -> bool:
    return column.name in PERSONAL.get(column.table.name, ())


def canary(column: Column[Any]) -> Any:
    marked = f"{CANARY}-{column.table.name}-{column.name}"
    return {"field": marked} if isinstance(column.type, JSON) else marked


def plain(column: Column[Any]) -> Any:
    if column.nullable:
        return None
    if isinstance(column.type, JSON):
        return {}
    if isinstance(column.type, Boolean):
        return False
    if isinstance(column.type, Integer):
        return None if column.primary_key else 1
    if isinstance(column.type, String):
        return f"x-{column.name}"[:20]
    return date(2026, 3, 2) if isinstance(column.type, Date) else NOW


def left_over() -> list[str]:
    """Every cell of the database in which a canary still sits."""
    found = []
    for table in db.metadata.sorted_tables:
        for row in db.session.execute(select(table)):
            found += [f"{table.name}.{name}" for name, value in row._mapping.items() if CANARY in str(value)]
    return sorted(set(found))


@pytest.mark.one_database
@pytest.mark.usefixtures("charter")
def test_canary_when_in_every_column_that_names_people_is_gone_after_erasing(app: Flask) -> None:
    signature = signing.active(full_name="Canary", publish_name=True)
    with transaction() as session:
        session.execute(text("PRAGMA ignore_check_constraints = ON"))
        rows = Rows(queries.signature_of(signature.public_id), officers.officer().id)
        tables = db.metadata.tables
        for name in ("organisation_sources", *PERSONAL):
            rows.row(tables[name])
        session.execute(text("PRAGMA ignore_check_constraints = OFF"))
    everywhere = sorted(f"{table}.{column}" for table, columns in PERSONAL.items() for column in columns)
    assert left_over() == everywhere
    with transaction():
        erasure.erase(signature_id=signature.id, actor=Actor.system("tests"), now=clock.now())
    assert left_over() == []
