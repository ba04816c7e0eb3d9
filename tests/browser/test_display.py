"""Does the choice of light or dark win over the device's, on every kind of page, readable and without a script?"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.axe import axe

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
GROUND = {"light": "rgb(252, 251, 253)", "dark": "rgb(21, 13, 25)"}
COLOUR = "() => getComputedStyle(document.body).backgroundColor"
SCHEME = "() => getComputedStyle(document.documentElement).colorScheme"
MARK = "button => getComputedStyle(button, '::before').content"


def choose(page: Page, value: str) -> None:
    with page.expect_navigation(wait_until="load"):
        page.locator(f"footer button[value={value}]").click()


@pytest.mark.parametrize("device", ["light", "dark"])
@pytest.mark.parametrize("choice", ["light", "dark"])
def test_choice_when_made_wins_over_the_device_and_stays(open_page: OpenPage, device: str, choice: str) -> None:
    page = open_page()
    page.emulate_media(color_scheme=device)  # type: ignore[arg-type]
    page.goto("/en/contact/")
    assert page.evaluate(COLOUR) == GROUND[device]
    choose(page, choice)
    assert page.url.endswith("/en/contact/")
    assert (page.evaluate(COLOUR), page.evaluate(SCHEME)) == (GROUND[choice], choice)
    assert page.locator(f"footer button[value={choice}]").evaluate(MARK) == '"✓ "'
    assert axe(page) == []
    page.goto("/fr/my-signature/link")
    assert page.evaluate(COLOUR) == GROUND[choice]
    assert axe(page) == []
    page.emulate_media(media="print", color_scheme=device)  # type: ignore[arg-type]
    assert page.evaluate(COLOUR) == "rgb(255, 255, 255)"
    page.emulate_media(media="screen", color_scheme=device)  # type: ignore[arg-type]
    choose(page, "system")
    assert page.evaluate(COLOUR) == GROUND[device]
    assert "display" not in {cookie.get("name") for cookie in page.context.cookies()}


def test_choice_when_made_by_keyboard_leads_back_to_the_page_with_its_search(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/en/register/?q=river")
    page.locator("footer button[value=dark]").focus()
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")
    assert page.url.endswith("/en/register/?q=river")
    assert page.evaluate(COLOUR) == GROUND["dark"]


def test_contrast_when_more_is_wished_for_is_kept_by_the_choice(open_page: OpenPage) -> None:
    page = open_page()
    page.emulate_media(contrast="more")
    page.goto("/en/contact/")
    choose(page, "dark")
    told = "() => ['--ink', '--ink-2'].map(name => getComputedStyle(document.documentElement).getPropertyValue(name))"
    ink, softer = page.evaluate(told)
    assert ink == softer
