"""What does the credential of a certificate say? Its JSON, as it is signed and as it travels within the PDF; pure.

A Verifiable Credential 2.0 with the fields of Open Badges 3.0 that fit. Like the certificate it names the organisation,
never a person. How it stands now is asked of the status lists it names; with which key it is signed belongs to
`credentialing`.

Source: Verifiable Credentials Data Model 2.0; Bitstring Status List 1.0; Open Badges 3.0 (AchievementCredential).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from coalition.certificates.content import CertificateContent
from coalition.certificates.status_list import Purpose, index_of, list_number

MEDIA_TYPE = "application/vc+jwt"
VERIFIABLE = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
DAY = "http://www.w3.org/2001/XMLSchema#date"
WHOLE = "http://www.w3.org/2001/XMLSchema#integer"
ACHIEVEMENTS: Mapping[str, str] = {"signatory": "Membership", "endorser": "ext:Endorsement"}
PLAIN_TERMS = (
    "capacity",
    "category",
    "certificate",
    "charterSha256",
    "checkpoint",
    "contentSha256",
    "country",
    "latinName",
    "leaf",
    "opening",
    "registerNumber",
    "salt",
    "serial",
    "signature",
)
OWN_TYPES = ("Signature", "LogInclusion")


@dataclass(frozen=True, kw_only=True)
class CredentialWords:
    """What people read in a credential, in the certificate's language."""

    name: str
    description: str
    criteria: str
    evidence: str


@dataclass(frozen=True, kw_only=True)
class LogEvidence:
    """The proof that the certificate stands in the public log: leaf, place, path to the root and the signed head.

    `salt` and `content` open the leaf's commitment; None where they were forgotten.
    """

    place: int
    size: int
    hashes: tuple[bytes, ...]
    leaf: bytes
    salt: str | None
    content: str | None
    checkpoint: str


@dataclass(frozen=True, kw_only=True)
class Certified:
    """A certificate whose credential is to be written: what it says, its digest, its row's id and moment."""

    id: int
    content: CertificateContent
    content_sha256: str
    created_at: datetime


def credential_url(site: str, serial: str) -> str:
    """Return where the credential of that serial lies."""
    return f"{site}/credentials/{serial}"


def issuer_url(site: str) -> str:
    """Return the name of whoever issues: a controlled identifier, which is also an address."""
    return f"{site}/credentials/issuer"


def status_url(site: str, number: int, purpose: Purpose) -> str:
    """Return where a status list lies."""
    ending = "" if purpose is Purpose.REVOCATION else f"/{purpose.value}"
    return f"{site}/credentials/status/{number}{ending}"


def payload(found: Certified, *, words: CredentialWords, proof: LogEvidence | None, site: str) -> dict[str, Any]:
    """Return the credential that is signed. `site` is the public address of the site, without a slash at its end."""
    content = found.content
    return {
        "@context": [VERIFIABLE, OPEN_BADGES, own_context(site)],
        "id": credential_url(site, content.serial),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": words.name,
        "description": words.description,
        "image": {"id": f"{site}/badge/{content.number}.png", "type": "Image"},
        "issuer": {"id": issuer_url(site), "type": ["Profile"], "name": content.coalition, "url": f"{site}/"},
        "validFrom": moment(found.created_at),
        "credentialSubject": _subject(found, words, site),
        "credentialStatus": [_status(found.id, purpose, site) for purpose in Purpose],
        **({"evidence": [_evidence(proof, content.serial, name=words.evidence, site=site)]} if proof else {}),
    }


def own_context(site: str) -> dict[str, Any]:
    """Return our own terms, written out, so that reading them needs no network; the API's page is where they point."""
    terms = f"{site}/api/v1/#"
    return {
        **{name: f"{terms}{name}" for name in (*PLAIN_TERMS, *OWN_TYPES)},
        "inLanguage": "https://schema.org/inLanguage",
        "text": {"@id": f"{terms}text", "@type": "@id"},
        "signedOn": {"@id": f"{terms}signedOn", "@type": DAY},
        "charterVersion": {"@id": f"{terms}charterVersion", "@type": WHOLE},
        "place": {"@id": f"{terms}place", "@type": WHOLE},
        "treeSize": {"@id": f"{terms}treeSize", "@type": WHOLE},
        "path": {"@id": f"{terms}path", "@container": "@list"},
    }


def canonical(value: Mapping[str, Any]) -> bytes:
    """Return JSON in its one form: sorted names, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def enveloped(signed: str) -> bytes:
    """Return the signed credential in the envelope that JSON-LD programs read; it travels within the PDF."""
    return canonical(
        {
            "@context": VERIFIABLE,
            "id": f"data:{MEDIA_TYPE},{signed}",
            "type": "EnvelopedVerifiableCredential",
        }
    )


def moment(at: datetime) -> str:
    """Return a moment as credentials write it, in UTC to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _subject(found: Certified, words: CredentialWords, site: str) -> dict[str, Any]:
    content = found.content
    text = f"{site}/api/v1/charters/{content.charter}/versions/{content.charter_version}"
    return {
        "id": f"{site}/register/{content.number}/#organisation",
        "type": ["AchievementSubject"],
        "name": content.organisation,
        "identifier": [
            _identity("name", content.organisation),
            _identity("ext:registerNumber", content.number),
        ],
        "achievement": {
            "id": f"{text}#{content.capacity}",
            "type": ["Achievement"],
            "achievementType": ACHIEVEMENTS.get(content.capacity, f"ext:{content.capacity.capitalize()}"),
            "name": words.name,
            "description": words.description,
            "inLanguage": content.language,
            "version": str(content.charter_version),
            "criteria": {
                "id": f"{site}/{content.language}/charters/{content.charter}/?version={content.charter_version}",
                "narrative": words.criteria,
            },
        },
        "signature": _signature(found, text),
    }


def _signature(found: Certified, text: str) -> dict[str, Any]:
    content = found.content
    told = {
        "type": "Signature",
        "registerNumber": content.number,
        "capacity": content.capacity,
        "category": content.category,
        "latinName": content.latin_name,
        "country": content.country,
        "signedOn": content.signed_on.isoformat(),
        "text": text,
        "charterVersion": content.charter_version,
        "charterSha256": content.charter_sha256,
        "certificate": {"serial": content.serial, "contentSha256": found.content_sha256},
    }
    return {name: value for name, value in told.items() if value}


def _identity(kind: str, value: str) -> dict[str, Any]:
    return {"type": "IdentityObject", "hashed": False, "identityType": kind, "identityHash": value}


def _status(certificate_id: int, purpose: Purpose, site: str) -> dict[str, str]:
    index, address = index_of(certificate_id), status_url(site, list_number(certificate_id), purpose)
    return {
        "id": f"{address}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose.value,
        "statusListIndex": str(index),
        "statusListCredential": address,
    }


def _evidence(proof: LogEvidence, serial: str, *, name: str, site: str) -> dict[str, Any]:
    told = {
        "id": f"{site}/api/v1/log/proof/{serial}",
        "type": ["Evidence", "LogInclusion"],
        "name": name,
        "leaf": proof.leaf.decode(),
        "place": proof.place,
        "treeSize": proof.size,
        "path": [one.hex() for one in proof.hashes],
        "salt": proof.salt,
        "opening": proof.content,
        "checkpoint": proof.checkpoint,
    }
    return {name: value for name, value in told.items() if value is not None}
