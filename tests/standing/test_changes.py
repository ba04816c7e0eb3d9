"""Does what stands on the register change only once it was reviewed, everywhere at once, with its history kept?"""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from coalition import clock as clock_module
from coalition.certificates import inspection
from coalition.certificates.models import Certificate
from coalition.extensions import db
from coalition.mail.models import OutboxMessage
from coalition.register import queries as register
from coalition.register.entry import Entry
from coalition.register.operations import NameTaken
from coalition.register.search import Search
from coalition.signing import operations as signing_operations
from coalition.signing.models import MailedLink, Signature
from coalition.standing import changes, jobs, operations, queries
from coalition.standing.amendments import fingerprint
from coalition.standing.errors import (
    CategoryUnknown,
    ChangeApprovedAlready,
    ChangeClosed,
    ChangeOpen,
    ChangeUnconfirmed,
    ChangeUnknown,
    EntryChanged,
    NothingChanged,
    NotOnRegister,
)
from coalition.standing.states import ChangeKind
from coalition.transactions import transaction
from tests.factories import signing
from tests.standing.conftest import DAY, PERSON, Desk, again, ask, renamed, signatory

NEW = {"full_name": "Moussa Diop", "role": "President", "email": "Moussa@reseau.example.org"}


def entry_of(signature: Signature) -> Entry:
    found = register.entry_of(signature.register_number or "")
    assert found is not None
    return found


def serials() -> list[str]:
    return list(db.session.scalars(select(Certificate.serial).order_by(Certificate.id)))


def status_of(serial: str) -> tuple[str, str | None]:
    found = inspection.standing(serial)
    assert found is not None
    return found.status.value, found.superseded_by


def found_by(words: str) -> list[str]:
    page = register.page_of_entries(Search.of_query({"q": words}))
    return [row.number for row in page.rows]


def sent(session: scoped_session[Session], template: str) -> list[OutboxMessage]:
    found = select(OutboxMessage).where(OutboxMessage.template == f"standing/{template}").order_by(OutboxMessage.id)
    return list(session.scalars(found))


def recipients(signature: Signature) -> list[str | None]:
    return list(db.session.scalars(select(OutboxMessage.recipient)))


def take_over(change: str) -> None:
    with transaction():
        changes.take_over(public_id=change, actor=PERSON, now=clock_module.now())


