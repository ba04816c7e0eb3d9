"""What follows from a report on a mail, however it comes, and however often?"""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from coalition import clock as project_clock
from coalition.audit.models import AuditRecord
from coalition.extensions import db
from coalition.jobs.models import Job
from coalition.mail import bounces, history, jobs
from coalition.mail.message import Event
from coalition.mail.models import OutboxMessage
from coalition.mail.postbox import PostboxAway, open_postbox
from coalition.mail.reports import Done, Report
from coalition.transactions import transaction
from tests.factories import signing
from tests.mail.conftest import AWA
from tests.mail.test_reports import DSN, ID

Put = Callable[..., None]
OTHER = b"From: awa@reseau.example.org\nSubject: Re: your mail\n\nThank you."


@pytest.fixture
def sent(put: Put, worker: Callable[[], int]) -> Callable[..., int]:
    """Send a mail, and return its number."""

    def send(**changes: object) -> int:
        put(**changes)
        worker()
        return db.session.scalars(select(OutboxMessage.id).order_by(OutboxMessage.id.desc())).first()

    return send


def row(number: int) -> OutboxMessage:
    db.session.expire_all()
    return db.session.get(OutboxMessage, number)


def take(done: Done = Done.FAILED, *, ids: tuple[str, ...] = (), address: str = AWA, trusts: bool = False):
    with transaction():
        return bounces.take(Report(address, done, "5.1.1", ids), trusts_address=trusts, now=project_clock.now())


def events(number: int) -> list[tuple[str, str]]:
    return [(one.kind, one.detail) for one in history.events_of(number)]


def failures() -> list[dict[str, str]]:
    return [job.args for job in db.session.scalars(select(Job).where(Job.name == "mail.failed"))]


def test_mail_when_it_comes_back_says_so_once_and_tells_whom_it_was_about(clock, sent) -> None:
    number = sent()
    mail = row(number)
    first = take(ids=("<x@y>", mail.message_id))
    assert (first.mail_id, first.about, first.event, first.is_new) == (number, "signature:x", Event.BOUNCED, True)
    assert take(ids=(mail.message_id,)).is_new is False
    assert events(number) == [("sent", ""), ("bounced", "5.1.1")]
    assert (row(number).state, row(number).bounced_at) == ("sent", project_clock.now())
    assert failures() == [{"about": "signature:x", "recipient_key": mail.recipient_key}]


@pytest.mark.parametrize(("done", "kind"), [(Done.DELAYED, "delayed"), (Done.DELIVERED, "delivered")])
def test_mail_that_is_delayed_or_delivered_says_so_and_nothing_follows(sent, done: Done, kind: str) -> None:
    number = sent()
    for _ in range(2):
        take(done, ids=(row(number).message_id,))
    assert events(number) == [("sent", ""), (kind, "5.1.1")]
    assert (row(number).bounced_at, failures()) == (None, [])


def test_address_in_a_report_is_believed_only_where_an_officer_has_read_it(clock, sent) -> None:
    sent()
    last = sent()
    assert take(ids=("<forged@elsewhere.example>",)) is None
    assert take(trusts=True, address="nobody@example.org") is None
    assert take(trusts=True, address="AWA@reseau.example.org").mail_id == last
    clock.shift(timedelta(days=15))
    assert take(trusts=True) is None


def test_signature_whose_mail_came_back_cannot_be_reached(charter: str, worker, outbox) -> None:
    signature = signing.submitted()
    worker()
    mail = db.session.scalars(select(OutboxMessage)).first()
    take(ids=(mail.message_id,))
    worker()
    db.session.refresh(signature)
    assert signature.contact == "bounced"


@pytest.fixture
def maildir(tmp_path: Path, settings) -> Path:
    """A folder for reports, named by the settings."""
    (tmp_path / "new").mkdir()
    settings["BOUNCE_URL"] = f"file:{tmp_path}"
    return tmp_path


def test_folder_of_reports_when_read_is_taken_in_and_marked(sent, maildir: Path, worker) -> None:
    number = sent()
    report = DSN.replace(ID, row(number).message_id).encode()
    for name, data in (("1.host", report), ("2.host:2,", OTHER), ("3.host", DSN.encode())):
        (maildir / "new" / name).write_bytes(data)
    for _ in range(2):
        jobs.take_bounces()
        assert sorted(file.name for file in (maildir / "cur").iterdir()) == ["1.host:2,S", "2.host:2,F", "3.host:2,S"]
    assert list((maildir / "new").iterdir()) == []
    assert events(number) == [("sent", ""), ("bounced", "5.1.1")]
    lines = db.session.execute(select(AuditRecord).where(AuditRecord.act == "report_mail")).scalars()
    assert [(line.subject, line.actor_kind, line.reason) for line in lines] == [("signature:x", "system", "bounced")]


