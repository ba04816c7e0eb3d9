"""Where do reports on our mails arrive? In a folder in Maildir form, or in a mailbox behind IMAP.

A report is marked as read; any other letter is flagged and left unread, because a person is to see it. What a letter
says is not known here.
"""

from __future__ import annotations

import imaplib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from coalition.errors import Unavailable, mark

TIMEOUT_SECONDS = 30
LARGEST_LETTER = 2 * 1024 * 1024
UNSEEN = "UNSEEN UNFLAGGED"


class Postbox(Protocol):
    """Whatever letters can be taken from."""

    def unread(self, most: int) -> Iterator[tuple[str, bytes]]:
        """Name the letters that nobody has looked at, each with its bytes; nothing of one that is too large."""

    def mark(self, name: str, *, is_report: bool) -> None:
        """Say of a letter that it was looked at."""


class PostboxAway(Unavailable):
    """The mailbox for reports does not answer, or does not let us in."""

    def __init__(self) -> None:
        super().__init__(mark("The mailbox for delivery reports does not answer. It is asked again later."))


class FolderPostbox:
    """A folder in Maildir form: `new` holds what nobody has looked at, `cur` the rest with its marks."""

    def __init__(self, folder: Path) -> None:
        self.new, self.looked_at = folder / "new", folder / "cur"

    def unread(self, most: int) -> Iterator[tuple[str, bytes]]:
        """Name the letters in `new`, oldest first."""
        files = sorted(file for file in self.new.glob("[!.]*") if file.is_file()) if self.new.is_dir() else []
        for file in files[:most]:
            with suppress(OSError), file.open("rb") as opened:  # another program may have moved it
                yield file.name, opened.read(LARGEST_LETTER)

    def mark(self, name: str, *, is_report: bool) -> None:
        """Move a letter into `cur`, as seen or as flagged."""
        self.looked_at.mkdir(exist_ok=True)
        with suppress(FileNotFoundError):
            (self.new / name).rename(self.looked_at / f"{name.partition(':')[0]}:2,{'S' if is_report else 'F'}")


class ImapPostbox:
    """A mailbox behind IMAP, in one conversation."""

    def __init__(self, server: imaplib.IMAP4) -> None:
        self.server = server

    def unread(self, most: int) -> Iterator[tuple[str, bytes]]:
        """Name the letters that are neither read nor flagged, by their numbers that last."""
        found = self.server.uid("SEARCH", UNSEEN)[1]
        for uid in (found[0] or b"").decode("ascii").split()[:most]:
            parts = self.server.uid("FETCH", uid, f"(BODY.PEEK[]<0.{LARGEST_LETTER}>)")[1]
            data = next((part[1] for part in parts if isinstance(part, tuple)), b"")
            yield uid, bytes(data)

    def mark(self, name: str, *, is_report: bool) -> None:
        """Set the letter's flag."""
        self.server.uid("STORE", name, "+FLAGS", "(\\Seen)" if is_report else "(\\Flagged)")


@contextmanager
def open_postbox(url: str) -> Iterator[Postbox]:
    """Open the postbox that a `COALITION_BOUNCE_URL` names: `imap://`, `imaps://` or `file:`.

    Raises PostboxAway.
    """
    parts = urlsplit(url)
    if parts.scheme == "file":
        yield FolderPostbox(Path(url.removeprefix("file:")))
        return
    try:
        with _conversation(url) as server:
            yield ImapPostbox(server)
    except (OSError, imaplib.IMAP4.error):
        raise PostboxAway from None


@contextmanager
def _conversation(url: str) -> Iterator[imaplib.IMAP4]:
    parts = urlsplit(url)
    secure = parts.scheme == "imaps"
    kind, usual = (imaplib.IMAP4_SSL, 993) if secure else (imaplib.IMAP4, 143)
    with kind(parts.hostname or "localhost", parts.port or usual, timeout=TIMEOUT_SECONDS) as server:
        if not secure and "STARTTLS" in server.capabilities:
            server.starttls()
        server.login(unquote(parts.username or ""), unquote(parts.password or ""))
        server.select(unquote(parts.path.strip("/")) or "INBOX")
        yield server
