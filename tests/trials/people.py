"""People of the trials, with their browsers: a desktop at which everything is filled in, a room with two officers."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select

from coalition import tokens
from coalition.accounts.models import Officer
from coalition.extensions import db
from coalition.organisations.names import name_key
from coalition.signing.mails import about, subject_of
from coalition.signing.models import Draft, Signature
from coalition.tokens import Purpose
from coalition.transactions import transaction
from tests.factories import signing
from tests.factories.browsing import PERSON, STATEMENTS, fill_in
from tests.factories.officers import browser_of
from tests.review.conftest import CATEGORY, Desk, desk

SIGNED = {**STATEMENTS, "typed_name": PERSON["full_name"]}
APPROVE = {"decision": "approve", "category": CATEGORY, "mandate_basis": "document"}
DECLINE = {"decision": "decline", "reason_code": "no_category"}
COPIED = [column.key for column in Draft.__table__.columns if column.key not in ("id", "public_id")]


class Desktop:
    """A browser in which every step is filled in; `browser` is another one, with a copy of that draft."""

    def __init__(self, app: Flask) -> None:
        self.app, self.client = app, app.test_client()
        fill_in(self.client)
        with self.client.session_transaction() as kept:
            self.cookie = deepcopy(dict(kept))
        draft = db.session.scalars(select(Draft)).one()
        self.values, self.name = {name: getattr(draft, name) for name in COPIED}, draft.public_id

    def copy(self) -> str:
        """Add one more draft with the same content and return its name."""
        public_id = tokens.new_public_id()
        with transaction() as session:
            session.add(Draft(public_id=public_id, **self.values))
        return public_id

    def browser(self, public_id: str) -> FlaskClient:
        """Return a browser that holds the draft of that name."""
        client = self.app.test_client()
        with client.session_transaction() as kept:
            kept.update(_replaced(self.cookie, self.name, public_id))
            kept.permanent = True
        return client


def _replaced(value: Any, old: str, new: str) -> Any:
    if isinstance(value, dict):
        return {key: _replaced(one, old, new) for key, one in value.items()}
    if isinstance(value, list):
        return [_replaced(one, old, new) for one in value]
    return new if value == old else value


class Room:
    """Two officers with their browsers, over applications that wait for the last approval."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.ada, self.ben = desk("Ada"), desk("Ben")
        self.adas, self.bens = self._browser(self.ada), self._browser(self.ben)

    def _browser(self, one: Desk) -> FlaskClient:
        return browser_of(db.session.get_one(Officer, one.id), self.app)

    def nearly_active(self, **changes: Any) -> Signature:
        """Return an application that Ada approved and Ben holds."""
        signature = signing.verified(**changes)
        self.ada.claim(signature)
        self.ada.approve(signature)
        self.ben.claim(signature)
        db.session.refresh(signature)
        db.session.expunge(signature)  # its values are read in other threads
        return signature


def copies(signature: Signature, number: int, *, of_a_name: int = 1) -> list[Signature]:
    """Return as many signatures at the same step, row by row the same but for their names; so many share a name.

    Making each by the acts themselves would take most of a race's time.
    """
    signature_id, organisation_id, subject = signature.id, signature.organisation_id, about(signature)
    made = []
    with transaction() as session:
        for place in range(number):
            name = f"copy {place // of_a_name}"
            (owner,) = _copied(
                session, "organisations", "id", organisation_id, official_name=name, name_key=name_key(name)
            )
            more = {"reference": f"A-{tokens.new_code(8)}", "draft_id": None, "organisation_id": owner["id"]}
            (row,) = _copied(session, "signatures", "id", signature_id, **more)
            for table in db.metadata.sorted_tables:
                if "signature_id" in table.columns:
                    _copied(session, table.name, "signature_id", signature_id, signature_id=row["id"])
            _copied(session, "audit_records", "subject", subject, subject=subject_of(row["public_id"]))
            made.append(row["id"])
    found = [db.session.get_one(Signature, one) for one in made]
    for one in found:
        db.session.expunge(one)  # its values are read in other threads
    return found


def _copied(session: Any, name: str, column: str, value: Any, **changes: Any) -> list[dict[str, Any]]:
    """Insert the rows of a table that hold a value once more, with `changes` and names of their own."""
    table = db.metadata.tables[name]
    rows = []
    for kept in session.execute(select(table).where(table.columns[column] == value)).mappings().all():
        row = {key: one for key, one in kept.items() if key != "id"} | changes
        if "public_id" in row:
            row["public_id"] = tokens.new_public_id()
        done = session.execute(insert(table).values(row))
        rows.append(row | {"id": done.inserted_primary_key[0]})
    return rows


def path_of(signature: Signature, act: str = "") -> str:
    """Return the address of an application on the desk, or of an act on it."""
    return f"/admin/applications/{signature.reference}/{act}"


def my_signature(app: Flask, signature: Signature) -> FlaskClient:
    """Return a browser in which the representative has opened the mailed link."""
    client = app.test_client()
    token = tokens.sign(Purpose.MANAGE, signing.link_of(signature, "manage").public_id)
    assert client.get(f"/en/signatures/manage/{token}").status_code in (302, 303)
    return client
