"""Does every public act leave its leaf, so that the newest one of each number is the register?"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from flask import Flask
from sqlalchemy import select

from coalition import clock
from coalition.audit.record import Actor
from coalition.certificates import operations as certificates
from coalition.certificates.models import Certificate
from coalition.certificates.states import Kind
from coalition.extensions import db
from coalition.organisations.names import name_key, search_words
from coalition.register import intake, operations, queries
from coalition.register.entry import PAGE_ALONE, Status
from coalition.register.models import RegisterEntry
from coalition.register.recording import state_of
from coalition.signing.models import Signature
from coalition.transactions import transaction
from coalition.transparency.leaves import OF_ENTRIES, LeafAct
from coalition.transparency.models import LogLeaf
from tests.factories import register, signing
from tests.factories.charters import SLUG

ACTOR = Actor.system("tests")


def told(subject: str | None = None) -> list[tuple[str, dict[str, Any]]]:
    """Return the acts and contents that were written, of one subject where it is named."""
    statement = select(LogLeaf.act, LogLeaf.content).order_by(LogLeaf.id)
    rows = db.session.execute(statement if subject is None else statement.where(LogLeaf.subject == subject))
    return [(row.act, json.loads(row.content)) for row in rows]


def derived() -> dict[str, dict[str, Any]]:
    """Return the register as the log tells it."""
    acts = [(act, content) for act, content in told() if act in OF_ENTRIES]
    newest = {content["number"]: content for _, content in acts}
    return {number: content for number, content in newest.items() if "status" in content}


def ledger() -> dict[str, dict[str, Any]]:
    """Return the register as its own table tells it."""
    return {row.number: state_of(row) for row in db.session.scalars(select(RegisterEntry))}


def test_entry_when_it_comes_changes_and_ends_is_told_each_time_without_its_person(app: Flask) -> None:
    number = register.published(official_name="Réseau du Fleuve", representative="Awa N’Diaye", extra={"size": "large"})
    register.ended(number)
    acts = told(number)
    assert [(act, content["status"], content["ended_on"]) for act, content in acts] == [
        (LeafAct.ENTER, "active", None),
        (LeafAct.CHANGE, "withdrawn", "2026-04-01"),
    ]
    assert acts[0][1]["signed_on"] == "2026-03-02"
    assert acts[0][1]["extra"] == {"size": "large"}
    assert "Awa" not in str(acts)
    assert not PAGE_ALONE & acts[0][1].keys()
    assert derived() == ledger()


def test_entry_when_amended_is_told_only_if_something_public_changed(app: Flask) -> None:
    number = register.published(official_name="Alpha", representative="Awa N’Diaye")
    for name, person in (("Alpha", ""), ("Beta", "")):
        entry = register.entry(official_name=name, representative=person)
        key, words = name_key(name), " ".join(search_words(name))
        with transaction():
            operations.amend(number=number, entry=entry, name_key=key, words=words, now=clock.now())
    with transaction():
        operations.show_representative(number=number, name="Awa N’Diaye")
    assert [(act, content["official_name"]) for act, content in told(number)] == [
        (LeafAct.ENTER, "Alpha"),
        (LeafAct.CHANGE, "Beta"),
    ]
    assert derived() == ledger()


def test_entry_when_another_goes_on_for_it_names_its_successor(app: Flask) -> None:
    old, new = register.published(), register.published()
    with transaction():
        operations.change_status(number=old, status=Status.SUPERSEDED, ended_on=date(2026, 4, 1), now=clock.now())
        operations.link_successor(number=old, successor=new, now=clock.now())
    assert [content["successor"] for _, content in told(old)] == [None, None, new]
    assert derived() == ledger()


def test_entries_when_a_list_comes_and_goes_are_told_one_by_one(app: Flask) -> None:
    arriving = [
        intake.newcomer(register.entry(official_name=name), name_key=name_key(name), words=name.lower())
        for name in ("Alpha", "Beta", "alpha")
    ]
    with transaction():
        numbers = intake.publish_all(arriving, charter=SLUG, prefix="ICSSE", now=clock.now())
    assert derived() == ledger()
    assert sorted(derived()) == ["ICSSE-00001", "ICSSE-00002"]
    with transaction():
        intake.take_back([str(number) for number in numbers[:1]], now=clock.now())
    assert told("ICSSE-00001")[-1] == (LeafAct.REMOVE, {"number": "ICSSE-00001"})
    assert sorted(derived()) == ["ICSSE-00002"]
    assert derived() == ledger()


def test_act_when_it_does_not_last_leaves_no_leaf(app: Flask) -> None:
    entry = register.entry(official_name="Alpha")
    with transaction() as session:
        operations.publish(entry=entry, prefix="ICSSE", name_key="alpha", words="alpha", now=clock.now())
        session.rollback()
    assert told() == []
    assert queries.entry_of("ICSSE-00001") is None


def issued(signature: Signature, kind: Kind) -> Certificate:
    with transaction():
        serial = certificates.issue(signature_id=signature.id, kind=kind, language="en", actor=ACTOR, now=clock.now())
    return db.session.scalars(select(Certificate).where(Certificate.serial == serial)).one()


def test_certificate_when_issued_replaced_and_revoked_is_told_and_a_receipt_never(charter: None) -> None:
    signature = signing.active()
    receipt, first = issued(signature, Kind.RECEIPT), issued(signature, Kind.CERTIFICATE)
    old = (first.serial, first.content_sha256, first.id)
    with transaction():
        certificates.reissue(serial=receipt.serial, reason="lost", actor=ACTOR, now=clock.now())
        [new] = certificates.supersede(signature_id=signature.id, reason="organisation", actor=ACTOR, now=clock.now())
    with transaction():
        certificates.revoke(signature_id=signature.id, reason="delisted", actor=ACTOR, now=clock.now())
    number = signature.register_number
    assert told(old[0]) == [
        (
            LeafAct.CERTIFY,
            {"serial": old[0], "number": number, "content_sha256": old[1], "language": "en", "index": old[2]},
        ),
        (LeafAct.END, {"serial": old[0], "ended": "superseded", "reason": "organisation", "by": new}),
    ]
    assert [(act, content.get("by")) for act, content in told(new)] == [(LeafAct.CERTIFY, None), (LeafAct.END, None)]
    assert told(receipt.serial) == []


def test_charter_when_loaded_tells_the_digests_of_its_texts(charter: None) -> None:
    [(act, content)] = told(f"{SLUG}/1")
    assert (act, content["charter"], content["version"]) == (LeafAct.PUBLISH, SLUG, 1)
    assert all(len(digest) == 64 for digest in content["languages"].values())
    assert "en" in content["languages"]
