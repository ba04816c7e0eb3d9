"""What officers are written, in both languages: every change has its sentence, nothing is said twice."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from coalition import clock
from coalition.accounts import mails, notices, queries
from coalition.accounts.models import Officer
from coalition.accounts.operations import new_invitation
from coalition.audit.record import Actor
from coalition.mail import writing
from coalition.mail.message import Message
from coalition.transactions import transaction
from tests.architecture.sources import TEMPLATES
from tests.factories import officers

pytestmark = pytest.mark.one_database
BEN = Actor.officer("ben", "Ben <Okri>")
CHANGES = re.findall(r'values\.change == "(\w+)"', (TEMPLATES / "mail/accounts/_changes.txt").read_text("utf-8"))


@pytest.fixture
def ada(app: Flask) -> Officer:
    with transaction():
        name = officers.officer("Ada", email="ada@coalition.example").public_id
    return queries.officer_named(name)


def written(message: Message, language: str) -> writing.Written:
    values = dict(message.values)
    links = {name: f"https://coalition.test{link.path}" for name, link in message.links.items()}
    return writing.written(message.template, language=language, values=values, links=links)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_change_when_told_has_a_sentence_of_its_own_in_both_forms(ada: Officer, language: str) -> None:
    told = set()
    for change in CHANGES:
        message = mails.account_changed(ada, change, actor=BEN, now=clock.now(), detail="My <phone>")
        mail = written(message, language)
        assert ("My <phone>" in mail.text) == ("My &lt;phone&gt;" in mail.html)
        assert "Ben <Okri>" in mail.text
        assert "Ben &lt;Okri&gt;" in mail.html
        told.add(mail.text.split("\n\n")[1])
    assert len(told) == len(CHANGES)
    assert all(len(sentence) > 20 for sentence in told)


def test_change_when_noted_is_one_that_the_mail_knows() -> None:
    said = set()
    for room in ("changes", "operations", "roles", "absences", "passkeys", "openid", "factors", "sessions"):
        source = (TEMPLATES.parent / "coalition/accounts" / f"{room}.py").read_text("utf-8")
        said |= set(re.findall(r'\bchanged\(\w+, "(\w+)"', source))
    assert said == set(CHANGES)


def test_change_when_made_by_oneself_or_of_a_closed_account_reads_so(ada: Officer) -> None:
    own = written(mails.account_changed(ada, "set_password", actor=notices.as_actor(ada), now=clock.now()), "en")
    assert "Done with your own account" in own.text
    assert "If you did not expect this, sign in" in own.text
    with transaction():
        officer = queries.officer_named(ada.public_id)
        officer.disabled_at = clock.now()
        message = mails.account_changed(officer, "disable", actor=BEN, now=clock.now())
    assert "ask a colleague of the secretariat" in written(message, "en").text


@pytest.mark.parametrize(
    ("anew", "case", "subject"),
    [
        (False, "", "You are invited to the secretariat’s pages"),
        (True, "", "Your way back into the secretariat’s pages"),
        (False, "A-ABCDEFGH", "A case is laid before you: A-ABCDEFGH"),
    ],
)
def test_invitation_when_written_says_what_it_is_for(ada: Officer, anew: bool, case: str, subject: str) -> None:
    with transaction():
        officer = queries.officer_named(ada.public_id)
        officer.enrolled_at, officer.only_reference = (clock.now() if anew else None), case or None
        invitation = new_invitation(officer.id, lifetime=clock.now() - clock.now(), now=clock.now())
        message = mails.invited(officer, invitation, actor=BEN)
    mail = written(message, "en")
    assert mail.subject == subject
    assert message.links["invitation"].purpose == "invitation"
    assert mail.text.count("/admin/invitations/") == 1


@pytest.mark.parametrize("matter", ["wanted", "outside", "confirmed", "refused"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_colleagues_when_told_learn_of_whom_and_by_whom(ada: Officer, matter: str, language: str) -> None:
    mail = written(mails.colleagues_told(ada, ada, matter, actor=BEN, detail="A-ABCDEFGH"), language)
    assert ("A-ABCDEFGH" in mail.text) == (matter == "outside")
    assert "Ben <Okri>" in mail.text
    assert "ada@coalition.example" in mail.text
