"""Can a coalition of cities and companies use the platform by its data alone? Its whole way, in both languages.

The site runs without the built-in charters; the folder is loaded by the command line and by nothing else.
"""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.server import Server, text_of
from tests.browser.story import Story, fields, fill, main_button, put, walk
from tests.charters.folders import CLIMATE
from tests.factories.climate import EXTRA, SLUG

pytestmark = pytest.mark.browser

BUILT_IN = re.compile(
    r"\bSSE\b|\bESS\b|ICSSE|ILGSSE|Social and Solidarity|sociale et solidaire|Leading Group|Groupe pilote"
)
PRIVATE = (EXTRA["emissions"], "draft-inventory")
PROOF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@dataclass
class Words:
    """What the coalition's pages, mails and papers say in one language, and who signs there."""

    language: str
    wordmark: str
    headline: str
    read: str
    title: str
    strands: tuple[str, ...]
    party: str
    name: str
    address: str
    column: str
    signed: str
    statement: str
    seen: list[str] = field(default_factory=list)


ENGLISH = Words(
    "en",
    "The Climate Pledge",
    "Cities and companies. Half the emissions.",
    "Read the Pledge",
    "Climate Pledge of Cities and Companies",
    ("Measure", "Halve", "Publish"),
    "City or company",
    "City of Fernhaven",
    "mayor@fernhaven.example",
    "Target year",
    "has signed the Pledge and was entered in the public register of its partners, in the category:",
    "I am the mayor or the chief executive",
)
FRENCH = Words(
    "fr",
    "Le Pacte climat",
    "Villes et entreprises. Moitié moins d’émissions.",
    "Lire le Pacte",
    "Pacte climat des villes et des entreprises",
    ("Mesurer", "Réduire de moitié", "Publier"),
    "Ville ou entreprise",
    "Ville de Montbrun-sur-Orle",
    "maire@montbrun.example",
    "Année cible",
    "a signé le Pacte et a obtenu son inscription au registre public de ses partenaires, dans la catégorie :",
    "Je suis maire ou membre de la direction générale",
)


@pytest.fixture(scope="module")
def climate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A site that knows no built-in charter; the folder is loaded while it runs."""
    own = Server(tmp_path_factory.mktemp("climate"), COALITION_BUILT_IN_CHARTERS="off")
    try:
        own.start()
        assert own.coalition("charters", "list") == ""
        assert own.coalition("charters", "load", str(CLIMATE)) == f"{SLUG}: version 1, new version\n"
        yield own
    finally:
        own.stop()


@pytest.fixture
def visitor(browser: Browser, climate: Server) -> Iterator[Callable[[str], Page]]:
    """Open the browser of somebody who reads a language."""
    contexts = []

    def one(locale: str) -> Page:
        contexts.append(browser.new_context(base_url=climate.url, locale=locale))
        contexts[-1].set_default_timeout(30_000)
        return contexts[-1].new_page()

    yield one
    for context in contexts:
        context.close()


def look(page: Page, said: Words, *, private: bool = False) -> str:
    """Return what a page says; it names no built-in coalition, bears the wordmark and shows nothing private."""
    content = page.content()
    assert BUILT_IN.search(content) is None, (page.url, BUILT_IN.search(content))
    assert page.locator("header .mark b").inner_text() == said.wordmark, page.url
    assert page.title().endswith(f" – {said.wordmark}"), page.title()
    if not private:
        assert [word for word in PRIVATE if word in content] == [], page.url
    said.seen.append(page.url)
    return str(page.locator("body").inner_text())


def read_and_check(page: Page, said: Words) -> None:
    page.goto(f"/{said.language}/")
    look(page, said)
    assert page.locator("h1").inner_text() == said.headline
    page.get_by_role("link", name=said.read).click()
    text = look(page, said)
    assert page.locator("h1").inner_text() == said.title
    assert [strand for strand in said.strands if strand not in text] == []
    page.goto(f"/{said.language}/charters/{SLUG}/eligibility/")
    for answer in ({"party_kind": "city"}, {"plan": "adopted"}):
        look(page, said)
        fill(page, answer)
    assert "/eligibility/result" in page.url
    look(page, said)


def sign(page: Page, said: Words, proof: Path) -> None:
    """Go through every step, with the charter's own fields and a proof; ends at check-inbox."""
    page.locator("main a[href*='/sign/organisation']").first.click()
    look(page, said)
    assert fields(page, "organisation_form").count() == 0
    fill(page, {"official_name": said.name, "country": "FR", **EXTRA})
    assert "/sign/representative" in page.url, page.locator("main").inner_text()
    look(page, said)
    fill(
        page, {"signer": "me", "full_name": "Léa Morin", "role": "Mayor", "email": said.address, "mandate": "decision"}
    )
    look(page, said)
    fields(page, "mandate_document").set_input_files(proof)
    main_button(page, "mandate_document").click()
    page.wait_for_load_state()
    assert "/sign/review" in page.url, page.locator("main").inner_text()
    text = look(page, said, private=True)
    assert said.statement in text
    assert [value for value in (EXTRA["people"], "2035", *PRIVATE) if value not in text] == []
    ticks = dict.fromkeys(("accepts_target", "publishes_inventory", "may_sign", "privacy_read"), "y")
    fill(page, {**ticks, "typed_name": "Léa Morin"})
    assert "/sign/check-inbox" in page.url, page.locator("main").inner_text()
    look(page, said)


