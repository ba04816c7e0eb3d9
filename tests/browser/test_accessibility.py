"""Does axe find nothing on any page, light and dark, on a desktop and a phone?"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.axe import axe
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.pages import CHARTER, ELIGIBLE, OFFICER, PERSON, VISITOR
from tests.browser.server import Server
from tests.browser.story import CONFIRM, Story, check, fill, main_button, sign

pytestmark = pytest.mark.browser
KINDS = [(size, scheme) for size in (DESKTOP, PHONE) for scheme in ("light", "dark")]
OpenPage = Callable[..., Page]


def found(page: Page) -> dict[object, list[str]]:
    """What axe finds on the page in each of the four kinds; empty when nothing is wrong."""
    wrong = {}
    for size, scheme in KINDS:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        wrong[size, scheme, page.url] = axe(page)
    return {kind: lines for kind, lines in wrong.items() if lines}


@pytest.mark.parametrize("path", VISITOR)
def test_page_when_looked_at_has_no_violation(open_page: OpenPage, story: Story, path: str) -> None:
    page = open_page(quiet=False)
    page.goto(path.format(**vars(story)))
    assert found(page) == {}


@pytest.mark.parametrize("path", PERSON)
def test_own_page_when_looked_at_has_no_violation(open_page: OpenPage, story: Story, path: str) -> None:
    page = open_page(state=story.person.context.storage_state())
    page.goto(path)
    assert page.url.endswith(path)
    assert found(page) == {}


@pytest.mark.parametrize("path", OFFICER)
def test_officers_page_when_looked_at_has_no_violation(open_page: OpenPage, story: Story, path: str) -> None:
    page = open_page(state=story.officers[0].page.context.storage_state())
    wanted = path.format(**vars(story))
    page.goto(wanted)
    assert page.url.endswith(wanted)
    assert found(page) == {}


def test_signing_when_walked_has_no_violation_on_any_step(open_page: OpenPage, server: Server) -> None:
    page, address = open_page(), "axe@reseau-fleuve.example.org"
    wrong: dict[object, list[str]] = {}

    def look(seen: Page) -> None:
        wrong.update(found(seen))

    check(page, look)
    sign(page, look, address=address)
    for link in ("disown", "confirm"):
        page.goto(server.mail(address, f"/signatures/{link}/"))
        look(page)
    fill(page, CONFIRM)
    look(page)
    assert wrong == {}


def test_invitation_when_accepted_has_no_violation_on_any_step(story: Story) -> None:
    wrong: dict[object, list[str]] = {}
    story.enter("Cleo", lambda seen: wrong.update(found(seen)))
    assert wrong == {}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_form_when_refused_has_no_violation(open_page: OpenPage, language: str) -> None:
    page = open_page(quiet=False)
    page.goto(f"{CHARTER.replace('/en/', f'/{language}/')}sign/organisation?{ELIGIBLE}")
    main_button(page, "official_name").click()
    page.wait_for_load_state()
    assert page.locator("main [role=alert]").count() == 1
    assert found(page) == {}
