from __future__ import annotations

import json
import os
import signal
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT
from tests.browser.server import COMMAND, Server, free_port
from tests.commands.processes import children, is_running, is_worker, setting_of, wait_for


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """Web server and worker under one roof, as `make run` starts them."""
    running = Server(tmp_path / "data")
    running.folder.mkdir()
    running.start()
    yield running
    running.stop(signal.SIGKILL)


def workers(pid: int) -> list[int]:
    return [child for child in children(pid) if is_worker(child)]


def answer_of(url: str) -> object:
    with urllib.request.urlopen(f"{url}/healthz", timeout=5) as answer:
        return json.load(answer)


def test_server_that_was_started_answers_restarts_its_worker_and_ends_with_it(server: Server) -> None:
    assert server.process is not None
    pid = server.process.pid
    assert answer_of(server.url) == {"status": "ok"}
    first = workers(pid)[0]
    os.kill(first, signal.SIGKILL)
    second = wait_for(lambda: [child for child in workers(pid) if child != first])[0]
    web = [child for child in children(pid) if not is_worker(child)]
    assert len(web) == 2
    os.kill(web[0], signal.SIGKILL)
    wait_for(lambda: len([child for child in children(pid) if not is_worker(child)]) == 2)
    assert answer_of(server.url) == {"status": "ok"}
    everybody = [*children(pid)]
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(20) == 0
    wait_for(lambda: not any(is_running(child) for child in [second, *everybody]))


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def started(tmp_path: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """A server that was given its port on the command line."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "COALITION_DATA_DIR": str(tmp_path / "data")}
    words = [*COMMAND, "serve", "--setup", "--worker", "--workers", "1", "--port", str(port)]
    process = subprocess.Popen(
        words, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    with process.stdout or nullcontext():
        yield process
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_server_that_was_killed_leaves_nothing_running_and_its_worker_knew_its_port(
    started: subprocess.Popen[str], port: int
) -> None:
    assert started.stdout is not None
    site, mailbox, officer = (started.stdout.readline().split() for _ in range(3))
    assert site == ["The", "site:", f"http://127.0.0.1:{port}/"]
    assert mailbox == ["Its", "mails:", f"http://127.0.0.1:{port}/dev/mailbox/"]
    assert officer[-1].startswith(f"http://127.0.0.1:{port}/admin/invitations/")
    wait_for(lambda: len(children(started.pid)) == 2 and workers(started.pid))
    everybody, worker = children(started.pid), workers(started.pid)[0]
    assert setting_of(worker, "COALITION_PUBLIC_URL") == f"http://127.0.0.1:{port}"
    started.kill()
    started.wait()
    wait_for(lambda: not any(is_running(pid) for pid in everybody))
