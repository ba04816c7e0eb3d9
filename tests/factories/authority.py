"""A timestamp authority of the tests' own, over real HTTP: it answers, or fails in the way that is asked for."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tests.factories.documents import CREATED

FROM, TO = CREATED - timedelta(days=400), CREATED + timedelta(days=9000)


@cache
def chain(name: str) -> tuple[x509.Certificate, x509.Certificate, rsa.RSAPrivateKey]:
    """Make a root, and a certificate for timestamps below it with its key."""
    root_key, key = ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 2048)
    root = issued(f"{name} root", root_key, issuer=f"{name} root", issuer_key=root_key)
    return root, issued(name, key, issuer=f"{name} root", issuer_key=root_key, dates=True), key


def issued(
    name: str,
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey,
    *,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    dates: bool = False,
    until: datetime = TO,
    crl: str = "",
) -> x509.Certificate:
    """Make a certificate: a root where it is its own issuer, else one that signs, or that only `dates`.

    `crl` is where revocations would be asked for.
    """
    is_root = name == issuer
    usage = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(FROM)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .add_extension(
            x509.KeyUsage(
                digital_signature=not is_root,
                content_commitment=not is_root and not dates,
                key_cert_sign=is_root,
                crl_sign=is_root,
                **usage,
            ),
            critical=True,
        )
    )
    if dates:
        made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    if crl:
        point = x509.DistributionPoint([x509.UniformResourceIdentifier(crl)], None, None, None)
        made = made.add_extension(x509.CRLDistributionPoints([point]), critical=False)
    return made.sign(issuer_key, hashes.SHA256())


class TimestampServer:
    """The authority: `url` to ask, `asked` how often it was; `fault` makes it fail."""

    def __init__(self, name: str) -> None:
        self.url, self.asked, self.fault = "", 0, ""
        self.be(name)

    def be(self, name: str) -> None:
        """Answer with another authority's certificates from now on."""
        self.root, certificate, key = chain(name)
        store = SimpleCertificateStore()
        store.register(_asn1(self.root))
        secret = key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        self.stamper = DummyTimeStamper(_asn1(certificate), keys.PrivateKeyInfo.load(secret), certs_to_embed=store)

    def answer(self, asked: bytes) -> bytes:
        """Answer one request."""
        self.asked += 1
        if self.fault == "junk":
            return b"no timestamp at all"
        request = tsp.TimeStampReq.load(asked)
        if self.fault == "other digest":
            request["message_imprint"]["hashed_message"] = bytes(32)
        return bytes(self.stamper.request_tsa_response(request).dump())


@contextmanager
def answering(name: str = "Test authority") -> Iterator[TimestampServer]:
    """Run an authority on a port of its own."""
    server = TimestampServer(name)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = server.answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(503 if server.fault == "down" else 200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    server.url = f"http://127.0.0.1:{http.server_port}/"
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))
