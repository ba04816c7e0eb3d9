"""Correcting the address, disowning, resending and confirming, in any order or at once: what is left is one truth."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import combinations_with_replacement

import pytest
from flask import Flask
from sqlalchemy import select

from coalition import clock, tokens
from coalition.audit.models import AuditRecord
from coalition.errors import DomainError
from coalition.extensions import db
from coalition.mail import delivery
from coalition.mail.message import recipient_key
from coalition.mail.models import OutboxMessage, SuppressedAddress
from coalition.signing import operations, verification
from coalition.signing.errors import LinkEnded, ResendsUsedUp
from coalition.signing.models import MailedLink, Representative, Signature
from coalition.tokens import Purpose
from coalition.transactions import transaction
from tests.factories import signing
from tests.fixtures.mails import Outbox, Recorder
from tests.trials.rivals import ROUNDS, Rivals

SEQUENCES, LONGEST = 20, 9
CONTACT = {"submit": "unverified", "correct_address": "unverified", "verify": "verified", "bounce": "bounced"}
CONFIRM_MAIL, CONFIRMED_MAIL = "signing/confirm_signature", "signing/signature_confirmed"


class Story:
    """One signature that waits for its mailbox, and everybody who can act on it."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.id = signing.submitted().id
        self.sent = Outbox()

    @property
    def signature(self) -> Signature:
        return db.session.get_one(Signature, self.id)

    def links(self) -> list[MailedLink]:
        """Return every link to confirm that was ever mailed, oldest first."""
        mailed = select(MailedLink).where(MailedLink.signature_id == self.id, MailedLink.purpose == Purpose.CONFIRM)
        return list(db.session.scalars(mailed.order_by(MailedLink.id)))

    def correct(self) -> None:
        """The browser that submitted types another address."""
        email = f"awa{self.chance.randrange(10**9)}@reseau.example.org"
        with transaction():
            operations.correct_address(
                signature=self.signature, email=email, rules=signing.RULES, actor=signing.PERSON, now=clock.now()
            )

    def resend(self) -> None:
        """The browser that submitted asks for the mail again."""
        with transaction():
            operations.resend(signature=self.signature, rules=signing.RULES, actor=signing.PERSON, now=clock.now())

    def confirm(self) -> str:
        """Somebody opens one of the links and confirms; returns which."""
        link = self._opened(Purpose.CONFIRM)
        claim = link.public_id
        with transaction():
            operations.verify(link=link, rules=signing.RULES, actor=signing.PERSON, now=clock.now())
        return claim

    def disown(self) -> str:
        """Somebody opens one of the links and says that it was not them; returns which."""
        link = self._opened(Purpose.DISOWN)
        claim = link.public_id
        with transaction():
            operations.disown(link=link, actor=signing.PERSON, now=clock.now())
        return claim

    def bounce(self) -> None:
        """The mail server of the address that was written to last says that there is no such mailbox."""
        recipient = self.written_to()
        with transaction():
            operations.note_undelivered(
                signature=self.signature, recipient=recipient, actor=signing.PERSON, now=clock.now()
            )

    def _opened(self, purpose: Purpose) -> MailedLink:
        """Open one of the links as the pages do; the newest in half of the cases."""
        links = self.links()
        claim = (links[-1] if self.chance.random() < 0.5 else self.chance.choice(links)).public_id
        return verification.open_link(tokens.sign(purpose, claim), purpose=purpose, now=clock.now())

    def deliver(self) -> None:
        """The worker sends what waits."""
        delivery.run_due(transport=Recorder(self.sent), most=10)

    def check(self) -> None:
        """See that there is one truth."""
        db.session.rollback()
        signature = self.signature
        lines = select(AuditRecord.act).where(AuditRecord.subject == self.about).order_by(AuditRecord.id)
        told = db.session.scalars(lines).all()
        audit = Counter(told)
        live = [link for link in self.links() if link.ended_at is None]
        assert len(live) == (signature.state == "pending_verification")
        assert audit["submit"] == 1
        assert len(self.links()) == 1 + audit["resend"] + audit["correct_address"] <= 1 + signing.RULES.resends
        assert (audit["verify"], audit["disown"]) == {
            "pending_verification": (0, 0),
            "submitted": (1, 0),
            "disowned": (0, 1),
        }[signature.state]
        assert signature.contact == [CONTACT[act] for act in told if act in CONTACT][-1]
        self._check_mails(signature)

    def _check_mails(self, signature: Signature) -> None:
        person = db.session.get(Representative, self.id)
        waiting = [mail for mail in self._outbox() if mail.state == "waiting"]
        confirmed = [mail for mail in self._outbox() if mail.template == CONFIRMED_MAIL]
        assert len(confirmed) == (signature.state == "submitted")
        suppressed = db.session.get(SuppressedAddress, person.email_key if person else self.written_to())
        if signature.state == "disowned":
            assert (person, waiting) == (None, [])
            assert suppressed is not None
            assert {mail.recipient for mail in self._outbox()} == {None}
            return
        assert person is not None
        assert suppressed is None
        assert {mail.recipient for mail in waiting} <= {person.email}
        links = {mail.links["confirm"]["claim"] for mail in waiting if mail.template == CONFIRM_MAIL}
        assert links <= {self.links()[-1].public_id}

    @property
    def about(self) -> str:
        return f"signature:{self.signature.public_id}"

    def _outbox(self) -> list[OutboxMessage]:
        mails = select(OutboxMessage).where(OutboxMessage.about == self.about).order_by(OutboxMessage.id)
        return list(db.session.scalars(mails))

    def written_to(self) -> str:
        """Return the key of the address that the newest link was mailed to."""
        return [mail for mail in self._outbox() if mail.template == CONFIRM_MAIL][-1].recipient_key


