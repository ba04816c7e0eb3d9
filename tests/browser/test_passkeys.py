"""An officer's passkey: made in Chromium with its own virtual authenticator, used to sign in and before what weighs."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, CDPSession, Page

from tests.browser.axe import axe
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.server import Server
from tests.browser.story import fields, fill

pytestmark = [pytest.mark.browser, pytest.mark.one_database]
PASSWORD = "plum river lantern 42"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Server]:
    """A site at a name: browsers make no passkeys for a bare number."""
    own = Server(tmp_path, host="localhost")
    try:
        own.start()
        yield own
    finally:
        own.stop()


@pytest.fixture
def page(browser: Browser, site: Server) -> Iterator[Page]:
    context = browser.new_context(base_url=site.url, locale="en-GB", reduced_motion="reduce")
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


def enter(page: Page, site: Server, name: str) -> str:
    """Invite an officer by the command line, who comes in; return the authenticator's secret."""
    address = f"{name.lower()}@coalition.example"
    told = site.coalition("officers", "invite", address, "--name", name, "--role", "secretariat")
    page.goto(re.findall(r"https?://\S+", told)[0])
    fill(page, {"password": PASSWORD, "password_again": PASSWORD})
    secret = page.locator("[data-secret]").first.get_attribute("data-secret") or ""
    fill(page, {"code": pyotp.TOTP(secret).now()})
    return secret


def looked_at(page: Page, path: str = "") -> None:
    """Axe finds nothing on the page in light and dark, on a desktop and a phone, and it scrolls in one direction."""
    if path:
        page.goto(path)
    for size in (PHONE, DESKTOP):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            assert axe(page) == [], page.url
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url


def forget_proof(site: Server) -> None:
    """Let ten minutes pass."""
    with sqlite3.connect(site.folder / "coalition.sqlite3", timeout=20) as database:
        database.execute("UPDATE officer_sessions SET proved_at = NULL")


def plug_in(page: Page) -> tuple[CDPSession, str]:
    """Give the browser an authenticator; return the way to talk to it, and its name."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return devtools, made["authenticatorId"]


def add_and_sign_in(page: Page) -> None:
    looked_at(page, "/admin/account/passkeys")
    fields(page, "label").fill("My phone")
    page.get_by_role("button", name="Make the passkey").click()
    page.wait_for_url("**/admin/account/")
    assert page.get_by_text("My phone").first.is_visible()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url("**/admin/login")
    looked_at(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/admin/applications/")


def invite(page: Page) -> None:
    """Invite a colleague: asked in between to confirm, and nothing that was typed is lost."""
    page.goto("/admin/officers/")
    fields(page, "name").fill("Ben Okri")
    fields(page, "email").fill("ben@coalition.example")
    page.locator("[name='role'][value='secretariat']").check()
    page.get_by_role("button", name="Invite").click()
    page.get_by_role("heading", name="Confirm that it is you").wait_for()
    looked_at(page)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/admin/officers/*/")
    page.get_by_role("heading", name="Ben Okri").wait_for()
    looked_at(page)


def test_passkey_when_made_signs_in_and_confirms_what_weighs(page: Page, site: Server) -> None:
    secret, (devtools, key) = enter(page, site, "Ada"), plug_in(page)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    add_and_sign_in(page)
    forget_proof(site)
    invite(page)
    assert site.mail("ben@coalition.example", "/admin/invitations/")

    devtools.send("WebAuthn.clearCredentials", {"authenticatorId": key})
    forget_proof(site)
    page.goto("/admin/account/password")
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_text("No passkey answered.").wait_for()
    next_code = pyotp.TOTP(secret).at(int(time.time()) + 30)  # the present one may have been used to come in
    fill(page, {"factor_code": next_code})
    for path in ("/admin/account/password", "/admin/account/authenticator", "/admin/account/"):
        looked_at(page, path)
        assert page.url.endswith(path)
    page.get_by_role("button", name="Make recovery codes").click()
    page.locator("[data-recovery]").first.wait_for()
    assert page.locator("[data-recovery]").count() == 10
    looked_at(page)
    assert [text for text in complaints if "422" not in text] == []
