"""How does a written mail leave? By SMTP, or into a folder that the in-app mailbox shows.

Says of each attempt whether it was taken, may be tried again, or is refused for good. What it says is not known here.
"""

from __future__ import annotations

import os
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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
        name = str(mail["Message-ID"]).strip("<>").partition("@")[0]
        fresh = self.folder / f".{name}.{os.getpid()}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            fresh.write_bytes(mail.as_bytes())
            fresh.replace(self.folder / f"{name}.eml")
        except OSError as full:
            raise TemporaryFailure(type(full).__name__) from None
        finally:
            with suppress(OSError):
                fresh.unlink(missing_ok=True)


class SmtpTransport:
    """One SMTP conversation a mail; `smtps://` for TLS from the first byte, else STARTTLS where it is offered."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.host, self.secure = parts.hostname or "localhost", parts.scheme == "smtps"
        self.port = parts.port or (465 if self.secure else 25)
        self.user, self.password = unquote(parts.username or ""), unquote(parts.password or "")

    def send(self, mail: EmailMessage) -> None:
        """Hand `mail` to the server; 4xx and lost connections may be tried again, 5xx for this mail may not."""
        try:
            with self._conversation() as server:
                _hand_over(mail, server)
        except smtplib.SMTPRecipientsRefused as refused:
            codes = [code for code, _ in refused.recipients.values()]
            _raise_for(max(codes, default=550), "recipient refused")
        except smtplib.SMTPDataError as refused:
            _raise_for(refused.smtp_code, "mail refused")
        except smtplib.SMTPResponseException as refused:  # greeting, login, sender: the recipient is not to blame
            raise TemporaryFailure(f"{refused.smtp_code} {type(refused).__name__}") from None
        except (OSError, smtplib.SMTPException) as away:
            raise TemporaryFailure(type(away).__name__) from None

    @contextmanager
    def _conversation(self) -> Iterator[smtplib.SMTP]:
        server = self._connected()
        try:
            server.ehlo_or_helo_if_needed()
            if not self.secure and server.has_extn("starttls"):
                # A password is shown to nobody but the host that the settings name.
                server.starttls(context=ssl.create_default_context() if self.user else None)
                server.ehlo()
            if self.user:
                server.login(self.user, self.password)
            yield server
        finally:
            with suppress(OSError, smtplib.SMTPException):
                server.quit()  # the mail was taken or was not: what is said now does not change it
            server.close()

    def _connected(self) -> smtplib.SMTP:
        if not self.secure:
            return smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS)
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_SECONDS, context=context)


def _hand_over(mail: EmailMessage, server: smtplib.SMTP) -> None:
    try:
        server.send_message(mail)
    except smtplib.SMTPNotSupportedError:
        raise PermanentFailure("the server takes no address with letters beyond ASCII") from None


def _raise_for(code: int, what: str) -> None:
    """Tell permanent from temporary by the code alone: servers word both alike. Source: RFC 5321, 4.2.1."""
    authentication = code in (530, 534, 535, 538)  # our own settings are wrong: the recipient is not to blame
    if 500 <= code < 600 and not authentication:
        raise PermanentFailure(f"{code} {what}")
    raise TemporaryFailure(f"{code} {what}")


def open_transport(url: str) -> Transport:
    """Return the transport that a `COALITION_MAIL_URL` names.

    Raises ValueError with one sentence for an address that none speaks.
    """
    scheme = urlsplit(url).scheme
    if scheme == "file":
        return FolderTransport(Path(url.removeprefix("file:")))
    if scheme not in ("smtp", "smtps"):
        raise ValueError(f"COALITION_MAIL_URL must begin with smtp:, smtps: or file:, not {scheme!r}.")
    try:
        return SmtpTransport(url)
    except ValueError:
        raise ValueError("COALITION_MAIL_URL must name its port as a number up to 65535.") from None
