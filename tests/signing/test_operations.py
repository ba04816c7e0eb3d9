"""Acts on a signature: what each changes, what it refuses, and that repeating it changes nothing more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from coalition import clock
from coalition.audit.queries import history_of
from coalition.extensions import db
from coalition.jobs.models import Job
from coalition.mail.models import OutboxMessage, SuppressedAddress
from coalition.register import queries as register
from coalition.register.operations import NameTaken
from coalition.signing import mails, operations, queries, retention
from coalition.signing.errors import LinkEnded, NotEligible, ResendsUsedUp, StateChanged
from coalition.signing.models import Attestation, MailedLink, Representative, Signature
from coalition.signing.states import Act, State
from coalition.transactions import transaction
from tests.factories import signing
from tests.factories.signing import ELIGIBLE, PERSON, RULES

pytestmark = pytest.mark.usefixtures("charter")


def waiting_mails() -> list[OutboxMessage]:
    return list(
        db.session.scalars(select(OutboxMessage).where(OutboxMessage.state == "waiting").order_by(OutboxMessage.id))
    )


def acts_on(signature: Signature) -> list[tuple[str, str | None, str | None]]:
    return [(line.act, line.from_state, line.to_state) for line in history_of(mails.about(signature))]


def test_submit_when_eligible_then_waits_for_its_mailbox_with_one_mail() -> None:
    signature = signing.submitted(email="awa@reseau.example.org")
    assert (signature.state, signature.contact) == (State.PENDING_VERIFICATION, "unverified")
    assert [(mail.template, mail.recipient, mail.limited) for mail in waiting_mails()] == [
        ("signing/confirm_signature", "awa@reseau.example.org", True)
    ]
    assert acts_on(signature) == [("submit", None, "pending_verification")]
    assert signature.assessment["outcome"] == "eligible"


def test_submit_when_eligible_then_keeps_each_statement_with_its_words() -> None:
    signature = signing.submitted()
    kept = [(one.key, one.language, one.words != "") for one in signature.attestations]
    keys = ["recognises_characteristics", "accepts_commitments", "may_sign", "privacy_read"]
    assert kept == [(key, "en", True) for key in keys]


def test_submit_when_the_same_draft_is_sent_twice_then_returns_the_same_signature() -> None:
    draft_id, sent = signing.draft(), signing.prepared()
    ids = []
    for _ in range(2):
        with transaction():
            done = operations.submit(prepared=sent, draft_id=draft_id, rules=RULES, actor=PERSON, now=clock.now())
            ids.append(done)
    assert ids[0] == ids[1]
    assert len(waiting_mails()) == 1
    assert db.session.scalar(select(func.count()).select_from(Signature)) == 1


def test_submit_when_not_eligible_then_keeps_nothing() -> None:
    with pytest.raises(NotEligible):
        signing.submitted(answers={"organisation_form": "individual"})
    assert db.session.scalar(select(func.count()).select_from(Signature)) == 0


def test_submit_when_this_mailbox_has_signed_before_then_its_mail_alone_says_so() -> None:
    first = signing.verified(official_name="Union des mutuelles", email="a@mutuelles.example.org")
    signing.submitted(official_name="UNION DES MUTUELLES", email="A@mutuelles.example.org")
    signing.submitted(official_name="Union des mutuelles", email="b@mutuelles.example.org")
    told = [mail.values["known_as"] for mail in waiting_mails() if mail.template == "signing/confirm_signature"]
    assert told == ["", first.reference, ""]


def test_submit_when_known_or_unknown_then_runs_the_same_number_of_statements(counted_queries) -> None:
    signing.active(official_name="Union des mutuelles", email="a@mutuelles.example.org")
    counts = []
    for name, email in (("Union des mutuelles", "a@mutuelles.example.org"), ("Nobody", "z@mutuelles.example.org")):
        draft_id, sent = signing.draft(), signing.prepared(official_name=name, email=email)
        with counted_queries() as statements, transaction():
            operations.submit(prepared=sent, draft_id=draft_id, rules=RULES, actor=PERSON, now=clock.now())
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_verify_when_the_link_is_good_then_this_moment_is_signed_on(clock) -> None:
    signature = signing.submitted()
    clock.shift(timedelta(days=1))
    with transaction():
        operations.verify(link=signing.link_of(signature), rules=RULES, actor=PERSON, now=clock_now())
    assert (signature.state, signature.contact) == (State.SUBMITTED, "verified")
    assert signature.signed_on.isoformat() == "2026-03-03"
    assert [mail.template for mail in waiting_mails()] == ["signing/confirm_signature", "signing/signature_confirmed"]
    assert db.session.scalars(select(Job.name)).all() == ["certificates.issue_receipt"]
    assert register.page_of_entries(register.Search()).total == 0


def clock_now():
    return clock.now()


def test_verify_when_done_twice_then_the_second_is_refused_and_changes_nothing() -> None:
    signature = signing.verified()
    with pytest.raises(LinkEnded), transaction():
        operations.verify(link=signing.link_of(signature), rules=RULES, actor=PERSON, now=clock.now())
    assert [act for act, _, _ in acts_on(signature)] == ["submit", "verify"]


def test_resend_when_waiting_then_the_older_link_ends_and_the_waiting_mail_is_taken_back() -> None:
    signature = signing.submitted()
    older = signing.link_of(signature).public_id
    with transaction():
        operations.resend(signature=signature, rules=RULES, actor=PERSON, now=clock.now())
    links = db.session.scalars(select(MailedLink).order_by(MailedLink.id)).all()
    assert [(link.public_id == older, link.ended_at is None) for link in links] == [(True, False), (False, True)]
    assert len(waiting_mails()) == 1


def test_resend_when_used_up_then_names_a_person_to_write_to() -> None:
    signature = signing.submitted()
    for _ in range(RULES.resends):
        with transaction():
            operations.resend(signature=signature, rules=RULES, actor=PERSON, now=clock.now())
    with pytest.raises(ResendsUsedUp, match=r"secretariat@internationalcoalitionsse\.net"), transaction():
        operations.resend(signature=signature, rules=RULES, actor=PERSON, now=clock.now())


def test_resend_when_confirmed_then_does_nothing() -> None:
    signature = signing.verified()
    before = len(waiting_mails())
    with transaction():
        operations.resend(signature=signature, rules=RULES, actor=PERSON, now=clock.now())
    assert len(waiting_mails()) == before


def test_correct_address_when_waiting_then_the_old_address_gets_nothing_more() -> None:
    signature = signing.submitted(email="wrong@reseau.example.org")
    digest = signature.content_sha256
    with transaction():
        operations.correct_address(
            signature=signature, email="right@reseau.example.org", rules=RULES, actor=PERSON, now=clock.now()
        )
    assert [mail.recipient for mail in waiting_mails()] == ["right@reseau.example.org"]
    assert signature.representative.email == "right@reseau.example.org"
    assert signature.content_sha256 != digest


def test_correct_address_when_used_up_then_is_refused() -> None:
    signature = signing.submitted()
    for _ in range(RULES.resends):
        with transaction():
            operations.resend(signature=signature, rules=RULES, actor=PERSON, now=clock.now())
    with pytest.raises(ResendsUsedUp), transaction():
        operations.correct_address(
            signature=signature, email="x@y.example.org", rules=RULES, actor=PERSON, now=clock.now()
        )


def test_correct_address_when_confirmed_then_changes_nothing() -> None:
    signature = signing.verified(email="awa@reseau.example.org")
    with transaction():
        operations.correct_address(
            signature=signature, email="thief@example.org", rules=RULES, actor=PERSON, now=clock.now()
        )
    assert signature.representative.email == "awa@reseau.example.org"


def test_disown_when_waiting_then_the_person_is_gone_and_the_address_suppressed() -> None:
    signature = signing.submitted(email="victim@example.org")
    with transaction():
        operations.disown(link=signing.link_of(signature), actor=PERSON, now=clock.now())
    assert signature.state == State.DISOWNED
    assert db.session.scalar(select(func.count()).select_from(Representative)) == 0
    assert db.session.scalar(select(func.count()).select_from(SuppressedAddress)) == 1
    mail = db.session.scalars(select(OutboxMessage)).one()
    assert (mail.recipient, mail.values, mail.links, mail.state) == (None, {}, {}, "dropped")
    assert "victim" not in repr([line.__dict__ for line in history_of(mails.about(signature))])


def test_disown_when_confirmed_already_then_is_refused() -> None:
    signature = signing.submitted()
    link = signing.link_of(signature)
    with transaction():
        operations.verify(link=link, rules=RULES, actor=PERSON, now=clock.now())
    with pytest.raises(LinkEnded), transaction():
        operations.disown(link=link, actor=PERSON, now=clock.now())


def test_expire_when_waiting_then_signing_again_is_allowed() -> None:
    signature = signing.submitted(official_name="Union des mutuelles")
    with transaction():
        retention.expire(signature=signature, actor=PERSON, now=clock.now())
    assert signature.state == State.EXPIRED
    assert signing.submitted(official_name="Union des mutuelles").state == State.PENDING_VERIFICATION


def test_change_state_when_the_act_does_not_fit_then_changes_nothing() -> None:
    signature = signing.submitted()
    with pytest.raises(StateChanged), transaction():
        operations.change_state(
            signature=signature, act=Act.ACTIVATE, actor=PERSON, now=clock.now(), category="member_based"
        )
    assert queries.signature_of(signature.public_id).state == State.PENDING_VERIFICATION


def test_activate_when_reviewed_then_stands_on_the_register_with_a_number() -> None:
    signature = signing.active(official_name="Union des mutuelles", publish_name=True, full_name="Awa N’Diaye")
    entry = register.entry_of(signature.register_number)
    assert signature.register_number == "ICSSE-00001"
    assert (entry.official_name, entry.status, entry.category) == (
        "Union des mutuelles",
        "active",
        "international_network",
    )
    assert entry.representative == "Awa N’Diaye"
    assert register.counts(signature.charter) == register.Counts(1, 1)


def test_activate_when_the_name_was_not_to_be_published_then_the_register_does_not_know_it() -> None:
    signature = signing.active(publish_name=False)
    assert register.entry_of(signature.register_number).representative == ""


def test_activate_when_the_name_stands_on_the_register_then_is_refused_and_nothing_moves() -> None:
    first = signing.active(official_name="Union des mutuelles")
    second = signing.verified(official_name="Union des Mutuelles")
    with transaction():
        operations.change_state(signature=second, act=Act.CLAIM, actor=PERSON, now=clock.now())
    with pytest.raises(NameTaken, match=first.register_number), transaction():
        operations.change_state(
            signature=second, act=Act.ACTIVATE, actor=PERSON, now=clock.now(), category="member_based"
        )
    assert queries.signature_of(second.public_id).state == State.IN_REVIEW
    assert register.counts(first.charter).signatories == 1


def test_withdraw_when_active_then_the_register_keeps_it_dated_and_counts_it_no_more() -> None:
    signature = signing.active()
    with transaction():
        operations.withdraw(signature=signature, actor=PERSON, now=clock.now())
    entry = register.entry_of(signature.register_number)
    assert (entry.status, entry.ended_on) == ("withdrawn", clock.today())
    assert register.counts(signature.charter) == register.Counts(0, 0)
    assert register.page_of_entries(register.Search()).total == 0


def test_withdraw_when_in_review_then_never_becomes_public() -> None:
    signature = signing.verified()
    with transaction():
        operations.withdraw(signature=signature, actor=PERSON, now=clock.now())
    assert (signature.state, signature.register_number) == (State.WITHDRAWN, None)


def test_attestations_when_the_signature_is_read_again_then_are_four() -> None:
    signing.submitted(answers=ELIGIBLE)
    assert db.session.scalar(select(func.count()).select_from(Attestation)) == 4
