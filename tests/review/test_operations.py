"""Claimed, released, approved, declined: what lasts, what is refused, and who is told what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, scoped_session

from coalition import clock as now_of
from coalition.audit.models import AuditRecord
from coalition.audit.record import Actor
from coalition.certificates.models import Certificate
from coalition.mail.models import OutboxMessage
from coalition.register.models import RegisterEntry
from coalition.register.operations import NameTaken
from coalition.review import approvals, errors, jobs, operations, queries
from coalition.review.decisions import MandateBasis
from coalition.review.models import Decision, ReviewClaim, ReviewNote
from coalition.signing import operations as signing_operations
from coalition.signing.mails import about
from coalition.signing.models import Representative, Signature
from coalition.signing.states import State
from coalition.transactions import transaction
from coalition.transparency import history
from tests.factories import signing
from tests.review.conftest import CATEGORY, DAY, Desk

Db = scoped_session[Session]
Worker = Callable[..., int]


def state_of(session: Db, signature: Signature) -> State:
    session.expire_all()
    return State(session.get_one(Signature, signature.id).state)


def acts(session: Db, signature: Signature) -> list[tuple[str, str | None, str | None]]:
    rows = session.scalars(select(AuditRecord).where(AuditRecord.subject == about(signature)).order_by(AuditRecord.id))
    return [(row.act, row.actor_id, row.reason) for row in rows][2:]


def test_application_when_claimed_is_in_review_and_held(session: Db, signature: Signature, ada: Desk) -> None:
    ada.claim(signature)
    assert state_of(session, signature) is State.IN_REVIEW
    assert session.scalars(select(ReviewClaim.officer_id)).all() == [ada.id]
    assert acts(session, signature) == [("claim", ada.actor.id, None)]


def test_application_when_claimed_again_by_its_holder_is_held_longer(
    session: Db, signature: Signature, ada: Desk, clock: time_machine.Traveller
) -> None:
    ada.claim(signature)
    clock.shift(timedelta(hours=1))
    ada.claim(signature)
    assert session.scalars(select(ReviewClaim.expires_at)).all() == [now_of.now() + DAY]
    assert len(acts(session, signature)) == 1


def test_application_when_held_by_another_says_by_whom(session: Db, signature: Signature, ada: Desk, ben: Desk) -> None:
    ada.claim(signature)
    for act in (ben.claim, ben.release, ben.approve, ben.decline):
        with pytest.raises(errors.ClaimedByAnother) as told:
            act(signature)
        assert str(told.value) == "Ada holds this application now: ask Ada to release it. Nothing was saved."
    assert state_of(session, signature) is State.IN_REVIEW


def test_application_when_released_is_free_again(session: Db, signature: Signature, ada: Desk, ben: Desk) -> None:
    ada.claim(signature)
    ada.release(signature)
    assert state_of(session, signature) is State.SUBMITTED
    ben.claim(signature)
    assert session.scalars(select(ReviewClaim.officer_id)).all() == [ben.id]


def test_claim_when_it_ran_out_is_taken_over(
    session: Db, signature: Signature, ada: Desk, ben: Desk, clock: time_machine.Traveller
) -> None:
    ada.claim(signature)
    clock.shift(DAY)
    ben.claim(signature)
    assert session.scalars(select(ReviewClaim.officer_id)).all() == [ben.id]
    assert [(act, reason) for act, _, reason in acts(session, signature)] == [
        ("claim", None),
        ("release", "timed_out"),
        ("claim", None),
    ]


def test_claims_when_they_ran_out_are_released_by_the_worker(
    session: Db, signature: Signature, ada: Desk, ben: Desk, clock: time_machine.Traveller
) -> None:
    ada.claim(signature)
    kept = signing.verified()
    ben.claim(kept, lifetime=3 * DAY)
    clock.shift(DAY)
    jobs.expire_claims()
    jobs.expire_claims()
    assert state_of(session, signature) is State.SUBMITTED
    assert state_of(session, kept) is State.IN_REVIEW
    assert [act for act, _, _ in acts(session, signature)] == ["claim", "release"]


def test_claim_when_the_application_was_withdrawn_meanwhile_goes_without_a_move(
    session: Db, signature: Signature, ada: Desk, clock: time_machine.Traveller
) -> None:
    ada.claim(signature)
    with transaction():
        signing_operations.withdraw(signature=signature, actor=Actor.person(), now=now_of.now())
    clock.shift(DAY)
    jobs.expire_claims()
    assert session.scalars(select(ReviewClaim.id)).all() == []
    assert state_of(session, signature) is State.WITHDRAWN


def test_application_when_nobody_claimed_it_cannot_be_decided(session: Db, signature: Signature, ada: Desk) -> None:
    for act in (ada.approve, ada.decline, ada.release):
        with pytest.raises(errors.NotClaimed):
            act(signature)
    assert session.scalars(select(Decision.id)).all() == []


def test_application_when_two_officers_approve_is_on_the_register(
    session: Db, signature: Signature, ada: Desk, ben: Desk
) -> None:
    ada.claim(signature)
    assert ada.approve(signature, note="minutes read") is State.SUBMITTED
    assert session.scalars(select(RegisterEntry.id)).all() == []
    assert session.scalars(select(ReviewClaim.id)).all() == []
    ben.claim(signature)
    assert ben.approve(signature, mandate_basis=MandateBasis.PUBLIC_SOURCE) is State.ACTIVE
    entry = session.scalars(select(RegisterEntry)).one()
    assert (entry.official_name, entry.category) == (signature.organisation.official_name, CATEGORY)
    assert (signature.category, signature.register_number, signature.decided_at is None) == (
        CATEGORY,
        entry.number,
        False,
    )
    assert session.scalars(select(Certificate.kind).order_by(Certificate.id)).all() == ["certificate"]
    assert acts(session, signature) == [
        ("claim", ada.actor.id, None),
        ("approve", ada.actor.id, "document"),
        ("claim", ben.actor.id, None),
        ("activate", ben.actor.id, "public_source"),
    ]


def test_officer_when_approving_twice_is_refused(session: Db, signature: Signature, ada: Desk) -> None:
    ada.claim(signature)
    ada.approve(signature)
    with pytest.raises(errors.ApprovedAlready):
        ada.approve(signature)
    ada.claim(signature)
    with pytest.raises(errors.ApprovedAlready):
        ada.approve(signature)
    assert state_of(session, signature) is State.IN_REVIEW
    assert len(session.scalars(select(Decision.id)).all()) == 1


def test_officer_when_approving_in_another_category_replaces_the_own_approval(
    session: Db, signature: Signature, ada: Desk, ben: Desk
) -> None:
    ada.claim(signature)
    ada.approve(signature)
    ben.claim(signature)
    with pytest.raises(errors.CategoriesDiffer) as told:
        ben.approve(signature, category="member_based")
    assert str(told.value).startswith("Ada approved this application in another category.")
    ben.release(signature)
    ada.claim(signature)
    assert ada.approve(signature, category="member_based") is State.SUBMITTED
    ben.claim(signature)
    assert ben.approve(signature, category="member_based") is State.ACTIVE
    assert signature.category == "member_based"


def test_approval_when_the_content_has_changed_no_longer_counts(
    session: Db, signature: Signature, ada: Desk, ben: Desk
) -> None:
    ada.claim(signature)
    ada.approve(signature)
    change(session, signature)
    ben.claim(signature)
    assert ben.approve(signature) is State.SUBMITTED
    assert [line.counts for line in queries.application_of(signature, now=now_of.now()).decisions] == [False, True]
    assert ("void_approval", "review", None) in acts(session, signature)
    ada.claim(signature)
    assert ada.approve(signature) is State.ACTIVE


def test_decision_when_the_officer_read_something_else_is_refused(session: Db, signature: Signature, ada: Desk) -> None:
    seen = signature.content_sha256
    ada.claim(signature)
    change(session, signature)
    with pytest.raises(errors.ContentChanged):
        ada.approve(signature, seen_sha256=seen)
    with pytest.raises(errors.ContentChanged):
        ada.decline(signature, seen_sha256=seen)
    assert ada.approve(signature, seen_sha256="0" * 64) is State.SUBMITTED


def change(session: Db, signature: Signature) -> None:
    with transaction():
        session.execute(update(Signature).where(Signature.id == signature.id).values(content_sha256="0" * 64))


def test_approval_when_something_is_missing_says_what(session: Db, signature: Signature, ada: Desk) -> None:
    ada.claim(signature)
    with pytest.raises(errors.CategoryUnknown):
        ada.approve(signature, category="nobility")
    with pytest.raises(errors.NoteMissing):
        ada.approve(signature, mandate_basis=MandateBasis.WAIVED, note=" ")
    assert ada.approve(signature, mandate_basis=MandateBasis.WAIVED, note="known to all") is State.SUBMITTED


def test_last_approval_when_the_name_is_taken_changes_nothing(
    session: Db, signature: Signature, ada: Desk, ben: Desk
) -> None:
    signing.active(official_name=signature.organisation.official_name.upper())
    ada.claim(signature)
    ada.approve(signature)
    ben.claim(signature)
    with pytest.raises(NameTaken):
        ben.approve(signature)
    assert state_of(session, signature) is State.IN_REVIEW
    assert session.scalars(select(ReviewClaim.officer_id)).all() == [ben.id]
    assert session.scalars(select(Decision.officer_id)).all() == [ada.id]


def test_application_when_declined_is_over_and_the_representative_is_written_to(
    session: Db, signature: Signature, ada: Desk, ben: Desk
) -> None:
    ada.claim(signature)
    assert ada.decline(signature, message="Send us your statutes.", note="spoke to them") is State.DECLINED
    mail = session.scalars(select(OutboxMessage).where(OutboxMessage.template == "review/declined")).one()
    assert (mail.recipient, mail.language, mail.limited) == (signature.representative.email, "en", False)
    assert mail.values["message"] == "Send us your statutes."
    assert "spoke to them" not in str(mail.values)
    for act in (ben.claim, ben.approve, ben.decline, ben.release):
        with pytest.raises(errors.DeclinedMeanwhile) as told:
            act(signature)
        assert str(told.value) == "Ada has declined this application already. Nothing was saved."
    assert acts(session, signature)[-1] == ("decline", ada.actor.id, "no_category")


def test_refusal_when_its_reason_is_none_of_the_charters_is_refused(
    session: Db, signature: Signature, ada: Desk
) -> None:
    ada.claim(signature)
    with pytest.raises(errors.ReasonUnknown):
        ada.decline(signature, reason_code="bad_mood")


def test_second_officer_when_another_approved_first_is_told(
    session: Db, signature: Signature, ada: Desk, ben: Desk
) -> None:
    ada.claim(signature)
    ada.approve(signature)
    with pytest.raises(errors.ApprovedMeanwhile) as told:
        ben.decline(signature)
    assert str(told.value).startswith("Ada has approved this application and it is free again")
    ben.claim(signature)
    ben.approve(signature)
    with pytest.raises(errors.CompletedMeanwhile):
        ada.decline(signature)


def test_application_when_not_under_review_any_more_says_so(session: Db, charter: str, ada: Desk) -> None:
    signature = signing.submitted()
    with pytest.raises(errors.EndedMeanwhile):
        ada.claim(signature)
    entered = signing.active()
    with pytest.raises(errors.EndedMeanwhile):
        ada.decline(entered)


def test_note_when_added_is_kept_and_the_log_says_only_that(session: Db, signature: Signature, ada: Desk) -> None:
    ada.note(signature, "They called on Monday.")
    kept = session.scalars(select(ReviewNote)).one()
    assert (kept.text, kept.officer_id) == ("They called on Monday.", ada.id)
    assert acts(session, signature) == [("note", ada.actor.id, None)]


def test_release_of_expired_when_nothing_expired_does_nothing(session: Db, signature: Signature, ada: Desk) -> None:
    ada.claim(signature)
    with transaction():
        operations.release_expired(actor=Actor.system("worker"), now=now_of.now())
    assert state_of(session, signature) is State.IN_REVIEW


def test_release_of_expired_when_a_claim_was_renewed_meanwhile_leaves_it(
    session: Db, signature: Signature, ada: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada.claim(signature)
    monkeypatch.setattr(queries, "expired_claims", lambda now: [signature.id])
    with transaction():
        operations.release_expired(actor=Actor.system("worker"), now=now_of.now())
    assert state_of(session, signature) is State.IN_REVIEW


def test_approval_when_two_requests_pass_each_other_is_kept_once_by_the_index(
    session: Db, signature: Signature, ada: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada.claim(signature)
    ada.approve(signature)
    ada.claim(signature)
    monkeypatch.setattr(approvals, "beside", lambda *_, **__: [])
    with pytest.raises(errors.ApprovedAlready):
        ada.approve(signature)
    assert len(session.scalars(select(Decision.id)).all()) == 1


def test_decisions_when_the_person_was_erased_write_to_nobody(
    session: Db, signature: Signature, ada: Desk, ben: Desk
) -> None:
    other = signing.verified()
    with transaction():
        session.execute(delete(Representative))
        session.execute(delete(OutboxMessage))
    ada.claim(other)
    ada.decline(other)
    for officer in (ada, ben):
        officer.claim(signature)
        officer.approve(signature)
    assert state_of(session, signature) is State.ACTIVE
    assert session.scalars(select(OutboxMessage.id)).all() == []


@pytest.mark.parametrize("language", ["en", "fr"])
def test_mails_when_sent_speak_the_applicants_language(
    charter: str, ada: Desk, ben: Desk, worker: Worker, outbox: list, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coalition.certificates.jobs.make", lambda certificate_id: None)
    approved, declined = signing.verified(language=language), signing.verified(language=language)
    for officer in (ada, ben):
        officer.claim(approved)
        officer.approve(approved)
    ada.claim(declined)
    ada.decline(declined, message="Line one.\nLine <two>.")
    worker()
    number = approved.register_number
    mail = next(mail for mail in outbox if number in mail.text and mail.to == approved.representative.email)
    assert mail["Content-Language"] == language
    assert f"/{language}/register/{number}/" in mail.text
    assert f"/{language}/signatures/manage/" in mail.text
    receipt = history.receipt_of(number)
    for part in (mail.text, mail.html):
        assert f"/{language}/log/?q={receipt}" in part
    assert [leaf.subject for leaf in history.find(str(receipt))] == [number]
    assert mail.get_content_type() == "multipart/alternative"
    refusal = next(mail for mail in outbox if "Line one." in mail.text)
    assert refusal.to == declined.representative.email
    assert {"en": "one of the three categories", "fr": "aucune des trois catégories"}[language] in refusal.text
    assert "Line &lt;two&gt;." in refusal.html
    assert "Line <two>." in refusal.text
