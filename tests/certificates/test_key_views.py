"""Can everybody fetch what a seal is checked with, of every key that was ever used?"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from flask.testing import FlaskClient

from coalition import clock
from coalition.certificates import storing
from coalition.certificates.models import SealingCertificate
from coalition.transactions import transaction

if TYPE_CHECKING:
    from coalition.documents.keys import SealingKey

FOLDER = "/.well-known/coalition"
FILES = {
    "certificates.pem": "application/x-pem-file",
    "roots.pem": "application/x-pem-file",
    "fingerprints.txt": "text/plain",
    "fingerprints.json": "application/json",
}


@pytest.fixture
def authority(known_seal: SealingCertificate) -> x509.Certificate:
    """The root of an authority that dated something."""
    from tests.factories.authority import chain

    root = chain("Test authority")[0]
    told = {"fingerprint": "f" * 64, "subject": "x", "pem": root.public_bytes(_pem()).decode()}
    with transaction():
        storing.record_authority(address="https://dates.example/", now=clock.now(), **told)
    return root


def _pem():  # type: ignore[no-untyped-def]
    from cryptography.hazmat.primitives.serialization import Encoding

    return Encoding.PEM


@pytest.mark.parametrize("name", FILES)
def test_file_when_fetched_sets_no_cookie_and_may_be_kept(client: FlaskClient, name: str) -> None:
    answer = client.get(f"{FOLDER}/{name}")
    assert (answer.status_code, answer.mimetype) == (200, FILES[name])
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.one_database
def test_files_when_a_seal_and_an_authority_are_known_name_them_with_their_roots(
    client: FlaskClient, sealing_key: SealingKey, authority: x509.Certificate, tmp_path: Path
) -> None:
    chain = x509.load_pem_x509_certificates(client.get(f"{FOLDER}/certificates.pem").data)
    assert chain == [sealing_key.certificate, *sealing_key.chain]
    roots = client.get(f"{FOLDER}/roots.pem")
    assert x509.load_pem_x509_certificates(roots.data) == [sealing_key.chain[-1], authority]
    told = client.get(f"{FOLDER}/fingerprints.json").get_json()
    (seal,) = told["seals"]
    assert (seal["sha256"], seal["development"]) == (sealing_key.fingerprint, True)
    assert told["timestamp_authorities"][0]["root"]["subject"] == "CN=Test authority root"
    text = client.get(f"{FOLDER}/fingerprints.txt").get_data(as_text=True)
    (tmp_path / "roots.pem").write_bytes(roots.data)
    words = ["openssl", "x509", "-in", str(tmp_path / "roots.pem"), "-noout", "-fingerprint", "-sha256"]
    printed = subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip().partition("=")[2]
    assert printed in text
    assert "seal: CN=Coalition register seal (development)" in text
    assert "timestamps: CN=Test authority root" in text


@pytest.mark.one_database
def test_roots_when_two_keys_lead_to_one_name_it_once(
    client: FlaskClient, sealing_key: SealingKey, known_seal: SealingCertificate
) -> None:
    with transaction():
        storing.record_sealing_certificate(
            fingerprint="b" * 64,
            pem=known_seal.pem,
            subject="The seal of another year",
            valid=(clock.now(), clock.now()),
            development=False,
            now=clock.now(),
        )
    assert client.get(f"{FOLDER}/roots.pem").data.count(b"BEGIN CERTIFICATE") == 1
    assert client.get(f"{FOLDER}/certificates.pem").data.count(b"BEGIN CERTIFICATE") == 4
