"""An officer asks and the representative answers in French; a refusal is appealed against and decided by another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.axe import axe
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.pages import ELIGIBLE
from tests.browser.server import Server
from tests.browser.story import CHARTER, CONFIRM, ORGANISATION, REPRESENTATIVE, REVIEW, Story, fill, main_button, put

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]


def looked_at(page: Page) -> None:
    """Axe finds nothing on the page in light or dark, and it scrolls in one direction."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def apply(page: Page, server: Server, *, name: str, address: str) -> None:
    """Sign in French and confirm the mailbox; ends on "my signature"."""
    page.goto(f"{CHARTER.replace('/en/', '/fr/')}sign/organisation?{ELIGIBLE}")
    fill(page, ORGANISATION | {"official_name": name})
    fill(page, REPRESENTATIVE | {"email": address})
    fill(page, {"mandate_document": ""})
    fill(page, REVIEW)
    page.goto(server.mail(address, "/signatures/confirm/"))
    fill(page, CONFIRM)
    assert "/fr/my-signature/" in page.url


def claim(officer: Page, name: str) -> str:
    """Take the application of an organisation into hand; returns its address."""
    officer.goto(f"/admin/applications/?q={name.rsplit(maxsplit=1)[-1]}")
    officer.locator("[data-ref] a").first.click()
    officer.wait_for_load_state()
    address = officer.url
    officer.locator("form[action$='/claim'] button").click()
    officer.wait_for_load_state()
    officer.goto(address)
    return address


def decide(officer: Page, values: dict[str, str]) -> None:
    for name, value in values.items():
        put(officer, name, value)
    main_button(officer, "decision").click()
    officer.wait_for_load_state()


def state(page: Page) -> str:
    return page.locator("main [data-state]").first.get_attribute("data-state") or ""


def test_question_when_asked_is_answered_in_french_with_a_file(
    open_page: OpenPage, server: Server, story: Story, tmp_path: Path
) -> None:
    name, mailbox = "Coopérative interrogée Kapokier", "kapokier@fleuve.example.org"
    minutes = tmp_path / "Procès-verbal.pdf"
    minutes.write_bytes(b"%PDF-1.4\nminutes\n%%EOF\n")
    person, officer = open_page(size=PHONE, quiet=False), story.officers[0].page
    apply(person, server, name=name, address=mailbox)

    desk = claim(officer, name)
    question = {"decision": "ask", "reason_code": "mandate_not_shown", "message": "Merci d’envoyer le procès-verbal."}
    for field, value in question.items():
        put(officer, field, value)
    assert not officer.locator("main [name=category]").is_visible()  # what an approval needs is out of the way
    officer.locator("button[name=preview]").click()
    officer.wait_for_load_state()
    assert "Nous avons besoin d’une précision" in officer.locator("main .mail[lang=fr]").inner_text()
    looked_at(officer)
    main_button(officer, "decision").click()
    officer.wait_for_load_state()
    assert state(officer) == "needs_information"
    looked_at(officer)

    person.goto(server.mail(mailbox, "/signatures/manage/"))
    assert "Le secrétariat vous demande des précisions" in person.locator("main").inner_text()
    looked_at(person)
    person.locator("main a[href$='/my-signature/answer']").click()
    person.wait_for_load_state()
    assert "Merci d’envoyer le procès-verbal." in person.locator("main").inner_text()
    looked_at(person)
    main_button(person, "answer").click()
    person.wait_for_load_state()
    assert "Écrivez votre réponse" in person.locator("main .errors").inner_text()
    person.locator("[name=mandate_document]").set_input_files(minutes)
    fill(person, {"answer": "Le voici.\nBien à vous."})
    assert (state(person), "Vous avez répondu au secrétariat" in person.locator("main").inner_text()) == (
        "submitted",
        True,
    )

    officer.goto(desk)
    said = officer.locator("main").inner_text()
    assert (state(officer), "Le voici." in said, minutes.name in said) == ("submitted", True, True)
    looked_at(officer)


def test_refusal_when_appealed_against_is_decided_by_somebody_else(
    open_page: OpenPage, server: Server, story: Story
) -> None:
    name, mailbox = "Coopérative refusée Tamarinier", "tamarinier@fleuve.example.org"
    person, (first, second) = open_page(size=DESKTOP), (one.page for one in story.officers[:2])
    apply(person, server, name=name, address=mailbox)
    desk = claim(first, name)
    decide(first, {"decision": "decline", "reason_code": "no_category"})
    assert state(first) == "declined"

    person.goto("/fr/my-signature/")
    looked_at(person)
    person.locator("main a[href$='/my-signature/appeal']").click()
    person.wait_for_load_state()
    looked_at(person)
    fill(person, {"words": "Nos statuts n’ont pas été lus."})
    assert (state(person), "Votre recours est à l’examen" in person.locator("main").inner_text()) == ("referred", True)

    first.goto(desk)
    assert "against your decision: somebody else decides" in first.locator("main").inner_text()
    assert first.locator("main form[action$='/appeal']").count() == 0
    second.goto(desk)
    looked_at(second)
    fill(second, {"outcome": "reversed", "words": "Vos statuts ont été lus."})
    assert state(second) == "submitted"
    assert "Vos statuts ont été lus." in second.locator("main").inner_text()
    assert server.mail(mailbox, "/fr/my-signature/link")
    person.reload()
    assert state(person) == "submitted"
