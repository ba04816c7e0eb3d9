"""Yesterday is put back: does the log go on, is nothing lost in silence, and does who was erased stay erased?"""

from __future__ import annotations

import os
import sqlite3
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.engine import make_url

from coalition import clock
from coalition.audit.record import Actor
from coalition.certificates import operations as certificates
from coalition.certificates.models import Certificate
from coalition.certificates.states import Kind
from coalition.charters import recording as texts
from coalition.commands import recovering
from coalition.desk import erasure, journal, restoring
from coalition.extensions import db
from coalition.register.models import RegisterEntry
from coalition.register.recording import state_of
from coalition.signing import operations
from coalition.signing.models import Representative, Signature
from coalition.signing.states import State
from coalition.storage.files import store
from coalition.transactions import transaction
from coalition.transparency import history, losses, queries
from coalition.transparency.leaves import OF_ENTRIES, LeafAct
from coalition.transparency.sequencing import place_all
from tests.factories import charters, officers, register, signing
from tests.fixtures.postgres import program

ACTOR = Actor.system("tests")


class Backup:
    """Yesterday's database, made and put back with the database's own tools."""

    def __init__(self, app: Flask, folder: Path) -> None:
        self.url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
        self.path = folder / "yesterday"

    def make(self) -> None:
        if self.url.drivername == "sqlite":
            with closing(sqlite3.connect(self.url.database or "")) as now, closing(sqlite3.connect(self.path)) as copy:
                now.backup(copy)
        else:
            self._run("pg_dump", "--format=custom", f"--file={self.path}")

    def restore(self) -> None:
        db.session.remove()
        db.engine.dispose()
        if self.url.drivername == "sqlite":
            for ending in ("-wal", "-shm"):
                Path(f"{self.url.database}{ending}").unlink(missing_ok=True)
            Path(self.url.database or "").write_bytes(self.path.read_bytes())
        else:
            self._run("pg_restore", "--clean", "--if-exists", "--single-transaction", str(self.path))

    def _run(self, tool: str, *words: str) -> None:
        host = str(self.url.query["host"])
        named = ["--host", host, "--username", "tests", "--dbname", self.url.database or ""]
        subprocess.run([program(tool), *named, *words], check=True, capture_output=True, env={**os.environ})


@pytest.fixture
def backup(committed_app: Flask, tmp_path: Path) -> Backup:
    return Backup(committed_app, tmp_path)


def certified(signature: Signature) -> str:
    with transaction():
        return certificates.issue(
            signature_id=signature.id, kind=Kind.CERTIFICATE, language="en", actor=ACTOR, now=clock.now()
        )


def row_of(serial: str) -> Certificate:
    return db.session.scalars(select(Certificate).where(Certificate.serial == serial)).one()


def derived() -> dict[str, Any]:
    """Return the register as the log tells it: of each number, what its newest leaf says."""
    told = [leaf for leaf in history.after(-1, most=1000) if leaf.act in OF_ENTRIES]
    newest = {leaf.subject: leaf.content or {} for leaf in told}
    return {number: content for number, content in newest.items() if "status" in content}


def ledger() -> dict[str, Any]:
    db.session.rollback()
    return {row.number: state_of(row) for row in db.session.scalars(select(RegisterEntry))}


def end(signature: Signature) -> None:
    with transaction() as session:
        held = session.get_one(Signature, signature.id)
        operations.withdraw(signature=held, actor=ACTOR, now=clock.now())


@dataclass(frozen=True)
class Lost:
    """What was done after the backup: who left, who came under which number, serial and index; how long the log was."""

    left: str
    came: str
    serial: str
    index: int
    size: int


def a_day_after(leaving: Signature, staying: Signature) -> Lost:
    """Let one signatory leave, one lose its certificate, and a new one come with a certificate."""
    end(leaving)
    with transaction():
        certificates.revoke(signature_id=staying.id, reason="error", actor=ACTOR, now=clock.now())
    came = signing.active()
    serial = certified(came)
    place_all()
    return Lost(str(leaving.register_number), str(came.register_number), serial, row_of(serial).id, history.size())


def test_yesterday_when_put_back_loses_nothing_in_silence(committed_app: Flask, backup: Backup) -> None:
    with committed_app.app_context():
        charters.load()
        recovering.tell_what_stood_before()
        leaving, staying = signing.active(), signing.active()
        kept = certified(staying)
        place_all()
        size = history.size()
        backup.make()
        lost = a_day_after(leaving, staying)
        backup.restore()
        assert history.size() == size
        for _ in range(2):  # the second time there is nothing left to do
            recovering.recover()
            place_all()

        assert derived() == ledger()
        assert derived()[lost.left]["status"] == "active"
        assert lost.came not in derived()
        assert queries.consistency(lost.size, history.size())
        told = [(leaf.act, leaf.subject) for leaf in history.after(lost.size - 1, most=100)]
        assert told == [(LeafAct.RESTORE, subject) for subject in sorted([lost.left, lost.came, lost.serial])]
        missing = {(loss.leaf.act, loss.leaf.subject) for loss in losses.unsettled()}
        assert missing == {
            (LeafAct.CHANGE, lost.left),
            (LeafAct.ENTER, lost.came),
            (LeafAct.CERTIFY, lost.serial),
        }
        assert row_of(kept).revoked_reason == "error"  # final, so it is done again at once
        anew = signing.active()
        assert anew.register_number == f"ICSSE-{int(lost.came[-5:]) + 1:05d}"
        assert row_of(certified(anew)).id > lost.index
        assert derived() != ledger()
        place_all()
        assert derived() == ledger()


