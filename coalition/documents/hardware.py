"""How is a key used that never leaves its device? By PKCS#11: an address names the key, the device signs with it.

One session for each key is kept by the process. Which key seals is `keys`' business, how `sealing`'s.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, unquote_to_bytes

import pkcs11
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from pkcs11 import Attribute, ObjectClass
from pkcs11.exceptions import PinIncorrect, PinInvalid, PinLenRange, PinLocked, PKCS11Error

from coalition.documents.errors import KeyUnusable
from coalition.errors import mark

SCHEME = "pkcs11:"
WRONG_PIN = (PinIncorrect, PinInvalid, PinLenRange, PinLocked)


@dataclass(frozen=True)
class Address:
    """Where a key is (RFC 7512): the device's library, the token's label, the object's label or its id, or both."""

    module: str
    token: str
    label: str | None
    id: bytes | None

    @property
    def names(self) -> Mapping[Attribute, Any]:
        """By what the key and its certificate are found on the token."""
        told = {Attribute.LABEL: self.label, Attribute.ID: self.id}
        return {attribute: value for attribute, value in told.items() if value is not None}


@dataclass(frozen=True)
class HardwareKey:
    """A private key on a device; `pin` opens it and is never shown."""

    address: Address
    pin: str

    def __repr__(self) -> str:
        """Name the key without its PIN."""
        return f"HardwareKey({self.address.token!r}, {self.address.label!r})"


_sessions: dict[HardwareKey, pkcs11.Session] = {}
_refused: set[HardwareKey] = set()


def address_of(uri: str) -> Address:
    """Read "pkcs11:token=T;object=O;id=%01?module-path=/usr/lib/….so". Raises KeyUnusable when something lacks."""
    path, _, query = uri.removeprefix(SCHEME).partition("?")
    told = dict(part.partition("=")[::2] for part in path.split(";"))
    module = dict(parse_qsl(query)).get("module-path", "")
    label = unquote(told["object"]) if "object" in told else None
    identifier = unquote_to_bytes(told["id"]) if "id" in told else None
    token = unquote(told.get("token", ""))
    if not (module and token and (label or identifier)):
        raise KeyUnusable(
            mark("COALITION_CERTIFICATE_KEY must look like pkcs11:token=T;object=O?module-path=/usr/lib/….so.")
        )
    return Address(module, token, label, identifier)


def certificates_of(key: HardwareKey) -> tuple[x509.Certificate, tuple[x509.Certificate, ...]]:
    """Return the key's certificate and those above it on the token, nearest first.

    Raises KeyUnusable when the device, the key or its certificate is not there, or the PIN is wrong.
    """
    with using(key) as session:
        has_key = any(True for _ in _found(session, ObjectClass.PRIVATE_KEY, key.address.names))
        own = [_certificate(one) for one in _found(session, ObjectClass.CERTIFICATE, key.address.names)]
        everything = [_certificate(one) for one in _found(session, ObjectClass.CERTIFICATE, {})]
    if not has_key or len(own) != 1:
        raise KeyUnusable(
            mark("The device %(token)s must hold the sealing key and one certificate under the same name."),
            token=key.address.token,
        )
    return own[0], tuple(_above(own[0], everything))


@contextmanager
def using(key: HardwareKey) -> Iterator[pkcs11.Session]:
    """Lend the session in which the device lets this key be used; one that broke is opened anew the next time.

    Raises KeyUnusable, with one sentence for the operator.
    """
    session = _sessions.get(key) or _opened(key)
    _sessions[key] = session
    try:
        yield session
    except PKCS11Error as broken:
        _sessions.pop(key, None)
        raise KeyUnusable(
            mark("The device %(token)s failed: %(why)s."), token=key.address.token, why=type(broken).__name__
        ) from None


def _opened(key: HardwareKey) -> pkcs11.Session:
    """Open a session. A wrong PIN is never tried twice by a process: a few more would lock the device."""
    if key in _refused:
        raise _wrong_pin(key)
    try:
        library = pkcs11.lib(key.address.module)
    except (PKCS11Error, RuntimeError, OSError):
        raise KeyUnusable(mark("The device's library %(path)s cannot be loaded."), path=key.address.module) from None
    try:
        return library.get_token(token_label=key.address.token).open(user_pin=key.pin)
    except WRONG_PIN:
        _refused.add(key)
        raise _wrong_pin(key) from None
    except PKCS11Error as failed:
        raise KeyUnusable(
            mark("The device %(token)s cannot be opened: %(why)s."),
            token=key.address.token,
            why=type(failed).__name__,
        ) from None


def _wrong_pin(key: HardwareKey) -> KeyUnusable:
    return KeyUnusable(
        mark("The device %(token)s refuses the PIN; it is asked again only when the worker is started anew."),
        token=key.address.token,
    )


def _found(session: pkcs11.Session, kind: ObjectClass, names: Mapping[Attribute, Any]) -> list[Any]:
    return list(session.get_objects({Attribute.CLASS: kind, **names}))


def _certificate(found: Any) -> x509.Certificate:
    return x509.load_der_x509_certificate(asn1_x509.Certificate.load(found[Attribute.VALUE]).dump())


def _above(certificate: x509.Certificate, everything: list[x509.Certificate]) -> Iterator[x509.Certificate]:
    while certificate.issuer != certificate.subject:
        above = next((one for one in everything if one.subject == certificate.issuer), None)
        if above is None:
            return
        yield above
        certificate = above
