"""The disk is full: what was acknowledged stands, the rest is told to come again and may; nothing is damaged."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select, text
from sqlalchemy.engine import Engine
from werkzeug.test import TestResponse

from coalition.extensions import db
from coalition.signing.models import ProofDocument
from coalition.storage.files import store
from tests.factories.browsing import ORGANISATION, PERSON, first_step, step
from tests.trials.acts import ACTS, Send
from tests.trials.ledger import broken_chains, census, change, damage
from tests.trials.sabotage import writes

REFUSALS = 3
MOST = 16
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"
FULL = """
CREATE FUNCTION is_full() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$
"""


@contextmanager
def full() -> Iterator[None]:
    """Let the SQLite file grow no more, whoever writes."""
    db.session.rollback()
    pages = db.session.scalar(text("PRAGMA page_count"))
    db.session.remove()

    def limit(connection: Any, _record: Any) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(Engine, "connect", limit)
    db.engine.dispose()
    try:
        yield
    finally:
        event.remove(Engine, "connect", limit)
        db.session.remove()
        db.engine.dispose()


def is_refused(answer: TestResponse) -> bool:
    """Tell a refusal from an act that was done; anything else fails the test."""
    assert answer.status_code in (302, 503)
    assert answer.headers.get("Retry-After") == ("30" if answer.status_code == 503 else None)
    return answer.status_code == 503


@pytest.mark.one_database  # SQLite's own limit
@pytest.mark.parametrize("name", sorted(ACTS))
def test_act_when_the_disk_is_full_stands_if_acknowledged_and_says_503_if_not(stage: Flask, name: str) -> None:
    act = ACTS[name](stage)
    assert act.prepare()().status_code == 302
    send, before = act.prepare(), census()
    assert send().status_code == 302
    leaves = change(before, census())
    sends = [act.prepare() for _ in range(MOST)]
    refused: list[Send] = []
    with full():
        for send in sends:
            before = census()
            if is_refused(send()):
                refused.append(send)
                assert change(before, census()) == {}
            else:
                assert change(before, census()) == leaves
            if len(refused) == REFUSALS:
                break
    assert len(refused) == REFUSALS
    for send in refused:
        before = census()
        assert send().status_code == 302
        assert change(before, census()) == leaves
    assert damage() == broken_chains() == []


@pytest.mark.parametrize("name", sorted(ACTS))
def test_act_when_a_table_has_no_room_says_503_and_can_be_repeated(stage: Flask, database: str, name: str) -> None:
    if database == "sqlite":
        return  # all tables are one file there: the test above
    act = ACTS[name](stage)
    send = act.prepare()
    with writes() as statements:
        assert send().status_code == 302
    words = [statement.split() for statement in statements]
    tables = sorted({verb[2] if verb[0] == "INSERT" else verb[1] for verb in words if verb[0] != "DELETE"})
    _run(FULL)
    for table in tables:
        send = act.prepare()
        before = census()
        _run(f"CREATE TRIGGER full_now BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION is_full()")
        answer = send()
        _run(f"DROP TRIGGER full_now ON {table}")
        assert (is_refused(answer), change(before, census())) == (True, {})
        assert send().status_code == 302
    assert broken_chains() == []


def _run(statement: str) -> None:
    db.session.remove()
    with db.engine.begin() as connection:
        connection.execute(text(statement))


def test_proof_when_its_folder_is_full_says_503_and_costs_nothing_else(
    app: Flask, charter: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = app.test_client()
    assert client.post(first_step(), data=ORGANISATION).status_code == 302
    assert client.post(step("representative"), data=PERSON).status_code == 302

    def send() -> TestResponse:
        files = {"mandate_document": (io.BytesIO(PDF), "minutes.pdf")}
        return client.post(step("proof"), data=files, content_type="multipart/form-data")

    files = _files(app)
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", _no_space)
        refused = send()
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")
    assert db.session.scalar(select(func.count()).select_from(ProofDocument)) == 0
    assert _files(app) == files
    answer = send()
    assert answer.status_code in (302, 303)
    db.session.rollback()
    kept = db.session.scalars(select(ProofDocument)).one()
    assert store().get(kept.storage_key)[:5] == b"%PDF-"


def _no_space(_file: int) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def _files(app: Flask) -> list[str]:
    folder = Path(app.config["STORAGE_DIR"]) / "proof"
    return [path.name for path in folder.rglob("*") if path.is_file()]
