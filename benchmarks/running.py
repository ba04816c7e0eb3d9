"""A site that runs for a figure: started on a data folder of its own, asked until it answers, stopped whole."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.measuring import quiet_environment

ROOT = Path(__file__).resolve().parent.parent
COALITION = [sys.executable, "-c", "from coalition.app import command; command()"]
TICKS = os.sysconf("SC_CLK_TCK")


class Site:
    """One running site of `command`."""

    def __init__(self, command: list[str], folder: Path) -> None:
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            port = found.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.environment = quiet_environment(COALITION_DATA_DIR=str(folder), PORT=str(port), PYTHONPATH=str(ROOT))
        self.command = [word.replace("{port}", str(port)) for word in command]

    def start(self, first: str = "/en/") -> float:
        """Start it; return the seconds until its first page was whole."""
        begun = time.perf_counter()
        self.process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        while not self.get(first):
            if self.process.poll() is not None or time.perf_counter() - begun > 120:
                raise RuntimeError(f"{' '.join(self.command)} did not become ready")
            time.sleep(0.01)
        return time.perf_counter() - begun

    def get(self, path: str) -> bytes:
        """Return the body of a page; empty while nobody answers."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=20) as answer:
                body: bytes = answer.read()
                return body
        except (urllib.error.URLError, OSError):
            return b""

    def headers(self, path: str) -> Mapping[str, str]:
        """Return the headers of a page."""
        with urllib.request.urlopen(self.url + path, timeout=20) as answer:
            return dict(answer.headers)

    def cpu_of_requests(self, path: str, headers: Mapping[str, str], *, calls: int) -> float:
        """Return the CPU seconds that the web processes spend on one request for `path`, over one kept connection."""
        host = self.url.removeprefix("http://")
        connection = http.client.HTTPConnection(host, timeout=30)

        def ask() -> None:
            for _ in range(calls):
                connection.request("GET", path, headers=dict(headers))
                connection.getresponse().read()

        used = self.cpu_of(ask)
        connection.close()
        return used / calls

    def cpu_of(self, act: Callable[[], object]) -> float:
        """Return the CPU seconds that the web processes spend while `act` asks them for something."""
        before = self._workers_cpu()
        act()
        return self._workers_cpu() - before

    def _workers_cpu(self) -> float:
        """Return CPU seconds to the nanosecond, from the scheduler's own count of every thread."""
        tasks = (task for pid in self.processes()[1:] for task in Path(f"/proc/{pid}/task").iterdir())
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9

    def processes(self) -> list[int]:
        """Return the process ids of the site, its first process first."""
        found = [self.process.pid]
        for pid in found:
            found += [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        return found

    def cpu_seconds(self) -> float:
        """Return the CPU seconds that all its living processes, and those they waited for, have used."""
        ticks = 0
        for pid in self.processes():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += sum(int(field) for field in fields[11:15])
        return ticks / TICKS

    def stop(self) -> None:
        """Stop all its processes."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, number)
                self.process.wait(20)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue
