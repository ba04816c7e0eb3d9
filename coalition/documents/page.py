"""How do the facts of a document become its page? As values of a template, fitted to the sheet, in its language.

What a document says is decided in `certificates.content`; how HTML becomes a PDF is `rendering`'s business.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol, Self

import segno
from flask import current_app, render_template

from coalition.documents import typography as fit
from coalition.documents.order import Asset, Attachment, Order
from coalition.documents.ornaments import underlay
from coalition.documents.typography import LATIN, SECOND_TITLE, setting
from coalition.documents.typography import direction as direction_of_text
from coalition.i18n import LANGUAGES, force_language
from coalition.web.formatting import format_date

LONG_STATEMENT = 150
INK, PAPER, QR_POINTS = "#1e1524", "#fffdf9", 4
PAPER_PAGES = 3
OF_ONE_LANGUAGE = (fit.TITLE, fit.NAME, fit.NAME_WITH_LATIN)
OF_TWO_LANGUAGES = (fit.TITLE_OF_TWO, fit.NAME_OF_TWO, fit.NAME_OF_TWO_WITH_LATIN)


class Facts(Protocol):
    """What the page needs of a document's content, whichever document it is."""

    @property
    def language(self) -> str: ...
    @property
    def second(self) -> SecondLanguage | None: ...
    @property
    def organisation(self) -> str: ...
    @property
    def latin_name(self) -> str: ...
    @property
    def country(self) -> str: ...
    @property
    def charter_title(self) -> str: ...
    @property
    def charter_sha256(self) -> str: ...
    @property
    def seal_strands(self) -> int: ...
    @property
    def signed_on(self) -> date: ...
    @property
    def issued_on(self) -> date: ...
    def in_second(self) -> Self: ...


class SecondLanguage(Protocol):
    """What the page needs to know of the language that stands beside the document's own."""

    @property
    def language(self) -> str: ...
    @property
    def charter_title(self) -> str: ...


def document_order(
    template: str,
    content: Facts,
    *,
    serial: str,
    verify_url: str,
    digest: str,
    created: datetime,
    is_development: bool,
    attachments: tuple[Attachment, ...] = (),
    **values: Any,
) -> Order:
    """Return the order for the sheet of `content`; `digest`, its SHA-256, names the file and shapes the seal.

    `serial` is given as people read it, `verify_url` is where the standing is told; `values` are the template's own.
    """
    values |= {
        "serial": serial,
        "verify_url": verify_url,
        "address": verify_url.partition("://")[2],
        "is_development": is_development,
    }
    second = {}
    if content.second:
        second = json.loads(_said(template, content.in_second(), layout="documents/second.html", values=values))
    values |= {**_fitted(content), "second": second}
    return Order(
        html=_said(template, content, layout="documents/base.html", values=values),
        sheet=_static("document.css"),
        identifier=bytes.fromhex(digest)[:16],
        created=created,
        assets={"asset:qr": Asset("image/png", qr_png(verify_url))},
        underlay=underlay(digest, strands=content.seal_strands),
        attachments=attachments,
    )


def _said(template: str, content: Facts, *, layout: str, values: dict[str, Any]) -> str:
    """Render `template` within `layout` in the language of `content`; its facts are gathered, for the layout to set."""
    facts: list[tuple[str, str]] = []

    def fact(term: object, value: object) -> str:
        facts.append((str(term), str(value)))
        return ""

    with force_language(content.language):
        return render_template(
            template,
            layout=layout,
            content=content,
            language=content.language,
            direction=LANGUAGES[content.language].direction,
            facts=facts,
            fact=fact,
            signed_on=format_date(content.signed_on),
            issued_on=format_date(content.issued_on),
            sha256=f"{content.charter_sha256[:16]}…{content.charter_sha256[-8:]}",
            **values,
        )


def paper_order(template: str, *, sheet: str, language: str, digest: str, created: datetime, **values: Any) -> Order:
    """Return the order for a page to be printed and filled in by hand: unsealed, made of nothing but its values."""
    with force_language(language):
        html = render_template(
            template, direction=LANGUAGES[language].direction, direction_of=direction_of_text, **values
        )
    return Order(
        html=html, sheet=_static(sheet), identifier=bytes.fromhex(digest)[:16], created=created, most_pages=PAPER_PAGES
    )


def qr_png(address: str) -> bytes:
    """Return the QR code of `address` as a picture, each of its squares a few points wide."""
    drawn = BytesIO()
    code = segno.make(address, error="m", micro=False, boost_error=False)
    code.save(drawn, kind="png", border=0, scale=QR_POINTS, dark=INK, light=PAPER)
    return drawn.getvalue()


def _fitted(content: Facts) -> dict[str, Any]:
    """Return what is set in a size of its own, so that the sheet is never outgrown."""
    latin = content.latin_name if content.latin_name != content.organisation else ""
    title, name, name_with_latin = OF_TWO_LANGUAGES if content.second else OF_ONE_LANGUAGE
    return {
        "title": setting(content.charter_title, box=title),
        "organisation": setting(content.organisation, box=name_with_latin if latin else name, country=content.country),
        "latin": setting(latin, box=LATIN) if latin else None,
        "second_title": setting(content.second.charter_title, box=SECOND_TITLE) if content.second else None,
        "is_long": len(getattr(content, "category", "")) > LONG_STATEMENT,
    }


@cache
def _static(name: str) -> str:
    return (Path(current_app.root_path).parent / "static" / "documents" / name).read_text()
