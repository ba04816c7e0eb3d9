"""Is a page light, quiet and free of cookies, and does it fit a small phone?"""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Response

from tests.browser.conftest import NARROW
from tests.browser.pages import OFFICER, PERSON, PUBLIC, VISITOR
from tests.browser.story import Story, check, sign

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
HTML, SHEET, FONTS, REQUESTS = 15_000, 8_000, 50_000, 6
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("path", PUBLIC)
def test_public_page_when_loaded_keeps_its_budget_and_sets_no_cookie(
    open_page: OpenPage, story: Story, path: str
) -> None:
    page = open_page()
    responses: list[Response] = []
    page.on("response", lambda response: responses.append(response))  # noqa: PLW0108 - a built-in cannot be called back
    page.goto(path.format(**vars(story)), wait_until="networkidle")
    # bodies are read only now: a call within the listener may still be waiting when the page is idle
    answers = [(answer.request.resource_type, len(gzip.compress(answer.body()))) for answer in responses]
    sizes = {kind: sum(size for of, size in answers if of == kind) for kind in ("document", "stylesheet", "script")}
    assert len(answers) <= REQUESTS
    assert 0 < sizes["document"] <= HTML
    assert 0 < sizes["stylesheet"] <= SHEET
    assert sum(size for kind, size in answers if kind == "font") <= FONTS
    assert sizes["script"] == 0
    assert page.context.cookies() == []


@pytest.mark.parametrize("path", VISITOR)
def test_page_when_the_screen_is_narrow_does_not_scroll_sideways(open_page: OpenPage, story: Story, path: str) -> None:
    page = open_page(size=NARROW, quiet=False)
    page.goto(path.format(**vars(story)))
    assert page.evaluate(WIDER) == 0


@pytest.mark.parametrize("path", OFFICER)
def test_officers_page_when_the_screen_is_narrow_does_not_scroll_sideways(
    open_page: OpenPage, story: Story, path: str
) -> None:
    page = open_page(size=NARROW, state=story.officers[0].page.context.storage_state())
    page.goto(path.format(**vars(story)))
    assert page.evaluate(WIDER) == 0


@pytest.mark.parametrize("path", PERSON)
def test_own_page_when_the_screen_is_narrow_does_not_scroll_sideways(
    open_page: OpenPage, story: Story, path: str
) -> None:
    page = open_page(size=NARROW, state=story.person.context.storage_state())
    page.goto(path)
    assert page.evaluate(WIDER) == 0


def test_signing_when_the_screen_is_narrow_does_not_scroll_sideways(open_page: OpenPage) -> None:
    page = open_page(size=NARROW)
    wider: dict[str, int] = {}

    def look(seen: Page) -> None:
        wider[seen.url] = seen.evaluate(WIDER)

    check(page, look)
    sign(page, look, address="narrow@reseau-fleuve.example.org")
    assert {url: pixels for url, pixels in wider.items() if pixels} == {}


@pytest.mark.parametrize("path", VISITOR)
def test_page_when_read_has_one_heading_of_the_first_order_and_a_title(
    open_page: OpenPage, story: Story, path: str
) -> None:
    page = open_page(quiet=False)
    page.goto(path.format(**vars(story)))
    assert page.locator("h1").count() == 1
    assert len(page.title()) > len(" – ")
