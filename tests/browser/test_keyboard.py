"""Can an organisation sign with the keyboard alone? No click, no pointer: Tab, arrows, Space, Enter and letters."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.server import Server
from tests.browser.story import ANSWERS, CHARTER, CONFIRM, ORGANISATION, REPRESENTATIVE, REVIEW

pytestmark = pytest.mark.browser
FOCUSED = """() => {
    const e = document.activeElement;
    const {name = '', type = '', value = '', href = '', tagName: tag} = e;
    return {name, type, value, href, tag, main: !!e.closest('main')};
}"""
OUTLINED = """() => {
    const style = getComputedStyle(document.activeElement);
    return style.outlineStyle !== 'none' || style.boxShadow !== 'none';
}"""
LONGEST_WALK = 150
OWN = {"official_name": "Keyboard Cooperative Network", "acronym": "KCN", "website": "https://keyboard.example.org/"}
ADDRESS = "kim@keyboard.example.org"
VALUES = ANSWERS | ORGANISATION | OWN | REPRESENTATIVE | {"email": ADDRESS} | REVIEW | CONFIRM


def focused(page: Page) -> dict[str, str]:
    found: dict[str, str] = page.evaluate(FOCUSED)
    return found


def tab_to(page: Page, is_it: Callable[[dict[str, str]], bool], fill: bool = False) -> None:
    """Press Tab until `is_it` says yes, giving every field on the way its value if `fill`."""
    for _ in range(LONGEST_WALK):
        page.keyboard.press("Tab")
        here = focused(page)
        if here["main"]:
            assert page.evaluate(OUTLINED), f"the focus cannot be seen on {here}"
        if is_it(here):
            return
        if fill and here["name"] in VALUES:
            give(page, here)
    raise AssertionError(f"not reached with Tab on {page.url}")


def give(page: Page, here: dict[str, str]) -> None:
    value = VALUES[here["name"]]
    if here["type"] == "radio":
        choose(page, value)
    elif here["type"] == "checkbox":
        if not page.evaluate("() => document.activeElement.checked"):
            page.keyboard.press("Space")
    elif here["type"].startswith("select"):
        pick(page, value)
    elif here["type"] != "file":
        page.keyboard.press("Control+A")
        page.keyboard.type(value) if value else page.keyboard.press("Delete")


def choose(page: Page, value: str) -> None:
    """Walk the group with the arrows until the wanted choice is made."""
    page.keyboard.press("Space")
    for _ in range(20):
        if focused(page)["value"] == value:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"no choice {value} on {page.url}")


def pick(page: Page, value: str) -> None:
    """Walk the list with the arrows."""
    page.keyboard.press("Home")
    for _ in range(300):
        if focused(page)["value"] == value:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"no option {value} on {page.url}")


def is_main_button(here: dict[str, str]) -> bool:
    return here["main"] and here["tag"] == "BUTTON" and here["type"] == "submit" and not here["name"]  # type: ignore[return-value]


def press_on(page: Page, until: str) -> None:
    """Fill in page after page and press its main button, until the address contains `until`."""
    for _ in range(20):
        if until in page.url:
            return
        tab_to(page, is_main_button, fill=True)
        with page.expect_navigation():
            page.keyboard.press("Enter")
    raise AssertionError(f"not at {until} but at {page.url}: {page.locator('main').inner_text()[:600]}")


def test_signing_when_done_by_keyboard_alone_ends_with_a_confirmed_signature(
    open_page: Callable[..., Page], server: Server
) -> None:
    page = open_page()
    page.goto(CHARTER)
    tab_to(page, lambda here: here["main"] and "/eligibility/" in here["href"])  # type: ignore[arg-type,return-value]
    with page.expect_navigation():
        page.keyboard.press("Enter")
    press_on(page, "/eligibility/result")
    tab_to(page, lambda here: "/sign/organisation" in here["href"])
    with page.expect_navigation():
        page.keyboard.press("Enter")
    press_on(page, "/sign/check-inbox")
    page.goto(server.mail(ADDRESS, "/signatures/confirm/"))
    tab_to(page, is_main_button, fill=True)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert server.mail(ADDRESS, "/signatures/manage/")


def test_page_when_tab_is_pressed_first_offers_to_skip_to_its_content(
    open_page: Callable[..., Page], server: Server
) -> None:
    page = open_page()
    page.goto("/en/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "main"
