"""Does anything that was typed stand in a page as more than text? Looked at as a browser would, with a parser."""

from __future__ import annotations

import csv
import io
import json
from html.parser import HTMLParser

from werkzeug.test import TestResponse

from tests.trials.nasty import MARK

FORMULAS = ("=", "+", "-", "@", "\t", "\r")
NEVER = {"script", "iframe", "object", "embed", "svg-from-us", "img-from-us"}
ADDRESSES = ("href", "src", "action", "formaction", "data", "xlink:href")


class Markup(HTMLParser):
    """Collects what no page of ours holds: scripts, handlers, addresses that run, elements made of what was typed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in NEVER or MARK in tag:
            self.wrong.append(tag)
        for name, value in attrs:
            text = (value or "").strip().casefold()
            runs = name in ADDRESSES and text.startswith(("javascript:", "data:text", "vbscript:"))
            if name.startswith("on") or MARK in name or runs or (tag == "img" and MARK in text):
                self.wrong.append(f"{tag} {name}={text[:60]}")

    def handle_comment(self, data: str) -> None:
        if MARK in data:
            self.wrong.append(f"comment {data[:60]}")


def wrong_in(answer: TestResponse) -> list[str]:
    """Return what is wrong with an answer that shows what strangers typed."""
    found = [
        f"{name}: {value}" for name, value in answer.headers if MARK in name or (name == "Set-Cookie" and MARK in value)
    ]
    if answer.status_code >= 500:
        found.append(str(answer.status_code))
    kind = answer.mimetype
    if kind in ("text/html", "application/xhtml+xml"):
        found += Markup(answer.text).wrong
    elif kind in ("application/json", "application/problem+json", "application/ld+json"):
        json.loads(answer.text)
    elif kind == "text/csv":
        found += [cell for row in csv.reader(io.StringIO(answer.text)) for cell in row if cell.startswith(FORMULAS)]
    elif kind == "image/svg+xml":
        found += Markup(answer.text).wrong
    return found
