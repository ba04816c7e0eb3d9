"""What exactly does a charter say, and how is it shown?

Canonical form, digest and numbered sections of a text, from its Markdown alone. Which text is in force belongs to
`queries`.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

ANCHOR = re.compile(r"\s*\{#([a-z][a-z0-9-]*)\}$")
TAGS = {"p", "ul", "ol", "li", "h3", "h4", "strong", "em", "a", "blockquote", "br", "hr"}
PLAIN = {"list_item_open", "list_item_close", "paragraph_open", "paragraph_close", "inline", "text", "softbreak"}

_markdown = MarkdownIt("commonmark", {"html": False})


@dataclass(frozen=True)
class Section:
    """One numbered part of a text; what stands before the first heading is section 0, without a heading."""

    number: int
    anchor: str
    heading: str
    html: str


def canonical(text: str) -> str:
    """Return the one form of a text that is stored and hashed.

    Normal form: NFC, line feeds, no white space at line ends, none round the whole, one line feed at the end.
    """
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip() + "\n"


def digest(text: str) -> str:
    """Return the SHA-256 of the canonical form, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(text).encode()).hexdigest()


def sections(markdown: str) -> list[Section]:
    """Return the parts of a text, cut at its second-level headings and numbered from 1, as clean HTML.

    A heading names its anchor, as in `## Preamble {#preamble}`, or is given one by its number.
    """
    parts = _parts(_markdown.parse(canonical(markdown)))
    found: list[Section] = []
    number = 0
    for heading, tokens in parts:
        if heading is None:
            if tokens:
                found.append(Section(0, "text", "", _html(tokens)))
            continue
        number += 1
        named = ANCHOR.search(heading)
        anchor = named.group(1) if named else f"section-{number}"
        found.append(Section(number, anchor, ANCHOR.sub("", heading), _html(tokens)))
    return found


def to_html(markdown: str) -> str:
    """Return a short text as clean HTML, without sections."""
    return _html(_markdown.parse(canonical(markdown)))


def _parts(tokens: list[Token]) -> Iterator[tuple[str | None, list[Token]]]:
    """Yield each heading of the second level with the tokens below it; None heads what comes before the first."""
    heading: str | None = None
    part: list[Token] = []
    rest = iter(tokens)
    for token in rest:
        if token.type == "heading_open" and token.tag in {"h1", "h2"}:
            yield heading, part
            heading, part = next(rest).content, []
            next(rest)
        else:
            part.append(token)
    yield heading, part


def _html(tokens: list[Token]) -> str:
    for place, token in enumerate(tokens):
        if token.type == "ordered_list_open" and _is_plain(tokens[place + 1 :], token.level):
            token.attrSet("class", "eight")
    html: str = _markdown.renderer.render(tokens, _markdown.options, {})
    return nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href"}},
        allowed_classes={"ol": {"eight"}},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )


def _is_plain(tokens: list[Token], level: int) -> bool:
    """Tell whether a list holds words alone: only such a one is set as a row of great numbers."""
    inside = takewhile(lambda token: (token.type, token.level) != ("ordered_list_close", level), tokens)
    return all(part.type in PLAIN for token in inside for part in (token, *(token.children or ())))
