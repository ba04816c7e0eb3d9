"""Is a server's report on a mail understood, in every form that servers and people give it?"""

from __future__ import annotations

import pytest

from coalition.mail.reports import Done, Report, reports_in

ID = "<0123456789abcdef@coalition.example.org>"
DSN = f"""From: MAILER-DAEMON@mx.example.org
To: secretariat@coalition.example.org
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="x"

--x
Content-Type: text/plain; charset=us-ascii

<awa@reseau.example.org>: host mx said: 550 5.1.1 no such user

--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
Arrival-Date: Mon, 2 Mar 2026 09:00:00 +0000

Final-Recipient: rfc822; awa@reseau.example.org
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

--x
Content-Type: message/rfc822

Message-ID: {ID}
Subject: Please confirm

Hello
--x--
"""
AWA = "awa@reseau.example.org"
HEADERS = DSN.replace("Content-Type: message/rfc822\n\nMessage-ID", "Content-Type: text/rfc822-headers\n\nMessage-ID")
BARE = f"""The following message could not be delivered:

  Final-Recipient: rfc822;{AWA}
  Action: failed (expired)
  Diagnostic-Code: smtp; 421 4.4.1 timed out

Message-ID: {ID}
"""


@pytest.mark.parametrize("letter", [DSN, DSN.replace("\n", "\r\n"), HEADERS])
def test_report_when_read_names_recipient_status_and_mail(letter: str) -> None:
    assert reports_in(letter.encode()) == (Report(AWA, Done.FAILED, "5.1.1", (ID,)),)


def test_report_that_was_copied_without_its_parts_is_read_too() -> None:
    assert reports_in(BARE.encode()) == (Report(AWA, Done.FAILED, "4.4.1", (ID,)),)


@pytest.mark.parametrize(
    ("action", "done"),
    [("delayed", Done.DELAYED), ("Delivered", Done.DELIVERED), ("relayed", Done.DELIVERED), ("FAILED", Done.FAILED)],
)
def test_action_when_read_is_what_the_server_did(action: str, done: Done) -> None:
    assert [one.done for one in reports_in(DSN.replace("Action: failed", f"Action: {action}").encode())] == [done]


def test_recipient_that_was_written_to_counts_more_than_where_it_was_forwarded() -> None:
    forwarded = DSN.replace(
        "Final-Recipient: rfc822; awa@reseau.example.org",
        "Original-Recipient: rfc822;awa@reseau.example.org\nFinal-Recipient: rfc822; box17@host.example.net",
    )
    assert [one.recipient for one in reports_in(forwarded.encode())] == [AWA]


def test_report_on_several_recipients_is_several() -> None:
    block = "Final-Recipient: rfc822; kofi@example.org\nAction: delayed\nStatus: 4.2.2\n\n"
    found = reports_in(DSN.replace("Final-Recipient", f"{block}Final-Recipient", 1).encode())
    assert [(one.recipient, one.done, one.status) for one in found] == [
        ("kofi@example.org", Done.DELAYED, "4.2.2"),
        (AWA, Done.FAILED, "5.1.1"),
    ]


def test_report_that_answers_a_mail_names_it_even_where_the_mail_did_not_come_back() -> None:
    without = DSN.replace(f"Message-ID: {ID}\n", "").replace("MIME-Version", f"References: {ID}\nMIME-Version", 1)
    assert reports_in(without.encode())[0].message_ids == (ID,)


@pytest.mark.parametrize(
    "letter",
    [
        "",
        "From: a@b.example\nSubject: out of office\n\nI am away.",
        DSN.replace("Action: failed", "Action: expanded"),
        DSN.replace("rfc822; awa@reseau.example.org", "rfc822; nobody"),
        "Final-Recipient: rfc822; a@b.example\n\nAction: failed",
        "\x00\xff" * 50,
    ],
)
def test_letter_that_is_no_report_says_nothing(letter: str) -> None:
    assert reports_in(letter.encode("latin-1")) == ()


def test_report_without_a_status_has_none() -> None:
    bare = f"Final-Recipient: {AWA}\nAction: failed\n"
    assert reports_in(bare.encode()) == (Report(AWA, Done.FAILED, "", ()),)
