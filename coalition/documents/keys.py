"""With which key are documents sealed? Development makes one on first start; production brings its own.

That is a PKCS#12 file, or a key on a device (`hardware`). How a seal is set is `sealing`'s business. Private keys stay
in this room's values and in their file.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from coalition.documents import hardware
from coalition.documents.errors import KeyUnusable
from coalition.documents.hardware import HardwareKey
from coalition.errors import mark

DEVELOPMENT = "(development)"
LIFETIME = timedelta(days=3650)
SMALLEST_RSA = 2048

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class SealingKey:
    """A private key, the certificate that names it, and the certificates above that one, nearest first."""

    private_key: PrivateKey | HardwareKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]

    @property
    def is_development(self) -> bool:
        """Whether this machine made the key for itself: its seals prove nothing to anybody else."""
        return DEVELOPMENT in self.subject

    @property
    def subject(self) -> str:
        """The common name on the certificate."""
        names = self.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        return str(names[0].value) if names else self.certificate.subject.rfc4514_string()

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the certificate, in hexadecimal."""
        return self.certificate.fingerprint(hashes.SHA256()).hex()

    @property
    def pem(self) -> str:
        """The public certificates, the key's own first."""
        return "".join(one.public_bytes(serialization.Encoding.PEM).decode() for one in (self.certificate, *self.chain))


def development_key(folder: Path, *, now: datetime) -> SealingKey:
    """Return the key that this machine made for itself, made now if there is none.

    Two processes that start at once agree on one: the file appears whole, under its name, for the first of them alone.
    """
    path = folder / "development.p12"
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = folder / f".{secrets.token_hex(8)}"
        fresh.touch(mode=0o600)
        try:
            fresh.write_bytes(_made(now))
            os.link(fresh, path)
        except FileExistsError:
            pass  # another process was first: its key is the one
        finally:
            fresh.unlink()
    return _read(path, None)


def production_key(place: Path | str, *, passphrase: str, now: datetime) -> SealingKey:
    """Return the key at `place`: the path of a PKCS#12 file, or a PKCS#11 address whose PIN is `passphrase`.

    Raises KeyUnusable, with one sentence for the operator, when it cannot be opened or must not seal.
    """
    if str(place).startswith(hardware.SCHEME):
        device = HardwareKey(hardware.address_of(str(place)), passphrase)
        key = SealingKey(device, *hardware.certificates_of(device))
    else:
        key = _read(Path(place), passphrase.encode() or None)
    _judge(key, now)
    return key


def _judge(key: SealingKey, now: datetime) -> None:
    """Refuse a key that must not seal."""
    if key.is_development:
        raise KeyUnusable(mark("This sealing key was made for development; production needs the coalition's own."))
    if not key.certificate.not_valid_before_utc <= now <= key.certificate.not_valid_after_utc:
        raise KeyUnusable(mark("The sealing certificate is not valid today: renew it."))
    public = key.certificate.public_key()
    if isinstance(public, rsa.RSAPublicKey) and public.key_size < SMALLEST_RSA:
        raise KeyUnusable(mark("The sealing key is too short: use P-256, or RSA with at least 2048 bits."))


def _read(path: Path, passphrase: bytes | None) -> SealingKey:
    try:
        key, certificate, above = pkcs12.load_key_and_certificates(path.read_bytes(), passphrase)
    except OSError:
        raise KeyUnusable(mark("The sealing key's file %(path)s cannot be read."), path=str(path)) from None
    except ValueError:
        raise KeyUnusable(
            mark("The sealing key's file %(path)s cannot be opened: is the passphrase right?"), path=str(path)
        ) from None
    if certificate is None or not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise KeyUnusable(
            mark("The sealing key's file %(path)s must hold an EC or RSA key with its certificate."), path=str(path)
        )
    return SealingKey(key, certificate, tuple(above))


def _made(now: datetime) -> bytes:
    """Make a root and the sealing key below it; the root's own key is thrown away."""
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name = _name(f"Coalition root {DEVELOPMENT}")
    root = _certificate(root_name, root_key, issuer=root_name, issuer_key=root_key, now=now)
    leaf = _certificate(
        _name(f"Coalition register seal {DEVELOPMENT}"), key, issuer=root_name, issuer_key=root_key, now=now
    )
    return pkcs12.serialize_key_and_certificates(b"seal", key, leaf, [root], serialization.NoEncryption())


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _certificate(
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    *,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
    now: datetime,
) -> x509.Certificate:
    is_root = subject == issuer
    start = now.astimezone(UTC) - timedelta(hours=1)
    usage = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + LIFETIME)
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=0 if is_root else None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .add_extension(
            x509.KeyUsage(
                digital_signature=not is_root,
                content_commitment=not is_root,
                key_cert_sign=is_root,
                crl_sign=is_root,
                **usage,
            ),
            critical=True,
        )
        .sign(issuer_key, hashes.SHA256())
    )
