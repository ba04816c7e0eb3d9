"""Does everybody get a credential, its status lists and the keys in the form asked for, and nothing else?"""

from __future__ import annotations

import json
import re
from io import BytesIO
from pathlib import Path
from textwrap import dedent
from urllib.parse import urlsplit

import pikepdf
import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from sqlalchemy import select

from coalition import clock
from coalition.certificates import jobs, operations
from coalition.certificates.content import grouped
from coalition.certificates.models import Certificate
from coalition.certificates.states import Kind
from coalition.extensions import db
from coalition.signing.states import Act
from coalition.storage.files import store
from coalition.transactions import transaction
from tests.certificates import published_rules
from tests.certificates.issuing import OFFICER, certified, id_of, issued
from tests.factories import reviewing, signing

DOCUMENTATION = Path(__file__).resolve().parents[2] / "docs" / "credentials.md"

pytestmark = pytest.mark.usefixtures("icsse")


def test_credential_when_fetched_may_be_kept_and_read_by_every_site(client: FlaskClient) -> None:
    answer = client.get(f"/credentials/{certified(signing.active())}")
    assert answer.content_type == "application/vc+jwt"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert answer.headers["Vary"] == "Accept, Accept-Language"
    assert "Set-Cookie" not in answer.headers
    again = client.get(answer.request.path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("accept", ["application/vc", "application/json", "application/ld+json"])
def test_credential_when_asked_for_as_json_comes_in_its_envelope(client: FlaskClient, accept: str) -> None:
    path = f"/credentials/{certified(signing.active())}"
    answer = client.get(path, headers={"Accept": accept})
    assert answer.content_type == accept
    told = json.loads(answer.data)
    Draft202012Validator(published_rules.ENVELOPED).validate(told)
    assert told["id"] == f"data:application/vc+jwt,{client.get(path).text}"


def test_credential_when_asked_for_by_a_browser_leads_to_the_page(client: FlaskClient) -> None:
    serial = certified(signing.active())
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    answer = client.get(f"/credentials/{serial}", headers={"Accept": accept})
    assert (answer.status_code, answer.location) == (303, f"/en/verify/{serial}/")
    assert answer.headers["Vary"] == "Accept, Accept-Language"


def test_credential_when_typed_in_groups_leads_to_its_address(client: FlaskClient) -> None:
    serial = certified(signing.active())
    answer = client.get(f"/credentials/{grouped(serial).lower()}")
    assert (answer.status_code, answer.location) == (301, f"/credentials/{serial}")


def test_credential_when_there_is_none_yet_or_never_is_not_there(client: FlaskClient) -> None:
    waiting, signature_id = issued(signing.active()), signing.verified().id
    with transaction():
        receipt = operations.issue(
            signature_id=signature_id, kind=Kind.RECEIPT, language="en", actor=OFFICER, now=clock.now()
        )
    for serial in (waiting, receipt, "0" * 12, "no-such-number", "%00", "…" * 200):
        assert client.get(f"/credentials/{serial}").status_code == 404


def test_issuer_when_asked_for_names_the_keys_that_were_used(client: FlaskClient) -> None:
    certified(signing.active())
    answer = client.get("/credentials/issuer")
    assert answer.content_type == "application/cid"
    told = json.loads(answer.data)
    Draft202012Validator(published_rules.CONTROLLED_IDENTIFIER).validate(told)
    (key,) = client.get("/.well-known/coalition/jwks.json").json["keys"]
    assert told["id"] == "http://coalition.test/credentials/issuer"
    assert told["assertionMethod"] == [f"{told['id']}#{key['kid']}"]
    assert [one["publicKeyJwk"] for one in told["verificationMethod"]] == [key]


def test_steps_of_the_documentation_when_followed_check_a_credential(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    signature = signing.active(official_name="Union du Fleuve")
    serial = certified(signature)
    reviewing.moved(signature, Act.SUSPEND)
    monkeypatch.setattr("urllib.request.urlopen", lambda address: BytesIO(client.get(urlsplit(address).path).data))
    told = re.findall(r"```python\n(.*?)```", DOCUMENTATION.read_text(), re.DOTALL)
    exec(dedent("\n".join(told)).replace("7KQF93MDXW2P", serial), {})  # our own page
    description, *standing = capsys.readouterr().out.splitlines()
    assert description.startswith("Union du Fleuve signed the Charter (version 1) on ")
    assert standing == ["revocation False", "suspension True"]


@pytest.mark.pdf
@pytest.mark.one_database
def test_credential_when_the_file_is_made_is_the_one_attached(client: FlaskClient) -> None:
    serial = issued(signing.active())
    jobs.make(certificate_id=id_of(serial))
    key = db.session.scalars(select(Certificate.storage_key).where(Certificate.serial == serial)).one()
    with pikepdf.open(BytesIO(store().get(key))) as pdf:
        attached = json.loads(pdf.attachments[f"credential-{serial}.json"].get_file().read_bytes())
    Draft202012Validator(published_rules.ENVELOPED).validate(attached)
    assert attached["id"] == f"data:application/vc+jwt,{client.get(f'/credentials/{serial}').text}"


def test_keys_when_opened_in_a_browser_are_shown(client: FlaskClient) -> None:
    for path in ("/credentials/issuer", "/.well-known/coalition/jwks.json"):
        assert client.get(path, headers={"Accept": "text/html,*/*;q=0.8"}).content_type == "application/json"
    assert client.get("/.well-known/coalition/jwks.json").content_type == "application/jwk-set+json"


def test_status_list_when_fetched_is_kept_for_a_short_while_by_anybody(client: FlaskClient) -> None:
    for path in ("/credentials/status/1", "/credentials/status/1/suspension"):
        answer = client.get(path)
        assert (answer.status_code, answer.content_type) == (200, "application/vc+jwt")
        assert answer.headers["Cache-Control"] == "public, max-age=45"
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("number", ["0", "2", "99999999999999999999", "-1", "x", "1/revocation"])
def test_status_list_when_there_is_none_is_not_there(client: FlaskClient, number: str) -> None:
    assert client.get(f"/credentials/status/{number}").status_code == 404
