"""Is a sealed file valid for tools that are not ours, and does the key stay where it belongs?"""

from __future__ import annotations

import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from coalition.documents import keys, sealing
from coalition.documents.errors import KeyUnusable
from tests.factories.documents import CREATED

pytestmark = pytest.mark.pdf


def test_sealed_file_when_read_by_pdfsig_is_valid_and_wholly_signed(sealed: Path) -> None:
    told = subprocess.run(["pdfsig", "-nocert", str(sealed)], capture_output=True, text=True, check=True).stdout
    assert "Signature is Valid." in told
    assert "Total document signed" in told
    assert "ETSI.CAdES.detached" in told
    assert "SHA-256" in told
    assert told.count("Signature #") == 1


def test_sealed_file_when_a_byte_is_changed_is_invalid_for_pdfsig(sealed: Path, tmp_path: Path) -> None:
    data = bytearray(sealed.read_bytes())
    data[5000] ^= 1
    (tmp_path / "changed.pdf").write_bytes(data)
    told = subprocess.run(
        ["pdfsig", "-nocert", str(tmp_path / "changed.pdf")], capture_output=True, text=True, check=False
    ).stdout
    assert "Signature is Valid." not in told


def test_seal_when_opened_allows_no_change_and_shows_nothing(sealed: Path) -> None:
    with pikepdf.open(sealed) as pdf:
        (field,) = pdf.Root.AcroForm.Fields
        assert str(field.T) == "RegisterSeal"
        assert str(field.V.Name) == "The coalition"
        assert pdf.Root.Perms.DocMDP.Reference[0].TransformParams.P == 1
        assert int(field.F) & 0b10 == 0  # not hidden: PDF/A forbids it
        assert int(field.F) & 0b100  # to be printed
        assert max(field.Rect) < 0  # outside the page
        assert "/Metadata" in pdf.Root
        assert len(sealed.read_bytes()) < 60_000


def test_development_key_when_made_is_private_and_says_what_it_is(tmp_path: Path) -> None:
    key = keys.development_key(tmp_path / "keys", now=CREATED)
    (file,) = (tmp_path / "keys").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert key.is_development
    assert key.subject == "Coalition register seal (development)"
    assert key.pem.count("BEGIN CERTIFICATE") == 2
    assert len(key.fingerprint) == 64
    assert isinstance(key.private_key, ec.EllipticCurvePrivateKey)
    assert key.private_key.curve.name == "secp256r1"
    key.certificate.verify_directly_issued_by(key.chain[0])


def test_development_key_when_several_start_at_once_is_one(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: keys.development_key(tmp_path / "keys", now=CREATED).fingerprint, range(8)))
    assert len(set(found)) == 1
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["development.p12"]


def bundle(
    path: Path, private_key: object, *, name: str = "Coalition seal", days: int = 365, passphrase: bytes = b"secret"
) -> Path:
    """Write a PKCS#12 file as an operator would bring it."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signer = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private_key.public_key())  # type: ignore[attr-defined]
        .serial_number(7)
        .not_valid_before(CREATED - timedelta(days=2))
        .not_valid_after(CREATED + timedelta(days=days))
        .sign(signer, hashes.SHA256())
    )
    locked = serialization.BestAvailableEncryption(passphrase)
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"seal", private_key, certificate, None, locked))  # type: ignore[arg-type]
    return path


def test_production_key_when_its_passphrase_is_right_is_used(tmp_path: Path) -> None:
    path = bundle(tmp_path / "seal.p12", ec.generate_private_key(ec.SECP256R1()))
    key = keys.production_key(path, passphrase="secret", now=CREATED)
    assert key.subject == "Coalition seal"
    assert not key.is_development


def test_production_key_when_its_passphrase_is_wrong_is_refused_with_a_sentence(tmp_path: Path) -> None:
    path = bundle(tmp_path / "seal.p12", ec.generate_private_key(ec.SECP256R1()))
    with pytest.raises(KeyUnusable, match="is the passphrase right"):
        keys.production_key(path, passphrase="wrong", now=CREATED)
    with pytest.raises(KeyUnusable, match="is the passphrase right"):
        keys.production_key(path, passphrase="", now=CREATED)


@pytest.mark.parametrize("content", [b"", b"no key at all", b"-----BEGIN PRIVATE KEY-----"])
def test_production_key_when_the_file_is_something_else_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "seal.p12").write_bytes(content)
    with pytest.raises(KeyUnusable, match="cannot be opened"):
        keys.production_key(tmp_path / "seal.p12", passphrase="secret", now=CREATED)


def test_production_key_when_the_file_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyUnusable, match="cannot be read"):
        keys.production_key(tmp_path / "nothing.p12", passphrase="secret", now=CREATED)


def test_production_key_when_made_for_development_is_refused(tmp_path: Path) -> None:
    keys.development_key(tmp_path, now=CREATED)
    with pytest.raises(KeyUnusable, match="made for development"):
        keys.production_key(tmp_path / "development.p12", passphrase="", now=CREATED)


def test_production_key_when_out_of_date_is_refused(tmp_path: Path) -> None:
    path = bundle(tmp_path / "seal.p12", ec.generate_private_key(ec.SECP256R1()), days=-1)
    with pytest.raises(KeyUnusable, match="renew it"):
        keys.production_key(path, passphrase="secret", now=CREATED)


def test_production_key_when_too_short_is_refused(tmp_path: Path) -> None:
    path = bundle(tmp_path / "seal.p12", rsa.generate_private_key(65537, 1024))
    with pytest.raises(KeyUnusable, match="too short"):
        keys.production_key(path, passphrase="secret", now=CREATED)


def test_production_key_when_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = bundle(tmp_path / "seal.p12", ed25519.Ed25519PrivateKey.generate())
    with pytest.raises(KeyUnusable, match="must hold an EC or RSA key"):
        keys.production_key(path, passphrase="secret", now=CREATED)


def test_key_when_its_certificate_is_another_keys_is_found_by_a_blank_page(tmp_path: Path) -> None:
    path = bundle(tmp_path / "seal.p12", ec.generate_private_key(ec.SECP256R1()))
    good = keys.production_key(path, passphrase="secret", now=CREATED)
    mixed = keys.SealingKey(ec.generate_private_key(ec.SECP256R1()), good.certificate, good.chain)
    with pytest.raises(KeyUnusable, match="key, certificate and chain do not fit"):
        sealing.prove(mixed)


def test_key_when_its_chain_leads_elsewhere_is_found_by_a_blank_page(tmp_path: Path) -> None:
    made = keys.development_key(tmp_path / "one", now=CREATED)
    other = keys.development_key(tmp_path / "other", now=CREATED)
    with pytest.raises(KeyUnusable, match="key, certificate and chain do not fit"):
        sealing.prove(keys.SealingKey(made.private_key, made.certificate, other.chain))
    sealing.prove(made)
