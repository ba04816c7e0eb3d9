"""What does axe-core find on a page? WCAG 2.2 AA and its best-practice rules; the script stands beside, no network."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from playwright.sync_api import Page

SCRIPT = Path(__file__).parent / "vendor" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async tags => {
    const chosen = {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']};
    const {violations} = await axe.run(document, chosen);
    const where = one => one.nodes.map(node => node.target.join(" ")).join(" | ");
    return violations.map(one => `${one.id}: ${one.help} at ${where(one)}`);
}"""


@cache
def _script() -> str:
    return SCRIPT.read_text("utf-8")


def axe(page: Page) -> list[str]:
    """Return what is wrong on the page as it stands, one line a finding: the rule, what it says, and where."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_script())
    lines: list[str] = page.evaluate(RUN, TAGS)
    return lines
