from __future__ import annotations

import os
from collections.abc import MutableMapping
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html as parser

from coalition.mail.transport import FolderTransport
from coalition.site.mailbox import MOST, kept_mail, kept_mails

pytestmark = pytest.mark.one_database
HTML = "<!doctype html><html><head><title>x</title></head><body><p>Été</p><script>alert(1)</script></body></html>"


def mail(name: str, *, subject: str = "Confirm that you signed") -> EmailMessage:
    message = EmailMessage()
    message["Message-ID"] = f"<{name}@coalition.test>"
    message["Subject"] = subject
    message["From"] = "secretariat@example.org"
    message["To"] = "awa@example.org"
    message.set_content("Été <b>\nhttps://coalition.test/fr/signatures/confirm/abc_-123\n")
    message.add_alternative(HTML, subtype="html")
    message["Content-Language"] = "fr"
    return message


@pytest.fixture
def folder(tmp_path: Path, settings: MutableMapping[str, Any]) -> Path:
    """The development transport's folder, with two mails: older, then newer."""
    transport = FolderTransport(tmp_path / "mailbox")
    for moment, name in enumerate(("older", "newer")):
        transport.send(mail(name, subject=f"The {name} <mail>"))
        os.utime(transport.folder / f"{name}.eml", (1_700_000_000 + moment, 1_700_000_000 + moment))
    settings["MAIL_URL"] = f"file:{transport.folder}"
    return transport.folder


def test_mails_when_listed_come_newest_first(folder: Path) -> None:
    assert [(mail.name, mail.to, mail.language) for mail in kept_mails(folder)] == [
        ("newer", "awa@example.org", "fr"),
        ("older", "awa@example.org", "fr"),
    ]


def test_mails_of_a_folder_that_is_not_there_are_none(tmp_path: Path) -> None:
    assert kept_mails(tmp_path / "nothing") == []


def test_mails_when_there_are_very_many_are_the_newest(tmp_path: Path) -> None:
    for number in range(MOST + 3):
        (tmp_path / f"m{number}.eml").write_bytes(b"Subject: x\n\nx")
        os.utime(tmp_path / f"m{number}.eml", (number, number))
    found = kept_mails(tmp_path)
    assert (len(found), found[0].name, found[-1].name) == (MOST, f"m{MOST + 2}", "m3")


def test_mail_that_is_half_written_is_not_listed(folder: Path) -> None:
    (folder / ".third.77").write_bytes(b"Subject: x")
    (folder / ".third.eml").write_bytes(b"Subject: x")
    assert len(kept_mails(folder)) == 2


@pytest.mark.parametrize(
    "name", ["", "..", "../secret", "../../etc/passwd", ".hidden", "a/b", "a\x00b", "x" * 300, "none"]
)
def test_mail_of_a_name_that_leads_elsewhere_is_none(folder: Path, name: str) -> None:
    (folder.parent / "secret.eml").write_bytes(b"Subject: secret\n\nx")
    (folder / ".hidden.eml").write_bytes(b"Subject: hidden\n\nx")
    assert kept_mail(folder, name) is None


def test_mail_without_parts_or_headers_is_still_shown(tmp_path: Path) -> None:
    (tmp_path / "bare.eml").write_bytes(b"\xff\xfe not a mail")
    found = kept_mail(tmp_path, "bare")
    assert found is not None
    assert (found.subject, found.html) == ("", "")


def test_mailbox_page_links_every_mail(client: FlaskClient, folder: Path) -> None:
    shown = parser.document_fromstring(client.get("/dev/mailbox/").text)
    assert shown.xpath("//tbody//a/@href") == ["/dev/mailbox/newer/", "/dev/mailbox/older/"]
    assert shown.xpath("//tbody//th//bdi/text()") == ["The newer <mail>", "The older <mail>"]


def test_mailbox_page_speaks_the_readers_language(client: FlaskClient, folder: Path) -> None:
    answer = client.get("/dev/mailbox/", headers={"Accept-Language": "fr"})
    assert parser.document_fromstring(answer.text).get("lang") == "fr"


def test_mailbox_page_when_empty_says_so(client: FlaskClient, folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()
    shown = parser.document_fromstring(client.get("/dev/mailbox/").text)
    assert shown.xpath("//table") == []


def test_mail_page_shows_text_with_links_and_frames_the_html(client: FlaskClient, folder: Path) -> None:
    answer = client.get("/dev/mailbox/newer/")
    shown = parser.document_fromstring(answer.text)
    assert shown.xpath("//pre//a/@href") == ["https://coalition.test/fr/signatures/confirm/abc_-123"]
    assert shown.xpath("//pre")[0].text_content().startswith("Été <b>")
    frame = shown.xpath("//iframe")[0]
    assert (frame.get("src"), frame.get("sandbox")) == (
        "/dev/mailbox/newer/html",
        "allow-top-navigation-by-user-activation",
    )
    assert shown.xpath("//script | //b[text()='\n']") == []
    assert "frame-src 'self'" in answer.headers["Content-Security-Policy"]


def test_mail_html_is_served_without_any_power(client: FlaskClient, folder: Path) -> None:
    answer = client.get("/dev/mailbox/newer/html")
    policy = answer.headers["Content-Security-Policy"]
    assert (answer.mimetype, "Été" in answer.text) == ("text/html", True)
    assert policy.startswith("default-src 'none';")
    assert "script-src" not in policy
    assert policy.endswith("sandbox allow-top-navigation-by-user-activation")
    assert "frame-ancestors 'self'" in policy
    assert '<head><base target="_top">' in answer.text


def test_mail_that_is_not_there_is_not_found(client: FlaskClient, folder: Path) -> None:
    assert [client.get(f"/dev/mailbox/{path}").status_code for path in ("none/", "none/html", "..%2Fx/")] == [404] * 3
