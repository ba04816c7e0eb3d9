"""Mail servers on a bad day. Each takes a mail well in the end, once the bad day is over."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Self

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.mail.postbox import Postbox, free_port, hang_up


class Forgetful(Postbox):
    """Takes each of the next `often` mails and drops the line before it says so."""

    def __init__(self, often: int) -> None:
        super().__init__()
        self.often = often

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = await super().handle_DATA(server, session, envelope)
        if self.often:
            self.often -= 1
            return hang_up(session, server)
        return answer


class Wire:
    """A socket that greets with `greeting` and says nothing more; `url` is what COALITION_MAIL_URL would hold."""

    def __init__(self, greeting: bytes) -> None:
        self.greeting, self.calls = greeting, 0
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.lines: list[socket.socket] = []
        self.thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.listening.getsockname()[1]}"

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _ = self.listening.accept()
                self.calls += 1
                self.lines.append(line)
                line.sendall(self.greeting)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        self.thread.join(5)
        for line in self.lines:
            line.close()


def nobody() -> str:
    """Return the address of a server that is not there."""
    return f"smtp://127.0.0.1:{free_port()}"
