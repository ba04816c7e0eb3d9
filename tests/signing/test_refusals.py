"""What acts on a signature refuse, and what a mailbox that refuses mail leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from coalition import clock
from coalition.audit.queries import history_of
from coalition.extensions import db
from coalition.jobs import queue
from coalition.jobs.models import Job
from coalition.mail.delivery import FAILED_JOB
from coalition.mail.message import recipient_key
from coalition.mail.models import OutboxMessage
from coalition.signing import jobs, mails, operations, proof
from coalition.signing.drafts import DELETE_FILES_JOB
from coalition.signing.errors import StateChanged
from coalition.signing.models import Draft, Signature
from coalition.signing.states import Act, Contact, State
from coalition.transactions import transaction
from tests.factories import signing
from tests.factories.signing import PERSON, RULES

pytestmark = pytest.mark.usefixtures("charter")
ADDRESS = "awa@reseau.example.org"
PROOF = proof.StoredFile("minutes.pdf", "application/pdf", 21, "0" * 64, "proof/00/minutes")


def submit(draft_id: int) -> None:
    sent = signing.prepared()
    with transaction():
        operations.submit(prepared=sent, draft_id=draft_id, rules=RULES, actor=PERSON, now=clock.now())


def resend(signature: Signature) -> None:
    with transaction():
        signature.representative = None
        db.session.flush()
        operations.resend(signature=signature, rules=RULES, actor=PERSON, now=clock.now())


def move_after_another(signature: Signature) -> None:
    """Withdraw what somebody else has ended since it was read."""
    with transaction():
        elsewhere = update(Signature).where(Signature.id == signature.id).values(state=State.EXPIRED)
        assert signature.state == State.PENDING_VERIFICATION
        db.session.execute(elsewhere, execution_options={"synchronize_session": False})
        operations.change_state(signature=signature, act=Act.DISOWN, actor=PERSON, now=clock.now())


def disown(signature: Signature) -> None:
    with transaction():
        link = signing.link_of(signature)
        operations.disown(link=link, actor=PERSON, now=clock.now())


def states() -> list[str]:
    return list(db.session.scalars(select(Signature.state)))


def test_submit_when_the_draft_is_gone_is_refused() -> None:
    draft_id = signing.draft()
    with transaction():
        db.session.execute(delete(Draft).where(Draft.id == draft_id))
    with pytest.raises(StateChanged):
        submit(draft_id)
    assert states() == []


def test_resend_when_nobody_is_left_to_write_to_is_refused() -> None:
    signature = signing.submitted()
    with pytest.raises(StateChanged):
        resend(signature)
    assert signature.representative is not None


def test_change_of_state_when_another_was_first_is_refused_and_changes_nothing() -> None:
    signature = signing.submitted()
    with pytest.raises(StateChanged):
        move_after_another(signature)
    assert states() == [State.PENDING_VERIFICATION]
    assert [line.act for line in history_of(mails.about(signature))] == ["submit"]


def test_disown_when_proof_was_sent_queues_the_removal_of_its_file() -> None:
    draft_id = signing.draft()
    with transaction():
        proof.keep(db.session.get_one(Draft, draft_id), files=[PROOF], most=10, now=clock.now())
    submit(draft_id)
    signature = db.session.scalars(select(Signature)).one()
    key = signature.documents[0].storage_key
    disown(signature)
    assert db.session.scalars(select(Job.args).where(Job.name == DELETE_FILES_JOB)).all() == [{"keys": [key]}]
    assert signature.documents == []


def test_disown_when_the_draft_is_gone_already_forgets_the_person() -> None:
    signature = signing.submitted()
    with transaction():
        db.session.execute(delete(Draft))
    disown(signature)
    assert (signature.state, signature.representative) == (State.DISOWNED, None)


def test_mailbox_when_it_refuses_mail_for_good_is_noted_on_its_signature(worker: Callable[[], int]) -> None:
    signature = signing.submitted(email=ADDRESS)
    with transaction():
        db.session.execute(delete(OutboxMessage))
        about = {"about": mails.about(signature), "recipient_key": recipient_key(ADDRESS)}
        queue.put(FAILED_JOB, args=about, now=clock.now())
    worker()
    assert signature.contact == Contact.BOUNCED
    assert [line.act for line in history_of(mails.about(signature))] == ["submit", "bounce"]


@pytest.mark.parametrize("address", ["an-older@reseau.example.org", ""])
def test_mailbox_when_it_is_no_longer_the_one_written_to_is_not_blamed(address: str) -> None:
    signature = signing.submitted(email=ADDRESS)
    jobs.note_undelivered(about=mails.about(signature), recipient_key=recipient_key(address))
    assert signature.contact == Contact.UNVERIFIED


@pytest.mark.parametrize("about", ["officer:nobody", "signature:nobody"])
def test_refused_mail_when_it_was_about_something_else_changes_nothing(about: str) -> None:
    signature = signing.submitted(email=ADDRESS)
    jobs.note_undelivered(about=about, recipient_key=recipient_key(ADDRESS))
    assert signature.contact == Contact.UNVERIFIED


def test_manage_links_when_asked_for_are_mailed_for_each_signature_of_the_mailbox() -> None:
    for _ in range(2):
        signing.verified(email=ADDRESS)
    with transaction():
        db.session.execute(delete(OutboxMessage))
        operations.send_manage_links(email_key=recipient_key(ADDRESS), lifetime=timedelta(hours=72), now=clock.now())
    assert list(db.session.scalars(select(OutboxMessage.recipient))) == [ADDRESS, ADDRESS]
