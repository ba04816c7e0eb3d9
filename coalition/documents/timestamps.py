"""Who dates a seal? An RFC 3161 authority, asked over HTTP. What it answers is judged before it goes into a file.

Its first root is trusted because the operator named the address; from then on no other one is taken for it. How dates
are written into a file is the business of `sealing` and `archiving`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from urllib.parse import urlsplit

import requests
from asn1crypto import cms, tsp, x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import Certificate, load_der_x509_certificate, load_pem_x509_certificate
from pyhanko.sign.timestamps.api import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko_certvalidator import ValidationContext

from coalition import clock
from coalition.documents.errors import TimestampMissing
from coalition.errors import mark

HEADERS = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
SECONDS = (5, 10)
LARGEST = 256 * 1024
REST = timedelta(seconds=45)


class Authority(TimeStamper):
    """A timestamp authority. `root` is the certificate above its own that its answers must lead to; None at first.

    After a failure it is left alone for a while: a queue of documents does not wait for each of them anew.
    """

    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.url = url
        self.root: Certificate | None = None
        self._rests_until: datetime | None = None

    @property
    def host(self) -> str:
        """The authority's name, without what the address may hold besides."""
        return urlsplit(self.url).hostname or self.url

    def introduce(self, *, anew: bool = False) -> Certificate:
        """Return the root, asking for a first timestamp where it is not known. Raises TimestampMissing.

        `anew` forgets the root that was known: the operator says that the authority has another one now.
        """
        if anew:
            self.root, self._rests_until = None, None
        if self.root is None:
            self._dummy_response_cache.clear()
            asyncio.run(self.async_dummy_response("sha256"))
        if self.root is None:
            raise self._missing("it names no root")
        return self.root

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """Return a token for the digest. Raises TimestampMissing when there is none that can be used."""
        if self._rests_until and clock.now() < self._rests_until:
            raise self._missing("it failed less than a minute ago")
        try:
            token = await super().async_timestamp(message_digest, md_algorithm)
            await self._judge(token["content"], message_digest)
        except TimestampMissing:
            raise
        except Exception as failed:  # noqa: BLE001  # a stranger's server may answer anything
            self._rests_until = clock.now() + REST
            why = str(failed)[:200] if isinstance(failed, TimestampRequestError) else type(failed).__name__
            raise self._missing(why) from None
        return token

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Send one request."""
        return tsp.TimeStampResp.load(await asyncio.to_thread(self._post, req.dump()))

    def _post(self, asked: bytes) -> bytes:
        try:
            with requests.post(
                self.url, data=asked, headers=HEADERS, timeout=SECONDS, stream=True, allow_redirects=False
            ) as answer:
                status, content = answer.status_code, answer.raw.read(LARGEST, decode_content=True)
        except (OSError, requests.RequestException) as lost:
            raise TimestampRequestError(f"no answer ({type(lost).__name__})") from None
        if status != requests.codes.ok:
            raise TimestampRequestError(f"it answered with status {status}")
        return bytes(content)

    async def _judge(self, signed: cms.SignedData, digest: bytes) -> None:
        """Take a token only if it dates this very digest and its seal leads to the authority's root."""
        sent = [one.chosen for one in signed["certificates"]]
        root = _asn1(self.root) if self.root else _topmost(sent)
        context = ValidationContext(trust_roots=[root], other_certs=sent, revocation_mode="soft-fail")
        told = await validate_tst_signed_data(signed, context, lambda _: digest)
        if not (told["valid"] and told["intact"]):
            raise self._missing("its timestamp is not genuine")
        if told["trust_problem_indic"] is not None:
            raise self._missing("its timestamp does not lead to the root that it had before")
        self.root = self.root or load_der_x509_certificate(root.dump())

    def _missing(self, why: str) -> TimestampMissing:
        return TimestampMissing(
            mark("The timestamp authority %(host)s gave no timestamp: %(why)s."), host=self.host, why=why
        )


@cache
def _authority(url: str) -> Authority:
    return Authority(url)


def authority(url: str, *, root_pem: str | None) -> Authority:
    """Return the process's authority of that address; `root_pem` is its root where one is on record."""
    found = _authority(url)
    if root_pem:
        found.root = load_pem_x509_certificate(root_pem.encode())
    return found


def address_of(url: str) -> str:
    """Return the authority's address as it may be kept: without user, password and query."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname}{port}{parts.path}"[:200]


def told_of(root: Certificate) -> dict[str, str]:
    """Return what is published of a root: its fingerprint (SHA-256, hexadecimal), its subject and its PEM."""
    return {
        "fingerprint": root.fingerprint(hashes.SHA256()).hex(),
        "subject": root.subject.rfc4514_string(),
        "pem": root.public_bytes(serialization.Encoding.PEM).decode(),
    }


def _asn1(certificate: Certificate) -> x509.Certificate:
    return x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def _topmost(sent: Iterable[x509.Certificate]) -> x509.Certificate:
    """Return the last certificate of the chain that begins with the one for timestamps."""
    everything = list(sent)
    found = next(one for one in everything if _dates(one))
    for _ in everything:
        above = next((one for one in everything if one.subject == found.issuer and one != found), None)
        if above is None:
            break
        found = above
    return found


def _dates(certificate: x509.Certificate) -> bool:
    usage = certificate.extended_key_usage_value
    return usage is not None and "time_stamping" in usage.native
