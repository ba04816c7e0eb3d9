"""What a representative edits while officers decide, and asks for once the organisation is on the register."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from coalition import clock
from coalition.audit.record import Actor
from coalition.extensions import db
from coalition.signing import operations
from coalition.signing.models import Signature
from coalition.signing.states import Act
from coalition.standing import queries
from coalition.standing.models import ChangeRequest
from tests.charters import folders
from tests.factories import climate, signing

HOME, EDIT = "/en/my-signature/", "/en/my-signature/application"
TYPED = {
    "official_name": "Union des coopératives",
    "country": "SN",
    "organisation_form": "network",
    "website": "",
    "registration_number": "SN-1",
    "description": "",
}
WORKER = Actor.system("worker")
PERSON = {"full_name": "Moussa Diop", "role": "President", "email": "moussa@reseau.example.org", "explanation": "Why."}


@pytest.fixture
def enter(client: FlaskClient, worker, outbox):
    """Let the client open a signature by its mailed link."""

    def by_link(signature: Signature) -> Signature:
        worker(failures=True)
        client.get(outbox.link("/manage/", to=signature.representative.email))
        return signature

    return by_link


def again(signature: Signature) -> Signature:
    db.session.rollback()
    db.session.refresh(signature)
    return signature


def asked() -> list[tuple[str, dict[str, Any], str | None]]:
    db.session.rollback()
    rows = db.session.scalars(select(ChangeRequest).order_by(ChangeRequest.id))
    return [(row.kind, row.after, row.outcome) for row in rows]


def change(subject: str) -> str:
    return f"/en/my-signature/change/{subject}"


@pytest.mark.usefixtures("charter")
class TestEdit:
    def test_application_when_edited_is_another_content_and_found_by_its_new_name(self, client, enter) -> None:
        signature = enter(signing.verified())
        before = signature.content_sha256
        assert EDIT in client.get(HOME).text
        assert signature.organisation.official_name in client.get(EDIT).text
        answer = client.post(EDIT, data=TYPED)
        assert (answer.status_code, answer.location) == (303, HOME)
        kept = again(signature)
        assert (kept.organisation.official_name, kept.organisation.name_key) == (
            "Union des coopératives",
            "cooperatives des union",
        )
        assert kept.content_sha256 != before
        assert kept.search.split()[:3] == ["union", "des", "cooperatives"]
        assert "You edited the application" in client.get(HOME).text

    def test_application_when_nothing_was_changed_is_the_same_content(self, client, enter) -> None:
        signature = enter(signing.verified(**{**TYPED, "official_name": "Union"}))
        before = signature.content_sha256
        assert client.post(EDIT, data=TYPED | {"official_name": "Union"}).status_code == 303
        assert again(signature).content_sha256 == before

    def test_application_when_of_another_kind_is_assessed_anew(self, client, enter) -> None:
        signature = enter(signing.verified())
        assert client.post(EDIT, data=TYPED | {"organisation_form": "public_authority"}).status_code == 303
        assert (again(signature).assessment["outcome"], signature.answers["organisation_form"]) == (
            "referred",
            "public_authority",
        )
        answer = client.post(EDIT, data=TYPED | {"organisation_form": "individual"})
        assert (answer.status_code, "your organisation cannot sign" in answer.text) == (422, True)
        assert again(signature).answers["organisation_form"] == "public_authority"

    def test_application_when_it_cannot_be_used_says_why(self, client, enter) -> None:
        signature = enter(signing.verified())
        answer = client.post(EDIT, data=TYPED | {"official_name": " ", "country": "XX"})
        assert (answer.status_code, "Enter the official name" in answer.text) == (422, True)
        assert again(signature).organisation.official_name != ""

    def test_application_when_decided_is_no_longer_edited(self, client, enter) -> None:
        signature = enter(signing.active())
        assert client.get(EDIT).status_code == 303
        late = client.post(EDIT, data=TYPED)
        assert (late.status_code, "changed since you opened it" in late.text) == (409, True)
        assert again(signature).organisation.official_name != TYPED["official_name"]

    def test_application_when_decided_between_page_and_act_is_refused(self, client, enter, monkeypatch) -> None:
        from coalition.portal import change_request_views as views
        from coalition.signing import changes

        enter(signing.verified())
        real = changes.edit_application

        def late(**more: Any) -> None:
            operations.change_state(signature=more["signature"], act=Act.WITHDRAW, actor=WORKER, now=clock.now())
            real(**more)

        monkeypatch.setattr(views.signing_changes, "edit_application", late)
        assert client.post(EDIT, data=TYPED).status_code == 409


@pytest.mark.usefixtures("charter")
class TestAsk:
    def test_change_when_asked_waits_and_everything_stays(self, client, enter) -> None:
        signature = enter(signing.active(official_name="Réseau du Fleuve"))
        assert change("organisation") in client.get(HOME).text
        sent = TYPED | {"explanation": "Our assembly decided."}
        assert client.post(change("organisation"), data=sent | {"explanation": ""}).status_code == 422
        assert client.post(change("organisation"), data=sent).location == HOME
        (line,) = asked()
        assert line == (
            "organisation",
            {"official_name": "Union des coopératives", "website": "", "description": ""},
            None,
        )
        assert again(signature).organisation.official_name == "Réseau du Fleuve"
        page = client.get(HOME).text
        assert ("officers are reading it" in page, change("organisation") in page) == (True, False)
        assert client.get(change("organisation")).status_code == 303

    def test_change_when_taken_back_is_closed(self, client, enter) -> None:
        signature = enter(signing.active())
        client.post(change("category"), data={"category": "member_based", "explanation": "Our members are."})
        (waiting,) = queries.open_changes(signature.id)
        address = f"/en/my-signature/changes/{waiting.public_id}/take-back"
        assert client.post(address).location == HOME
        assert asked() == [("category", {"category": "member_based"}, "taken_back")]
        assert client.post(address).status_code == 409
        assert client.post("/en/my-signature/changes/another/take-back").status_code == 404

    def test_change_when_nothing_is_different_says_so(self, client, enter) -> None:
        enter(signing.active())
        answer = client.post(change("category"), data={"category": "international_network", "explanation": "Why."})
        assert (answer.status_code, "Nothing is different" in answer.text) == (422, True)
        assert asked() == []

    def test_mailbox_when_opened_confirms_only_by_its_tick(self, client, app, enter, worker, outbox) -> None:
        signature = enter(signing.active())
        assert client.post(change("representative"), data=PERSON | {"email": "none"}).status_code == 422
        client.post(change("representative"), data=PERSON)
        worker(failures=True)
        link, stranger = outbox.link("/take-over/", to=PERSON["email"]), app.test_client()
        page = stranger.get(link)
        assert (page.status_code, signature.organisation.official_name in page.text) == (200, True)
        assert stranger.post(link).status_code == 422
        assert queries.open_changes(signature.id)[0].opened_at is None
        assert "waits until the new mailbox is confirmed" in client.get(HOME).text
        assert stranger.post(link, data={"i_take_over": "y"}).status_code == 303
        assert "This mailbox is confirmed" in stranger.get(link).text
        client.post(f"/en/my-signature/changes/{queries.open_changes(signature.id)[0].public_id}/take-back")
        assert stranger.get(link).status_code == 404
        assert stranger.get(f"{link}x").status_code == 404

    def test_change_when_nobody_opened_a_signature_leads_to_the_link(self, client) -> None:
        for address in (EDIT, change("organisation"), "/en/my-signature/changes/x/take-back"):
            answer = client.post(address) if "take-back" in address else client.get(address)
            assert (answer.status_code, answer.location) == (303, "/en/my-signature/link")


@pytest.mark.usefixtures("charter")
def test_application_when_its_charter_asks_for_more_is_edited_with_its_public_answers(
    client: FlaskClient, enter
) -> None:
    folders.load_folder(folders.CLIMATE)
    signature = enter(climate.verified())
    page = client.get(EDIT).text
    assert ("48200" in page, "organisation_form" in page) == (True, False)
    assert client.post(EDIT, data={**TYPED, **signature.extra, "people": "50000"}).status_code == 303
    kept = again(signature)
    assert (kept.extra["people"], kept.organisation.organisation_form) == ("50000", "")
