"""What does the transaction of a signature cost on PostgreSQL? Four clients, beside pgbench with the same statements.

Both keep every commit (`fsync` and `synchronous_commit` on). pgbench is PostgreSQL's own client in C: it sends what
ours was heard to send, with the values written out, but for the keys that have to differ.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import psycopg.sql
from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Engine

from benchmarks.measuring import ROUNDS, Figure
from benchmarks.sample import DISK, site
from coalition import clock
from coalition.extensions import db
from coalition.signing import operations
from coalition.transactions import transaction
from tests.factories.signing import PERSON, RULES, draft, prepared
from tests.fixtures.postgres import Cluster, program

GOAL = 0.6
CLIENTS = 4
A_ROUND = 100
UNIQUE = {"public_id", "reference", "message_id", "email_key", "name_key", "recipient_key"}
KEYS = {"organisation_id": ":organisation_id", "signature_id": ":signature_id", "draft": ":draft_id"}
KEYS |= {"draft_id": ":draft_id", "signature": ":signature_id"}
COLON = re.compile(r"(?<!:):(?=[A-Za-z_])")  # pgbench would read a variable
FRESH = "substr(md5(random()::text || clock_timestamp()::text), 1, 20)"


def measure() -> list[Figure]:
    """Submit by four processes of ours, then by four clients of pgbench, and so on."""
    with tempfile.TemporaryDirectory(dir=DISK) as folder:
        cluster = Cluster(Path(folder), settings=())
        cluster.start()
        try:
            url = cluster.create("coalition")
            with site(SQLALCHEMY_DATABASE_URI=url) as app:
                script = Path(folder) / "submit.sql"
                script.write_text(_script(_heard(app)), "utf-8")
                ours, anchor = [], []
                for _ in range(ROUNDS):
                    ours.append(_ours(app, url))
                    anchor.append(_pgbench(app, cluster, script))
        finally:
            cluster.stop()
    ratio = statistics.median(mine / theirs for mine, theirs in zip(ours, anchor, strict=True))
    mine, theirs = (f"{statistics.median(each):.0f}/s" for each in (ours, anchor))
    name = f"submit transaction, PostgreSQL, {CLIENTS} clients, beside pgbench"
    return [Figure(name, mine, theirs, f"{ratio:.2f} ×", f"≥ {GOAL:.2f} ×", ratio >= GOAL)]


def client(url: str, folder: str) -> None:
    """Be one of our clients: make ready, wait for the word, submit a round and tell when it began and ended."""
    os.environ["COALITION_DATA_DIR"] = folder
    with site(SQLALCHEMY_DATABASE_URI=url) as app, app.app_context():
        sent = [(draft(), prepared()) for _ in range(A_ROUND)]
        db.session.rollback()
        print("ready", flush=True)
        sys.stdin.readline()
        begun = time.time()
        for draft_id, one in sent:
            with transaction():
                operations.submit(prepared=one, draft_id=draft_id, rules=RULES, actor=PERSON, now=clock.now())
            db.session.remove()
        print(json.dumps([begun, time.time()]), flush=True)


def _ours(app: Flask, url: str) -> float:
    """Return how many signatures a second our clients submit together."""
    words = [sys.executable, "-c", "import sys; from benchmarks.submit_postgres import client; client(*sys.argv[1:])"]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    clients = [subprocess.Popen([*words, url, str(app.config["DATA_DIR"])], **pipes) for _ in range(CLIENTS)]
    for one in clients:
        assert one.stdout.readline() == "ready\n"
    for one in clients:
        one.stdin.write("go\n")
        one.stdin.flush()
    times = [json.loads(one.communicate()[0]) for one in clients]
    return CLIENTS * A_ROUND / (max(end for _, end in times) - min(begun for begun, _ in times))


def _pgbench(app: Flask, cluster: Cluster, script: Path) -> float:
    """Return how many transactions a second pgbench does, each with a draft of its own."""
    with app.app_context():
        ids = [draft() for _ in range(CLIENTS * A_ROUND)]
    connect = psycopg.connect(host=str(cluster.folder), user="tests", dbname="coalition", autocommit=True)
    with connect as connection:
        connection.execute("DROP SEQUENCE IF EXISTS measured_drafts")
        connection.execute(f"CREATE SEQUENCE measured_drafts START {min(ids)}".encode())
    options = ["-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "2", "-t", str(A_ROUND), "-f", str(script)]
    words = [program("pgbench"), "-h", str(cluster.folder), "-U", "tests", *options, "coalition"]
    told = subprocess.run(words, check=False, capture_output=True, text=True)
    found = re.search(r"tps = ([\d.]+)", told.stdout)
    assert found is not None, told.stderr
    return float(found.group(1))


def _script(heard: list[tuple[str, dict[str, Any]]]) -> str:
    """Write the transaction for pgbench."""
    lines = ["SELECT nextval('measured_drafts') AS id \\gset draft_", "BEGIN;"]
    for text, values in heard:
        written = text
        for name, value in values.items():
            written = written.replace(f"%({name})s", _literal(name, value))
        table = re.match(r"INSERT INTO (organisations|signatures) ", text)
        lines.append(
            f"{' '.join(written.split())} " + (f"\\gset {table.group(1).removesuffix('s')}_" if table else ";")
        )
    return "\n".join([*lines, "COMMIT;"])


def _literal(name: str, value: Any) -> str:
    column = name.partition("__")[0]
    if column in KEYS:
        return KEYS[column]
    if column in UNIQUE:
        return FRESH
    if isinstance(value, datetime):
        return "now()"
    return COLON.sub("-", psycopg.sql.Literal(value).as_string(None))


def _heard(app: Flask) -> list[tuple[str, dict[str, Any]]]:
    """Return what one submission sends, one statement and its values after another."""
    with app.app_context():
        draft_id, one = draft(), prepared()
        db.session.rollback()
        with _listening() as heard, transaction():
            operations.submit(prepared=one, draft_id=draft_id, rules=RULES, actor=PERSON, now=clock.now())
        db.session.remove()
    return heard


@contextmanager
def _listening() -> Iterator[list[tuple[str, dict[str, Any]]]]:
    heard: list[tuple[str, dict[str, Any]]] = []

    def note(_connection: Any, _cursor: Any, text: str, values: Any, *_rest: Any) -> None:
        heard.extend((text, one) for one in (values if isinstance(values, list) else [values]))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield heard
    finally:
        event.remove(Engine, "before_cursor_execute", note)
