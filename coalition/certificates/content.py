"""What does a document say? The facts of a receipt and of a certificate as values, their digest and their numbers.

Pure, and public: they name the organisation, never a person, so that erasing a person never meets a sealed file. How
the facts are worded and drawn does not belong here.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any, Self

from coalition.organisations.names import clean_name

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SERIAL_LENGTH = 12
LONGEST_NAME = 300
DAYS = frozenset({"signed_on", "issued_on", "published_on", "ended_on"})
READ_AS = str.maketrans(
    {"O": "0", "I": "1", "L": "1"} | dict.fromkeys("- \t\u00a0\u2010\u2011\u2012\u2013\u2014\u2212")
)
SERIAL = re.compile(f"[{ALPHABET}]{{{SERIAL_LENGTH}}}")
REFERENCE = re.compile(r"A-[0-9A-Z-]{1,30}")
REGISTER_NUMBER = re.compile(r"[A-Z][A-Z0-9]{0,19}-(\d{4}-)?\d{1,9}")


@dataclass(frozen=True, kw_only=True)
class SecondLanguage:
    """The texts of a document in the other language of a charter whose documents speak two at once."""

    language: str
    coalition: str
    charter_title: str
    the_text: str
    signatories: str
    country_name: str
    category: str = ""


@dataclass(frozen=True, kw_only=True)
class DocumentContent:
    """What every document tells. Texts are in the document's `language`; the names are as typed, made fit for print.

    `the_text` and `signatories` are what the charter calls its text, with the article, and those who have signed it.
    `second` holds the texts of the language that stands beside the document's own, where there is one.
    """

    serial: str
    language: str
    coalition: str
    charter: str
    charter_title: str
    charter_kind: str
    charter_version: int
    charter_sha256: str
    the_text: str = ""
    signatories: str = ""
    seal_strands: int
    organisation: str
    latin_name: str
    country: str
    country_name: str
    capacity: str
    signed_on: date
    issued_on: date
    second: SecondLanguage | None = None

    def __post_init__(self) -> None:
        """Make the names fit for print, whoever brings them."""
        for name in ("organisation", "latin_name"):
            object.__setattr__(self, name, printable_name(getattr(self, name)))

    @classmethod
    def from_json(cls, text: bytes | str) -> Self:
        """Read what `canonical_json` wrote."""
        told = json.loads(text)
        values = {field.name: told[field.name] for field in fields(cls) if field.name in told}
        for name in DAYS & values.keys():
            values[name] = date.fromisoformat(values[name]) if values[name] else None
        if values.get("second"):
            values["second"] = SecondLanguage(**values["second"])
        return cls(**values)

    def in_second(self) -> Self:
        """Return the same facts in the second language alone."""
        own = {field.name for field in fields(self)}
        texts = asdict(self.second) if self.second else {}
        return replace(self, **{name: text for name, text in texts.items() if name in own}, second=None)


@dataclass(frozen=True, kw_only=True)
class CertificateContent(DocumentContent):
    """What a certificate tells besides: its place in the public register."""

    number: str
    category: str


@dataclass(frozen=True, kw_only=True)
class ReceiptContent(DocumentContent):
    """What a receipt tells besides: the application's reference. It tells of a signature received."""

    reference: str


@dataclass(frozen=True, kw_only=True)
class ExtractContent(DocumentContent):
    """What the register says of one entry at a moment (`as_of`, ISO 8601 in UTC), whatever its status is then.

    `former_name` is the newest of its former names, "" where it has none; `other_number` the entry that goes on for it.
    """

    number: str
    category: str
    status: str
    as_of: str
    published_on: date
    ended_on: date | None
    former_name: str
    other_number: str


KINDS: dict[type[DocumentContent], str] = {
    CertificateContent: "certificate",
    ReceiptContent: "receipt",
    ExtractContent: "extract",
}


def canonical_json(content: DocumentContent) -> bytes:
    """Return the content as JSON in its one form: sorted names, no spaces, UTF-8, dates as YYYY-MM-DD.

    What is said in one language alone says nothing of a second.
    """
    told: dict[str, Any] = asdict(content) | {"kind": KINDS[type(content)], "format": 1}
    if content.second is None:
        del told["second"]
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=date.isoformat).encode()


def digest(content: DocumentContent) -> str:
    """Return the SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical_json(content)).hexdigest()


def printable_name(typed: str) -> str:
    """Return a name as it can be printed on one page: cleaned, at most 300 characters, often just what was typed."""
    return clean_name(typed)[:LONGEST_NAME].rstrip()


def new_serial() -> str:
    """Return a fresh serial: 60 random bits as twelve characters that nobody mistakes for one another."""
    return "".join(secrets.choice(ALPHABET) for _ in range(SERIAL_LENGTH))


def normalise_serial(text: str) -> str | None:
    """Return the serial that somebody typed in any case, with or without hyphens; None when it is none.

    O is read as 0, I and L as 1: no serial holds them.
    """
    found = text.strip()[:60].upper().translate(READ_AS)
    return found if SERIAL.fullmatch(found) else None


def grouped(serial: str) -> str:
    """Return the serial as people read it: "7KQF-93MD-XW2P"."""
    return "-".join(serial[start : start + 4] for start in range(0, len(serial), 4))


def kind_of_number(text: str) -> str:
    """Return which number it is: a "reference" of an application, a "register" number, a "serial", or "unknown".

    A serial may by chance look like a register number: look it up before you explain.
    """
    typed = text.strip()[:60].upper()
    if REFERENCE.fullmatch(typed):
        return "reference"
    if REGISTER_NUMBER.fullmatch(typed):
        return "register"
    return "serial" if normalise_serial(typed) else "unknown"
