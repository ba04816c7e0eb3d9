"""Which JSON does the API answer about the public log? What is hashed is told as the text that is hashed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from coalition.api.v1.answers import DIGEST, SERIAL
from coalition.api.v1.schema import Told
from coalition.transparency.leaves import LeafAct

ORIGIN = "charter.example.org/log"
ROOT = "6f1c6fbd4b0f0b7c24f3b1c2a1b8fbb9a8de4a92e2f3f0d2b1ce6a0c6a3f9d11"
NOTE = f"{ORIGIN}\n1\nbxxvvUsPC3wk87HCobj7uajeSpLi8/DSsc5qDGo/nRE=\n\n— {ORIGIN} …\n"
LEAF = (
    '{"act":"certify","at":"2026-11-16T09:30:00Z","commitment":"6f1c6fbd4b0f0b7c24f3b1c2a1b8fbb9a8de4a92e2f3f0d2b1ce6a0'
    'c6a3f9d11","subject":"7KQF93MDXW2P"}'
)
CONTENT = '{"content_sha256":"…","index":1,"language":"en","number":"ICSSE-00001","serial":"7KQF93MDXW2P"}'
KEY = f"{ORIGIN}+1a2b3c4d+AQ…"


@dataclass(frozen=True)
class LogCheckpoint:
    """The signed head of the public log."""

    origin: Annotated[str, Told("the log’s name", ORIGIN, longest=300)]
    size: Annotated[int, Told("how many lines it has", 1, least=0)]
    root: Annotated[str, Told("the root of its tree, by RFC 6962, in hexadecimal", ROOT, pattern=DIGEST)]
    note: Annotated[str, Told("the signed note, as C2SP tlog-checkpoint has it", NOTE)]
    key: Annotated[str, Told("the key that the note is signed with, in the form that verifiers take", KEY)]


@dataclass(frozen=True)
class LogEntry:
    """One line of the log."""

    place: Annotated[int, Told("its place, counted from 0", 0, least=0)]
    act: Annotated[LeafAct, Told("what was done", "certify")]
    subject: Annotated[str, Told("to which register number, serial or text", "7KQF93MDXW2P", longest=80)]
    at: Annotated[datetime, Told("when it was done", "2026-11-16T09:30:00+00:00")]
    leaf: Annotated[str, Told("the line as the tree holds it, byte for byte", LEAF)]
    salt: Annotated[str | None, Told("the salt of its commitment; none once forgotten", ROOT, pattern=DIGEST)]
    content: Annotated[str | None, Told("what it says, as the JSON that was hashed; none once forgotten", CONTENT)]


@dataclass(frozen=True)
class LogEntryList:
    """A part of the log, the oldest line first."""

    items: Annotated[tuple[LogEntry, ...], Told("the lines of this page")]
    total: Annotated[int, Told("how many lines the whole log has", 1, least=0)]
    next: Annotated[str | None, Told("the address of the next page", None, form="uri")]


@dataclass(frozen=True)
class LogProof:
    """That a certificate's line stands in the log, for whoever trusts nothing but the log's key."""

    serial: Annotated[str, Told("the serial number of the certificate", "7KQF93MDXW2P", pattern=SERIAL)]
    place: Annotated[int, Told("the line’s place, counted from 0", 0, least=0)]
    size: Annotated[int, Told("how many lines the log had that the note signs", 1, least=1)]
    leaf: Annotated[str, Told("the line as the tree holds it, byte for byte", LEAF)]
    salt: Annotated[str | None, Told("the salt of its commitment; none once forgotten", ROOT, pattern=DIGEST)]
    content: Annotated[str | None, Told("what it says, as the JSON that was hashed; none once forgotten", CONTENT)]
    hashes: Annotated[tuple[str, ...], Told("the digests from it to the root, in hexadecimal", ROOT, pattern=DIGEST)]
    note: Annotated[str, Told("the signed note of that size", NOTE)]


@dataclass(frozen=True)
class LogConsistency:
    """That the log of one size is the beginning of the log of another."""

    older: Annotated[int, Told("the earlier size", 1, least=1)]
    newer: Annotated[int, Told("the later size", 1, least=1)]
    hashes: Annotated[tuple[str, ...], Told("the digests by RFC 6962, 2.1.2, in hexadecimal", ROOT, pattern=DIGEST)]
