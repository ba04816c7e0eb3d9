"""What do the pages on enquiries share? The officers' blueprint, which enquiry an officer reaches, whose mail it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app

from coalition.accounts.views import officer, speak_officers_language
from coalition.charters import queries as charters
from coalition.enquiries import queries
from coalition.enquiries.models import Enquiry
from coalition.i18n import localised
from coalition.mail.queries import MailLine, mails_about
from coalition.signing.mails import about, letterhead
from coalition.signing.models import Signature

bp = Blueprint("enquiries_desk", __name__)
bp.before_request(speak_officers_language)


def reached(ref: str) -> Enquiry:
    """Return the enquiry of a reference, if it is this officer's to read. Raises EnquiryUnknown."""
    return queries.enquiry_of(ref, scope=officer().scope)


@dataclass(frozen=True)
class WrittenAbout:
    """What was written to and from an application: mails with what became of them, and letters."""

    mails: tuple[MailLine, ...]
    enquiries: Sequence[Any]


@bp.app_context_processor
def correspondence() -> dict[str, Callable[..., Any]]:
    """Lend templates `letters_about(signature)`, for the pages on an application, and `letters_waiting()`."""
    return {"letters_about": _letters_about, "letters_waiting": _letters_waiting}


def _letters_about(signature: Signature) -> WrittenAbout:
    return WrittenAbout(mails_about(about(signature)), queries.of_application(signature.id))


def _letters_waiting() -> int:
    return queries.waiting(officer().scope)


def head_of(charter: str, language: str) -> dict[str, str]:
    """Return whose mail it is, and where answers go: the charter's, else the site's own."""
    first = charters.first_definition()
    if charter:
        return letterhead(charters.definition_of(charter), language)
    contact, sender = current_app.config["CONTACT"], current_app.config["MAIL_FROM"]
    if first is None:
        return {"contact": contact}
    own = {} if contact == sender else {"contact": contact}
    return {
        "wordmark": str(localised(first.wordmark, language)),
        "owner": str(localised(first.owner, language)),
        "contact": first.contact_email,
        **own,
    }
