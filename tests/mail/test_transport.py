from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

import pytest

from coalition.mail import transport
from coalition.mail.transport import (
    FolderTransport,
    PermanentFailure,
    SmtpTransport,
    TemporaryFailure,
    Transport,
    open_transport,
)
from tests.mail.postbox import Postbox, PostOffice, free_port, hang_up


def mail(to: str = "awa@reseau.example.org", message_id: str = "<1a2b@coalition.example.org>") -> EmailMessage:
    made = EmailMessage()
    made["Subject"] = "Réseau"
    made["From"] = "Le secrétariat <post@coalition.example.org>"
    made["To"] = to
    made["Message-ID"] = message_id
    made.set_content("Bonjour\n")
    return made


def failure_of(sender: Transport, **fields: str) -> Exception:
    with pytest.raises((TemporaryFailure, PermanentFailure)) as failed:
        sender.send(mail(**fields))
    return failed.value


def test_mail_that_the_server_takes_arrives_as_it_was_written(post_office: PostOffice, postbox: Postbox) -> None:
    open_transport(post_office.url).send(mail())
    assert (postbox.senders, postbox.recipients) == (["post@coalition.example.org"], ["awa@reseau.example.org"])
    taken = postbox.mails[0]
    assert (taken["Subject"], taken["Message-ID"]) == ("Réseau", "<1a2b@coalition.example.org>")
    assert taken.get_content().splitlines() == ["Bonjour"]


@pytest.mark.parametrize(
    ("command", "answer", "kind", "told"),
    [
        ("RCPT", "451 greylisted", TemporaryFailure, "451 recipient refused"),
        ("RCPT", "452 mailbox full", TemporaryFailure, "452 recipient refused"),
        ("RCPT", "421 going down", TemporaryFailure, "421 recipient refused"),
        ("RCPT", "550 no such mailbox", PermanentFailure, "550 recipient refused"),
        ("RCPT", "553 not allowed", PermanentFailure, "553 recipient refused"),
        *(
            ("RCPT", f"{code} log in first", TemporaryFailure, f"{code} recipient refused")
            for code in (530, 534, 535, 538)
        ),
        ("DATA", "451 try again", TemporaryFailure, "451 mail refused"),
        ("DATA", "421 going down", TemporaryFailure, "421 mail refused"),
        ("DATA", "554 looks like spam", PermanentFailure, "554 mail refused"),
        ("MAIL", "451 busy", TemporaryFailure, "451 SMTPSenderRefused"),
        ("MAIL", "550 not your domain", TemporaryFailure, "550 SMTPSenderRefused"),
        ("MAIL", "421 going down", TemporaryFailure, "421 SMTPSenderRefused"),
    ],
)
def test_mail_that_is_refused_is_told_by_the_code_and_by_whose_fault_it_is(
    post_office: PostOffice, postbox: Postbox, command: str, answer: str, kind: type[Exception], told: str
) -> None:
    postbox.answers[command] = [answer]
    failed = failure_of(open_transport(post_office.url))
    assert (type(failed), str(failed)) == (kind, told)
    assert postbox.mails == []


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
def test_connection_that_is_lost_in_the_middle_is_temporary(
    post_office: PostOffice, postbox: Postbox, command: str
) -> None:
    postbox.answers[command] = [hang_up]
    failed = failure_of(open_transport(post_office.url))
    assert (type(failed), str(failed)) == (TemporaryFailure, "SMTPServerDisconnected")


def test_server_that_is_away_is_temporary() -> None:
    failed = failure_of(SmtpTransport(f"smtp://127.0.0.1:{free_port()}"))
    assert (type(failed), str(failed)) == (TemporaryFailure, "ConnectionRefusedError")


def test_server_that_nobody_knows_is_temporary() -> None:
    failed = failure_of(SmtpTransport("smtp://mail.invalid:25"))
    assert (type(failed), str(failed)) == (TemporaryFailure, "gaierror")


