"""Are certificates issued to all who lack one, each once, whoever is killed meanwhile or does the same?"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session, scoped_session

from coalition import clock
from coalition.audit.record import Actor
from coalition.certificates import cli, issuing, jobs
from coalition.certificates.models import Certificate, CertificateRevision
from coalition.certificates.states import Kind
from coalition.errors import Unavailable
from coalition.extensions import db
from coalition.jobs.models import Job
from coalition.signing.models import Signature
from coalition.transactions import transaction
from tests.architecture.sources import ROOT
from tests.browser.server import COMMAND
from tests.factories import charters, signing
from tests.fixtures.apps import ADDRESS

SLUG = "icsse-charter"
OPERATOR = Actor.system("command")
MANY = 30


def issue_some(language: str | None = None, most: int = 100) -> int:
    with transaction():
        return issuing.issue_some(SLUG, language=language, most=most, actor=OPERATOR, now=clock.now())


def languages(session: scoped_session[Session]) -> list[str]:
    return list(session.scalars(select(Certificate.language).where(Certificate.kind == Kind.CERTIFICATE)))


@pytest.mark.usefixtures("icsse")
class TestWhoLacksOne:
    def test_certificates_when_issued_go_to_active_signatories_alone_and_once(
        self, session: scoped_session[Session]
    ) -> None:
        for _ in range(3):
            signing.active()
        signing.verified()
        with transaction():
            last = session.scalars(select(Signature.id).where(Signature.state == "active").limit(1)).one()
            session.execute(update(Signature).where(Signature.id == last).values(state="suspended"))
        assert issuing.lacking_count(SLUG, language=None) == 2
        assert [issue_some(most=1), issue_some(), issue_some()] == [1, 1, 0]
        assert languages(session) == ["en", "en"]
        assert issuing.lacking_count("another", language=None) == 0
        assert issuing.unmade_count(SLUG) == 2

    def test_certificates_when_issued_in_another_language_stand_beside_the_first(
        self, session: scoped_session[Session]
    ) -> None:
        signing.active()
        assert [issue_some(), issue_some("fr"), issue_some("fr")] == [1, 1, 0]
        assert languages(session) == ["en", "fr"]

    def test_certificate_when_it_was_revoked_is_lacking_again(self, session: scoped_session[Session]) -> None:
        signing.active()
        issue_some()
        with transaction():
            session.execute(update(Certificate).values(revoked_at=clock.now()))
        assert issue_some() == 1


def test_certificates_when_two_issue_at_once_are_given_once(committed_app: Flask) -> None:
    with committed_app.app_context():
        charters.load()
        for _ in range(6):
            signing.active()

    def issue() -> None:
        with committed_app.app_context():
            while issue_some(most=2):
                pass

    threads = [threading.Thread(target=issue) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with committed_app.app_context():
        asked = select(Certificate.signature_id).where(Certificate.kind == Kind.CERTIFICATE)
        found = db.session.scalars(asked).all()
    assert len(found) == len(set(found)) == 6


@pytest.mark.one_database
@pytest.mark.usefixtures("icsse")
class TestCommand:
    def test_charter_or_language_when_unknown_is_said(self, runner: Any) -> None:
        assert "There is no charter x." in runner.invoke(args=["certificates", "issue", "--charter", "x"]).output
        words = ["certificates", "issue", "--charter", SLUG, "--language", "xx"]
        assert "The site does not speak xx" in runner.invoke(args=words).output

    def test_files_when_they_cannot_be_made_wait_and_the_command_says_why(
        self, runner: Any, session: scoped_session[Session], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def lacking(**_: int) -> None:
            raise Unavailable("Documents wait.")

        signing.active()
        with transaction():
            session.execute(delete(Job))
        monkeypatch.setattr(jobs, "make", lacking)
        monkeypatch.setattr(cli, "PATIENCE_SECONDS", 0.3)
        told = runner.invoke(args=["certificates", "issue", "--charter", SLUG])
        assert told.exit_code == 1
        assert "issued 1 of 1" in told.output
        assert "1 of 1 files wait: Unavailable: Documents wait." in told.output
        again = runner.invoke(args=["certificates", "issue", "--charter", SLUG])
        assert "issued" not in again.output


@pytest.mark.one_database
@pytest.mark.usefixtures("icsse")
def test_command_when_files_are_made_tells_how_far_it_is(
    runner: Any, session: scoped_session[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    def make(*, certificate_id: int) -> None:
        with transaction():
            session.get_one(Certificate, certificate_id).storage_key = "certificates/aa/file.pdf"

    for _ in range(12):
        signing.active()
    with transaction():
        session.execute(delete(Job))
    monkeypatch.setattr(jobs, "make", make)
    told = runner.invoke(args=["certificates", "issue", "--charter", SLUG])
    assert told.output.splitlines() == [
        "issued 12 of 12",
        "made 10 of 12 files, about 0 min left",
        "made 12 of 12 files, about 0 min left",
    ]


@pytest.fixture
def environment(committed_app: Flask, tmp_path: Path) -> dict[str, str]:
    """What a process of its own needs to work on the same database and files."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COALITION_")}
    return kept | {
        "COALITION_DATABASE_URL": committed_app.config["SQLALCHEMY_DATABASE_URI"],
        "COALITION_DATA_DIR": str(tmp_path / "data"),
        "COALITION_PUBLIC_URL": ADDRESS,
    }


@pytest.fixture
def signatories(committed_app: Flask) -> Iterator[None]:
    """Many who lack a certificate."""
    with committed_app.app_context():
        charters.load()
        for number in range(MANY):
            signing.active(official_name=f"Coopérative {number}")
        with transaction() as session:
            session.execute(delete(Job))
        yield
        db.session.remove()


@pytest.mark.pdf
@pytest.mark.one_database
@pytest.mark.usefixtures("signatories")
def test_command_when_killed_again_and_again_goes_on_and_gives_nobody_two(
    environment: dict[str, str], tmp_path: Path
) -> None:
    for made in (0, 12):
        killed_when(made, environment)
        with transaction() as session:  # what the dead one held is free again when its lease ends
            session.execute(update(Job).values(leased_until=None))
    words = [*COMMAND, "certificates", "issue", "--charter", SLUG]
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"of {MANY}" not in done.stdout.replace(f"issued {MANY} of {MANY}", "")  # it went on, not from the start
    db.session.rollback()
    rows = db.session.execute(
        select(Certificate.signature_id, Certificate.storage_key).where(Certificate.kind == Kind.CERTIFICATE)
    ).all()
    assert len(rows) == len({row.signature_id for row in rows}) == MANY
    assert all(row.storage_key for row in rows)
    assert db.session.scalar(select(func.count(CertificateRevision.id))) == MANY
    assert db.session.scalar(select(func.count(Job.id)).where(Job.name == "certificates.make")) == 0
    files = {str(path.relative_to(tmp_path / "data" / "files")) for path in (tmp_path / "data").rglob("*.pdf")}
    assert {row.storage_key for row in rows} <= files
    assert len(files) <= MANY + 2  # a file whose row a kill prevented; the hourly job removes it


def killed_when(made: int, environment: dict[str, str]) -> None:
    """Run the command and kill it as soon as more than `made` files are on record."""
    words = [*COMMAND, "certificates", "issue", "--charter", SLUG]
    process = subprocess.Popen(words, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    end = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < end:
        db.session.rollback()
        if (db.session.scalar(select(func.count(CertificateRevision.id))) or 0) > made:
            break
        time.sleep(0.02)
    process.kill()
    assert (process.wait(), process.communicate()[1]) == (-signal.SIGKILL, b"")
