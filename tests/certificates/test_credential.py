"""Does a credential keep to the published rules, say what the certificate says, and drop nothing when it is read?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pyld import jsonld

from coalition.certificates import credential
from coalition.certificates.content import CertificateContent
from coalition.certificates.credential import Certified, CredentialWords, LogEvidence
from coalition.certificates.status_list import BITS, Purpose
from tests.certificates import published_rules
from tests.factories import documents

SITE = "https://charter.example.org"
WORDS = CredentialWords(name="Signatory", description="It signed.", criteria="It may sign.", evidence="Proof")
PROOF = LogEvidence(
    place=2,
    size=5,
    hashes=(b"\x01" * 32, b"\x02" * 32),
    leaf=b'{"act":"certify"}',
    salt="ab" * 32,
    content='{"number":"ICSSE-00042"}',
    checkpoint="charter.example.org/log\n5\nAAAA\n\n\N{EM DASH} charter.example.org/log BBBB\n",
)


def certified(content: CertificateContent | None = None, **changes: Any) -> Certified:
    found = {"id": 142, "content": content or documents.certificate(), "content_sha256": "c" * 64}
    return Certified(**{**found, "created_at": documents.CREATED, **changes})


def told(found: Certified | None = None, proof: LogEvidence | None = PROOF) -> dict[str, Any]:
    return credential.payload(found or certified(), words=WORDS, proof=proof, site=SITE)


def expanded(document: Mapping[str, Any]) -> tuple[Any, list[Any]]:
    """What JSON-LD programs understand, and what they would drop because no context defines it."""
    dropped: list[Any] = []

    def load(url: str, _: Any) -> dict[str, Any]:
        return {"contextUrl": None, "documentUrl": url, "document": published_rules.CONTEXTS[url]}

    options = {"documentLoader": load, "on_property_dropped": lambda *found: dropped.append(found)}
    return jsonld.expand(document, options), dropped


@pytest.mark.parametrize(
    "found",
    [
        certified(),
        certified(documents.certificate(capacity="endorser", category="")),
        certified(documents.certificate(country="", latin_name="Fleuve", organisation="شبكة النهر", language="fr")),
    ],
    ids=["signatory", "endorser", "Arabic"],
)
@pytest.mark.parametrize("proof", [PROOF, None], ids=["logged", "before the log"])
def test_credential_when_written_keeps_to_the_published_rules(found: Certified, proof: LogEvidence | None) -> None:
    written = told(found, proof)
    Draft202012Validator(published_rules.CREDENTIAL).validate(written)
    assert expanded(written)[1] == []
    assert ("evidence" in written) is (proof is not None)


def test_credential_when_written_says_what_the_certificate_says() -> None:
    subject = told()["credentialSubject"]
    assert subject["name"] == "Réseau des mutuelles du Fleuve"
    assert subject["id"] == f"{SITE}/register/ICSSE-00042/#organisation"
    assert subject["signature"] == {
        "type": "Signature",
        "registerNumber": "ICSSE-00042",
        "capacity": "signatory",
        "category": "Network or organisation with international dimensions",
        "country": "SN",
        "signedOn": "2026-03-14",
        "text": f"{SITE}/api/v1/charters/icsse-charter/versions/1",
        "charterVersion": 1,
        "charterSha256": documents.SHARED["charter_sha256"],
        "certificate": {"serial": "7KQF93MDXW2P", "contentSha256": "c" * 64},
    }
    assert [one["identityHash"] for one in subject["identifier"]] == [subject["name"], "ICSSE-00042"]


@pytest.mark.parametrize(
    ("capacity", "kind"), [("signatory", "Membership"), ("endorser", "ext:Endorsement"), ("witness", "ext:Witness")]
)
def test_achievement_when_of_a_capacity_is_named_for_it(capacity: str, kind: str) -> None:
    written = told(certified(documents.certificate(capacity=capacity)))
    assert written["credentialSubject"]["achievement"]["achievementType"] == kind


def test_status_when_told_names_the_bit_of_both_lists() -> None:
    entries = told(certified(id=BITS + 7))["credentialStatus"]
    assert [(one["statusPurpose"], one["statusListCredential"], one["statusListIndex"]) for one in entries] == [
        ("revocation", f"{SITE}/credentials/status/2", "7"),
        ("suspension", f"{SITE}/credentials/status/2/suspension", "7"),
    ]
    assert entries[0]["id"] == f"{SITE}/credentials/status/2#7"


def test_evidence_when_logged_carries_the_whole_proof() -> None:
    (evidence,) = told()["evidence"]
    assert evidence == {
        "id": f"{SITE}/api/v1/log/proof/7KQF93MDXW2P",
        "type": ["Evidence", "LogInclusion"],
        "name": "Proof",
        "leaf": '{"act":"certify"}',
        "place": 2,
        "treeSize": 5,
        "path": ["01" * 32, "02" * 32],
        "salt": "ab" * 32,
        "opening": '{"number":"ICSSE-00042"}',
        "checkpoint": PROOF.checkpoint,
    }


def test_evidence_when_the_opening_was_forgotten_leaves_it_out() -> None:
    forgotten = LogEvidence(**{**vars(PROOF), "salt": None, "content": None})
    (evidence,) = told(proof=forgotten)["evidence"]
    assert {"salt", "opening"}.isdisjoint(evidence)


def test_envelope_when_read_is_an_enveloped_credential_and_nothing_more() -> None:
    written = json.loads(credential.enveloped("aa.bb.cc"))
    Draft202012Validator(published_rules.ENVELOPED).validate(written)
    (read,), dropped = expanded(written)
    assert read["@type"] == ["https://www.w3.org/2018/credentials#EnvelopedVerifiableCredential"]
    assert (read["@id"], dropped) == ("data:application/vc+jwt,aa.bb.cc", [])


def test_moment_when_of_another_zone_is_written_in_utc() -> None:
    here = datetime(2026, 4, 2, 12, 30, 59, 999, tzinfo=timezone(timedelta(hours=2)))
    assert credential.moment(here) == "2026-04-02T10:30:59Z"


def test_addresses_when_asked_for_are_those_of_the_site() -> None:
    assert credential.credential_url(SITE, "7KQF93MDXW2P") == f"{SITE}/credentials/7KQF93MDXW2P"
    assert credential.issuer_url(SITE) == f"{SITE}/credentials/issuer"
    assert credential.status_url(SITE, 3, Purpose.SUSPENSION) == f"{SITE}/credentials/status/3/suspension"