def test_reports_when_no_place_is_named_or_it_is_empty_are_none(maildir: Path, settings) -> None:
    (maildir / "new").rmdir()
    jobs.take_bounces()
    settings["BOUNCE_URL"] = ""
    jobs.take_bounces()
    assert list(maildir.iterdir()) == []


class Imap(socketserver.StreamRequestHandler):
    """Just enough of IMAP4rev1 for one mailbox."""

    letters: dict[str, bytes] = {}  # noqa: RUF012
    flags: list[tuple[str, str]] = []  # noqa: RUF012
    offers = ""

    def handle(self) -> None:
        self.wfile.write(b"* OK [CAPABILITY IMAP4rev1] ready\r\n")
        while line := self.rfile.readline().decode().strip():
            tag, command, *rest = line.split(" ", 2)
            if not self.answer(tag, command.upper(), rest[0] if rest else ""):
                break

    def answer(self, tag: str, command: str, rest: str) -> bool:
        if command == "LOGIN" and "secret word" not in rest:
            self.wfile.write(f"{tag} NO wrong\r\n".encode())
            return True
        if command == "CAPABILITY":
            self.wfile.write(f"* CAPABILITY IMAP4rev1{self.offers}\r\n".encode())
        if command == "SELECT":
            self.wfile.write(f"* {len(self.letters)} EXISTS\r\n".encode())
        if command == "UID":
            self.uid(*rest.split(" ", 2))
        self.wfile.write(f"{tag} OK done\r\n".encode())
        return command != "LOGOUT"

    def uid(self, command: str, uid: str, *rest: str) -> None:
        if command == "SEARCH":
            self.wfile.write(f"* SEARCH {' '.join(self.letters)}\r\n".encode())
        if command == "FETCH":
            data = self.letters[uid]
            self.wfile.write(f"* 1 FETCH (UID {uid} BODY[]<0> {{{len(data)}}}\r\n".encode() + data + b")\r\n")
        if command == "STORE":
            self.flags.append((uid, rest[0]))


@pytest.fixture
def imap() -> Iterator[int]:
    """A mailbox behind IMAP, and the port that it listens on."""
    Imap.letters, Imap.flags = {}, []
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Imap) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def test_mailbox_of_reports_when_read_is_taken_in_and_marked(sent, imap: int, settings) -> None:
    number = sent()
    Imap.letters = {"7": DSN.replace(ID, row(number).message_id).encode(), "9": OTHER}
    settings["BOUNCE_URL"] = f"imap://us:secret%20word@127.0.0.1:{imap}/Reports"
    jobs.take_bounces()
    assert events(number)[-1] == ("bounced", "5.1.1")
    assert Imap.flags == [("7", "+FLAGS (\\Seen)"), ("9", "+FLAGS (\\Flagged)")]


@pytest.mark.one_database
def test_mailbox_that_offers_encryption_is_told_no_password_without_it(
    app, imap: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Imap, "offers", " STARTTLS")
    with pytest.raises(PostboxAway), open_postbox(f"imap://us:secret%20word@127.0.0.1:{imap}"):
        pass


@pytest.mark.parametrize("url", ["imap://us:wrong@127.0.0.1:{port}", "imap://127.0.0.1:1", "imaps://127.0.0.1:{port}"])
@pytest.mark.one_database
def test_mailbox_that_does_not_answer_is_asked_again_later(app, imap: int, url: str) -> None:
    with pytest.raises(PostboxAway), open_postbox(url.format(port=imap)):
        pass


def test_delivery_when_tried_writes_every_step_down(put: Put, rows, monkeypatch: pytest.MonkeyPatch) -> None:
    from coalition.mail import delivery
    from coalition.mail.transport import PermanentFailure, TemporaryFailure

    answers = iter([TemporaryFailure("451 busy"), PermanentFailure("550 recipient refused")])

    class Server:
        def send(self, mail: object) -> None:
            raise next(answers)

    put()
    for hours in (0, 1):
        with transaction() as session:
            session.execute(
                OutboxMessage.__table__.update().values(send_at=project_clock.now() - timedelta(hours=hours))
            )
        delivery.run_due(transport=Server(), most=1)
    mail = rows()[0]
    assert events(mail.id) == [("deferred", "451 busy"), ("refused", "550 recipient refused")]
