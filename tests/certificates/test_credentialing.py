"""Is each credential signed once, readable by others with the published keys alone, and its standing told as it is?"""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from jwcrypto.jws import InvalidJWSSignature
from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session, scoped_session

from coalition import clock, keyfiles
from coalition.audit.models import AuditRecord
from coalition.certificates import credentialing, operations
from coalition.certificates.models import Certificate, CredentialKey
from coalition.certificates.states import Kind
from coalition.certificates.status_list import Purpose
from coalition.errors import Unavailable
from coalition.signing.models import Signature
from coalition.signing.states import Act
from coalition.transactions import transaction
from coalition.transparency import sequencing
from tests.certificates import issuing, published_rules
from tests.certificates.conftest import on_record
from tests.certificates.issuing import OFFICER, certified, checked, id_of, issued, read, standing_of
from tests.factories import documents, reviewing, signing

pytestmark = pytest.mark.usefixtures("icsse")


def test_credential_when_signed_is_read_by_another_library_with_the_published_keys_alone(client: FlaskClient) -> None:
    serial = certified(signing.active(official_name="Union du Fleuve"))
    told = read(client, f"/credentials/{serial}")
    Draft202012Validator(published_rules.CREDENTIAL).validate(told)
    assert told["id"] == f"http://coalition.test/credentials/{serial}"
    assert told["credentialSubject"]["name"] == "Union du Fleuve"
    assert told["name"] == "Signatory: Charter of the International Coalition of Social and Solidarity Economy"
    assert standing_of(client, told) == {"revocation": False, "suspension": False}


def test_credential_when_one_character_was_changed_is_refused(client: FlaskClient) -> None:
    compact = client.get(f"/credentials/{certified(signing.active())}").text
    header, payload, signature = compact.split(".")
    changed = f"{payload[:40]}{'A' if payload[40] != 'A' else 'B'}{payload[41:]}"
    with pytest.raises(InvalidJWSSignature):
        checked(client, f"{header}.{changed}.{signature}")


def test_credential_when_signed_names_no_person(client: FlaskClient) -> None:
    signature = signing.active(publish_name=True)
    person = signature.representative
    assert person is not None
    words = (person.full_name, person.email, person.role)
    told = json.dumps(read(client, f"/credentials/{certified(signature)}"), ensure_ascii=False)
    assert [word for word in words if word in told] == []


def test_credential_when_signed_in_french_is_worded_in_french(client: FlaskClient) -> None:
    told = read(client, f"/credentials/{certified(signing.active(official_name='Union du Fleuve'), 'fr')}")
    assert told["credentialSubject"]["achievement"]["inLanguage"] == "fr"
    assert told["description"].startswith("Union du Fleuve a signé la Charte (version 1) le ")


def test_credential_when_of_an_endorser_does_not_say_that_it_signed(
    client: FlaskClient, session: scoped_session[Session]
) -> None:
    serial = issued(signing.active())
    sequencing.place_all()
    with transaction():
        row = session.scalars(select(Certificate).where(Certificate.serial == serial)).one()
        row.content = row.content.replace('"capacity":"signatory"', '"capacity":"endorser"')
    credentialing.credential_for(id_of(serial))
    told = read(client, f"/credentials/{serial}")
    assert told["name"].startswith("Endorser: ")
    assert " endorsed the Charter " in told["description"]


def test_evidence_when_followed_leads_from_the_leaf_to_the_signed_root(client: FlaskClient) -> None:
    for _ in range(2):
        signing.active()
    serial = certified(signing.active())
    (evidence,) = read(client, f"/credentials/{serial}")["evidence"]
    origin, size, root, *_ = evidence["checkpoint"].split("\n")
    assert (origin, int(size)) == ("coalition.test/log", evidence["treeSize"])
    assert root_by(evidence) == b64decode(root)
    leaf, opening = json.loads(evidence["leaf"]), evidence["opening"].encode()
    assert (leaf["act"], leaf["subject"]) == ("certify", serial)
    assert hashlib.sha256(b"\x00" + bytes.fromhex(evidence["salt"]) + opening).hexdigest() == leaf["commitment"]
    assert json.loads(opening)["serial"] == serial


def root_by(evidence: dict[str, Any]) -> bytes:
    """RFC 9162, section 2.1.3.2, written anew."""
    found, last = evidence["place"], evidence["treeSize"] - 1
    node = hashlib.sha256(b"\x00" + evidence["leaf"].encode()).digest()
    for other in (bytes.fromhex(one) for one in evidence["path"]):
        if found & 1 or found == last:
            node = hashlib.sha256(b"\x01" + other + node).digest()
            while found and not found & 1:
                found, last = found >> 1, last >> 1
        else:
            node = hashlib.sha256(b"\x01" + node + other).digest()
        found, last = found >> 1, last >> 1
    assert last == 0
    return node


