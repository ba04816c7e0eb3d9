"""Does axe find nothing on any page, light and dark, on a desktop and a phone?"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.axe import axe
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.pages import OFFICER, PERSON, VISITOR
from tests.browser.server import Server
from tests.browser.story import CHARTER, Story, check, main_button, sign

pytestmark = pytest.mark.browser
KINDS = pytest.mark.parametrize(
    ("size", "scheme"),
    [(DESKTOP, "light"), (DESKTOP, "dark"), (PHONE, "light"), (PHONE, "dark")],
    ids=["desktop-light", "desktop-dark", "phone-light", "phone-dark"],
)
OpenPage = Callable[..., Page]


@KINDS
@pytest.mark.parametrize("path", VISITOR)
def test_page_when_looked_at_has_no_violation(
    open_page: OpenPage, story: Story, path: str, size: tuple[int, int], scheme: str
) -> None:
    page = open_page(size=size, scheme=scheme, quiet=False)
    page.goto(path.format(**vars(story)))
    assert axe(page) == []


@KINDS
@pytest.mark.parametrize("path", PERSON)
def test_own_page_when_looked_at_has_no_violation(
    open_page: OpenPage, story: Story, path: str, size: tuple[int, int], scheme: str
) -> None:
    page = open_page(size=size, scheme=scheme, state=story.person.context.storage_state())
    page.goto(path)
    assert page.url.endswith(path)
    assert axe(page) == []


@KINDS
@pytest.mark.parametrize("path", OFFICER)
def test_officers_page_when_looked_at_has_no_violation(
    open_page: OpenPage, story: Story, path: str, size: tuple[int, int], scheme: str
) -> None:
    page = open_page(size=size, scheme=scheme, state=story.officers[0].page.context.storage_state())
    page.goto(path.format(**vars(story)))
    assert "/admin/applications/" in page.url
    assert axe(page) == []


@KINDS
def test_signing_when_walked_has_no_violation_on_any_step(
    open_page: OpenPage, server: Server, size: tuple[int, int], scheme: str
) -> None:
    page = open_page(size=size, scheme=scheme)
    found: dict[str, list[str]] = {}

    def look(seen: Page) -> None:
        found[seen.url] = axe(seen)

    check(page, look)
    sign(page, look)
    assert {url: lines for url, lines in found.items() if lines} == {}


@KINDS
@pytest.mark.parametrize("language", ["en", "fr"])
def test_form_when_refused_has_no_violation(
    open_page: OpenPage, story: Story, language: str, size: tuple[int, int], scheme: str
) -> None:
    page = open_page(size=size, scheme=scheme, quiet=False)
    page.goto(CHARTER.replace("/en/", f"/{language}/") + "sign/organisation")
    main_button(page, "official_name").click()
    assert page.locator("[role=alert]").count() == 1
    assert axe(page) == []
