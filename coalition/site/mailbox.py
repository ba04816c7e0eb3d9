"""Which mails has the development transport kept?

Reads the `.eml` files of its folder; sending does not belong here.
"""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,200}")
MOST = 200


@dataclass(frozen=True)
class KeptMail:
    """One mail as its reader would get it; `name` is its file's, without the ending."""

    name: str
    sent_at: datetime
    sender: str
    to: str
    subject: str
    language: str
    text: str
    html: str


def kept_mails(folder: Path) -> list[KeptMail]:
    """Return the mails of `folder`, newest first, at most 200; none when the folder is not there yet."""
    files = sorted(folder.glob("[!.]*.eml"), key=lambda file: (file.stat().st_mtime_ns, file.name), reverse=True)
    return [_read(file) for file in files[:MOST]]


def kept_mail(folder: Path, name: str) -> KeptMail | None:
    """Return the mail of that name; None when there is none, or when `name` could lead out of the folder."""
    file = folder / f"{name}.eml"
    return _read(file) if NAME.fullmatch(name) and file.is_file() else None


def _read(file: Path) -> KeptMail:
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    return KeptMail(
        name=file.stem,
        sent_at=datetime.fromtimestamp(file.stat().st_mtime, UTC),
        sender=str(message["From"] or ""),
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        language=str(message["Content-Language"] or ""),
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part else ""