def test_credential_when_asked_for_again_is_the_one_signed_first(session: scoped_session[Session]) -> None:
    certificate_id = id_of(serial := certified(signing.active()))
    stored = credentialing.credential_for(certificate_id)
    assert credentialing.credential_for(certificate_id) == stored
    assert credentialing._keep(certificate_id, serial, "another.workers.one") == stored
    lines = select(func.count()).where(AuditRecord.act == "sign credential")
    assert session.scalar(lines.where(AuditRecord.subject == f"certificate:{serial}")) == 1


def test_credential_when_the_log_has_not_placed_its_leaf_waits(session: scoped_session[Session]) -> None:
    certificate_id = id_of(issued(signing.active()))
    with pytest.raises(Unavailable):
        credentialing.credential_for(certificate_id)
    sequencing.place_all()
    assert credentialing.credential_for(certificate_id).count(".") == 2


def test_credential_when_the_certificate_was_issued_before_the_log_has_no_evidence(
    client: FlaskClient,
) -> None:
    row = on_record(signing.active(), documents.certificate(), b"%PDF-", Kind.CERTIFICATE).certificate
    certificate_id, serial = row.id, row.serial
    credentialing.credential_for(certificate_id)
    told = read(client, f"/credentials/{serial}")
    assert "evidence" not in told
    Draft202012Validator(published_rules.CREDENTIAL).validate(told)


def test_credential_when_of_a_receipt_is_none(session: scoped_session[Session]) -> None:
    signature_id = signing.verified().id
    with transaction():
        serial = operations.issue(
            signature_id=signature_id, kind=Kind.RECEIPT, language="en", actor=OFFICER, now=clock.now()
        )
    with pytest.raises(NoResultFound):
        credentialing.credential_for(id_of(serial))


def test_key_when_replaced_leaves_old_credentials_checkable(
    client: FlaskClient, settings: dict[str, Any], tmp_path: Path
) -> None:
    old = certified(signing.active())
    keyfiles.p256_key("", default=tmp_path / "new.pem")
    settings["CREDENTIAL_KEY"] = str(tmp_path / "new.pem")
    new = certified(signing.active())
    assert read(client, f"/credentials/{old}")["id"].endswith(old)
    assert read(client, f"/credentials/{new}")["id"].endswith(new)
    keys = client.get("/.well-known/coalition/jwks.json").json
    Draft202012Validator(published_rules.JWKS).validate(keys)
    assert len(keys["keys"]) == 2


def test_key_when_met_by_two_processes_at_once_is_recorded_once(session: scoped_session[Session]) -> None:
    key = credentialing.signing_key()
    with transaction():
        session.execute(
            credentialing._insert_new(CredentialKey).values(
                thumbprint=key.thumbprint(), jwk="{}", first_used_at=clock.now()
            )
        )
    assert session.scalars(select(CredentialKey.jwk)).one() != "{}"


def test_key_when_unreadable_leaves_the_credential_unsigned(
    settings: dict[str, Any], session: scoped_session[Session], tmp_path: Path
) -> None:
    serial = issued(signing.active())
    sequencing.place_all()
    (broken := tmp_path / "credential.pem").write_text("no key at all")
    settings["CREDENTIAL_KEY"] = str(broken)
    with pytest.raises(Unavailable):
        credentialing.credential_for(id_of(serial))
    assert session.scalar(select(Certificate.credential).where(Certificate.serial == serial)) is None


ENDINGS: dict[str, tuple[Callable[[Signature], object], dict[str, bool]]] = {
    "suspended": (lambda one: reviewing.moved(one, Act.SUSPEND), {"revocation": False, "suspension": True}),
    "withdrawn": (lambda one: reviewing.moved(one, Act.WITHDRAW), {"revocation": True, "suspension": False}),
    "succeeded": (lambda one: reviewing.moved(one, Act.SUCCEED), {"revocation": True, "suspension": False}),
    "revoked": (lambda one: ended(operations.revoke, one), {"revocation": True, "suspension": False}),
    "superseded": (lambda one: ended(operations.supersede, one), {"revocation": True, "suspension": False}),
}


def ended(act: Callable[..., object], signature: Signature) -> None:
    signature_id = signature.id
    with transaction():
        act(signature_id=signature_id, reason="organisation", actor=OFFICER, now=clock.now())


@pytest.mark.parametrize("ending", ENDINGS)
def test_status_when_the_signature_or_its_certificate_ends_tells_so(client: FlaskClient, ending: str) -> None:
    act, expected = ENDINGS[ending]
    other, signature = certified(signing.active()), signing.active()
    told = read(client, f"/credentials/{certified(signature)}")
    act(signature)
    assert standing_of(client, told) == expected
    assert standing_of(client, read(client, f"/credentials/{other}")) == {"revocation": False, "suspension": False}


@pytest.mark.parametrize("purpose", Purpose)
def test_list_when_signed_keeps_to_the_published_rules(client: FlaskClient, purpose: Purpose) -> None:
    told = issuing.checked(client, credentialing.signed_status_list(1, purpose, now=clock.now()))
    Draft202012Validator(published_rules.STATUS_LIST).validate(told)
    assert told["credentialSubject"]["statusPurpose"] == purpose.value
    assert len(issuing.bits_of(told)) * 8 >= 131_072
