"""One organisation's way from the first question to its certificate, so that every page has something to show."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pyotp
from playwright.sync_api import Locator, Page

from tests.browser.server import Server

CHARTER = "/en/charters/icsse-charter/"
NAME = "Réseau de l’Économie Sociale et Solidaire du Fleuve"
ADDRESS = "awa@reseau-fleuve.example.org"
ANSWERS = {
    "organisation_form": "network",
    "sse_members": "all",
    "acts_for_sse": "yes",
    "is_sse": "yes",
    "international_dimension": "yes",
    "independent": "yes",
    "surplus_reinvested": "yes",
}
ORGANISATION = {
    "official_name": NAME,
    "latin_name": "",
    "acronym": "RESF",
    "country": "SN",
    "organisation_form": "network",
    "website": "https://reseau-fleuve.example.org/",
    "description": "We bring together 140 cooperatives around the river.",
}
REPRESENTATIVE = {
    "signer": "me",
    "full_name": "Awa N’Diaye",
    "role": "Secretary general",
    "email": ADDRESS,
    "mandate": "decision",
}
REVIEW = {
    "recognises_characteristics": "y",
    "accepts_commitments": "y",
    "may_sign": "y",
    "privacy_read": "y",
    "typed_name": "Awa N’Diaye",
}
CONFIRM = {"i_confirm": "y"}
STEPS = ("organisation", "representative", "proof", "review")
FILLED = ORGANISATION | REPRESENTATIVE | REVIEW | {"mandate_document": ""}


def fields(page: Page, name: str) -> Locator:
    return page.locator(f"main [name='{name}']:not([type=hidden])")


def fill(page: Page, values: Mapping[str, str]) -> None:
    """Fill in every field of the page that `values` names, then press its form's main button."""
    present = [name for name in values if fields(page, name).count()]
    assert present, f"{page.url} asks for none of {sorted(values)}"
    for name in present:
        put(page, name, values[name])
    main_button(page, present[0]).click()
    page.wait_for_load_state()


def main_button(page: Page, field: str) -> Locator:
    """The button of the form that holds `field`: the first submit button without a name, else the first."""
    form = page.locator(f"main form:has([name='{field}']:not([type=hidden]))").first
    unnamed = form.locator("button:not([type=button]):not([name])")
    return (unnamed if unnamed.count() else form.locator("button:not([type=button])")).first


def put(page: Page, name: str, value: str) -> None:
    """Give one field its value, as its kind asks."""
    first = fields(page, name).first
    kind = first.evaluate("field => field.type")
    if kind == "radio":
        page.locator(f"main [name='{name}'][value='{value}']").check()
    elif kind == "file":
        return  # proof can be sent later
    elif kind == "checkbox":
        first.set_checked(bool(value))
    elif kind.startswith("select"):
        first.select_option(value)
    else:
        first.fill(value)


def walk(page: Page, values: Mapping[str, str], until: str) -> None:
    """Fill page after page until the address contains `until`."""
    for _ in range(20):
        if until in page.url:
            return
        fill(page, values)
    raise AssertionError(f"not at {until} but at {page.url}: {page.locator('main').inner_text()[:600]}")


def check(page: Page, look: Callable[[Page], None] = lambda page: None) -> None:
    """Answer every question, looking at each page on the way; ends on the result."""
    page.goto(f"{CHARTER}eligibility/")
    for _ in ANSWERS:
        look(page)
        if "/eligibility/result" in page.url:
            return
        fill(page, ANSWERS)
    look(page)


def sign(page: Page, look: Callable[[Page], None] = lambda page: None, *, address: str = ADDRESS) -> None:
    """Go from the result of `check` through every step of signing, looking at each page; ends at check-inbox."""
    page.locator("main a[href*='/sign/organisation']").first.click()
    for step in STEPS:
        assert f"/sign/{step}" in page.url, page.locator("main").inner_text()[:600]
        look(page)
        fill(page, FILLED | {"email": address})
    assert "/sign/check-inbox" in page.url, page.locator("main").inner_text()[:600]
    look(page)


@dataclass
class Officer:
    """Somebody of the secretariat, signed in."""

    page: Page
    address: str
    secret: str

    def answer(self) -> None:
        """Show the second factor where it is asked for: tests that share this officer last longer than it holds."""
        if fields(self.page, "factor_code").count():
            fill(self.page, {"factor_code": pyotp.TOTP(self.secret).now()})