def confirm(page: Page, said: Words, climate: Server) -> None:
    page.goto(climate.mail(said.address, "/signatures/confirm/"))
    look(page, said)
    walk(page, {"i_confirm": "y"}, "/my-signature")
    page.goto(climate.mail(said.address, "/signatures/manage/"))
    look(page, said, private=True)


def decide(desk: Story, said: Words) -> str:
    """One officer claims and approves: with this charter that is enough. Returns the register number."""
    page = desk.officers[-1].page
    page.goto(f"/admin/applications/?q={said.name.split()[-1]}")
    reference = page.locator("[data-ref]").first.get_attribute("data-ref")
    page.goto(f"/admin/applications/{reference}/")
    page.locator("form[action$='/claim'] button").first.click()
    page.wait_for_load_state()
    page.goto(f"/admin/applications/{reference}/")
    assert BUILT_IN.search(page.content()) is None
    sent = page.locator("section[aria-labelledby='sent']").inner_text()
    assert [value for value in (EXTRA["people"], "2035", *PRIVATE) if value not in sent] == []
    reasons = page.locator("[name=reason_code] option").evaluate_all("all => all.map(one => one.value)")
    assert reasons == ["", "no_plan", "no_inventory", "other"]
    for name, value in {"decision": "approve", "category": "city", "mandate_basis": "document"}.items():
        put(page, name, value)
    main_button(page, "decision").click()
    page.wait_for_load_state()
    page.goto(f"/admin/applications/{reference}/")
    assert page.locator("[data-state]").first.get_attribute("data-state") == "active"
    return re.findall(r"CLIMA-\d{5}", page.content())[0]


def look_it_up(page: Page, said: Words, number: str) -> None:
    page.goto(f"/{said.language}/register/")
    text = look(page, said)
    assert [word for word in (said.party, said.column, said.name, "2035") if word not in text] == []
    for year, found in (("by_2035", True), ("by_2040", False)):
        page.goto(f"/{said.language}/register/?extra.target_year={year}")
        assert (said.name in look(page, said)) is found
    page.goto(f"/{said.language}/register/{number}/")
    text = look(page, said)
    assert [word for word in (said.name, said.column, "2035", number, said.title) if word not in text] == []
    assert page.locator("main svg.seal g.seal-o > *").count() == len(said.strands)
    for path in (
        "/{}/register.csv",
        "/{}/register.json",
        "/feeds/register.atom",
        "/api/v1/signatories",
        "/{}/contact/",
    ):
        answer = page.request.get(path.format(said.language))
        assert (answer.status, BUILT_IN.search(answer.text())) == (200, None), path
        assert [word for word in PRIVATE if word in answer.text()] == [], path


def certificate_of(page: Page, said: Words, *, seconds: float = 60) -> bytes:
    """Wait until the worker has made the certificate, and download it from the page of the signature."""
    link, end = page.locator("main a[href$='certificate.pdf']"), time.monotonic() + seconds
    page.goto(f"/{said.language}/my-signature/")
    while not link.count() and time.monotonic() < end:
        time.sleep(0.3)
        page.reload()
    look(page, said, private=True)
    return page.request.get(link.first.get_attribute("href") or "").body()


def check_certificate(page: Page, said: Words, paper: Path) -> None:
    paper.write_bytes(certificate_of(page, said))
    text = subprocess.run(["pdftotext", "-layout", paper, "-"], capture_output=True, text=True, check=True).stdout
    words = " ".join(text.split()).replace("\N{NO-BREAK SPACE}", " ")
    assert [line for line in (said.title, said.name, said.signed, "CLIMA-0000") if line not in words] == []
    assert (BUILT_IN.search(words), [word for word in PRIVATE if word in words]) == (None, [])
    page.goto(f"/{said.language}/verify/")
    page.locator("main input[type=file]").set_input_files(paper)
    main_button(page, "file").click()
    page.wait_for_load_state()
    assert said.name in look(page, said)


def read_mails(said: Words, climate: Server) -> None:
    mails = [mail for mail in climate._mails() if said.address in str(mail["To"])]
    assert len(mails) >= 3
    for mail in mails:
        html = mail.get_body(("html",))
        assert html is not None
        whole = f"{mail['Subject']}\n{text_of(mail)}\n{html.get_content()}"
        assert (BUILT_IN.search(whole), [word for word in PRIVATE if word in whole]) == (None, [])
        assert said.wordmark in html.get_content()
        assert str(mail["Reply-To"]) == "pledge@climate-cities.example"


@pytest.mark.parametrize(("said", "locale"), [(ENGLISH, "en-GB"), (FRENCH, "fr-FR")], ids=["en", "fr"])
def test_city_signs_the_charter_of_another_coalition_and_is_believed(
    climate: Server, visitor: Callable[[str], Page], tmp_path: Path, said: Words, locale: str
) -> None:
    proof = tmp_path / "minutes.pdf"
    proof.write_bytes(PROOF)
    page, desk = visitor(locale), Story(climate, lambda: visitor(locale))
    read_and_check(page, said)
    sign(page, said, proof)
    confirm(page, said, climate)
    desk.enter(f"Ada-{said.language}")
    number = decide(desk, said)
    look_it_up(visitor(locale), said, number)
    check_certificate(page, said, tmp_path / "certificate.pdf")
    read_mails(said, climate)
