"""Which application does this officer's request reach, and in whose name is the act? Shared by all views."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from coalition import clock
from coalition.accounts.views import officer, speak_officers_language
from coalition.review import queries
from coalition.review.errors import ApplicationUnknown
from coalition.signing.models import Signature

bp = Blueprint("review", __name__)
bp.before_request(speak_officers_language)


def reached(ref: str) -> Signature:
    """Return the signature of a reference. Raises ApplicationUnknown, also outside of what this officer may reach."""
    signature = queries.signature_of(ref)
    if not officer().scope.covers(charter=signature.charter, reference=signature.reference):
        raise ApplicationUnknown
    return signature


def acting(signature_id: int) -> dict[str, Any]:
    """Return what every act of an officer on an application is given."""
    person = officer()
    return {"signature_id": signature_id, "officer_id": person.id, "actor": person.actor, "now": clock.now()}
