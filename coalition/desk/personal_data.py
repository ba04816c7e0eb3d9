"""Where does what an applicant typed, or what was written about one, stand in the database? Table by table.

Erasing (`erasure`) reaches each of these columns, and wiping (`wiping`) rewrites these tables. A test walks every text
column of the database: one that stands neither here nor among those that name nobody fails it.
"""

from __future__ import annotations

from collections.abc import Mapping

PERSONAL: Mapping[str, tuple[str, ...]] = {
    "representatives": (
        "full_name",
        "role",
        "email",
        "email_key",
        "typed_name",
        "second_contact_name",
        "second_contact_email",
        "preparer_name",
        "preparer_email",
    ),
    "signatures": ("extra",),
    "drafts": ("organisation", "representative", "extra", "preparer"),
    "representative_words": ("word",),
    "proof_documents": ("filename",),
    "outbox_messages": ("recipient", "recipient_key", "values", "links", "last_error"),
    "register_entries": ("representative",),
    "review_decisions": ("message", "note"),
    "review_notes": ("text",),
    "review_questions": ("message", "answer"),
    "review_referrals": ("note", "answer"),
    "suspensions": ("message",),
    "delistings": ("message", "note"),
    "revocations": ("note",),
    "successions": ("note",),
    "change_requests": ("before", "after", "explanation", "message"),
    "enquiries": ("subject", "sender_name", "sender_email", "sender_key", "search"),
    "enquiry_messages": ("text", "letter_id", "attachments"),
    "import_problems": ("detail", "text"),
}