def test_yesterday_when_two_processes_start_on_it_at_once_is_set_right_once(
    committed_app: Flask, backup: Backup
) -> None:
    with committed_app.app_context():
        register.published()
        place_all()
        backup.make()
        register.published()
        place_all()
        backup.restore()
    ready = Barrier(2)

    def start(_: int) -> None:
        with committed_app.app_context():
            ready.wait()
            recovering.recover()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(start, range(2)))
    with committed_app.app_context():
        place_all()
        assert [leaf.act for leaf in history.after(-1, most=9)] == [LeafAct.ENTER, LeafAct.ENTER, LeafAct.RESTORE]
        assert [loss.leaf.place for loss in losses.unsettled()] == [1]


def test_person_who_was_erased_since_yesterday_is_gone_again(committed_app: Flask, backup: Backup) -> None:
    with committed_app.app_context():
        charters.load()
        signature, other_id = signing.active(full_name="Awa Canary"), signing.active(full_name="Kofi Stays").id
        public_id, signature_id = signature.public_id, signature.id
        backup.make()
        with transaction():
            for key in erasure.erase(signature_id=signature_id, actor=ACTOR, now=clock.now()):
                store().delete(key)
        backup.restore()
        names = select(Representative.full_name)
        assert set(db.session.scalars(names)) == {"Awa Canary", "Kofi Stays"}
        recovering.recover()
        assert db.session.scalars(names).all() == ["Kofi Stays"]
        assert restoring.erase_again(now=clock.now()) == []
        assert db.session.get_one(Signature, other_id).state == State.ACTIVE
        text = (committed_app.config["DATA_DIR"] / journal.NAME).read_text("utf-8")
        assert public_id in text
        assert "Canary" not in text
        assert (committed_app.config["DATA_DIR"] / journal.NAME).stat().st_mode & 0o777 == 0o600


@pytest.mark.one_database
def test_journal_when_a_line_is_torn_keeps_the_others(app: Flask) -> None:
    app.config["DATA_DIR"].joinpath(journal.NAME).unlink(missing_ok=True)
    assert journal.read() == {}
    now = clock.now()
    journal.note("one", now=now)
    with app.config["DATA_DIR"].joinpath(journal.NAME).open("a", encoding="utf-8") as file:
        file.write('{"signature": "tw\n[]\n{}\n')
    journal.note("three", now=now)
    assert journal.read() == {"one": now, "three": now}
    app.config["DATA_DIR"].joinpath(journal.NAME).unlink()


@pytest.mark.one_database
def test_erasure_in_the_journal_whose_signature_yesterday_does_not_know_is_passed_over(app: Flask) -> None:
    journal.note("nobody-and-nothing", now=clock.now())
    assert restoring.erase_again(now=clock.now()) == []
    app.config["DATA_DIR"].joinpath(journal.NAME).unlink()


def test_entries_and_certificates_from_before_the_log_get_their_leaves_once(charter: None) -> None:
    signature, gone = signing.active(), signing.active()
    first, second = certified(signature), certified(gone)
    with transaction():
        [new] = certificates.supersede(signature_id=signature.id, reason="organisation", actor=ACTOR, now=clock.now())
        certificates.revoke(signature_id=gone.id, reason="delisted", actor=ACTOR, now=clock.now())
        db.session.execute(db.text("DELETE FROM log_leaves"))
    for _ in range(2):
        recovering.tell_what_stood_before()
    place_all()
    assert derived() == ledger()
    certified_ones = {leaf.subject: leaf for leaf in history.after(-1, most=99) if leaf.act is LeafAct.CERTIFY}
    ends = {leaf.subject: leaf.content for leaf in history.after(-1, most=99) if leaf.act is LeafAct.END}
    assert sorted(certified_ones) == sorted([first, second, new])
    assert {serial: (told or {})["ended"] for serial, told in ends.items()} == {first: "superseded", second: "revoked"}
    assert len([leaf for leaf in history.after(-1, most=99) if leaf.act is LeafAct.PUBLISH]) == 1


@pytest.mark.one_database
def test_everything_that_stands_as_the_log_says_is_left_alone(charter: str) -> None:
    staying, revoked = certified(signing.active()), signing.active()
    certified(revoked)
    with transaction():
        certificates.revoke(signature_id=revoked.id, reason="error", actor=ACTOR, now=clock.now())
    place_all()
    size = history.size()
    with transaction():
        restoring.set_right(first=0, now=clock.now())
    place_all()
    assert (history.size(), losses.unsettled()) == (size, [])
    assert row_of(staying).revoked_at is None
    assert texts.standing_of(f"{charter}/9") == {"charter": charter, "version": 9, "languages": {}}


@pytest.mark.one_database
def test_log_that_cannot_be_read_keeps_nobody_from_starting(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    register.published()
    place_all()
    app.config["LOG_DIR"].joinpath("checkpoint").write_text("rubbish", "utf-8")
    recovering.recover()
    assert "the public log waits" in caplog.text


@pytest.fixture
def lost(app: Flask) -> list[int]:
    """Two acts that the log knows and the database does not; their places."""
    register.published()
    register.published()
    place_all()
    with transaction():
        losses.set_right(losses.taken_back(0), standing=lambda leaf: {"number": leaf.subject}, now=clock.now())
    return [0, 1]


def test_desk_when_acts_are_lost_lists_them_until_they_are_settled(app: Flask, lost: list[int]) -> None:
    officer = officers.signed_in(app)
    assert "2 public acts that were done since are missing here" in officer.get("/admin/").text
    assert officer.get("/admin/restored/").text.count("Entered into the register") == 2
    assert officer.post("/admin/restored/", data={"place": ["0", "x", "9999999999999"]}).status_code == 303
    assert [loss.leaf.place for loss in losses.unsettled()] == lost[1:]
    officer.post("/admin/restored/", data={"place": ["0", "1"]})
    assert "the public log and the register say the same" in officer.get("/admin/restored/").text
