"""The whole platform as its users meet it: a real server with its worker, in a data folder of its own."""

from __future__ import annotations

import email
import email.policy
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from email.message import EmailMessage
from pathlib import Path

from tests.architecture.sources import ROOT

COMMAND = [sys.executable, "-c", "from coalition.app import command; command()"]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Server:
    """One running site; `coalition()` runs a command on its data, `mail()` reads what it sent."""

    def __init__(self, folder: Path, *, host: str = "127.0.0.1", **settings: str) -> None:
        self.folder, port = folder, free_port()
        self.url = f"http://{host}:{port}"
        own = {name: value for name, value in os.environ.items() if not name.startswith("COALITION_")}
        places = {
            "COALITION_DATA_DIR": str(folder),
            "COALITION_PUBLIC_URL": self.url,
            "PORT": str(port),
            "PYTHONPATH": str(ROOT),
        }
        self.environment = own | places | settings
        self.log = folder / "server.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start web server and worker as `make run` does, and wait until the site is ready."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*COMMAND, "serve", "--setup", "--worker"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        end = time.monotonic() + 60
        while not self._is_ready():
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"the server did not become ready:\n{self.log.read_text()}")
            time.sleep(0.1)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Stop the server and whatever it started; `signal.SIGKILL` is a lost machine."""
        if self.process is None:
            return
        group = self.process.pid
        for number in (how, signal.SIGKILL):
            try:
                os.killpg(group, number)
                self.process.wait(20)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue
        self.process = None

    def coalition(self, *words: str) -> str:
        """Run `coalition …` beside the server and return what it printed."""
        done = subprocess.run(
            [*COMMAND, *words], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def mail(self, address: str, containing: str, *, seconds: float = 60) -> str:
        """Wait for a mail to `address` with a link that contains `containing`; return the newest such link."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for message in self._mails():
                found = re.search(rf"{re.escape(self.url)}\S*{re.escape(containing)}[^\s>)]*", text_of(message))
                if address.casefold() in str(message["To"]).casefold() and found:
                    return found.group(0)
            time.sleep(0.1)
        raise AssertionError(
            f"no mail to {address} with {containing}; there are {[str(mail['Subject']) for mail in self._mails()]}"
        )

    def _mails(self) -> list[EmailMessage]:
        """The mails in the development mailbox, newest first."""
        paths = sorted((self.folder / "mailbox").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
        return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in paths]  # type: ignore[misc]

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


def text_of(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    return str(part.get_content()) if part is not None else ""
