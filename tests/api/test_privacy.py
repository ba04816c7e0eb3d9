"""Every answer over rich data fits its closed schema: what is not described cannot leave."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask.testing import FlaskClient

from coalition import clock
from coalition.register import operations as register
from coalition.register.entry import Status
from coalition.transactions import transaction
from tests.api.sample import ISSUED_AT, an_issued_certificate
from tests.api.schemas import faults
from tests.factories import charters, signing
from tests.factories.signing import ELIGIBLE

PREFIX = "/api/v1"
NAMES = {
    "شبكة تعاونيات المتوسط": "Mediterranean Cooperatives Network",
    "연대경제 협동조합연합": "Solidarity Economy Cooperative Alliance",
    "=SUM(A1)": "",
    "<script>alert(1)</script>": "",
}
OTHERS = {"000000000001": Status.SUSPENDED, "000000000002": Status.WITHDRAWN}


@pytest.fixture
def rich(example_site: str) -> str:
    """A site with entries of every kind: other scripts, a suspended one, a withdrawn one, one under review."""
    charters.load(charters.DECLARATION)
    for name, latin in NAMES.items():
        signing.active(official_name=name, latin_name=latin, category="member_based", country="TN")
    for serial, status in OTHERS.items():
        signature = an_issued_certificate(serial=serial, official_name=f"It is {status}")
        ended_on = ISSUED_AT.date() if status is Status.WITHDRAWN else None
        with transaction():
            register.change_status(number=signature.register_number, status=status, ended_on=ended_on, now=clock.now())
    signing.verified()
    return example_site


def answered(client: FlaskClient, path: str, **sent: Any) -> Any:
    answer = client.post(PREFIX + path, **sent) if sent else client.get(PREFIX + path)
    assert answer.status_code == 200, answer.text
    return answer.json


def test_answer_over_rich_data_holds_what_is_described_and_nothing_else(client: FlaskClient, rich: str) -> None:
    listed = answered(client, "/signatories?size=200")
    every = [*listed["items"], *answered(client, "/signatories?status=withdrawn")["items"]]
    asked = [
        ("SignatoryList", listed),
        ("SignatoryList", answered(client, "/signatories?sort=name&country=tn&size=1")),
        ("Statistics", answered(client, "/statistics")),
        ("CharterList", answered(client, "/charters")),
        *(("Charter", answered(client, f"/charters/{slug}")) for slug in (charters.SLUG, charters.DECLARATION)),
        ("Assessment", answered(client, f"/charters/{charters.SLUG}/assessments", json=ELIGIBLE)),
        ("Assessment", answered(client, f"/charters/{charters.SLUG}/assessments", json={"answers": {}})),
        *(("RegisterEntry", answered(client, f"/signatories/{entry['number']}")) for entry in every),
        *(("Document", answered(client, f"/certificates/{serial}")) for serial in (rich, *OTHERS)),
        ("Inspection", answered(client, "/certificates/inspections", data={"file": (io.BytesIO(b"%PDF-"), "x.pdf")})),
    ]
    assert {name: found for name, answer in asked if (found := faults(name, answer))} == {}
    assert {entry["status"] for entry in every} == {"active", "suspended", "withdrawn"}
    assert len(every) == 4 + len(NAMES)  # with the one that it is not to be confused with


def test_answer_with_a_field_too_many_or_too_few_does_not_fit(client: FlaskClient, rich: str) -> None:
    entry = answered(client, "/signatories/ICSSE-00001")
    assert faults("RegisterEntry", entry) == []
    assert len(faults("RegisterEntry", {**entry, "email": "awa@reseau.example.org"})) == 1
    assert len(faults("RegisterEntry", {name: entry[name] for name in entry if name != "status"})) == 1
