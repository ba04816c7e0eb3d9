"""What is hashed, and how does one line hang on the one before? Values alone; pure.

A line is committed to with a salt of its own, and the chain runs over the commitments: salt and line can be thrown away
without breaking it, and without them nobody can guess the line. The first byte of what is hashed tells a commitment
from a head, as RFC 6962 tells leaves from nodes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from json.encoder import encode_basestring
from typing import NamedTuple

GENESIS = "0" * 64
SALT_BYTES = 32
FORGET = "forget_line"
FORGOTTEN = "forgotten"


class Fields(NamedTuple):
    """A line of the audit log as values; `at` is aware, in UTC. A tuple: a walk makes a hundred thousand of them."""

    id: int
    at: datetime
    actor_kind: str
    actor_id: str | None
    act: str
    subject: str
    from_state: str | None
    to_state: str | None
    reason: str | None


class Link(NamedTuple):
    """A line in its place; digests and salt in hexadecimal. Of a forgotten line, salt and words are none."""

    number: int
    record_id: int
    salt: str | None
    line: str | None
    commitment: str
    head: str


def line_of(fields: Fields) -> str:
    """Return the one form of a line that is hashed: JSON with sorted names, no spaces, the moment with microseconds."""
    moment = fields.at.isoformat(timespec="microseconds")
    return (
        f'{{"act":{_told(fields.act)},"actor_id":{_told(fields.actor_id)},"actor_kind":{_told(fields.actor_kind)},'
        f'"at":"{moment}","from_state":{_told(fields.from_state)},"id":{fields.id},"reason":{_told(fields.reason)},'
        f'"subject":{_told(fields.subject)},"to_state":{_told(fields.to_state)}}}'
    )


def _told(text: str | None) -> str:
    return "null" if text is None else encode_basestring(text)


def commitment_of(line: str, *, salt: str) -> str:
    """Return what stands for a line in the chain."""
    return hashlib.sha256(b"\x00" + bytes.fromhex(salt) + line.encode()).hexdigest()


def head_after(head: str, *, commitment: str) -> str:
    """Return the head of the chain with one more commitment."""
    return hashlib.sha256(b"\x01" + bytes.fromhex(head) + bytes.fromhex(commitment)).hexdigest()


def links_after(lines: Iterable[tuple[Fields, str]], *, number: int, head: str) -> Iterator[Link]:
    """Yield the links of lines, each with its salt, that follow the link of that number and head."""
    for fields, salt in lines:
        line = line_of(fields)
        commitment = commitment_of(line, salt=salt)
        number, head = number + 1, head_after(head, commitment=commitment)
        yield Link(number, fields.id, salt, line, commitment, head)


def forgotten(fields: Fields, *, at: datetime) -> Fields:
    """Return what stays in the table of a line that was forgotten at a moment."""
    return Fields(fields.id, at, "", None, FORGOTTEN, "", None, None, None)


def subject_of(number: int) -> str:
    """Return the name under which a line of the log is itself a thing that something is done to."""
    return f"audit:{number}"
