"""After a hundred people were erased, does a byte of them stand in the database's files, the uploads or an export?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from coalition import clock
from coalition.audit import sequencing, verification
from coalition.audit.record import Actor
from coalition.extensions import db
from coalition.mail import delivery
from coalition.mail.transport import Transport
from coalition.review import operations as review
from coalition.signing import operations, queries
from coalition.signing.models import Draft, Signature
from coalition.signing.states import Act
from coalition.storage.files import store
from coalition.transactions import transaction
from tests.factories import charters, enquiries, officers, signing
from tests.fixtures.postgres import Cluster

PEOPLE = 100
STATES = ("pending", "submitted", "in_review", "active", "declined", "withdrawn")
MARK = re.compile(rb"[Zz][Qq]canary")
CANARY = "Zqcanary"


class Swallowing(Transport):
    """A mail server that takes every mail and keeps none."""

    def send(self, message: Any) -> None:
        pass


def person(number: int) -> dict[str, Any]:
    return {
        "full_name": f"{CANARY}{number} N’Diaye",
        "email": f"zqcanary{number}@reseau.example.org",
        "role": f"{CANARY}{number} secretary",
        "second_contact_name": f"{CANARY}{number} second",
        "second_contact_email": f"zqcanary{number}@second.example.org",
        "publish_name": True,
    }


def signed(number: int, officer_id: int) -> str:
    """Return the reference of a signature of this person, in one of the states, with a proof and words about it."""
    state = STATES[number % len(STATES)]
    made = signing.active(**person(number)) if state == "active" else signing.submitted(**person(number))
    reference, actor = made.reference, Actor.officer("ada", "Ada")
    if state not in ("active", "pending"):
        with transaction():
            operations.verify(
                link=signing.link_of(queries.signature_by_reference(reference)),
                rules=signing.RULES,
                actor=signing.PERSON,
                now=clock.now(),
            )
    with transaction() as session:
        signature = queries.signature_by_reference(reference)
        draft = session.get(Draft, signature.draft_id)
        draft.representative, draft.organisation = person(number), {"contact": f"{CANARY}{number}"}
        key = f"proof/{number % 90 + 10}/{made.public_id}.pdf"
        attach(signature, key, number)
    store().put(key, f"%PDF-1.4 {CANARY}{number}\n%%EOF\n".encode())
    enquiries.received(
        sender_name=f"{CANARY}{number}", sender_email=person(number)["email"], subject=f"Where is {CANARY}{number}?"
    )
    with transaction():
        text_of = f"{CANARY}{number} called"
        review.note(signature_id=signature.id, officer_id=officer_id, text=text_of, actor=actor, now=clock.now())
        signature = queries.signature_by_reference(reference)
        if state in ("in_review", "declined"):
            operations.change_state(signature=signature, act=Act.CLAIM, actor=actor, now=clock.now())
        if state == "declined":
            operations.change_state(signature=signature, act=Act.DECLINE, actor=actor, now=clock.now(), reason="x")
        if state == "withdrawn":
            operations.withdraw(signature=signature, actor=actor, now=clock.now())
    return reference


def attach(signature: Signature, key: str, number: int) -> None:
    from coalition.signing.models import ProofDocument

    signature.documents.append(
        ProofDocument(
            public_id=f"{signature.public_id}p",
            filename=f"{CANARY}{number}.pdf",
            media_type="application/pdf",
            size=30,
            sha256="ab" * 32,
            storage_key=key,
            created_at=clock.now(),
        )
    )


def files_with_canaries(*folders: Path) -> list[str]:
    """Every file under the folders in whose bytes somebody still stands."""
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return sorted(path.name for path in files if MARK.search(path.read_bytes()))


@pytest.fixture
def disk(committed_app: Flask, database: str, request: pytest.FixtureRequest) -> Callable[[], list[str]]:
    """Return the names of the files in which somebody still stands: the database's own and what is stored."""
    data: Path = committed_app.config["DATA_DIR"]

    def on_sqlite() -> list[str]:
        path = Path(str(committed_app.config["SQLALCHEMY_DATABASE_URI"]).removeprefix("sqlite:///"))
        own = [path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")]
        found = [file.name for file in own if file.exists() and MARK.search(file.read_bytes())]
        return sorted({re.sub(r"^\d+\.", "", name) for name in found}) + files_with_canaries(data)

    def on_postgresql() -> list[str]:
        cluster: Cluster = request.getfixturevalue("cluster")
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            number = connection.execute(text("SELECT oid FROM pg_database WHERE datname = current_database()")).scalar()
            connection.execute(text("CHECKPOINT"))
        own = files_with_canaries(cluster.data / "base" / str(number))
        return (["database"] if own else []) + files_with_canaries(data)

    return on_sqlite if database == "sqlite" else on_postgresql


@pytest.fixture
def at_home(committed_app: Flask) -> Iterator[Flask]:
    """The application with its context open and the charter loaded."""
    with committed_app.app_context():
        charters.load()
        yield committed_app
        db.session.remove()


def test_a_hundred_people_when_erased_leave_no_byte_behind(at_home: Flask, disk: Callable[[], list[str]]) -> None:
    with transaction():
        officer_id = officers.officer().id
    references = [signed(number, officer_id) for number in range(PEOPLE)]
    signing.active(full_name="Somebody Else", publish_name=True)
    delivery.run_due(transport=Swallowing(), most=PEOPLE // 5)
    sequencing.number_all()
    before = disk()
    assert len([name for name in before if name.endswith(".pdf")]) == PEOPLE
    assert len(before) > PEOPLE
    db.session.remove()
    answer = at_home.test_cli_runner().invoke(args=["erase", "--yes", *references])
    assert (answer.exit_code, answer.stdout.splitlines()) == (0, [f"{reference}: erased." for reference in references])
    assert disk() == []
    sequencing.number_all()
    assert verification.verify().finding is None
    client = at_home.test_client()
    for path in ("/en/register.csv", "/en/register.json", "/en/register/", "/api/v1/signatories"):
        assert not MARK.search(client.get(path).data), path
    exported = at_home.test_cli_runner().invoke(args=["audit", "export"]).stdout_bytes
    assert not MARK.search(exported)
