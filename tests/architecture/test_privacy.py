"""Does anything private leave by a public route? Every private column holds a word that is looked for."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import String
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from coalition.extensions import db
from coalition.signing.application import Preparer
from coalition.signing.models import Representative, Signature
from coalition.transactions import transaction
from tests.api.sample import SERIAL, an_issued_certificate
from tests.architecture.routes import PUBLIC, ROUTES, SAMPLES
from tests.architecture.test_routes import routes, sample
from tests.factories import signing

PRIVATE = {
    "full_name": "Quokkaname Fullcanary",
    "role": "Quokkarole",
    "email": "quokka-person@private.example.org",
    "typed_name": "Quokkaname Typedcanary",
    "second_contact_name": "Quokkasecond Contact",
    "second_contact_email": "quokka-second@private.example.org",
    "preparer_name": "Quokkapreparer Person",
    "preparer_email": "quokka-preparer@private.example.org",
}
REGISTRATION = "QUOKKA-REG-77"
EXTRA = {"quokka_key": "quokka-extra-answer"}
PENDING = "Quokkapending Cooperative"
PUBLISHED = "Quokkapublished Person"
DEVELOPERS = "/dev/"  # the mailbox of the development transport shows mails, and is not there in production
NAME_PAGES = re.compile(r"/(en|fr)/register/[A-Z0-9-]+/")


@pytest.fixture
def site(app: Flask, charter: str) -> Signature:
    """A site with a signatory full of private words, one whose person is published, and one under review."""
    person = {name: text for name, text in PRIVATE.items() if not name.startswith(("preparer", "typed"))}
    preparer = Preparer(PRIVATE["preparer_name"], PRIVATE["preparer_email"])
    signature = an_issued_certificate(**person, preparer=preparer, extra=EXTRA, registration_number=REGISTRATION)
    with transaction():
        for name, text in PRIVATE.items():
            setattr(signature.representative, name, text)
    signing.active(full_name=PUBLISHED, publish_name=True)
    signing.verified(official_name=PENDING)
    return signature


def public_addresses(app: Flask, signature: Signature) -> Iterator[str]:
    """Every address that anybody may open, filled with what is really there."""
    real = {"number": str(signature.register_number), "serial": SERIAL, "ref": signature.reference}
    for route, rule in routes(app):
        is_asked = route.startswith("GET ") and ROUTES.get(route) == PUBLIC and not rule.rule.startswith(DEVELOPERS)
        for language in ("en", "fr") if is_asked and "language" in rule._converters else ("en",) if is_asked else ():
            yield address(rule, {**SAMPLES, **real, "language": language})


def address(rule: Rule, real: dict[str, str]) -> str:
    values = {name: real.get(name, sample(rule, name)) for name in rule._converters} | dict(rule.defaults or {})
    _, path = rule.build({**values, "version": 1}, append_unknown=False) or ("", "")
    return path


def words_of(answer: TestResponse) -> str:
    """All that an answer says: its headers and its text, unpacked where it is an archive."""
    body = answer.data
    if body.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            body = b"\n".join(archive.read(name) for name in archive.namelist())
    return f"{answer.headers}{body.decode('utf-8', 'replace')}".casefold()


def test_column_of_a_representative_when_it_holds_words_is_looked_for() -> None:
    texts = {column.key for column in Representative.__table__.columns if isinstance(column.type, String)}
    assert set(PRIVATE) == texts - {"email_key"}


def test_public_route_when_walked_tells_nothing_private(app: Flask, client: FlaskClient, site: Signature) -> None:
    told, seen = {}, 0
    for path in public_addresses(app, site):
        answer = client.get(path)
        seen += answer.status_code == 200
        words = words_of(answer).replace("quokkapublished", "")  # it may be told, where the next test says
        if found := [word for word in ("quokka", "private.example.org") if word in words]:
            told[path] = found
        answer.close()
    assert told == {}
    assert seen > 40


def test_name_that_may_be_published_stands_on_the_entrys_page_alone(
    app: Flask, client: FlaskClient, site: Signature
) -> None:
    number = "ICSSE-00002"
    shown = {
        path
        for path in public_addresses(app, site)
        if "quokkapublished" in words_of(client.get(path.replace(str(site.register_number), number)))
    }
    assert {path for path in shown if not NAME_PAGES.fullmatch(path)} == set()
    assert len(shown) == 2


@pytest.mark.parametrize("word", ["quokka", *PRIVATE.values(), REGISTRATION, "quokka-extra-answer", PENDING, PUBLISHED])
def test_private_word_when_searched_finds_nobody(client: FlaskClient, site: Signature, word: str) -> None:
    answer = client.get("/api/v1/signatories", query_string={"q": word}).json
    assert answer is not None
    assert (answer["items"], answer["total"]) == ([], 0)


def test_row_of_the_register_when_read_holds_no_private_word(app: Flask, site: Signature) -> None:
    from coalition.register.models import RegisterEntry

    for entry in db.session.query(RegisterEntry):
        values = {column.key: getattr(entry, column.key) for column in RegisterEntry.__table__.columns}
        values.pop("representative")
        assert "quokka" not in str(values).casefold()