class Story:
    """Walks the main job on `server` with pages from `visitor`; what it learns on the way names further pages."""

    def __init__(self, server: Server, visitor: Callable[[], Page]) -> None:
        self.server, self.visitor = server, visitor
        self.person = visitor()
        self.confirm = self.disown = self.manage = self.reference = self.number = self.serial = self.enquiry = ""
        self.officers: list[Officer] = []

    def check_and_sign(self) -> None:
        """Answer the questions and sign; ends on the page that says to look into the mailbox."""
        check(self.person)
        sign(self.person)
        self.confirm = self.server.mail(ADDRESS, "/signatures/confirm/")
        self.disown = self.server.mail(ADDRESS, "/signatures/disown/")

    def confirm_mailbox(self) -> None:
        """Open the mailed link and confirm, then open the link to manage the signature."""
        self.person.goto(self.confirm)
        fill(self.person, CONFIRM)
        self.manage = self.server.mail(ADDRESS, "/signatures/manage/")
        self.person.goto(self.manage)

    def enter(self, name: str, look: Callable[[Page], None] = lambda page: None) -> Officer:
        """Invite an officer, who accepts and signs in for the first time, looking at each page."""
        address = f"{name.lower()}@coalition.example"
        told = self.server.coalition("officers", "invite", address, "--name", name, "--role", "secretariat")
        page = self.visitor()
        page.goto(re.findall(r"https?://\S+", told)[0])
        look(page)
        fill(page, {"password": "plum river lantern 42", "password_again": "plum river lantern 42"})
        look(page)
        secret = page.locator("[data-secret]").first.get_attribute("data-secret") or ""
        fill(page, {"code": pyotp.TOTP(secret).now()})
        officer = Officer(page, address, secret)
        self.officers.append(officer)
        return officer

    def decide(self) -> None:
        """Let two officers approve, and wait until the certificate is there."""
        for name in ("Ada", "Ben"):
            page = self.enter(name).page
            page.goto("/admin/applications/?q=fleuve")
            self.reference = page.locator("[data-ref]").first.get_attribute("data-ref") or ""
            page.goto(f"/admin/applications/{self.reference}/")
            claim = page.locator("form[action$='/claim'] button")
            if claim.count():
                claim.first.click()
                page.wait_for_load_state()
                page.goto(f"/admin/applications/{self.reference}/")
            self._approve(page)
        self._await_certificate()
        self._report_a_problem()

    def _approve(self, page: Page) -> None:
        put(page, "decision", "approve")
        if fields(page, "category").count():
            choose_first(page, "category")
        put(page, "mandate_basis", "document")
        main_button(page, "decision").click()
        page.wait_for_load_state()

    def _report_a_problem(self) -> None:
        """Report a problem with the entry, and learn what the case is called."""
        page, officer = self.visitor(), self.officers[0].page
        page.goto(f"/en/register/{self.number}/report")
        fill(page, {"topic": "facts", "text": "Our seat is in Dakar.", "email": "visitor@example.org"})
        officer.goto("/admin/enquiries/?tab=cases")
        self.enquiry = officer.locator("[data-enquiry]").first.get_attribute("data-enquiry") or ""

    def _await_certificate(self, seconds: float = 60) -> None:
        """Wait until the worker has made the certificate, and learn its serial and the register number."""
        link, end = self.person.locator("main a[href$='certificate.pdf']"), time.monotonic() + seconds
        self.person.goto("/en/my-signature/")
        while not link.count() and time.monotonic() < end:
            time.sleep(0.3)
            self.person.reload()
        requests = self.person.context.request
        file = requests.get(link.first.get_attribute("href") or "").body()
        sent = {"file": {"name": "certificate.pdf", "mimeType": "application/pdf", "buffer": file}}
        self.serial = requests.post("/api/v1/certificates/inspections", multipart=sent).json()["serial"]
        self.person.goto("/en/register/")
        row = self.person.locator("main a[href*='/register/ICSSE-']").first
        self.number = (row.get_attribute("href") or "").rstrip("/").split("/")[-1]


def choose_first(page: Page, name: str) -> None:
    """Keep the choice that is made, else take the first that is offered."""
    field = fields(page, name).first
    if field.evaluate("field => field.type").startswith("select"):
        values = [value for value in field.locator("option").evaluate_all("all => all.map(one => one.value)") if value]
        field.select_option(field.input_value() or values[0])
    elif not page.locator(f"main [name='{name}']:checked").count():
        field.check()
