"""What happens on the register, by those it happens to: an edit, a new name, a new mailbox, a removal by two."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.server import Server
from tests.browser.story import Officer, Story, fill, main_button, put
from tests.browser.test_proof_and_withdrawal import application, approve, come_to_proof, confirm, looked_at

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
LANGUAGES = ("en", "fr")
REMOVED = {"en": "Removed from the register", "fr": "Radiée du registre"}
REGISTERED = 1.1  # what a public page remembers of the register


def edit(page: Page, name: str) -> None:
    """Change the name while officers are deciding."""
    page.locator("main a[href$='/my-signature/application']").click()
    looked_at(page, "/my-signature/application")
    fill(page, {"official_name": name})
    assert name in page.locator("main dl").first.inner_text()


def ask_for_name(page: Page, name: str) -> None:
    page.locator("main a[href$='/change/organisation']").click()
    looked_at(page, "/change/organisation")
    fill(page, {"official_name": name, "explanation": "Our assembly decided so."})
    looked_at(page, "/my-signature/")


def hand_over(page: Page, stranger: Page, server: Server, address: str) -> None:
    """Name another person; the owner of the new mailbox confirms."""
    page.locator("main a[href$='/change/representative']").click()
    looked_at(page, "/change/representative")
    fill(page, {"full_name": "Moussa Diop", "role": "President", "email": address, "explanation": "A new president."})
    stranger.goto(server.mail(address, "/signatures/take-over/"))
    looked_at(stranger, "/signatures/take-over/")
    fill(stranger, {"i_take_over": "y"})
    looked_at(stranger, "/signatures/take-over/")


def decide_changes(officers: list[Page], number: str) -> None:
    """Let each officer approve every change that waits for this signatory."""
    for officer in officers:
        officer.goto(f"/admin/signatories/{number}/")
        addresses = [link.get_attribute("href") or "" for link in officer.locator("main a[href*='/changes/']").all()]
        assert len(addresses) == 2
        for address in addresses:
            officer.goto(address)
            looked_at(officer, "/changes/")
            put(officer, "decision", "approve")
            main_button(officer, "decision").click()
            officer.wait_for_load_state()


def remove(proposer: Officer, confirmer: Officer, number: str) -> None:
    """Propose and confirm a removal; whoever proposes it cannot confirm it."""
    first, second = proposer.page, confirmer.page
    first.goto(f"/admin/signatories/{number}/delist")
    proposer.answer()
    looked_at(first, "/delist")
    fill(first, {"ground": "misuse", "message": "You sell the certificate.", "note": "Letter of 3 November."})
    proposer.answer()
    looked_at(first, f"/admin/signatories/{number}/")
    assert first.locator("form[action$='/confirm']").count() == 0
    second.goto("/admin/signatories/waiting/delistings")
    second.locator(f"main a[href$='/signatories/{number}/']").first.click()
    looked_at(second, f"/admin/signatories/{number}/")
    second.locator("form[action$='/confirm'] button").click()
    second.wait_for_load_state()
    confirmer.answer()
    assert second.locator("main [data-state]").first.get_attribute("data-state") == "delisted"
    looked_at(second, f"/admin/signatories/{number}/")


def certificate_of(page: Page) -> str:
    """Wait for the certificate and return its serial."""
    link, end = page.locator("main a[href$='certificate.pdf']"), time.monotonic() + 60
    while not link.count() and time.monotonic() < end:
        time.sleep(0.3)
        page.reload()
    file = page.context.request.get(link.first.get_attribute("href") or "").body()
    sent = {"file": {"name": "certificate.pdf", "mimeType": "application/pdf", "buffer": file}}
    return str(page.context.request.post("/api/v1/certificates/inspections", multipart=sent).json()["serial"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_signatory_when_renamed_handed_over_and_removed_by_two_is_shown_so_wherever_it_stands(
    open_page: OpenPage, server: Server, story: Story, language: str
) -> None:
    word, address = f"Kapokier{language}", f"kapok-{language}@fleuve.example.org"
    heir = f"moussa-{language}@fleuve.example.org"
    officers = [officer.page for officer in story.officers[:2]]
    page, stranger = open_page(size=DESKTOP), open_page(size=PHONE)
    come_to_proof(page, language, f"Union {word}", address)
    fill(page, {"mandate_document": ""})
    confirm(page, server, address)
    edit(page, f"Union agricole {word}")
    desk = application(officers[0], word)
    for officer in officers:
        approve(officer, desk)
    page.reload()
    first, number = certificate_of(page), page.locator("main .ref").inner_text().strip()

    ask_for_name(page, f"Fédération {word}")
    hand_over(page, stranger, server, heir)
    decide_changes(officers, number)
    stranger.goto(server.mail(heir, "/signatures/manage/"))
    looked_at(stranger, "/my-signature/")
    second = certificate_of(stranger)
    ask = page.context.request.get
    assert [ask(f"/api/v1/certificates/{one}").json()["status"] for one in (first, second)] == ["superseded", "active"]

    remove(*story.officers[:2], number)
    assert server.mail(heir, "/signatures/manage/")
    stranger.goto(f"/{language}/my-signature/")
    assert stranger.locator("main [data-state]").get_attribute("data-state") == "delisted"
    time.sleep(REGISTERED)
    page.goto(f"/{language}/register/{number}/")
    assert REMOVED[language] in page.locator("main .tag").first.inner_text()
    assert f"Union agricole {word}" in page.locator("main ol").inner_text()
    assert ask(f"/api/v1/certificates/{second}").json()["status"] == "revoked"
    entry = ask(f"/api/v1/signatories/{number}").json()
    assert (entry["status"], [one["official_name"] for one in entry["former_names"]]) == (
        "delisted",
        [f"Union agricole {word}"],
    )
