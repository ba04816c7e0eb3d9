"""An officer brings in an older list: its columns, its problems, what it names, and back again."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.axe import axe
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.story import Story

pytestmark = [pytest.mark.browser, pytest.mark.one_database]
OpenPage = Callable[..., Page]
LIST = """name,acronym,country,class,affiliate of
The Task Force,TF,,International organisation,
Agency of Rivers,AOR,,,The Task Force
جمعية الأمل,,MA,Observer,
Nowhere United,,Atlantis,,
"""


def looked_at(page: Page) -> None:
    """Axe finds nothing on the page, on a desk in the light or on a telephone in the dark; it scrolls in one way."""
    for (width, height), scheme in ((DESKTOP, "light"), (PHONE, "dark")):
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def wait_for(page: Page, state: str) -> None:
    end = time.monotonic() + 60
    while not page.locator(f"[data-import-state={state}]").count():
        assert time.monotonic() < end, page.locator("main").inner_text()
        time.sleep(0.3)
        page.reload()


def test_list_when_brought_in_by_an_officer_is_looked_at_on_its_way(
    open_page: OpenPage, story: Story, tmp_path: Path
) -> None:
    file = tmp_path / "list.csv"
    file.write_text(LIST, "utf-8")
    page = open_page(state=story.officers[0].page.context.storage_state())
    page.goto("/admin/import?kind=organisations")
    page.fill("#list_title", "Older list")
    page.fill("#listed_on", "2014-09-17")
    page.set_input_files("#file", file)
    page.click("main form[method=post] button")
    assert "/columns" in page.url
    looked_at(page)
    page.click("main form[method=post] button")
    wait_for(page, "checked")
    assert "This country is not known" in page.locator("main").inner_text()
    looked_at(page)
    page.check("#leaves_out")
    page.click("form[action$='/apply'] button")
    wait_for(page, "applied")
    looked_at(page)
    page.goto("/admin/organisations/?q=TF")
    page.click("main th a")
    assert "1 affiliate" in page.locator("main").inner_text()
    looked_at(page)
    page.goto("/admin/import")
    page.click("main th a")
    page.click("form[action$='/undo'] button")
    wait_for(page, "undone")
