"""What a representative may change: private details at once, with what follows; and taking it all back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from coalition import clock as time
from coalition.audit.queries import history_of
from coalition.charters import queries as charters
from coalition.extensions import db
from coalition.mail.models import OutboxMessage
from coalition.register import queries as register
from coalition.signing import changes, mails, operations
from coalition.signing.application import PrivateDetails
from coalition.signing.errors import StateChanged
from coalition.signing.models import Signature
from coalition.signing.states import State
from coalition.transactions import transaction
from tests.charters import folders
from tests.factories import climate, signing
from tests.factories.signing import PERSON

pytestmark = pytest.mark.usefixtures("charter")


def details(signature: Signature) -> PrivateDetails:
    definition = charters.definition_of(signature.charter, signature.charter_version)
    return changes.details_of(signature, definition=definition)


def change(signature: Signature, **typed: object) -> None:
    definition = charters.definition_of(signature.charter, signature.charter_version)
    new = replace(details(signature), **typed)
    with transaction():
        changes.change_details(signature=signature, details=new, definition=definition, actor=PERSON, now=time.now())


def withdraw(signature: Signature, reason: str = "") -> None:
    with transaction():
        changes.withdraw(
            signature=signature,
            reason=reason,
            secretariat="secretariat@coalition.example",
            actor=PERSON,
            now=time.now(),
        )


def acts(signature: Signature) -> list[tuple[str, str | None]]:
    lines = history_of(mails.about(signature))
    return [(line.act, line.reason) for line in lines if line.act in ("change_details", "withdraw")]


@pytest.mark.parametrize(
    "typed",
    [
        {"role": "President"},
        {"registration_number": "SN-2"},
        {"role": "President", "second_contact_name": "Ben"},
    ],
)
def test_details_when_officers_judge_by_them_void_what_was_approved_before(typed: dict) -> None:
    signature = signing.verified()
    before = signature.content_sha256
    change(signature, **typed)
    assert signature.content_sha256 != before
    assert {name: getattr(details(signature), name) for name in typed} == typed
    assert acts(signature) == [("change_details", "judged")]


@pytest.mark.parametrize(
    "typed", [{"publish_name": True}, {"second_contact_name": "Ben", "second_contact_email": "ben@x.example"}]
)
def test_details_when_officers_do_not_judge_by_them_leave_approvals_alone(typed: dict) -> None:
    signature = signing.verified()
    before = signature.content_sha256
    change(signature, **typed)
    assert signature.content_sha256 == before
    assert {name: getattr(details(signature), name) for name in typed} == typed
    assert acts(signature) == [("change_details", None)]


def test_details_when_decided_on_leave_the_digest_of_what_was_decided() -> None:
    signature = signing.active()
    before = signature.content_sha256
    change(signature, role="President")
    assert (signature.content_sha256, details(signature).role) == (before, "President")


def test_details_when_nothing_changes_leave_no_line() -> None:
    signature = signing.verified()
    change(signature)
    assert acts(signature) == []


def test_name_when_published_or_hidden_changes_the_register_at_once() -> None:
    signature = signing.active(publish_name=True)
    number, version = signature.register_number, register.register_version()
    assert register.entry_of(number).representative == "Awa N’Diaye"
    change(signature, publish_name=False)
    assert (register.entry_of(number).representative, register.register_version() != version) == ("", True)
    change(signature, publish_name=True)
    assert register.entry_of(number).representative == "Awa N’Diaye"


def test_name_when_the_signature_was_withdrawn_can_still_be_taken_off_the_register() -> None:
    signature = signing.active(publish_name=True)
    withdraw(signature)
    assert register.entry_of(signature.register_number).representative == "Awa N’Diaye"
    change(signature, publish_name=False)
    assert register.entry_of(signature.register_number).representative == ""


def test_answers_when_the_charter_s_own_are_private_can_be_changed_and_public_ones_stay() -> None:
    folders.load_folder(folders.CLIMATE)
    signature = climate.verified()
    public = {key: value for key, value in signature.extra.items() if key not in details(signature).extra}
    key = next(iter(details(signature).extra))
    before = signature.content_sha256
    change(signature, extra={**details(signature).extra, key: "another answer"})
    assert signature.extra == {**public, **details(signature).extra}
    assert details(signature).extra[key] == "another answer"
    assert signature.content_sha256 != before


def test_details_when_the_signature_is_not_confirmed_or_the_person_gone_cannot_be_changed() -> None:
    waiting = signing.submitted()
    with pytest.raises(StateChanged):
        change(waiting, role="President")
    signature = signing.verified()
    now = details(signature)
    with transaction():
        operations.forget_person(signature, now=time.now())
    with pytest.raises(StateChanged), transaction():
        changes.change_details(
            signature=signature,
            details=now,
            definition=charters.definition_of(signature.charter),
            actor=PERSON,
            now=time.now(),
        )


def test_withdraw_when_under_review_tells_both_sides_and_keeps_no_reason_in_the_log(worker, outbox) -> None:
    signature = signing.verified(email="awa@reseau.example.org")
    worker(failures=True)
    outbox.clear()
    withdraw(signature, reason="The board = changed\nits mind <b>")
    worker(failures=True)
    assert (signature.state, signature.ended_on, signature.register_number) == (State.WITHDRAWN, time.today(), None)
    assert [mail.to for mail in outbox] == ["awa@reseau.example.org", "secretariat@coalition.example"]
    assert "Nothing of this application was or will be published." in " ".join(outbox[0].text.split())
    assert "its mind <b>" not in outbox[0].text
    assert "its mind <b>" in outbox[1].text
    assert "its mind &lt;b&gt;" in outbox[1].html
    assert acts(signature) == [("withdraw", None)]


def test_withdraw_when_on_the_register_tells_where_the_entry_stays(worker, outbox) -> None:
    signature = signing.active(email="awa@reseau.example.org")
    worker(failures=True)
    outbox.clear()
    withdraw(signature)
    worker(failures=True)
    links = [mail.link("/register/") for mail in outbox]
    assert links == [f"/en/register/{signature.register_number}/"] * 2
    assert "What they wrote" not in outbox[1].text
    entry = register.entry_of(signature.register_number)
    assert (entry.status, entry.ended_on) == ("withdrawn", time.today())


def test_withdraw_when_done_before_changes_nothing(worker, outbox) -> None:
    signature = signing.verified()
    withdraw(signature)
    worker(failures=True)
    outbox.clear()
    withdraw(signature, reason="again")
    worker(failures=True)
    assert (acts(signature), list(outbox)) == ([("withdraw", None)], [])


def test_withdraw_when_it_ended_otherwise_is_refused() -> None:
    signature = signing.submitted()
    with pytest.raises(StateChanged):
        withdraw(signature)
    assert signature.state == State.PENDING_VERIFICATION


def test_withdraw_when_the_person_is_forgotten_takes_the_reason_with_them(worker, outbox) -> None:
    signature = signing.verified()
    withdraw(signature, reason="The board changed its mind")
    worker(failures=True)
    with transaction():
        operations.forget_person(signature, now=time.now())
    assert [row for row in db.session.scalars(select(OutboxMessage.values)) if "reason" in row] == []
