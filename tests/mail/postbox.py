"""A real mail server on this machine, which answers as a test asks it to."""

from __future__ import annotations

import asyncio
import email
import email.policy
import socket
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

Answer = str | Callable[[Session, SMTP], str] | None


class Postbox:
    """Takes every mail, unless the next of `answers` for a command ("RCPT", "MAIL", "DATA", "QUIT") says otherwise.

    `pause` are the seconds that it takes to think about a mail.
    """

    def __init__(self, *, pause: float = 0.0) -> None:
        self.pause, self.thinking = pause, 0
        self.mails: list[EmailMessage] = []
        self.senders: list[str] = []
        self.recipients: list[str] = []
        self.logins: list[tuple[bytes, bytes]] = []
        self.answers: dict[str, list[Answer]] = {}

    def _answer(self, command: str, server: SMTP, session: Session) -> str | None:
        waiting = self.answers.get(command)
        if not waiting:
            return None
        answer = waiting.pop(0)
        return answer(session, server) if callable(answer) else answer

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := self._answer("MAIL", server, session):
            return answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := self._answer("RCPT", server, session):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.thinking += 1
        await asyncio.sleep(self.pause)
        self.thinking -= 1
        if answer := self._answer("DATA", server, session):
            return answer
        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        mail = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.senders.append(envelope.mail_from or "")
        self.recipients += envelope.rcpt_tos
        return "250 taken"

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        return self._answer("QUIT", server, session) or "221 bye"

    def check_password(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        """Know one user."""
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"p@ss:word", handled=False)


class PostOffice:
    """A running server around a postbox; `url` is what COALITION_MAIL_URL would hold."""

    def __init__(self, postbox: Postbox, **options: Any) -> None:
        self.port = free_port()
        self.controller = Controller(
            postbox,
            hostname="127.0.0.1",
            port=self.port,
            auth_require_tls=False,
            authenticator=postbox.check_password,
            **options,
        )

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self.controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.controller.stop()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def hang_up(session: Session, server: SMTP) -> str:
    """Answer nothing: the line is cut."""
    transport = server.transport
    assert transport is not None
    transport.abort()  # type: ignore[attr-defined]
    return "250 nobody hears this"
