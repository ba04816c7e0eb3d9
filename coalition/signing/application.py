"""What does an organisation send when it signs? One frozen value that the forms make and `submit` takes; pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any


class MandateBasis(StrEnum):
    """What gives the representative the authority, as the applicant says."""

    DECISION = "decision"
    LETTER = "letter"
    OFFICE = "office"
    LATER = "later"


@dataclass(frozen=True)
class OrganisationDetails:
    """The organisation as typed; "" where nothing was given. `country` is an ISO 3166 code."""

    official_name: str
    latin_name: str
    acronym: str
    aliases: str
    country: str
    organisation_form: str
    website: str
    registration_number: str
    description: str


@dataclass(frozen=True)
class RepresentativeDetails:
    """The person who signs. The name is private unless `publish_name`."""

    full_name: str
    role: str
    email: str
    publish_name: bool
    mandate: MandateBasis
    second_contact_name: str
    second_contact_email: str


@dataclass(frozen=True)
class PrivateDetails:
    """What a representative may change at once: nothing of it is public but whether the name is.

    `extra` are the answers to the charter's own private fields.
    """

    role: str
    registration_number: str
    second_contact_name: str
    second_contact_email: str
    publish_name: bool
    extra: Mapping[str, str]

    def judged(self) -> tuple[object, ...]:
        """Return what officers look at before they decide."""
        return self.role, self.registration_number, dict(self.extra)


@dataclass(frozen=True)
class Preparer:
    """Whoever filled in the form for the representative to sign; affirms nothing."""

    name: str
    email: str


@dataclass(frozen=True)
class AttestationAffirmed:
    """One statement affirmed, with the exact words shown."""

    key: str
    words: str


@dataclass(frozen=True)
class SignatureApplication:
    """Everything sent with one signature.

    `text_sha256` is the digest of the authentic text, `criteria_sha256` that of the charter's data by which the answers
    are judged, `extra` the answers to the fields that the charter adds ("" where nothing was given).
    """

    charter: str
    charter_version: int
    text_language: str
    text_sha256: str
    criteria_sha256: str
    language: str
    answers: Mapping[str, str]
    organisation: OrganisationDetails
    representative: RepresentativeDetails
    preparer: Preparer | None
    extra: Mapping[str, str]
    attestations: tuple[AttestationAffirmed, ...]
    typed_name: str

    def content_sha256(self) -> str:
        """Return the digest of what officers approve: an approval is bound to it."""
        return digest(vars(self))


def digest(content: Mapping[str, object]) -> str:
    """Return the SHA-256 of values, and of the values in them, in one canonical form, as hexadecimal."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=vars)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class SigningRules:
    """The settings that signing keeps to."""

    link_lifetime: timedelta
    unverified_lifetime: timedelta
    resends: int
    mails_per_hour: int
    mails_per_day: int

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> SigningRules:
        """Read them from the application's settings."""
        return cls(
            link_lifetime=settings["VERIFICATION_LINK_LIFETIME"],
            unverified_lifetime=settings["UNVERIFIED_LIFETIME"],
            resends=settings["RESENDS"],
            mails_per_hour=settings["MAILS_PER_HOUR"],
            mails_per_day=settings["MAILS_PER_DAY"],
        )
