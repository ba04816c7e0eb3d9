"""How are web server and worker started? gunicorn with threads; `--worker` runs the worker beside it under one roof."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import ScriptInfo, with_appcontext
from gunicorn.app.base import BaseApplication

from coalition.accounts.cli import first_officer_link
from coalition.commands.init import prepare
from coalition.commands.recovering import recover
from coalition.extensions import db

THREADS = 8
MEMORY_FOLDER = Path("/dev/shm")  # noqa: S108 - gunicorn's heartbeat, in memory so that a slow disk kills no worker
RESTART_SECONDS = 1.0


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn around an application that is already made, so that its workers share its memory."""

    def __init__(self, app: Flask, options: dict[str, Any]) -> None:
        self.made, self.options = app, options
        super().__init__()

    def load_config(self) -> None:
        """Hand our options to gunicorn."""
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Return the application that was made before the fork."""
        return self.made


@click.command()
@click.option("--port", type=int, help="Port to listen on (default: PORT, else 8000).")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--workers", type=int, default=2, show_default=True, help="Number of web processes.")
@click.option("--setup", is_flag=True, help="Run `coalition init` first.")
@click.option("--worker", "beside", is_flag=True, help="Run the worker too.")
@with_appcontext
def serve(*, port: int | None, host: str, workers: int, setup: bool, beside: bool) -> None:
    """Start the web server."""
    app = click.get_current_context().find_object(ScriptInfo).load_app()  # type: ignore[union-attr]
    if setup:
        prepare()
    else:
        recover()
    if port and app.config["PUBLIC_URL"].endswith(f":{app.config['PORT']}"):
        app.config["PUBLIC_URL"] = app.config["PUBLIC_URL"].removesuffix(str(app.config["PORT"])) + str(port)
    port = port or app.config["PORT"]
    if app.config["ENVIRONMENT"] == "development":
        _greet()
    db.session.remove()
    db.engine.dispose()  # a connection must not cross a fork
    beside_server = Beside()
    options = {
        "bind": f"{host}:{port}",
        "workers": workers,
        "worker_class": "gthread",
        "threads": THREADS,
        "preload_app": True,
        "timeout": 60,
        "graceful_timeout": 15,
        "accesslog": None,
        "loglevel": "warning",
        "worker_tmp_dir": str(MEMORY_FOLDER) if MEMORY_FOLDER.is_dir() else None,
        "control_socket_disable": True,
        "on_exit": beside_server.stop if beside else None,
    }
    if beside:
        beside_server.start()
    Server(app, {name: value for name, value in options.items() if value is not None}).run()


def _greet() -> None:
    """Tell a newcomer where to go."""
    url = current_app.config["PUBLIC_URL"]
    lines = [f"The site:              {url}/"]
    if current_app.config["MAIL_URL"].startswith("file:"):
        lines.append(f"Its mails:             {url}/dev/mailbox/")
    if link := first_officer_link():
        lines.append(f"Become first officer:  {link}")
    click.echo("\n".join(lines))


class Beside:
    """Keeps one worker process alive for as long as the server runs."""

    def start(self) -> None:
        """Start the worker and watch it from a thread; gunicorn's own process stays the parent."""
        self.stopping = False
        # The links in its mails lead to the port that was asked for on the command line.
        self.environment = {**os.environ, "COALITION_PUBLIC_URL": current_app.config["PUBLIC_URL"]}
        self.process = self._spawn()
        threading.Thread(target=self._watch, daemon=True).start()

    def stop(self, server: object) -> None:
        """End the worker with the server."""
        self.stopping = True
        self.process.terminate()

    def _spawn(self) -> subprocess.Popen[bytes]:
        program = Path(sys.executable).with_name("coalition")
        words = [str(program), "worker", "--with-parent", str(os.getpid())]
        return subprocess.Popen(words, stdin=subprocess.DEVNULL, env=self.environment)

    def _watch(self) -> None:
        while not self.stopping:
            self.process.wait()
            time.sleep(RESTART_SECONDS)
            if not self.stopping:
                self.process = self._spawn()
