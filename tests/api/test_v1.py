"""The JSON API: what it answers, how it says no, and that nothing private is in it."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from coalition import clock as time
from coalition.charters import amending
from coalition.register.models import RegisterEntry, RegisterLink
from coalition.transactions import transaction
from tests.charters.desk import do
from tests.factories import charters, signing
from tests.factories.signing import ELIGIBLE

pytestmark = pytest.mark.usefixtures("charter")

ENTRY = {
    "number", "charter", "charter_version", "capacity", "status", "official_name", "latin_name", "acronym", "aliases",
    "country", "organisation_form", "category", "website", "description", "signed_on", "published_on", "ended_on",
    "extra",
}  # fmt: skip


def test_signatories_when_there_are_some_then_list_public_fields_alone(client) -> None:
    signing.active(official_name="Union", email="awa@private.example.org", publish_name=True)
    answer = client.get("/api/v1/signatories?q=union")
    assert answer.json["total"] == 1
    assert answer.json["next"] is None
    assert set(answer.json["items"][0]) == ENTRY
    assert "awa@" not in answer.text
    assert "N’Diaye" not in json.dumps(answer.json, ensure_ascii=False)


def test_signatories_when_there_are_more_then_next_goes_on(client) -> None:
    for _ in range(3):
        signing.active()
    first = client.get("/api/v1/signatories?size=2").json
    second = client.get(first["next"].removeprefix("http://coalition.test")).json
    numbers = [item["number"] for item in [*first["items"], *second["items"]]]
    assert (numbers, second["next"]) == (["ICSSE-00003", "ICSSE-00002", "ICSSE-00001"], None)


def test_signatories_when_asked_again_then_304_and_open_to_every_origin(client) -> None:
    first = client.get("/api/v1/signatories")
    again = client.get("/api/v1/signatories", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in first.headers


def test_signatory_when_known_or_unknown_then_answers_or_a_problem(client) -> None:
    number = signing.active().register_number
    assert client.get(f"/api/v1/signatories/{number}").json["number"] == number
    missing = client.get("/api/v1/signatories/ICSSE-99999")
    assert (missing.status_code, missing.mimetype) == (404, "application/problem+json")
    assert missing.json["status"] == 404


def test_signatory_when_others_have_to_do_with_it_names_them(client) -> None:
    one, other, heir, gone = (str(signing.active(country=code).register_number) for code in ("SN", "ML", "FR", "BE"))
    with transaction() as session:
        for left, right in ((one, other), (other, one), (one, gone)):
            session.add(RegisterLink(number=left, other_number=right, kind="namesake", since_on=date(2026, 4, 1)))
        session.add(RegisterLink(number=other, other_number=heir, kind="successor", since_on=date(2026, 4, 1)))
        session.execute(update(RegisterEntry).where(RegisterEntry.number == gone).values(status="withdrawn"))

    def told(number: str) -> tuple[list[tuple[str, str]], str | None, list[str]]:
        found = client.get(f"/api/v1/signatories/{number}").json
        namesakes = [(each["number"], each["country"]) for each in found["namesakes"]]
        return namesakes, found["successor"], found["predecessors"]

    assert told(one) == ([(other, "ML")], None, [])
    assert told(other) == ([(one, "SN")], heir, [])
    assert told(heir) == ([], None, [other])


def test_charter_when_signing_ends_says_whether_and_until_when(client, clock) -> None:
    def told() -> tuple[object, ...]:
        listed = client.get("/api/v1/charters").json["items"][0]
        one = client.get("/api/v1/charters/icsse-charter").json
        assert (one["is_open"], one["closes_at"]) == (listed["is_open"], listed["closes_at"])
        return one["is_open"], one["closes_at"]

    assert told() == (True, None)
    first = client.get("/api/v1/charters")
    do(amending.close_signing, slug="icsse-charter", closes_at=time.now() + timedelta(days=2))
    again = client.get("/api/v1/charters", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200
    ends = (time.now() + timedelta(days=2)).isoformat()
    assert told() == (True, ends)
    clock.shift(timedelta(days=2))
    assert told() == (False, ends)
    charters.load(charters.DECLARATION)
    assert client.get("/api/v1/charters/ilgsse-declaration").json["is_open"] is False


def test_charters_when_listed_then_name_kind_version_and_digest(client) -> None:
    charters.load(charters.DECLARATION)
    listed = {item["slug"]: item for item in client.get("/api/v1/charters").json["items"]}
    assert (listed["icsse-charter"]["version"], listed["icsse-charter"]["joining"]) == (1, "form")
    assert (listed["ilgsse-declaration"]["version"], listed["ilgsse-declaration"]["joining"]) == (
        None,
        "correspondence",
    )
    one = client.get("/api/v1/charters/icsse-charter").json
    assert [(text["language"], text["standing"]) for text in one["texts"]] == [("en", "authentic"), ("fr", "courtesy")]
    assert client.get("/api/v1/charters/icsse-charter/versions/1").json == one


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/charters/x",
        "/api/v1/charters/icsse-charter/versions/2",
        "/api/v1/charters/icsse-charter/versions/99999999999999999999",
        "/api/v1/nothing",
        "/api/v1/certificates/7KQF93MDXW2P",
        "/api/v1/certificates/%00",
    ],
)
def test_api_when_there_is_nothing_then_a_problem(client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_assessments_when_eligible_then_gives_the_outcome_with_reasons(client) -> None:
    answer = client.post("/api/v1/charters/icsse-charter/assessments", json=ELIGIBLE).json
    assert (answer["outcome"], answer["may_apply"], answer["questions_that_matter"]) == ("eligible", True, [])
    reasons = answer["categories"][0]["reasons"]
    assert {reason["standing"] for reason in reasons} == {"met"}
    assert all(reason["words"]["en"] for reason in reasons)


def test_assessments_when_an_individual_then_not_eligible(client) -> None:
    answer = client.post(
        "/api/v1/charters/icsse-charter/assessments", json={"answers": {"organisation_form": "individual"}}
    )
    assert answer.json["outcome"] == "not_eligible"


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'"x"', b'{"answers": []}', b"\xff\xfe", b"null", b"[" * 5000])
def test_assessments_when_the_body_cannot_be_used_then_a_problem(client, body: bytes) -> None:
    answer = client.post("/api/v1/charters/icsse-charter/assessments", data=body, content_type="application/json")
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")


@pytest.mark.parametrize(
    "answers", [{"organisation_form": "\ud800"}, {"x" * 1000: "y"}, {"is_sse": "\x00"}, {"answers": "text"}]
)
def test_assessments_when_answers_are_strange_then_they_count_as_not_given(client, answers: dict) -> None:
    answer = client.post(
        "/api/v1/charters/icsse-charter/assessments", data=json.dumps(answers), content_type="application/json"
    )
    assert (answer.status_code, answer.json["outcome"]) == (200, "undetermined")


def test_inspections_when_the_file_is_not_ours_then_three_times_no(client) -> None:
    sent = {"file": (io.BytesIO(b"%PDF-1.4 nothing"), "x.pdf")}
    answer = client.post("/api/v1/certificates/inspections", data=sent, content_type="multipart/form-data").json
    assert [answer[name] for name in ("intact", "sealed_by_us", "registered", "status", "serial")] == [
        False,
        False,
        False,
        "unknown",
        None,
    ]


def test_inspections_when_there_is_no_file_then_a_problem(client) -> None:
    for sent in ({}, {"file": "text"}, {"other": (io.BytesIO(b"%PDF"), "x.pdf")}):
        answer = client.post(
            "/api/v1/certificates/inspections", data={"x": "", **sent}, content_type="multipart/form-data"
        )
        assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert client.post("/api/v1/certificates/inspections").status_code == 415


def test_api_when_the_method_is_wrong_then_says_which_are_right(client) -> None:
    answer = client.delete("/api/v1/signatories")
    assert (answer.status_code, answer.mimetype) == (405, "application/problem+json")
    assert "GET" in answer.headers["Allow"]
