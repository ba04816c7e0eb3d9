from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert
from sqlalchemy.orm import Session

from coalition import clock
from coalition.accounts.permissions import Role
from coalition.audit import checkpoints, sequencing
from coalition.audit.models import AuditRecord
from coalition.audit.record import Actor
from coalition.certificates import operations as certificates
from coalition.certificates.states import Kind
from coalition.desk import audit_search
from coalition.transactions import transaction
from tests.factories import officers, signing
from tests.factories.audit import NOW, lines

pytestmark = pytest.mark.usefixtures("charter")


@pytest.fixture
def ada(app: Flask) -> FlaskClient:
    """A browser of the secretariat."""
    return officers.signed_in(app)


def numbers(page: str) -> list[str]:
    return re.findall(r'<th scope="row" role="rowheader" class="mono nowrap">(?:<span[^>]*>)?([^<]*)', page)


def acts(page: str) -> list[str]:
    body = page.split("<tbody")[1].split("</tbody>", maxsplit=1)[0]
    return re.findall(r'<code dir="ltr">([^<·]*?)(?: ·[^<]*)?</code>', body)


def test_log_when_opened_shows_the_newest_line_first_and_what_has_no_number_yet(ada: FlaskClient) -> None:
    lines(2, subject="signature:one")
    sequencing.number_all()
    lines(1, subject="signature:two")
    page = ada.get("/admin/audit/").text
    assert numbers(page)[0] == "not yet"
    assert int(numbers(page)[1]) == int(numbers(page)[2]) + 1


def test_log_when_asked_for_a_thing_shows_its_lines_alone_however_it_is_named(ada: FlaskClient) -> None:
    signature = signing.active()
    other = signing.submitted()
    expected = ["activate", "claim", "verify", "submit"]
    for name in (signature.reference, signature.reference.lower(), signature.register_number, signature.public_id):
        assert acts(ada.get("/admin/audit/", query_string={"thing": name}).text) == expected
    assert acts(ada.get("/admin/audit/", query_string={"thing": f"signature:{other.public_id}"}).text) == ["submit"]


def test_log_when_asked_for_a_certificate_takes_its_serial_as_it_is_typed(ada: FlaskClient) -> None:
    signature = signing.active()
    with transaction():
        serial = certificates.issue(
            signature_id=signature.id, kind=Kind.CERTIFICATE, language="en", actor=Actor.system("t"), now=clock.now()
        )
    typed = f"{serial[:4]}-{serial[4:8]}-{serial[8:]}".lower()
    assert acts(ada.get("/admin/audit/", query_string={"thing": typed}).text) == ["issue certificate"]


def test_log_when_asked_for_nothing_that_is_there_says_so(ada: FlaskClient) -> None:
    page = ada.get("/admin/audit/?thing=nobody+knows").text
    assert "No line matches." in page


def test_log_when_asked_for_an_officer_and_an_act_shows_where_both_meet(app: Flask) -> None:
    with transaction():
        person = officers.officer("Grace")
        name, actor = person.public_id, Actor.officer(person.public_id, person.name)
    from coalition.audit import record

    with transaction():
        for act in ("claim", "release", "claim"):
            record.append(actor=actor, act=act, subject="signature:x", now=NOW)
        record.append(actor=Actor.system(name), act="claim", subject="signature:y", now=NOW)
    ada = officers.signed_in(app)
    assert acts(ada.get("/admin/audit/", query_string={"officer": name, "act": "claim"}).text) == ["claim", "claim"]
    page = ada.get("/admin/audit/", query_string={"officer": name}).text
    assert acts(page) == ["claim", "release", "claim"]
    assert page.count("<bdi>Grace</bdi>") == 3


def test_log_when_longer_than_a_page_is_read_on_by_key(ada: FlaskClient) -> None:
    lines(audit_search.PAGE + 3, subject="signature:long")
    first = ada.get("/admin/audit/?thing=signature:long").text
    follow = re.search(r'href="([^"]*after=\d+[^"]*)" rel="next"', first)
    assert follow is not None
    second = ada.get(follow.group(1).replace("&amp;", "&")).text
    assert [len(acts(page)) for page in (first, second)] == [audit_search.PAGE, 3]
    assert 'rel="next"' not in second


def test_log_when_opened_takes_as_many_statements_for_one_line_as_for_many(
    ada: FlaskClient, counted_queries: Callable[..., Any]
) -> None:
    signing.submitted()
    counts = []
    for _ in range(2):
        with counted_queries() as statements:
            ada.get("/admin/audit/")
        counts.append(len(statements))
        for _again in range(3):
            signing.verified()
    assert counts[0] == counts[1]


def test_log_of_an_officer_limited_to_other_charters_shows_none_of_these_signatures(app: Flask) -> None:
    signature = signing.submitted()
    with transaction():
        limited = officers.officer("Grace")
        limited.charters = ["climate-charter"]
    client = officers.browser_of(limited, app)
    assert acts_or_none(client.get("/admin/audit/").text) == []
    assert client.get("/admin/audit/log.jsonl").status_code == 403
    with transaction():
        own = officers.officer("Lin")
        own.charters = [signature.charter]
    assert acts(officers.browser_of(own, app).get("/admin/audit/").text) == ["submit"]


def acts_or_none(page: str) -> list[str]:
    return acts(page) if "<tbody" in page else []


def test_log_when_downloaded_is_the_whole_chain(ada: FlaskClient) -> None:
    lines(3)
    checkpoints.make(now=NOW)
    answer = ada.get("/admin/audit/log.jsonl")
    told = [json.loads(line) for line in answer.text.splitlines()]
    assert told[0]["format"] == "coalition-audit-chain/1"
    assert [line["number"] for line in told[1:]] == list(range(1, len(told)))
    assert answer.headers["Content-Disposition"] == "attachment; filename=audit-log.jsonl"


def test_checkpoint_when_made_is_shown(ada: FlaskClient) -> None:
    assert "The first checkpoint is made within the hour." in ada.get("/admin/audit/").text
    lines(1)
    note = checkpoints.make(now=NOW)
    assert note.splitlines()[2] in ada.get("/admin/audit/").text.replace("&#43;", "+")


def test_log_in_french_when_opened_by_an_officer_who_reads_it_is_french(app: Flask) -> None:
    client = officers.signed_in(app, language="fr")
    assert "<h1>Journal d’audit</h1>" in client.get("/admin/audit/").text
    assert "<h1>Ce qui est effacé avec le temps</h1>" in client.get("/admin/retention").text


def test_auditor_when_reading_sees_the_log_and_what_is_let_go(app: Flask) -> None:
    client = officers.signed_in(app, role=Role.AUDITOR)
    assert [client.get(path).status_code for path in ("/admin/audit/", "/admin/retention")] == [200, 200]


@pytest.mark.parametrize("query", ["officer=%00", "thing=%F0%9F%92%A5", "act='--", "after=99999999999", "after=-1"])
def test_log_when_asked_for_nonsense_answers(ada: FlaskClient, query: str) -> None:
    assert ada.get(f"/admin/audit/?{query}").status_code == 200


def test_acts_when_listed_are_those_that_occur_each_once(session: Session) -> None:
    with transaction():
        for act in ("verify", "claim", "verify", "submit"):
            row = {"at": NOW + timedelta(seconds=1), "actor_kind": "person", "act": act, "subject": "x:y"}
            session.execute(insert(AuditRecord).values(row))
    assert [act for act in audit_search.acts() if act in ("verify", "claim", "submit")] == ["claim", "submit", "verify"]
