"""Two organisations side by side, told apart by a click, in a real browser."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.architecture.sources import ROOT
from tests.browser.axe import axe
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.story import Story

pytestmark = pytest.mark.browser
MADE = """
from coalition.app import create_app
from tests.factories import signing
with create_app().app_context():
    made = [signing.verified(official_name=name) for name in ("Rede Solidária do Fleuve", "Réseau solidaire du Fleuve")]
    print(*(one.reference for one in made))
"""


def test_organisations_when_compared_are_told_apart(open_page: Callable[..., Page], story: Story) -> None:
    words = [sys.executable, "-c", MADE]
    done = subprocess.run(words, cwd=ROOT, env=story.server.environment, capture_output=True, text=True, check=True)
    one, other = done.stdout.split()[-2:]
    page = open_page(state=story.officers[0].page.context.storage_state())
    page.goto(f"/admin/applications/{one}/")
    page.get_by_role("link", name="Réseau solidaire du Fleuve").first.click()
    assert page.url.endswith(f"/admin/applications/{one}/compare/{other}/")
    for size in (DESKTOP, PHONE):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            assert axe(page) == []
    page.get_by_role("button", name="A different organisation").click()
    assert page.url.endswith(f"/admin/applications/{one}/")
    assert page.locator(".tag", has_text="A different organisation").count() == 1
