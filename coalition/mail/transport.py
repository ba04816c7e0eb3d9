"""How does a written mail leave? By SMTP, or into a folder that the in-app mailbox shows.

Says of each attempt whether it was taken, may be tried again, or is refused for good. What it says is not known here.
"""

from __future__ import annotations

import os
import smtplib
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

TIMEOUT_SECONDS = 30


class TemporaryFailure(Exception):
    """Not taken now: greylisting, a full mailbox, a server that is away. To be tried again."""


class PermanentFailure(Exception):
    """Refused for good: there is no such mailbox, or the mail itself is refused."""


class Transport(Protocol):
    """Whatever can hand a mail over."""

    def send(self, mail: EmailMessage) -> None:
        """Hand `mail` over; raises TemporaryFailure or PermanentFailure."""


class FolderTransport:
    """Mails as files, oldest name first, for development and `file:` addresses."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, mail: EmailMessage) -> None:
        """Keep `mail` under its Message-ID: a repeated attempt replaces its own file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = str(mail["Message-ID"]).strip("<>").partition("@")[0]
        fresh = self.folder / f".{name}.{os.getpid()}"
        fresh.write_bytes(mail.as_bytes())
        fresh.replace(self.folder / f"{name}.eml")


class SmtpTransport:
    """One SMTP conversation a mail; `smtps://` for TLS from the first byte, else STARTTLS where it is offered."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.host, self.secure = parts.hostname or "localhost", parts.scheme == "smtps"
        self.port = parts.port or (465 if self.secure else 25)
        self.user, self.password = unquote(parts.username or ""), unquote(parts.password or "")

    def send(self, mail: EmailMessage) -> None:
        """Hand `mail` to the server; 4xx and lost connections may be tried again, 5xx may not."""
        try:
            with self._connected() as server:
                server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as refused:
            codes = [code for code, _ in refused.recipients.values()]
            _raise_for(max(codes, default=550), "recipient refused")
        except smtplib.SMTPResponseException as refused:
            _raise_for(refused.smtp_code, type(refused).__name__)
        except (OSError, smtplib.SMTPException) as away:
            raise TemporaryFailure(type(away).__name__) from None

    def _connected(self) -> smtplib.SMTP:
        kind = smtplib.SMTP_SSL if self.secure else smtplib.SMTP
        server = kind(self.host, self.port, timeout=TIMEOUT_SECONDS)
        server.ehlo()
        if not self.secure and server.has_extn("starttls"):
            server.starttls()
            server.ehlo()
        if self.user:
            server.login(self.user, self.password)
        return server


def _raise_for(code: int, what: str) -> None:
    """Tell permanent from temporary by the code alone: servers word both alike. Source: RFC 5321, 4.2.1."""
    authentication = code in (530, 534, 535, 538)  # our own settings are wrong: the recipient is not to blame
    if 500 <= code < 600 and not authentication:
        raise PermanentFailure(f"{code} {what}")
    raise TemporaryFailure(f"{code} {what}")


def open_transport(url: str) -> Transport:
    """Return the transport that a `COALITION_MAIL_URL` names. Raises ValueError for one that none speaks."""
    scheme = urlsplit(url).scheme
    if scheme == "file":
        return FolderTransport(Path(url.removeprefix("file:")))
    if scheme in ("smtp", "smtps"):
        return SmtpTransport(url)
    raise ValueError(f"COALITION_MAIL_URL must begin with smtp:, smtps: or file:, not {scheme!r}.")
