"""The main job, as its people live it: an organisation signs, two officers approve, anybody checks."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from coalition.accounts.permissions import Role
from tests.factories import browsing, officers
from tests.factories.charters import SLUG

pytestmark = pytest.mark.pdf

NAME = "Réseau des coopératives du Fleuve"
MAILBOX = "awa@reseau.example.org"


def approve(officer: FlaskClient, reference: str) -> None:
    """Claim an application and approve it, as the page proposes."""
    address = f"/admin/applications/{reference}/"
    assert officer.post(f"{address}claim").status_code == 302
    page = officer.get(address).text
    digest = re.search(r'name="content_sha256"[^>]*value="([0-9a-f]{64})"', page)
    decision = {"decision": "approve", "category": "international_network", "mandate_basis": "public_source"}
    sent = officer.post(address, data=decision | ({"content_sha256": digest[1]} if digest else {}))
    assert sent.status_code == 302, sent.text


@pytest.mark.usefixtures("charter")
@pytest.mark.parametrize(
    ("language", "reviewed", "listed"),
    [
        ("en", "Signature confirmed, under review", "Your organisation is on the register"),
        ("fr", "Signature confirmée, en cours d’examen", "Votre organisation figure au registre"),
    ],
)
def test_an_organisation_when_it_signs_and_two_officers_approve_then_anybody_can_believe_it(
    app: Flask, client: FlaskClient, runner, worker, outbox, tmp_path: Path, language: str, reviewed: str, listed: str
) -> None:
    question = client.get(f"/{language}/charters/{SLUG}/eligibility/")
    assert question.status_code == 200
    browsing.sign(client, language=language)
    worker()
    assert outbox[-1].to == MAILBOX
    client.post(outbox.link("/confirm/"), data={"i_confirm": "y"})
    worker()

    client.get(outbox.link("/manage/", to=MAILBOX))
    page = client.get(f"/{language}/my-signature/").text
    assert reviewed in page
    receipt = client.get(f"/{language}/my-signature/{language}/receipt.pdf")
    assert receipt.data.startswith(b"%PDF-")
    reference = re.search(r"A-[0-9A-Z]{8}", page)[0]

    for name in ("Ada", "Ben"):
        approve(officers.signed_in(app, name, Role.SECRETARIAT), reference)
    worker()
    assert listed in client.get(f"/{language}/my-signature/").text
    certificate = client.get(f"/{language}/my-signature/{language}/certificate.pdf").data

    file = tmp_path / "certificate.pdf"
    file.write_bytes(certificate)
    assert runner.invoke(args=["certificates", "verify", str(file)]).exit_code == 0
    sent = {"file": (io.BytesIO(certificate), "certificate.pdf")}
    told = client.post("/api/v1/certificates/inspections", data=sent, content_type="multipart/form-data").json
    assert [told[key] for key in ("intact", "sealed_by_us", "registered", "status")] == [True, True, True, "active"]
    stranger = app.test_client()
    found = stranger.get("/api/v1/signatories?q=reseau+fleuve").json
    assert [item["official_name"] for item in found["items"]] == [NAME]
    assert MAILBOX not in stranger.get(f"/{language}/register/?q=fleuve").text
