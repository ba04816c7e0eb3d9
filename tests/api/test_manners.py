"""What holds for every request: caches, other origins, methods, refusals, the page for people."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from coalition import clock
from coalition.api.v1.description import OPERATIONS
from coalition.api.v1.samples import Sample
from coalition.register import operations as register
from coalition.register.entry import Status
from coalition.transactions import transaction
from tests.api.sample import SERIAL
from tests.factories import charters, signing

PREFIX = "/api/v1"
READ = (
    "/signatories",
    "/signatories?as_of=2026-12-31",
    "/signatories/ICSSE-00001",
    "/statistics",
    "/charters",
    f"/charters/{charters.SLUG}",
    f"/charters/{charters.SLUG}/versions/1",
    f"/certificates/{SERIAL}",
    "/openapi.json",
)


@pytest.mark.parametrize("path", READ)
def test_answer_when_asked_for_again_is_304_until_something_changes(
    client: FlaskClient, example_site: str, path: str
) -> None:
    first = client.get(PREFIX + path)
    held = {"If-None-Match": first.headers["ETag"]}
    again = client.get(PREFIX + path, headers=held)
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert client.get(PREFIX + path, headers={"If-None-Match": '"other"'}).status_code == 200
    assert "no-store" not in first.headers["Cache-Control"]
    assert "Set-Cookie" not in first.headers


@pytest.mark.parametrize("path", READ)
def test_answer_to_head_is_that_to_get_without_its_body(client: FlaskClient, example_site: str, path: str) -> None:
    got, head = client.get(PREFIX + path), client.head(PREFIX + path)
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", got.headers["ETag"])


def test_certificate_when_its_signature_ends_has_another_etag(client: FlaskClient, example_site: str) -> None:
    from sqlalchemy import select

    from coalition.extensions import db
    from coalition.signing.models import Signature

    path = f"{PREFIX}/certificates/{SERIAL}"
    held = {"If-None-Match": client.get(path).headers["ETag"]}
    with transaction():
        db.session.scalars(select(Signature)).one().state = "withdrawn"
    now = client.get(path, headers=held)
    assert now.json is not None
    assert (now.status_code, now.json["status"]) == (200, "withdrawn")


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/signatories", {"GET", "HEAD", "OPTIONS"}),
        (f"/charters/{charters.SLUG}/assessments", {"OPTIONS", "POST"}),
        ("/certificates/inspections", {"OPTIONS", "POST"}),
    ],
)
def test_page_of_another_site_when_it_asks_first_may_ask(client: FlaskClient, path: str, methods: set[str]) -> None:
    asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    answer = client.options(PREFIX + path, headers=asked)
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert set(answer.headers["Access-Control-Allow-Methods"].split(", ")) == methods
    assert answer.headers["Access-Control-Allow-Headers"] == "Content-Type, If-None-Match"
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.one_database
@pytest.mark.parametrize("path", ["/nothing", "/signatories?x=1", "/signatories/NOBODY-1", "/charters/x"])
def test_problem_when_told_is_open_to_other_origins_too(client: FlaskClient, path: str) -> None:
    answer = client.get(PREFIX + path)
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Access-Control-Expose-Headers"] == "ETag, Retry-After"


@pytest.mark.one_database
def test_page_for_people_is_not_opened_to_other_origins(client: FlaskClient, charter: str) -> None:
    assert "Access-Control-Allow-Origin" not in client.get("/en/api/v1/").headers


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("contry=SN", "There is no parameter “contry” here."),
        ("extra=a", "There is no parameter “extra” here."),
        ("extra.=a", "There is no parameter “extra.” here."),
        ("extra.a=%C3%A9", "The parameter “extra.a” cannot be this."),
        ("extra.a=1&extra.b=1&extra.c=1&extra.d=1&extra.e=1&extra.f=1", "The parameter “extra” cannot be this."),
        ("country=SN&country=FR", "The parameter “country” cannot be this."),
        ("country=Senegal", "The parameter “country” cannot be this."),
        ("size=0", "The parameter “size” cannot be this."),
        ("size=201", "The parameter “size” cannot be this."),
        ("size=1e2", "The parameter “size” cannot be this."),
        ("size=٣", "The parameter “size” cannot be this."),
        ("after=-1", "The parameter “after” cannot be this."),
        ("after=2147483648", "The parameter “after” cannot be this."),
        ("after=x", "The parameter “after” cannot be this."),
        ("as_of=2026-02-30", "The parameter “as_of” cannot be this."),
        ("as_of=0001-01-01", "The parameter “as_of” cannot be this."),
        ("as_of=20260228", "The parameter “as_of” cannot be this."),
        ("sort=best", "The parameter “sort” cannot be this."),
        ("status=", "The parameter “status” cannot be this."),
        ("year=26", "The parameter “year” cannot be this."),
        (f"q={'a' * 201}", "The parameter “q” cannot be this."),
    ],
)
def test_parameter_when_unknown_or_outside_its_limits_is_refused_by_name(
    client: FlaskClient, query: str, detail: str
) -> None:
    answer = client.get(f"{PREFIX}/signatories?{query}")
    assert answer.json is not None
    assert (answer.status_code, answer.json["status"]) == (422, 422)
    assert answer.json["detail"].startswith(detail)


@pytest.mark.one_database
@pytest.mark.parametrize("path", ["/statistics?x=1", "/charters?page=2", "/certificates/7KQF93MDXW2P?format=xml"])
def test_parameter_of_an_address_that_takes_none_is_refused(client: FlaskClient, charter: str, path: str) -> None:
    assert client.get(PREFIX + path).status_code == 422


def test_parameters_when_within_their_limits_find_what_they_say(client: FlaskClient, charter: str) -> None:
    first, second = (signing.active(country=code, official_name=name) for code, name in (("SN", "Zed"), ("FR", "Ada")))
    with transaction():
        register.change_status(
            number=str(second.register_number), status=Status.SUSPENDED, ended_on=None, now=clock.now()
        )

    def numbers(query: str) -> list[str]:
        answer = client.get(f"{PREFIX}/signatories?{query}")
        assert answer.status_code == 200, answer.text
        return [item["number"] for item in answer.json["items"]]  # type: ignore[index]

    one, two = str(first.register_number), str(second.register_number)
    assert numbers("country=sn") == [one]
    assert numbers("sort=name") == [two, one]
    assert numbers("sort=oldest") == [one, two]
    assert numbers("status=suspended") == [two]
    assert numbers("q=zed") == [one]
    assert numbers("as_of=2000-01-01") == []
    assert numbers("as_of=2999-01-01") == [two, one]
    assert numbers("capacity=endorser") == []
    assert numbers("extra.sector=energy") == []
    assert numbers(f"size=1&after={2**31 - 1}") == [two]


def test_pages_when_followed_show_every_entry_once(client: FlaskClient, charter: str) -> None:
    for _ in range(5):
        signing.active()
    for sort in ("newest", "oldest", "name"):
        seen: list[str] = []
        address: str | None = f"{PREFIX}/signatories?size=2&sort={sort}"
        while address:
            page: Any = client.get(address.removeprefix("http://coalition.test")).json
            seen += [item["number"] for item in page["items"]]
            address = page["next"]
        assert (len(seen), len(set(seen))) == (5, 5)


@pytest.mark.one_database
@pytest.mark.parametrize("kind", [None, "text/plain", "application/xml", "application/x-www-form-urlencoded"])
def test_body_of_another_kind_is_refused(client: FlaskClient, charter: str, kind: str | None) -> None:
    for path in (f"/charters/{charter}/assessments", "/certificates/inspections"):
        assert client.post(PREFIX + path, data="{}", content_type=kind).status_code == 415


@pytest.mark.one_database
def test_body_that_is_too_large_is_refused(client: FlaskClient, charter: str) -> None:
    sent = json.dumps({"answers": {"x": "y" * 2_000_000}})
    answer = client.post(f"{PREFIX}/charters/{charter}/assessments", data=sent, content_type="application/json")
    assert (answer.status_code, answer.mimetype) == (413, "application/problem+json")


@pytest.mark.one_database
@pytest.mark.parametrize("language", ["en", "fr"])
def test_page_for_people_shows_every_operation_with_a_request_to_try(
    client: FlaskClient, charter: str, language: str
) -> None:
    answer = client.get(f"{PREFIX}/", headers={"Accept-Language": language})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/{language}/api/v1/")
    page = client.get(f"/{language}/api/v1/")
    assert page.status_code == 200
    assert re.findall(r'<h2 id="(\w+)">', page.text)[1:-2] == [operation.name for operation in OPERATIONS]
    assert page.text.count("curl ") == len(OPERATIONS)
    assert f"curl &#39;http://coalition.test/api/v1/charters/{charter}&#39;" in page.text
    parameters = {one.name for operation in OPERATIONS for one in operation.parameters}
    assert parameters <= set(re.findall(r'<dt><code dir="ltr">(\w+)</code>', page.text))
    assert 'href="/api/v1/openapi.json"' in page.text


@pytest.mark.one_database
def test_page_for_people_without_any_charter_still_stands(client: FlaskClient) -> None:
    assert client.get("/en/api/v1/").status_code == 200
    assert client.get(f"{PREFIX}/openapi.json").status_code == 200


def test_sample_of_another_coalition_names_its_own_charter() -> None:
    sample = Sample.of(charters.folder(charters.DECLARATION).definition)
    slug = next(one for one in OPERATIONS if one.name == "charter").parameters[0]
    assert sample.parameter(slug) == charters.DECLARATION
    listed = next(one for one in OPERATIONS if one.name == "signatories")
    assert sample.answer(listed)["items"][0]["charter"] == charters.DECLARATION
