"""Is a letter read as its sender meant it, whatever is broken in it?"""

from __future__ import annotations

import hashlib

import pytest

from coalition.enquiries.letters import LONGEST_TEXT, Letter, kept, read_letter, words_of_html

PLAIN = b"""From: =?utf-8?q?Awa_N=E2=80=99Diaye?= <awa@reseau.example.org>
To: secretariat@coalition.example.org
Subject: =?utf-8?b?Notre_demande_A-7K3F9Q2M?=
Message-ID: <one@reseau.example.org>
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Bonjour,\r
notre demande a-7k3f9q2m attend.\tMerci.
"""
MIXED = b"""From: kofi@example.org
Subject: Statutes
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: multipart/alternative; boundary=y

--y
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Voil=E0.
--y
Content-Type: text/html

<p>Other words</p>
--y--
--x
Content-Type: application/pdf; name="statuts.pdf"
Content-Disposition: attachment; filename*=utf-8''statuts%20%C3%A9crits.pdf

%PDF
--x--
"""


def test_letter_when_read_says_who_wrote_what_about_which_application() -> None:
    letter = read_letter(PLAIN.replace(b"Notre_demande_A-7K3F9Q2M", b"Tm90cmUgZGVtYW5kZSBBLTdLM0Y5UTJN"))
    assert letter == Letter(
        sender_name="Awa N’Diaye",
        sender_email="awa@reseau.example.org",
        subject="Notre demande A-7K3F9Q2M",
        text="Bonjour,\nnotre demande a-7k3f9q2m attend. Merci.",
        letter_id=hashlib.sha256(b"<one@reseau.example.org>").hexdigest(),
    )
    assert letter.application_reference == "A-7K3F9Q2M"
    assert letter.enquiry_reference == ""


def test_letter_with_parts_is_read_in_plain_words_with_the_names_of_its_files() -> None:
    letter = read_letter(MIXED)
    assert (letter.text, letter.attachments, letter.letter_id) == ("Voilà.", ("statuts écrits.pdf",), "")


def test_letter_of_html_alone_is_read_without_its_markup() -> None:
    html = (
        "<head><title>No</title></head><style>p{}</style><p>One &amp; two</p><div>three<br>four</div><script>x</script>"
    )
    letter = read_letter(b"From: a@b.example\nContent-Type: text/html; charset=utf-8\n\n" + html.encode())
    assert letter.text == "One & two\nthree\nfour"
    assert words_of_html("a</script>b") == "a b"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"Subject: x\nContent-Type: text/plain; charset=no-such-charset\n\n\xc3\xa9", "é"),
        (b"Subject: x\nContent-Type: text/plain; charset=ascii\n\n\xff", "�"),
        (b"\r\nSubject: x\n\nabc\x00\x07\x1b[31m\xe2\x80\xae", "abc[31m"),
        (b"Subject: =?no-such?q?x?=\n\nabc", "abc"),
        (b"Subject: =?utf-8?b?x?=\n\nabc", "abc"),
        (b"From: \xff\xfe <a@b.example>\nSubject: x\n\nabc", "abc"),
        (b"Subject: x\nContent-Type: multipart/mixed\n\nabc", "abc"),
    ],
)
def test_letter_that_is_broken_is_read_as_far_as_it_goes(data: bytes, text: str) -> None:
    letter = read_letter(data)
    assert letter is not None
    assert letter.text == text
    for part in (letter.sender_name, letter.subject):
        part.encode()


def test_letter_whose_sender_is_no_address_has_none() -> None:
    assert read_letter(b"From: nobody\nSubject: x\n\nabc").sender_email == ""


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"Dear all,\nwe write: x", b"\xff" * 300, b"X-Empty: \n\n"])
def test_bytes_that_are_no_letter_are_refused(data: bytes) -> None:
    assert read_letter(data) is None


def test_file_name_whose_encoding_is_broken_is_kept_as_it_stands() -> None:
    data = b'Subject: x\nContent-Type: text/plain; name="=?no-such?q?x?="\n\nabc'
    assert read_letter(data).attachments == ("=?no-such?q?x?=",)


def test_answer_to_us_names_our_reference_in_subject_or_text() -> None:
    assert Letter("", "", "Re: thanks (E-7K3F9Q2M)", "").enquiry_reference == "E-7K3F9Q2M"
    assert Letter("", "", "Re", "about E-7K3F9Q2M.").enquiry_reference == "E-7K3F9Q2M"
    assert Letter("", "", "Re", "about RE-7K3F9Q2MX").enquiry_reference == ""


def test_text_when_kept_is_never_longer_than_it_may_be() -> None:
    assert len(kept("é" * (LONGEST_TEXT + 5))) == LONGEST_TEXT
    assert kept(" a \r\n\r\nb\rc ") == "a\n\nb\nc"
