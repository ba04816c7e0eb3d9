"""A journalist with a telephone: scans a certificate on a wall, is handed a forged file, looks into the public log."""

from __future__ import annotations

import io
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page

from coalition import clock
from coalition.documents import keys, sealing
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.server import Server
from tests.browser.story import Officer, Story, fill
from tests.browser.test_proof_and_withdrawal import (
    WITHDRAW,
    application,
    approve,
    come_to_proof,
    confirm,
    looked_at,
    withdraw,
)
from tests.factories import touching

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
FORGED = "Forged: sealed under our name, but not by us"
EDITED = "Ce fichier a été modifié après avoir été scellé"


def certificate_of(page: Page) -> bytes:
    """Wait for the certificate and fetch it."""
    link, end = page.locator("main a[href$='certificate.pdf']"), time.monotonic() + 60
    while not link.count() and time.monotonic() < end:
        time.sleep(0.3)
        page.reload()
    return page.context.request.get(link.first.get_attribute("href") or "").body()


def scanned(pdf: bytes) -> str:
    """Print the certificate, photograph it and read its code."""
    drawn = subprocess.run(["pdftoppm", "-r", "120", "-png", "-"], input=pdf, capture_output=True, check=True).stdout
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(drawn)))
    return str(code.text)


def forged(pdf: bytes, folder: Path) -> bytes:
    """Take the seal off and set another one that bears the same name."""
    key = keys.development_key(folder, now=clock.now())
    words = {"key": key, "name": "The coalition", "reason": "Entry in the register"}
    with ThreadPoolExecutor() as elsewhere:  # sealing opens an event loop of its own, and the browser's runs here
        return elsewhere.submit(sealing.seal, touching.unsealed(pdf), **words).result()


def asked(page: Page, language: str, pdf: bytes) -> str:
    """Send a file and return the answer's heading."""
    page.goto(f"/{language}/verify/")
    sent = {"name": "certificate.pdf", "mimeType": "application/pdf", "buffer": pdf}
    page.locator("#file").set_input_files(files=[sent])  # type: ignore[list-item]
    page.locator("main form[method=post] button.btn").click()
    page.wait_for_load_state()
    looked_at(page, "/verify/")
    return page.locator("[role=status] h2").inner_text().strip()


def revoke(proposer: Officer, confirmer: Officer, serial: str) -> None:
    """Propose and confirm a revocation; whoever proposes it cannot confirm it."""
    first, second = proposer.page, confirmer.page
    first.goto(f"/admin/certificates/{serial}/revoke")
    proposer.answer()
    looked_at(first, "/revoke")
    fill(first, {"reason": "issued_by_mistake", "note": "The minutes were not theirs.", "i_am_sure": "y"})
    proposer.answer()
    looked_at(first, f"/admin/certificates/{serial}/")
    assert first.locator("form[action$='/confirm']").count() == 0
    second.goto("/admin/certificates/?state=proposed")
    second.locator(f"main a[href$='/certificates/{serial}/']").first.click()
    second.locator("form[action$='/confirm'] button").click()
    second.wait_for_load_state()
    confirmer.answer()
    looked_at(second, f"/admin/certificates/{serial}/")


def test_journalist_when_a_certificate_is_withdrawn_forged_or_revoked_learns_so(
    open_page: OpenPage, server: Server, story: Story, tmp_path: Path
) -> None:
    name, address = "Coopérative du journal Caïlcedrat", "press@fleuve.example.org"
    page, officers = open_page(size=DESKTOP), [one.page for one in story.officers[:2]]
    come_to_proof(page, "en", name, address)
    fill(page, {"mandate_document": ""})
    confirm(page, server, address)
    desk = application(officers[0], name)
    for officer in officers:
        approve(officer, desk)
    page.reload()
    pdf = certificate_of(page)
    code = scanned(pdf)
    serial = code.rsplit("/", maxsplit=1)[-1].upper().replace("-", "")
    assert code.casefold().startswith(f"{server.url}/v/".casefold())
    withdraw(page, WITHDRAW)

    journalist = open_page(size=PHONE)
    journalist.goto(code)
    answer = journalist.locator("[role=status]")
    assert answer.get_attribute("data-status") == "withdrawn"
    looked_at(journalist, f"/verify/{serial}/")
    assert asked(journalist, "en", forged(pdf, tmp_path)) == FORGED
    assert asked(journalist, "fr", touching.edited(pdf)) == EDITED

    revoke(*story.officers[:2], serial)
    journalist.goto(f"/fr/verify/{serial}/")
    assert answer.get_attribute("data-status") == "revoked"
    journalist.locator("main a[href*='/log/?q=']").first.click()
    looked_at(journalist, "/log/")
    journalist.locator("main a[href*='/log/']").first.click()
    looked_at(journalist, "/log/")
