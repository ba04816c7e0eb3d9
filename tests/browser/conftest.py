"""A real Chromium before a real server, one of each for all browser tests.

They end with the last of these tests: Playwright keeps an event loop running, in which no other test can start its own.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, sync_playwright

from tests.browser.server import Server
from tests.browser.story import Story

MENDING = "Chromium is not on this machine. Install it with: apt-get install chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP, PHONE, NARROW = (1280, 900), (390, 844), (320, 640)


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The running site that the browser tests share."""
    own = Server(tmp_path_factory.mktemp("server"))
    try:
        own.start()
        yield own
    finally:
        own.stop()


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as found:
        yield found


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium with a profile that begins empty."""
    path = shutil.which("chromium")
    if path is None:
        pytest.fail(MENDING, pytrace=False)
    found = playwright.chromium.launch(executable_path=path, args=FLAGS)
    yield found
    found.close()


@pytest.fixture(scope="package")
def story(browser: Browser, server: Server) -> Iterator[Story]:
    """A signature on the register, with the browsers of the person who signed and of two officers."""
    contexts = []

    def visitor() -> Page:
        contexts.append(browser.new_context(base_url=server.url, locale="en-GB"))
        contexts[-1].set_default_timeout(30_000)
        return contexts[-1].new_page()

    told = Story(server, visitor)
    told.check_and_sign()
    told.confirm_mailbox()
    told.decide()
    yield told
    for context in contexts:
        context.close()


@pytest.fixture
def open_page(browser: Browser, server: Server) -> Iterator[Callable[..., Page]]:
    """Return a page of a visitor of its own: `open_page(size=PHONE, scheme="dark")`.

    What its console complains of fails the test; `quiet=False` lets it report a page whose answer is a 4xx.
    """
    contexts, complaints = [], []

    def visitor(
        *, size: tuple[int, int] = DESKTOP, scheme: str = "light", state: Any = None, quiet: bool = True
    ) -> Page:
        context = browser.new_context(
            base_url=server.url,
            viewport={"width": size[0], "height": size[1]},
            color_scheme=scheme,  # type: ignore[arg-type]
            locale="en-GB",
            storage_state=state,
            reduced_motion="reduce",
        )
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: note(page, message, quiet=quiet))
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        return page

    def note(page: Page, message: ConsoleMessage, *, quiet: bool) -> None:
        is_status = message.text.startswith("Failed to load resource: the server responded with a status of 4")
        if message.type == "error" and (quiet or not is_status):
            complaints.append(f"{page.url}: {message.text}")

    yield visitor
    for context in contexts:
        context.close()
    assert complaints == []