@pytest.fixture
def silent_server() -> Iterator[int]:
    """Take connections and say nothing."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield int(listening.getsockname()[1])


def test_server_that_never_answers_is_temporary(silent_server: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "TIMEOUT_SECONDS", 0.2)
    failed = failure_of(SmtpTransport(f"smtp://127.0.0.1:{silent_server}"))
    assert (type(failed), str(failed)) == (TemporaryFailure, "SMTPServerDisconnected")


def test_server_that_greets_with_a_refusal_is_temporary() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def refuse() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.sendall(b"554 no service here\r\n")
                connection.recv(100)

        answering = threading.Thread(target=refuse)
        answering.start()
        failed = failure_of(SmtpTransport(f"smtp://127.0.0.1:{listening.getsockname()[1]}"))
        answering.join()
    assert (type(failed), str(failed)) == (TemporaryFailure, "554 SMTPConnectError")


@pytest.mark.parametrize("goodbye", ["421 too late", "500 what", hang_up])
def test_mail_that_was_taken_is_sent_whatever_the_server_says_at_the_end(
    post_office: PostOffice, postbox: Postbox, goodbye: object
) -> None:
    """A mail tried again after "250" would reach its reader twice."""
    postbox.answers["QUIT"] = [goodbye]  # type: ignore[list-item]
    open_transport(post_office.url).send(mail())
    assert len(postbox.mails) == 1


def test_password_when_it_is_right_opens_the_server(post_office: PostOffice, postbox: Postbox) -> None:
    word = quote("p@ss:word", safe="")
    SmtpTransport(post_office.url.replace("//", f"//post%40office:{word}@")).send(mail())
    assert postbox.logins == [(b"post@office", b"p@ss:word")]
    assert len(postbox.mails) == 1


def test_password_when_it_is_wrong_is_not_the_recipients_fault(post_office: PostOffice, postbox: Postbox) -> None:
    failed = failure_of(SmtpTransport(post_office.url.replace("//", "//post:wrong@")))
    assert (type(failed), str(failed)) == (TemporaryFailure, "535 SMTPAuthenticationError")
    assert postbox.mails == []


def test_address_beyond_ascii_goes_to_a_server_that_takes_it(postbox: Postbox) -> None:
    with PostOffice(postbox, enable_SMTPUTF8=True) as office:
        SmtpTransport(office.url).send(mail(to="josé@reseau.example.org"))
    assert postbox.recipients == ["josé@reseau.example.org"]


def test_address_beyond_ascii_is_refused_for_good_where_the_server_takes_none(postbox: Postbox) -> None:
    with PostOffice(postbox, enable_SMTPUTF8=False) as office:
        failed = failure_of(SmtpTransport(office.url), to="josé@reseau.example.org")
    assert type(failed) is PermanentFailure
    assert str(failed) == "the server takes no address with letters beyond ASCII"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """A certificate for 127.0.0.1 that nobody vouches for."""
    from tests.mail.certificates import self_signed

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path_factory.mktemp("tls")))
    return context


def test_mail_to_a_server_that_offers_tls_is_encrypted(postbox: Postbox, certificate: ssl.SSLContext) -> None:
    with PostOffice(postbox, tls_context=certificate, require_starttls=True) as office:
        SmtpTransport(office.url).send(mail())
    assert len(postbox.mails) == 1


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_password_is_not_shown_to_a_server_that_nobody_vouches_for(
    postbox: Postbox, certificate: ssl.SSLContext, scheme: str
) -> None:
    option = "tls_context" if scheme == "smtp" else "ssl_context"
    with PostOffice(postbox, **{option: certificate}) as office:
        failed = failure_of(SmtpTransport(f"{scheme}://post:{quote('p@ss:word')}@127.0.0.1:{office.port}"))
    assert (type(failed), str(failed)) == (TemporaryFailure, "SSLCertVerificationError")
    assert (postbox.logins, postbox.mails) == ([], [])


def test_mail_in_a_folder_is_one_file_however_often_it_is_sent(tmp_path: Path) -> None:
    sender = open_transport(f"file:{tmp_path / 'mailbox'}")
    for _ in range(3):
        sender.send(mail())
    sender.send(mail(message_id="<3c4d@coalition.example.org>"))
    assert sorted(path.name for path in (tmp_path / "mailbox").iterdir()) == ["1a2b.eml", "3c4d.eml"]
    assert b"Message-ID: <1a2b@coalition.example.org>" in (tmp_path / "mailbox" / "1a2b.eml").read_bytes()


def test_mail_for_a_folder_that_cannot_be_written_is_temporary(tmp_path: Path) -> None:
    (tmp_path / "mailbox").write_text("a file where the folder should be")
    failed = failure_of(FolderTransport(tmp_path / "mailbox"))
    assert (type(failed), str(failed)) == (TemporaryFailure, "FileExistsError")


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("file:/srv/mailbox", FolderTransport),
        ("smtp://localhost", SmtpTransport),
        ("smtps://post:word@mail.example.org:465", SmtpTransport),
    ],
)
def test_transport_of_an_address_is_the_one_that_speaks_it(url: str, kind: type) -> None:
    assert type(open_transport(url)) is kind


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("smtp://mail.example.org", "mail.example.org", 25),
        ("smtps://mail.example.org", "mail.example.org", 465),
        ("smtp://mail.example.org:587", "mail.example.org", 587),
        ("smtp://", "localhost", 25),
        ("smtp://[::1]:2525", "::1", 2525),
    ],
)
def test_address_without_a_port_means_the_usual_one(url: str, host: str, port: int) -> None:
    sender = SmtpTransport(url)
    assert (sender.host, sender.port) == (host, port)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("http://localhost", "COALITION_MAIL_URL must begin with smtp:, smtps: or file:, not 'http'."),
        ("localhost", "COALITION_MAIL_URL must begin with smtp:, smtps: or file:, not ''."),
        ("smtp://localhost:mail", "COALITION_MAIL_URL must name its port as a number up to 65535."),
        ("smtp://localhost:70000", "COALITION_MAIL_URL must name its port as a number up to 65535."),
    ],
)
def test_address_that_nothing_speaks_is_refused_with_a_sentence(url: str, sentence: str) -> None:
    with pytest.raises(ValueError, match="COALITION_MAIL_URL") as refused:
        open_transport(url)
    assert str(refused.value) == sentence
