"""What does a letter say? Read from the bytes of a saved message or from typed words; pure.

Whatever is broken in it is read as far as it goes: a wrong charset, a missing part, a header that is none. What is kept
holds no sign that a database or a page could choke on.
"""

from __future__ import annotations

import email
import hashlib
import re
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr
from html.parser import HTMLParser
from typing import Any

LONGEST_TEXT = 20_000
LONGEST_SUBJECT = 300
LONGEST_NAME = 200
MOST_ATTACHMENTS = 20
OUR_REFERENCE = re.compile(r"\bE-[0-9A-HJKMNP-TV-Z]{8}\b")
APPLICATION = re.compile(r"\bA-[0-9A-HJKMNP-TV-Z]{8}\b")
ADDRESS = re.compile(r"[^@\s<>]{1,64}@[^@\s<>]{1,255}")
HEADER = re.compile(rb"^[A-Za-z][A-Za-z0-9-]*:[ \t]", re.MULTILINE)


@dataclass(frozen=True)
class Letter:
    """A letter as it is kept; "" where nothing is known. `letter_id` is a digest of its Message-ID."""

    sender_name: str
    sender_email: str
    subject: str
    text: str
    attachments: tuple[str, ...] = ()
    letter_id: str = ""

    @property
    def enquiry_reference(self) -> str:
        """The reference of the enquiry that it answers, "E-7K3F9Q2M"."""
        found = OUR_REFERENCE.search(self.subject) or OUR_REFERENCE.search(self.text)
        return found[0] if found else ""

    @property
    def application_reference(self) -> str:
        """The reference of the application that it names, "A-7K3F9Q2M"."""
        found = APPLICATION.search(f"{self.subject} {self.text}".upper())
        return found[0] if found else ""


def kept(text: str, *, longest: int = LONGEST_TEXT) -> str:
    """Return a text as it is kept: one kind of line end, nothing else that cannot be seen, never too long."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").split("\n")
    return "\n".join("".join(sign for sign in line if sign.isprintable()).rstrip() for line in lines).strip()[:longest]


def one_line(text: str, *, longest: int) -> str:
    """Return a text as one line, as it is kept."""
    return " ".join(kept(text).split())[:longest]


def read_letter(data: bytes) -> Letter | None:
    """Read a saved message; None where the bytes are none."""
    if not HEADER.match(data.lstrip(b"\r\n")[:200]):
        return None
    message = email.message_from_bytes(data.lstrip(b"\r\n"))
    name, address = parseaddr(_header(message, "From"))
    text, attachments = _body(message), _attachments(message)
    if not (text or attachments or message["Subject"]):
        return None
    told_id = _header(message, "Message-ID").strip()
    return Letter(
        sender_name=one_line(name, longest=LONGEST_NAME),
        sender_email=address if ADDRESS.fullmatch(address) else "",
        subject=one_line(_header(message, "Subject"), longest=LONGEST_SUBJECT),
        text=text,
        attachments=attachments,
        letter_id=hashlib.sha256(told_id.encode()).hexdigest() if told_id else "",
    )


def _header(message: Message, name: str) -> str:
    """Return a header in words; as it stands where its encoding is broken."""
    return _words_of(message.get(name, ""))


def _words_of(raw: object) -> str:
    try:
        words = str(make_header(decode_header(raw)))  # type: ignore[arg-type]
    except (LookupError, MessageError, ValueError):
        words = str(raw)
    return words.encode("utf-8", "replace").decode()


def _body(message: Message) -> str:
    """Return the words of a message: its plain text, else what its HTML says, else what was to hold parts."""
    parts = [part for part in message.walk() if not part.is_multipart() and not part.get_filename()]
    for kind, read in (("text/plain", str), ("text/html", words_of_html), ("multipart/mixed", str)):
        texts = [read(_decoded(part)) for part in parts if part.get_content_type() == kind]
        if joined := kept("\n\n".join(texts)):
            return joined
    return ""


def _decoded(part: Message) -> str:
    data: Any = part.get_payload(decode=True)
    charset = part.get_content_charset() or "utf-8"
    try:
        return str(data.decode(charset, "replace"))
    except LookupError:
        return str(data.decode("utf-8", "replace"))


def _attachments(message: Message) -> tuple[str, ...]:
    names = (part.get_filename() or "" for part in message.walk())
    found = (one_line(_words_of(name), longest=LONGEST_NAME) for name in names)
    return tuple(name for name in found if name)[:MOST_ATTACHMENTS]


class _Words(HTMLParser):
    """Collects what a page says, a line for each block."""

    SILENT = frozenset({"script", "style", "head", "title"})
    BLOCKS = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "blockquote", "table"})

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line, or silence."""
        self.silent += tag in self.SILENT
        if tag in self.BLOCKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """End silence."""
        self.silent = max(self.silent - (tag in self.SILENT), 0)

    def handle_data(self, data: str) -> None:
        """Keep words that are shown."""
        if not self.silent:
            self.words.append(" ".join(data.split()) + " " if data.strip() else "")


def words_of_html(html: str) -> str:
    """Return what a page says, without its markup."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    return re.sub(r"\n\s*\n\s*", "\n\n", "".join(reader.words)).strip()
