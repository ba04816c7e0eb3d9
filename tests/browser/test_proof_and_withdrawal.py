"""A secretary general with a telephone: six photographs as proof, a late file, and taking the signature back."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.axe import axe
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.pages import ELIGIBLE
from tests.browser.server import Server
from tests.browser.story import CHARTER, CONFIRM, ORGANISATION, REPRESENTATIVE, REVIEW, Story, fill, main_button, put
from tests.factories.pictures import photograph

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
LANGUAGES = ("en", "fr")
WITHDRAW = {"i_withdraw": "y"}
WITHDRAWN = {"en": "Has withdrawn its signature", "fr": "A retiré sa signature"}


@pytest.fixture(scope="module")
def photographs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Six photographs of minutes, of twelve million pixels each."""
    folder = tmp_path_factory.mktemp("photographs")
    for page in range(6):
        (folder / f"IMG_{page}.jpg").write_bytes(photograph(seed=page))
    return sorted(folder.iterdir())


def looked_at(page: Page, containing: str) -> None:
    """The page is there, axe finds nothing on it in light or dark, and it scrolls in one direction."""
    assert containing in page.url, page.locator("main").inner_text()[:600]
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def come_to_proof(page: Page, language: str, name: str, address: str) -> None:
    page.goto(f"{CHARTER.replace('/en/', f'/{language}/')}sign/organisation?{ELIGIBLE}")
    fill(page, ORGANISATION | {"official_name": name})
    fill(page, REPRESENTATIVE | {"email": address})


def confirm(page: Page, server: Server, address: str) -> None:
    fill(page, REVIEW)
    page.goto(server.mail(address, "/signatures/confirm/"))
    fill(page, CONFIRM)
    assert "/my-signature/" in page.url


def listed(page: Page) -> list[str]:
    return [text.strip() for text in page.locator("#kept + ul bdi").all_inner_texts()]


def application(officer: Page, name: str) -> str:
    """Open the application of an organisation at the desk; returns its address."""
    officer.goto(f"/admin/applications/?q={name.rsplit(maxsplit=1)[-1]}")
    officer.locator("[data-ref] a").first.click()
    officer.wait_for_load_state()
    return officer.url


def approve(officer: Page, address: str) -> None:
    officer.goto(address)
    officer.locator("form[action$='/claim'] button").click()
    officer.wait_for_load_state()
    officer.goto(address)
    put(officer, "decision", "approve")
    put(officer, "mandate_basis", "document")
    put(officer, "category", "international_network")
    main_button(officer, "decision").click()
    officer.wait_for_load_state()


def choose(page: Page, files: list[Path]) -> None:
    """Send files from the step for proof and stay there."""
    page.locator("[name=mandate_document]").set_input_files(files)
    began = time.monotonic()
    page.locator("button[name=stay]").click()
    page.wait_for_load_state()
    assert time.monotonic() - began < 15


def send_photographs(page: Page, photographs: list[Path]) -> None:
    """Send five, take one back, send it again with the sixth: in the end all are there."""
    looked_at(page, "/sign/proof")
    choose(page, photographs[:5])
    assert listed(page) == [photo.name for photo in photographs[:5]]
    page.locator("button[name=remove]").first.click()
    page.wait_for_load_state()
    choose(page, [photographs[0], photographs[5]])
    assert sorted(listed(page)) == [photo.name for photo in photographs]
    looked_at(page, "/sign/proof")
    fill(page, {"mandate_document": ""})
    assert "/sign/review" in page.url


def send_late(page: Page, minutes: Path) -> None:
    """Send one more file from "my signature"."""
    page.locator("main a[href$='/my-signature/proof']").click()
    looked_at(page, "/my-signature/proof")
    page.locator("[name=mandate_document]").set_input_files(minutes)
    main_button(page, "mandate_document").click()
    page.wait_for_load_state()
    looked_at(page, "/my-signature/")
    assert minutes.name in page.locator("main").inner_text()


def withdraw(page: Page, values: dict[str, str]) -> None:
    """Withdraw from "my signature"; ends there."""
    page.locator("main a[href$='/my-signature/withdraw']").click()
    looked_at(page, "/my-signature/withdraw")
    fill(page, values)
    assert page.locator("main [data-state]").get_attribute("data-state") == "withdrawn"
    looked_at(page, "/my-signature/")


@pytest.mark.parametrize("language", LANGUAGES)
def test_photographs_and_a_late_file_are_proof_and_the_signature_is_withdrawn_before_approval(
    open_page: OpenPage, server: Server, story: Story, photographs: list[Path], tmp_path: Path, language: str
) -> None:
    name, address = f"Coopérative aux photographies Baobab{language}", f"photo-{language}@fleuve.example.org"
    minutes = tmp_path / "Procès-verbal.pdf"
    minutes.write_bytes(b"%PDF-1.4\nminutes\n%%EOF\n")
    page, officer = open_page(size=PHONE), story.officers[0].page
    come_to_proof(page, language, name, address)
    send_photographs(page, photographs)
    confirm(page, server, address)
    send_late(page, minutes)

    desk = application(officer, name)
    links = officer.locator("main a[href*='/proof/']")
    sent = [*(f"IMG_{number}.jpg" for number in (1, 2, 3, 4, 0, 5)), minutes.name]
    assert [text.strip() for text in links.all_inner_texts()] == sent
    kept = officer.context.request.get(links.first.get_attribute("href") or "").body()
    assert len(kept) < photographs[1].stat().st_size / 2
    assert officer.locator("main .tag.info", has_text="Sent later").count() == 1

    withdraw(page, WITHDRAW)
    officer.goto(desk)
    assert officer.locator("main [data-state]").first.get_attribute("data-state") == "withdrawn"
    page.goto(f"/{language}/register/?q=Baobab{language}")
    assert page.locator("main a[href*='/register/ICSSE-']").count() == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_signature_when_withdrawn_after_approval_is_shown_so_wherever_it_stands(
    open_page: OpenPage, server: Server, story: Story, language: str
) -> None:
    name, address = f"Coopérative qui se retire Fromager{language}", f"leaves-{language}@fleuve.example.org"
    page = open_page(size=DESKTOP)
    come_to_proof(page, language, name, address)
    fill(page, {"mandate_document": ""})
    confirm(page, server, address)
    desk = application(story.officers[0].page, name)
    for officer in story.officers[:2]:
        approve(officer.page, desk)
    certificate = page.locator("main a[href$='certificate.pdf']")
    end = time.monotonic() + 60
    page.reload()
    while not certificate.count() and time.monotonic() < end:
        time.sleep(0.3)
        page.reload()
    file = page.context.request.get(certificate.first.get_attribute("href") or "").body()
    sent = {"file": {"name": "certificate.pdf", "mimeType": "application/pdf", "buffer": file}}
    inspections = "/api/v1/certificates/inspections"
    serial = page.context.request.post(inspections, multipart=sent).json()["serial"]
    number = page.locator("main .ref").inner_text().strip()

    withdraw(page, WITHDRAW | {"reason": "We have merged."})
    assert server.mail(address, f"/register/{number}/")
    time.sleep(1.1)  # what a public page remembers of the register
    page.goto(f"/{language}/register/{number}/")
    assert WITHDRAWN[language] in page.locator("main .tag").first.inner_text()
    page.goto(f"/v/{serial}")
    assert "withdr" in page.locator("main").inner_text().casefold()  # in the language of the browser
    assert page.context.request.get(f"/api/v1/certificates/{serial}").json()["status"] == "withdrawn"
