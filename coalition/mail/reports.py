"""Is this letter a report on a mail that was sent, and what does it say? Pure. Source: RFC 3464, RFC 3462.

A report names each recipient, what was done (failed, delayed, delivered) and a status; the mail that it is about is
found by the Message-ID of the headers that come back with it. What follows from a report belongs to `bounces`.
"""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from enum import StrEnum

MOST_RECIPIENTS = 50
STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b", re.ASCII)
MESSAGE_ID = re.compile(r"<[^<>\s]{3,250}>")
FIELD = re.compile(r"^([A-Za-z][A-Za-z-]{1,40}):[ \t]*(.*)$")
ADDRESS = re.compile(r"[^\s<>;,\"]+@[^\s<>;,\"]+")


class Done(StrEnum):
    """What a server did with a mail."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"


DONE = {"failed": Done.FAILED, "delayed": Done.DELAYED, "delivered": Done.DELIVERED, "relayed": Done.DELIVERED}


@dataclass(frozen=True)
class Report:
    """What became of a mail for one recipient; `status` is "5.1.1" or "", `message_ids` are those it may be about."""

    recipient: str
    done: Done
    status: str
    message_ids: tuple[str, ...]


def reports_in(data: bytes) -> tuple[Report, ...]:
    """Return what a letter reports; nothing of a letter that is no report.

    Also of the bare lines of a report, as they are copied out of a mail program.
    """
    letter = email.message_from_bytes(data)
    blocks = list(_blocks_of(letter)) or list(_bare_blocks(data))
    ids = _message_ids(letter, data)
    found = (_report(block, ids) for block in blocks[:MOST_RECIPIENTS])
    return tuple(report for report in found if report is not None)


def _blocks_of(letter: Message) -> Iterator[dict[str, str]]:
    """Name the fields of each block of the machine-readable part."""
    for part in letter.walk():
        if part.get_content_type() == "message/delivery-status":
            blocks = part.get_payload()
            for block in (one for one in blocks if isinstance(one, Message)) if isinstance(blocks, list) else ():
                yield {name.casefold(): " ".join(str(value).split()) for name, value in block.items()}


def _bare_blocks(data: bytes) -> Iterator[dict[str, str]]:
    """Name the fields of each block of plain text that has a recipient and an action."""
    text = data.decode("utf-8", "replace").replace("\r\n", "\n")
    for block in re.split(r"\n[ \t]*\n", text):
        fields: dict[str, str] = {}
        for line in block.split("\n"):
            found = FIELD.match(line.strip())
            if found:
                fields.setdefault(found[1].casefold(), found[2].strip())
        if "final-recipient" in fields and "action" in fields:
            yield fields


def _report(block: dict[str, str], ids: tuple[str, ...]) -> Report | None:
    """Read one recipient's block; the block on the whole mail, and actions that nobody knows, are passed over."""
    done = DONE.get(block.get("action", "").split("(")[0].strip().casefold())
    named = block.get("original-recipient") or block.get("final-recipient") or ""
    address = ADDRESS.search(named.partition(";")[2] or named)
    if done is None or address is None:
        return None
    status = STATUS.search(block.get("status", "")) or STATUS.search(block.get("diagnostic-code", ""))
    return Report(address[0].strip("."), done, status[1] if status else "", ids)


def _message_ids(letter: Message, data: bytes) -> tuple[str, ...]:
    """Return the Message-IDs of the mails that came back within the letter, and those that it says it answers."""
    told: list[str] = []
    for part in letter.walk():
        if part is not letter:
            told += [str(part.get(name, "")) for name in ("Message-ID", "In-Reply-To")]
        if part.get_content_type() == "text/rfc822-headers":
            told += re.findall(r"(?im)^Message-ID:\s*(\S+)", str(part.get_payload()))
    told += [str(letter.get(name, "")) for name in ("In-Reply-To", "References")]
    if not letter.is_multipart():
        told += re.findall(r"(?im)^\s*Message-ID:\s*(\S+)", data.decode("utf-8", "replace"))
    return tuple(dict.fromkeys(found for words in told for found in MESSAGE_ID.findall(words)))
