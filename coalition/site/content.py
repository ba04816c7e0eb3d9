"""What do the pages on privacy tell as facts? Which fields are public, which are not, how long things are kept.

Every field that is asked for stands here once; the numbers come from the settings. How it is worded on a page belongs
to the templates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from coalition.i18n import lazy_gettext as _l

DISPLAY = "display"
DISPLAY_LIFETIME = timedelta(days=365)
PUBLIC: Mapping[str, object] = {
    "official_name": _l("Official name"),
    "latin_name": _l("Name in Latin letters"),
    "acronym": _l("Acronym"),
    "aliases": _l("Other names"),
    "country": _l("Country or territory"),
    "organisation_form": _l("Kind of organisation"),
    "website": _l("Website or public page"),
    "description": _l("What it does"),
    "charter": _l("The text that was signed"),
    "charter_version": _l("Its version"),
    "capacity": _l("As signatory or as endorser"),
    "category": _l("Category"),
    "number": _l("Register number"),
    "status": _l("Status in the register"),
    "signed_on": _l("Day of the signature"),
    "published_on": _l("Day of the entry into the register"),
    "ended_on": _l("Day on which it ended, if it did"),
    "extra": _l("Answers that this text asks for and marks as public"),
    "representative": _l("Name of the person who signed, only if that person ticked that it may be published"),
}
"""What the register shows, by the names of `register.entry`."""

PRIVATE: Mapping[str, object] = {
    "full_name": _l("Name of the person who signs, unless that person asked for it to be published"),
    "role": _l("Role in the organisation"),
    "email": _l("Work email address"),
    "typed_name": _l("The name typed as signature"),
    "mandate": _l("What shows that the person may sign, and the files that prove it"),
    "second_contact": _l("Name and email address of a second contact"),
    "preparer": _l("Name and email address of whoever filled in the form for another"),
    "registration_number": _l("Registration number"),
    "answers": _l("Answers to the eligibility questions"),
    "extra": _l("Answers that this text asks for and marks as private"),
    "words": _l("What you and the secretariat write to each other about the application"),
    "letters": _l("Messages to the secretariat and reports on entries, with your name and address"),
}
"""What the secretariat alone sees."""


@dataclass(frozen=True)
class Cookie:
    """A cookie that this site may set: its name, what for, and for how many days at most."""

    name: str
    purpose: object
    days: int


@dataclass(frozen=True)
class Periods:
    """How long things are kept and take, in the units that pages name them in."""

    draft_days: int
    unverified_days: int
    decision_days: int
    proof_months: int
    personal_months: int
    enquiry_months: int
    mail_months: int
    note_months: int
    link_hours: int
    visit_hours: int


def periods_of(settings: Mapping[str, Any]) -> Periods:
    """Read the periods from the settings."""
    return Periods(
        draft_days=settings["DRAFT_LIFETIME"].days,
        unverified_days=settings["UNVERIFIED_LIFETIME"].days,
        decision_days=settings["DECISION_WORKING_DAYS"],
        proof_months=settings["PROOF_RETENTION_MONTHS"],
        personal_months=settings["PERSONAL_DATA_RETENTION_MONTHS"],
        enquiry_months=settings["ENQUIRY_RETENTION_MONTHS"],
        mail_months=settings["MAIL_RETENTION_MONTHS"],
        note_months=settings["NOTE_RETENTION_MONTHS"],
        link_hours=settings["VERIFICATION_LINK_LIFETIME"] // timedelta(hours=1),
        visit_hours=settings["PORTAL_SESSION_LIFETIME"] // timedelta(hours=1),
    )


def cookies_of(settings: Mapping[str, Any]) -> tuple[Cookie, ...]:
    """Return every cookie that this site may set."""
    own, kept = settings["SESSION_COOKIE_NAME"], settings["PERMANENT_SESSION_LIFETIME"].days
    return (
        Cookie(own, _l("Keeps your form together, opens your signature, and protects what you send"), kept),
        Cookie(DISPLAY, _l("Remembers light or dark, if you chose one at the foot of a page"), DISPLAY_LIFETIME.days),
    )
