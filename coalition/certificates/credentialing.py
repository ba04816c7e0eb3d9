"""How are credentials signed? Each certificate's once, by the job that makes its file; a status list when asked for.

Signed with ES256 as a JWS. The key's public half is on record before its first signature, for ever. What the signed
JSON says belongs to `credential` and `status_list`.

Source: Securing Verifiable Credentials using JOSE and COSE, section 3.1.1 (credentials with JOSE).
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from flask import current_app
from joserfc import jws
from joserfc.jwk import ECKey
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from coalition import clock
from coalition.audit import record
from coalition.audit.record import Actor
from coalition.certificates import credential, credential_queries, status_list
from coalition.certificates.content import CertificateContent
from coalition.certificates.credential import CredentialWords, LogEvidence
from coalition.certificates.models import Certificate, CredentialKey
from coalition.certificates.status_list import Purpose
from coalition.errors import Unavailable, mark
from coalition.extensions import db
from coalition.i18n import force_language
from coalition.i18n import gettext as _
from coalition.keyfiles import p256_key
from coalition.transactions import reading, transaction
from coalition.transparency import queries as log
from coalition.transparency.leaves import LeafAct
from coalition.transparency.models import LogLeaf
from coalition.web.formatting import format_date

WORKER = Actor.system("worker")
TTL_MILLISECONDS = 60_000
ENDORSER = "endorser"


def credential_for(certificate_id: int) -> str:
    """Return the signed credential of a certificate, in compact form; signed and stored at the first call.

    Opens transactions of its own. What is signed first stays: of two workers both are given the same one. Raises
    Unavailable while the public log has not placed the certificate's leaf.
    """
    found = credential_queries.signable(certificate_id)
    if found.signed:
        return found.signed
    content = found.certified.content
    proof = _proof(content.serial)
    with force_language(content.language):
        told = credential.payload(
            found.certified, words=_words(content), proof=proof, site=current_app.config["PUBLIC_URL"]
        )
    return _keep(certificate_id, content.serial, signed(told))


def signed_status_list(number: int, purpose: Purpose, *, now: datetime) -> str:
    """Return the status list of that number as a signed credential, as the certificates stand at `now`."""
    site = current_app.config["PUBLIC_URL"]
    address = credential.status_url(site, number, purpose)
    bits = status_list.encoded(credential_queries.set_bits(number, purpose))
    return signed(
        {
            "@context": [credential.VERIFIABLE],
            "id": address,
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": credential.issuer_url(site),
            "validFrom": credential.moment(now),
            "credentialSubject": {
                "id": f"{address}#list",
                "type": "BitstringStatusList",
                "statusPurpose": purpose.value,
                "encodedList": bits,
                "ttl": TTL_MILLISECONDS,
            },
        }
    )


def signed(payload: dict[str, Any]) -> str:
    """Return a credential as a JWS in compact form, signed with the site's key."""
    key = signing_key()
    header = {"alg": "ES256", "typ": "vc+jwt", "cty": "vc", "kid": key.thumbprint()}
    return jws.serialize_compact(header, credential.canonical(payload), key)


def signing_key() -> ECKey:
    """Return the key that the settings name; its public half is on record before it signs anything.

    Raises Unavailable when the file holds no P-256 key.
    """
    settings = current_app.config
    default = settings["DATA_DIR"] / "keys" / "credential.pem"
    private = p256_key(settings["CREDENTIAL_KEY"], default=default)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    key = ECKey.import_key(pem)
    _put_on_record(key)
    return key


def public_jwk(key: ECKey) -> dict[str, Any]:
    """Return the public half as it is published; its `kid` is its RFC 7638 thumbprint."""
    return {**key.as_dict(private=False), "kid": key.thumbprint(), "alg": "ES256", "use": "sig"}


def _put_on_record(key: ECKey) -> None:
    thumbprint = key.thumbprint()
    with reading() as connection:
        if connection.execute(select(CredentialKey.thumbprint).where(CredentialKey.thumbprint == thumbprint)).scalar():
            return
    jwk = json.dumps(public_jwk(key), sort_keys=True)
    with transaction() as session:
        # Several processes may meet the new key at once: whoever is second finds it there.
        session.execute(_insert_new(CredentialKey).values(thumbprint=thumbprint, jwk=jwk, first_used_at=clock.now()))


def _insert_new(table: Any) -> Any:
    insert = postgresql_insert if db.engine.dialect.name == "postgresql" else sqlite_insert
    return insert(table).on_conflict_do_nothing()


def _keep(certificate_id: int, serial: str, made: str) -> str:
    """Store a signed credential unless another worker's came first; return the one that counts."""
    unsigned = (Certificate.id == certificate_id, Certificate.credential.is_(None))
    with transaction() as session:
        taken = session.execute(
            update(Certificate).where(*unsigned).values(credential=made).returning(Certificate.serial)
        ).scalar()
        if taken is None:
            return str(session.execute(select(Certificate.credential).where(Certificate.id == certificate_id)).scalar())
        record.append(actor=WORKER, act="sign credential", subject=f"certificate:{serial}", now=clock.now())
    return made


def _proof(serial: str) -> LogEvidence | None:
    """Return the proof that the certificate stands in the public log; None for one that was issued before the log."""
    found = log.proof_of(act=LeafAct.CERTIFY, subject=serial)
    if found is not None:
        return LogEvidence(**asdict(found))
    is_awaited = select(LogLeaf.id).where(LogLeaf.act == LeafAct.CERTIFY.value, LogLeaf.subject == serial)
    with reading() as connection:
        if connection.execute(is_awaited).first():
            raise Unavailable(mark("The credential waits until the public log has signed its certificate’s entry."))
    return None


def _words(content: CertificateContent) -> CredentialWords:
    """Word a credential in the present language, by what the certificate's capacity is."""
    told = {
        "organisation": content.organisation,
        "the_text": content.the_text or content.charter_title,
        "version": content.charter_version,
        "date": format_date(content.signed_on),
        "number": content.number,
    }
    evidence = _("Proof that the certificate stands in the public log")
    if content.capacity == ENDORSER:
        return CredentialWords(
            name=_("Endorser: %(title)s", title=content.charter_title),
            description=_(
                "%(organisation)s endorsed %(the_text)s (version %(version)s) on %(date)s and was entered in the "
                "register as %(number)s.",
                **told,
            ),
            criteria=_(
                "Its representative backed the text publicly, without joining, and the secretariat entered it in the "
                "register."
            ),
            evidence=evidence,
        )
    return CredentialWords(
        name=_("Signatory: %(title)s", title=content.charter_title),
        description=_(
            "%(organisation)s signed %(the_text)s (version %(version)s) on %(date)s and was entered in the register as "
            "%(number)s.",
            **told,
        ),
        criteria=_(
            "Its representative signed the text, and the secretariat found that it may sign and entered it in the "
            "register."
        ),
        evidence=evidence,
    )
