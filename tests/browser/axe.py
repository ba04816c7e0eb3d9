"""What does axe-core find on a page? WCAG 2.2 AA and its best-practice rules; the script stands beside, no network."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SCRIPT = Path(__file__).parent / "vendor" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations', 'incomplete']})"


@cache
def _script() -> str:
    return SCRIPT.read_text("utf-8")


def axe(page: Page) -> list[str]:
    """Return what is wrong on the page as it stands, one line a finding: the rule, what it says, and where."""
    page.evaluate(_script())
    results: dict[str, Any] = page.evaluate(RUN, TAGS)
    return [
        f"{violation['id']}: {violation['help']} at {' | '.join(node['target'][0] for node in violation['nodes'])}"
        for violation in results["violations"]
    ]
