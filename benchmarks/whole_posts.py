"""What does a whole act cost over HTTP, in CPU, beside a bare Flask route? 10,000 entries on the register.

Counted is the CPU time of the web process alone, for the one POST that signs, the one that approves for the last time,
and the download of a stored certificate; what leads to them is done before and not counted.
"""

from __future__ import annotations

import http.client
import itertools
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from urllib.parse import urlencode

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from benchmarks.measuring import ROUNDS, Figure, times_figure
from benchmarks.pages import Pair, running
from coalition import clock
from coalition.accounts.models import Officer
from coalition.audit.record import Actor
from coalition.certificates import operations as certificates
from coalition.certificates.jobs import make
from coalition.certificates.models import Certificate
from coalition.certificates.states import Kind
from coalition.extensions import db
from coalition.review import operations as review
from coalition.review.decisions import Approval, MandateBasis
from coalition.signing import verification
from coalition.signing.models import Signature
from coalition.tokens import Purpose, sign
from coalition.transactions import transaction
from tests.factories import browsing, officers, signing

A_ROUND = 12
CATEGORY = "international_network"
TOKEN = re.compile(rb'name="csrf_token" value="([^"]+)"')
NUMBERS = itertools.count(1)


def measure() -> list[Figure]:
    """Compare each with the route that answers one word."""
    with running(10_000, WTF_CSRF_ENABLED=False) as pair, pair.app.app_context():
        return [
            _compare(pair, "submit, the whole POST", _signing(pair), goal=35),
            _compare(pair, "the last approval, the whole POST", _approving(pair), goal=40),
            _compare(pair, "download of a stored certificate", _downloading(pair), goal=5),
        ]


def _compare(pair: Pair, name: str, acts: Iterator[Callable[[], None]], *, goal: float) -> Figure:
    ours, anchor = [], []
    for _ in range(ROUNDS + 1):
        ready = [next(acts) for _ in range(A_ROUND)]
        ours.append(pair.ours.cpu_of(partial(_one_after_another, ready)) / A_ROUND)
        anchor.append(pair.anchor.cpu_of_requests("/word", {}, calls=200))
    return times_figure(name, ours=ours[1:], anchor=anchor[1:], goal=goal)


def _one_after_another(acts: list[Callable[[], None]]) -> None:
    for act in acts:
        act()


def _signing(pair: Pair) -> Iterator[Callable[[], None]]:
    while True:
        visitor, number = pair.app.test_client(), next(NUMBERS)
        browsing.fill_in(visitor, official_name=f"Federation {number}", email=f"a{number}@example.org")
        fields = {**browsing.STATEMENTS, "typed_name": browsing.PERSON["full_name"]}
        yield _posting(pair, browsing.step("review"), fields, cookie=_cookie(visitor))


def _approving(pair: Pair) -> Iterator[Callable[[], None]]:
    with transaction():
        first, second = officers.officer("Ada"), officers.officer("Ben")
    cookie = _cookie(officers.browser_of(second, pair.app))
    while True:
        reference = _approved_once(first, second)
        fields = {"decision": "approve", "category": CATEGORY, "mandate_basis": "document"}
        yield _posting(pair, f"/admin/applications/{reference}/", fields, cookie=cookie)


def _approved_once(first: Officer, second: Officer) -> str:
    """Return the reference of an application that waits for the second officer, who has claimed it."""
    number = next(NUMBERS)
    signature = signing.verified(official_name=f"Union {number}", email=f"u{number}@example.org")
    approval = Approval(category=CATEGORY, mandate_basis=MandateBasis.DOCUMENT)
    day = timedelta(days=1)
    for person in (first, second):
        known = {"signature_id": signature.id, "officer_id": person.id, "now": clock.now()}
        actor = Actor.officer(person.public_id, person.name)
        with transaction():
            review.claim(**known, lifetime=day, actor=actor)
        if person is first:
            with transaction():
                review.approve(**known, approval=approval, link_lifetime=day, actor=actor)
    return str(signature.reference)


def _downloading(pair: Pair) -> Iterator[Callable[[], None]]:
    signature = signing.active(official_name="Mutual of the river", email="m@example.org")
    with transaction():
        certificates.issue(
            signature_id=signature.id, kind=Kind.CERTIFICATE, language="en", actor=signing.PERSON, now=clock.now()
        )
    with transaction():
        certificate = db.session.scalars(select(Certificate).where(Certificate.signature_id == signature.id)).one().id
    make(certificate_id=certificate)
    headers = {"Cookie": _let_in(pair.app, signature)}
    connection = http.client.HTTPConnection(pair.ours.url.removeprefix("http://"))

    def download() -> None:
        connection.request("GET", "/en/my-signature/certificate.pdf", headers=headers)
        answer = connection.getresponse()
        assert answer.read().startswith(b"%PDF-")

    while True:
        yield download


def _let_in(app: Flask, signature: Signature) -> str:
    with transaction():
        link = verification.issue_link(signature, purpose=Purpose.MANAGE, lifetime=timedelta(hours=72), now=clock.now())
        claim = link.public_id
    visitor = app.test_client()
    assert visitor.get(f"/en/signatures/manage/{sign(Purpose.MANAGE, claim)}").status_code in (302, 303)
    return _cookie(visitor)


def _cookie(visitor: FlaskClient) -> str:
    kept = visitor.get_cookie("coalition")
    assert kept is not None
    return f"coalition={kept.value}"


def _posting(pair: Pair, path: str, fields: dict[str, str], *, cookie: str) -> Callable[[], None]:
    """Open the form, so that what is counted is its POST alone."""
    connection = http.client.HTTPConnection(pair.ours.url.removeprefix("http://"))
    connection.request("GET", path, headers={"Cookie": cookie})
    answer = connection.getresponse()
    token = TOKEN.search(answer.read())
    assert token is not None, answer.status
    connection.close()  # the server would not keep it open until the round begins
    kept = answer.headers.get("Set-Cookie", cookie).partition(";")[0]
    body = urlencode({**fields, "csrf_token": token.group(1).decode()})
    headers = {"Cookie": kept, "Content-Type": "application/x-www-form-urlencoded"}

    def post() -> None:
        connection.request("POST", path, body=body, headers=headers)
        told = connection.getresponse()
        assert told.status in (302, 303), told.read().decode()
        told.read()
        connection.close()

    return post