class TestOrganisation:
    def test_name_when_asked_for_stays_until_as_many_as_the_charter_asks_approve(
        self, session: scoped_session[Session], signature: Signature, ada: Desk, ben: Desk
    ) -> None:
        change = renamed(signature)
        assert ada.approve(change) is False
        assert entry_of(signature).official_name == "Réseau du Fleuve"
        with pytest.raises(ChangeApprovedAlready):
            ada.approve(change)
        assert ben.approve(change) is True
        entry = entry_of(signature)
        assert (entry.official_name, entry.status, again(signature).organisation.name_key) == (
            "Fédération du Fleuve",
            "active",
            "du federation fleuve",
        )
        assert [tuple(line) for line in register.former_names(entry.number)] == [
            ("Réseau du Fleuve", clock_module.now().date())
        ]
        assert [mail.values["has_new_certificate"] for mail in sent(session, "change_made")] == [True]

    def test_register_of_the_day_before_a_change_has_the_names_of_that_day(
        self, clock: time_machine.Traveller, signature: Signature, ada: Desk, ben: Desk
    ) -> None:
        clock.shift(2 * DAY)
        change = ask(signature, ChangeKind.ORGANISATION, official_name="Союз", latin_name="Soyuz")
        ada.approve(change)
        ben.approve(change)
        today = clock_module.now().date()
        found = {day: register.page_of_entries(Search(as_of=day)).rows[0] for day in (today - DAY, today)}
        assert {day: (row.official_name, row.latin_name) for day, row in found.items()} == {
            today - DAY: ("Réseau du Fleuve", ""),
            today: ("Союз", "Soyuz"),
        }

    def test_name_when_changed_supersedes_the_certificate_by_one_that_says_it(
        self, signature: Signature, ada: Desk, ben: Desk
    ) -> None:
        (old,) = serials()
        change = renamed(signature)
        ada.approve(change)
        ben.approve(change)
        first, new = serials()
        assert (first, status_of(old), status_of(new)) == (old, ("superseded", new), ("active", None))
        content = inspection.standing(new)
        assert content is not None
        assert content.content.organisation == "Fédération du Fleuve"

    def test_name_when_changed_is_found_by_the_new_and_by_the_old_words_and_no_others(
        self, signature: Signature, ada: Desk, ben: Desk
    ) -> None:
        change = ask(signature, ChangeKind.ORGANISATION, official_name="Fédération du Sénégal", acronym="FDS")
        ada.approve(change)
        ben.approve(change)
        number = signature.register_number
        hits = {words: found_by(words) for words in ("federation senegal", "fds", "reseau fleuve")}
        assert hits == {"federation senegal": [number], "fds": [number], "reseau fleuve": [number]}
        ada.correct(again(signature), acronym="FSN")
        assert (found_by("fds"), found_by("fsn")) == ([], [number])

    def test_country_when_changed_moves_the_count(self, signature: Signature, ada: Desk, ben: Desk) -> None:
        change = ask(signature, ChangeKind.ORGANISATION, country="ML")
        ada.approve(change)
        ben.approve(change)
        counts = register.page_of_entries(Search.of_query({"country": "ML"})).total
        before = register.page_of_entries(Search.of_query({"country": "SN"})).total
        assert (counts, before, register.counts("icsse-charter").signatories) == (1, 0, 1)

    def test_website_when_changed_leaves_the_certificate(self, signature: Signature, ada: Desk, ben: Desk) -> None:
        change = ask(signature, ChangeKind.ORGANISATION, website="https://fleuve.example.org/")
        ada.approve(change)
        ben.approve(change)
        assert entry_of(signature).website == "https://fleuve.example.org/"
        assert [status_of(serial) for serial in serials()] == [("active", None)]

    def test_name_when_another_bears_it_is_refused_and_nothing_changes(
        self, signature: Signature, ada: Desk, ben: Desk
    ) -> None:
        signatory(official_name="Fédération du Fleuve")
        change = renamed(signature)
        ada.approve(change)
        with pytest.raises(NameTaken):
            ben.approve(change)
        assert entry_of(signature).official_name == "Réseau du Fleuve"
        found = queries.change_named(change)
        assert found is not None
        assert found.closed_at is None

    def test_change_when_declined_leaves_everything_and_tells_why(
        self, session: scoped_session[Session], signature: Signature, ada: Desk, ben: Desk
    ) -> None:
        change = renamed(signature)
        ada.decline(change, "The statutes say otherwise.")
        assert entry_of(signature).official_name == "Réseau du Fleuve"
        assert sent(session, "change_declined")[0].values["message"] == "The statutes say otherwise."
        for late in (ben.approve, ben.decline):
            with pytest.raises(ChangeClosed, match="Ada has decided on this change already"):
                late(change)
        renamed(signature)

    def test_change_when_taken_back_cannot_be_decided(self, signature: Signature, ada: Desk) -> None:
        change, other = renamed(signature), signatory()
        with pytest.raises(ChangeUnknown), transaction():
            changes.take_back(signature_id=other.id, public_id=change, actor=PERSON, now=clock_module.now())
        with transaction():
            changes.take_back(signature_id=signature.id, public_id=change, actor=PERSON, now=clock_module.now())
        with pytest.raises(ChangeClosed, match="taken back"):
            ada.approve(change)

    def test_change_when_asked_twice_or_of_nothing_or_off_the_register_is_refused(self, signature: Signature) -> None:
        renamed(signature)
        with pytest.raises(ChangeOpen):
            renamed(signature)
        with pytest.raises(NothingChanged):
            ask(signature, ChangeKind.REPRESENTATIVE, role="Secretary general")
        with pytest.raises(NotOnRegister):
            renamed(signing.verified())

    def test_change_when_the_entry_changed_meanwhile_is_not_made(
        self, signature: Signature, ada: Desk, ben: Desk
    ) -> None:
        change = ask(signature, ChangeKind.REPRESENTATIVE, role="President")
        with transaction():
            person = again(signature).representative
            assert person is not None
            person.role = "Treasurer"
        ada.approve(change)
        with pytest.raises(EntryChanged):
            ben.approve(change)

    def test_change_when_the_signatory_was_removed_is_overtaken(
        self, signature: Signature, ada: Desk, ben: Desk
    ) -> None:
        change = renamed(signature)
        ben.confirm(signature, ada.propose(signature))
        with pytest.raises(ChangeClosed):
            ada.approve(change)
        with pytest.raises(ChangeUnknown):
            ada.approve("no-such-change")

    def test_change_when_the_organisation_has_withdrawn_is_not_made(self, signature: Signature, ada: Desk) -> None:
        change = renamed(signature)
        with transaction():
            signing_operations.withdraw(signature=again(signature), actor=PERSON, now=clock_module.now())
        with pytest.raises(NotOnRegister):
            ada.approve(change)


class TestCategory:
    def test_category_when_changed_stands_on_entry_and_certificate(
        self, signature: Signature, ada: Desk, ben: Desk
    ) -> None:
        change = ask(signature, ChangeKind.CATEGORY, category="member_based")
        ada.approve(change)
        ben.approve(change)
        assert (again(signature).category, entry_of(signature).category) == ("member_based", "member_based")
        first, new = serials()
        assert (status_of(first), status_of(new)) == (("superseded", new), ("active", None))
        assert register.page_of_entries(Search.of_query({"category": "member_based"})).total == 1

    def test_category_when_unknown_is_refused(self, signature: Signature) -> None:
        with pytest.raises(CategoryUnknown):
            ask(signature, ChangeKind.CATEGORY, category="kings")


