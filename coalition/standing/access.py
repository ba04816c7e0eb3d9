"""Which signatory is this page about, and may this officer look at it? Shared by the pages of the signatories' desk."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from coalition.accounts.guard import officer, speak_officers_language
from coalition.certificates.content import grouped
from coalition.charters import queries as charters
from coalition.signing import queries as signing
from coalition.signing.models import Signature
from coalition.standing import queries
from coalition.standing.errors import SignatoryUnknown
from coalition.standing.forms import GROUNDS

bp = Blueprint("standing", __name__)
bp.before_request(speak_officers_language)
INVALID = 422


def reached(number: str) -> Signature:
    """Return the signature of a register number. Raises SignatoryUnknown, also outside this officer's reach."""
    found = queries.signature_numbered(number)
    if found is None or not officer().scope.covers(charter=found.charter, reference=found.reference):
        raise SignatoryUnknown
    return found


def shown(signature: Signature) -> dict[str, Any]:
    """Return what every page about one signatory shows."""
    return {
        "signature": signature,
        "definition": charters.definition_of(signature.charter, signature.charter_version),
        "standing": queries.standing_of(signature.id),
        "removal_stands": signing.removal_stands(signature),
        "grounds": GROUNDS,
        "grouped": grouped,
        "officer_id": officer().id,
    }


def back(number: str) -> ResponseReturnValue:
    """Lead back to the signatory's page."""
    return redirect(url_for("standing.signatory", number=number))
