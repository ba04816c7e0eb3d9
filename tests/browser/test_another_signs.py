"""Forms that change hands: a preparer hands over and the signer signs on a phone; save, leave, come back elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.axe import axe
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.pages import ELIGIBLE
from tests.browser.server import Server, text_of
from tests.browser.story import (
    CHARTER,
    CONFIRM,
    NAME,
    ORGANISATION,
    REPRESENTATIVE,
    REVIEW,
    fields,
    fill,
    main_button,
    put,
)

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
LANGUAGES = ("en", "fr")


def sign_page(language: str, step: str) -> str:
    return f"{CHARTER.replace('/en/', f'/{language}/')}sign/{step}"


def looked_at(page: Page, step: str) -> None:
    """The page of a step is there, axe finds nothing on it in light or dark, and it scrolls in one direction."""
    assert f"/sign/{step}" in page.url, page.locator("main").inner_text()[:600]
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def mails_to(server: Server, address: str, *, seconds: float = 60) -> list[str]:
    """Wait for a mail to an address; return the texts of all."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = [text_of(mail) for mail in server._mails() if address in str(mail["To"])]
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"no mail to {address}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_preparer_hands_over_and_the_signer_signs_on_a_phone(
    open_page: OpenPage, server: Server, language: str
) -> None:
    signer_address, preparer_address = f"awa-{language}@fleuve.example.org", f"kofi-{language}@fleuve.example.org"
    preparer = open_page(size=DESKTOP)
    preparer.goto(f"{sign_page(language, 'organisation')}?{ELIGIBLE}")
    fill(preparer, ORGANISATION)
    assert not fields(preparer, "preparer_name").is_visible()  # asked only of those whom it concerns
    put(preparer, "signer", "someone_else")
    assert not fields(preparer, "publish_name").is_visible()
    looked_at(preparer, "representative")
    people = {**REPRESENTATIVE, "signer": "someone_else", "email": signer_address}
    fill(preparer, {**people, "preparer_name": "Kofi Mensah", "preparer_email": preparer_address})
    fill(preparer, {"mandate_document": ""})
    looked_at(preparer, "review")
    assert preparer.locator("main input:not([type=hidden])").count() == 0
    preparer.locator("main form:has([name=act]) button:not([name])").click()
    looked_at(preparer, "handed-over")

    signer = open_page(size=PHONE)
    signer.goto(server.mail(signer_address, "/sign/resume/"))
    looked_at(signer, "review")
    assert "Kofi Mensah" in signer.locator("main .lead").inner_text()
    fill(signer, REVIEW)
    looked_at(signer, "check-inbox")
    preparer.reload()
    assert preparer.locator("main form").count() == 0
    signer.goto(server.mail(signer_address, "/signatures/confirm/"))
    fill(signer, CONFIRM)
    server.mail(signer_address, "/signatures/manage/")
    assert signer.url.endswith(f"/{language}/my-signature/")
    told = mails_to(server, preparer_address)
    assert [(NAME in text, "http" in text) for text in told] == [(True, False)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_person_saves_leaves_and_signs_on_another_device(open_page: OpenPage, server: Server, language: str) -> None:
    address = f"later-{language}@fleuve.example.org"
    desk = open_page(size=DESKTOP)
    desk.goto(f"{sign_page(language, 'organisation')}?{ELIGIBLE}")
    fill(desk, ORGANISATION)
    put(desk, "full_name", "Awa N’Diaye")
    desk.locator("main [name=save_later]").click()
    looked_at(desk, "save")
    fill(desk, {"email": address})
    looked_at(desk, "saved")
    desk.context.clear_cookies()

    phone = open_page(size=PHONE)
    phone.goto(server.mail(address, "/sign/resume/"))
    looked_at(phone, "representative")
    assert fields(phone, "full_name").input_value() == "Awa N’Diaye"
    fill(phone, {**REPRESENTATIVE, "email": address})
    main_button(phone, "mandate_document").click()
    phone.wait_for_load_state()
    fill(phone, REVIEW)
    looked_at(phone, "check-inbox")
    assert server.mail(address, "/signatures/confirm/")