ACTS: tuple[Callable[[Story], str | None], ...] = (
    Story.correct,
    Story.resend,
    Story.confirm,
    Story.disown,
    Story.bounce,
)


@pytest.mark.one_database  # one after another, no database decides anything
def test_acts_when_they_come_in_any_order_leave_one_truth(app: Flask, charter: str) -> None:
    endings: Counter[str] = Counter()
    for seed in range(SEQUENCES):
        story = Story(random.Random(seed))
        chosen = story.chance.choices((*ACTS, Story.deliver), weights=(3, 3, 2, 1, 1, 3), k=LONGEST)
        for act in chosen:
            corrected = len(story.sent)
            try:
                act(story)
            except (LinkEnded, ResendsUsedUp):
                db.session.rollback()
            story.check()
            if person := db.session.get(Representative, story.id):
                assert {recipient_key(mail.to) for mail in story.sent[corrected:]} <= {person.email_key}
        story.deliver()
        story.check()
        endings[story.signature.state] += 1
    assert set(endings) == {"pending_verification", "submitted", "disowned"}


def test_link_when_replaced_after_it_was_opened_disowns_and_confirms_nothing(app: Flask, charter: str) -> None:
    for act in (operations.disown, partial(operations.verify, rules=signing.RULES)):
        story = Story(random.Random(1))
        opened = story.links()[-1]
        story.correct()
        with pytest.raises(LinkEnded), transaction():
            act(link=opened, actor=signing.PERSON, now=clock.now())
        story.check()


def test_acts_when_they_come_at_once_leave_one_truth(rivals: Rivals) -> None:
    pairs = [*combinations_with_replacement(ACTS, 2), ACTS]
    told: list[object] = []
    for number in range(ROUNDS):
        story = Story(random.Random(number))
        for act in (Story.resend, Story.deliver)[: number % 3]:
            act(story)
        together = rivals.at_once(*[lambda act=act, story=story: act(story) for act in pairs[number % len(pairs)]])
        story.check()
        assert {claim for claim in together if isinstance(claim, str)} <= {story.links()[-1].public_id}
        told += together
    assert {type(one) for one in told if isinstance(one, DomainError)} == {LinkEnded}