class TestRepresentative:
    def test_mailbox_when_confirmed_and_approved_takes_over(
        self, session: scoped_session[Session], signature: Signature, ada: Desk, ben: Desk
    ) -> None:
        change = ask(signature, ChangeKind.REPRESENTATIVE, **NEW)
        asked, told = sent(session, "confirm_new_mailbox"), sent(session, "change_requested")
        assert ([mail.recipient for mail in asked], asked[0].limited) == ([NEW["email"]], True)
        assert [mail.recipient for mail in told] == [again(signature).representative.email]  # type: ignore[union-attr]
        with pytest.raises(ChangeUnconfirmed):
            ada.approve(change)
        for _ in range(2):
            take_over(change)
        ada.approve(change)
        ben.approve(change)
        person = again(signature).representative
        assert person is not None
        assert (person.full_name, person.role, person.email, person.publish_name) == (*NEW.values(), False)
        links = session.scalars(select(MailedLink).where(MailedLink.purpose == "manage").order_by(MailedLink.id)).all()
        assert [link.ended_at is None for link in links][-2:] == [False, True]
        assert [mail.recipient for mail in sent(session, "taken_over")] == [NEW["email"]]
        assert [mail.recipient for mail in sent(session, "change_made")] != [NEW["email"]]
        assert [status_of(serial) for serial in serials()] == [("active", None)]

    def test_name_when_published_goes_with_its_person(self, charter: str, ada: Desk, ben: Desk) -> None:
        signature = signatory(publish_name=True)
        assert entry_of(signature).representative == "Awa N’Diaye"
        change = ask(signature, ChangeKind.REPRESENTATIVE, full_name="Moussa Diop")
        ada.approve(change)
        ben.approve(change)
        assert entry_of(signature).representative == ""

    def test_mailbox_when_not_confirmed_in_time_changes_nothing(
        self, signature: Signature, clock: time_machine.Traveller
    ) -> None:
        change = ask(signature, ChangeKind.REPRESENTATIVE, **NEW)
        clock.shift(4 * DAY)
        with pytest.raises(ChangeClosed):
            take_over(change)
        jobs.keep()
        found = queries.change_named(change)
        assert found is not None
        assert (found.outcome, found.before, found.after) == ("unconfirmed", {}, {})
        assert NEW["email"] not in recipients(signature)

    @pytest.mark.parametrize("end", ["take_back", "overtake"])
    def test_mailbox_when_the_change_ends_before_it_is_confirmed_is_forgotten(
        self, signature: Signature, ada: Desk, *, end: str
    ) -> None:
        change, now = ask(signature, ChangeKind.REPRESENTATIVE, **NEW), clock_module.now()
        assert NEW["email"] in recipients(signature)
        with transaction():
            if end == "take_back":
                changes.take_back(signature_id=signature.id, public_id=change, actor=PERSON, now=now)
            else:
                operations.overtake(signature_id=signature.id, now=now)
        found = queries.change_named(change)
        assert found is not None
        assert (found.outcome, found.after) == ("taken_back" if end == "take_back" else "overtaken", {})
        assert NEW["email"] not in recipients(signature)

    def test_person_when_words_are_forgotten_is_gone_from_the_history(
        self, signature: Signature, ada: Desk, ben: Desk
    ) -> None:
        change = ask(signature, ChangeKind.REPRESENTATIVE, full_name="Moussa Diop")
        for officer in (ada, ben):
            officer.approve(change)
        jobs.forget_words(signature_id=signature.id)
        found = queries.change_named(change)
        assert found is not None
        assert (found.before, found.after, found.explanation) == ({}, {}, "")


class TestCorrection:
    def test_slip_when_corrected_leaves_no_former_name_and_a_new_certificate(
        self, session: scoped_session[Session], signature: Signature, ada: Desk
    ) -> None:
        seen = fingerprint(queries.present(signature))
        ada.correct(signature, seen, official_name="Réseau du fleuve")
        assert entry_of(signature).official_name == "Réseau du fleuve"
        assert register.former_names(signature.register_number or "") == []
        assert len(serials()) == 2
        assert sent(session, "change_made")[0].values["kind"] == "correction"
        kept: Any = queries.standing_of(signature.id).changes[0]
        assert (kept.officer, kept.ChangeRequest.before, kept.ChangeRequest.outcome) == (
            "Ada",
            {"official_name": "Réseau du Fleuve"},
            "made",
        )

    def test_correction_when_its_form_is_out_of_date_is_refused(
        self, signature: Signature, ada: Desk, ben: Desk
    ) -> None:
        seen = fingerprint(queries.present(signature))
        ada.correct(signature, seen, acronym="RF")
        with pytest.raises(EntryChanged):
            ben.correct(again(signature), seen, acronym="RDF")
        with pytest.raises(NothingChanged):
            ben.correct(again(signature), acronym="RF")
        renamed(signature)
        with pytest.raises(ChangeOpen):
            ben.correct(again(signature), acronym="RDF")
        with pytest.raises(NotOnRegister):
            ben.correct(signing.verified(), acronym="RDF")

    def test_correction_when_nobody_can_be_written_to_is_made(self, signature: Signature, ada: Desk) -> None:
        with transaction():
            again(signature).representative = None
        ada.correct(again(signature), acronym="RF")
        assert entry_of(signature).acronym == "RF"
