"""How do the facts of a document become its page? As values of a template, fitted to the sheet, in its language.

What a document says is decided in `certificates.content`; how HTML becomes a PDF is `rendering`'s business.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol

import segno
from flask import current_app, render_template
from markupsafe import Markup

from coalition.documents.order import Asset, Order
from coalition.documents.typography import LATIN, NAME, NAME_WITH_LATIN, TITLE, setting
from coalition.documents.typography import direction as direction_of_text
from coalition.i18n import LANGUAGES, force_language
from coalition.i18n import gettext as _
from coalition.web.formatting import format_date
from coalition.web.seal import seal_image

PLUM, MAUVE, THREAD, PALE = "#54205c", "#8a4d96", "#b07612", "#f4ecf6"
LONG_STATEMENT = 150
PAPER_PAGES = 3


class Facts(Protocol):
    """What the page needs of a document's content, whichever document it is."""

    @property
    def language(self) -> str: ...
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


def page_html(template: str, content: Facts, *, serial: str, verify_url: str, is_development: bool) -> str:
    """Return the page of `content`; `serial` as people read it, `verify_url` where its standing is told."""
    with force_language(content.language):
        return render_template(
            template,
            content=content,
            serial=serial,
            verify_url=verify_url,
            address=verify_url.partition("://")[2],
            is_development=is_development,
            qr=qr_svg(verify_url, title=_("QR code with the address %(address)s", address=verify_url)),
            **_fitted(content),
        )


def page_assets(content: Facts, *, digest: str) -> Mapping[str, Asset]:
    """Return what the page shows besides text: the frame, and the seal that `digest` shapes, strong and pale."""
    drawn = {
        "asset:seal": seal_image(digest, outer=THREAD, inner=MAUVE, width=0.75, strands=content.seal_strands),
        "asset:watermark": seal_image(digest, outer=PALE, inner=PALE, width=0.5, strands=content.seal_strands),
        "asset:frame": _static("frame.svg").encode(),
    }
    return {address: Asset("image/svg+xml", svg) for address, svg in drawn.items()}


def page_sheet() -> str:
    """Return the sheet of every document."""
    return _static("document.css")


def paper_order(template: str, *, sheet: str, language: str, digest: str, created: datetime, **values: Any) -> Order:
    """Return the order for a page to be printed and filled in by hand: unsealed, made of nothing but its values."""
    with force_language(language):
        html = render_template(
            template, direction=LANGUAGES[language].direction, direction_of=direction_of_text, **values
        )
    return Order(
        html=html, sheet=_static(sheet), identifier=bytes.fromhex(digest)[:16], created=created, most_pages=PAPER_PAGES
    )


def qr_svg(address: str, *, title: str) -> Markup:
    """Return the QR code of `address` as inline SVG; the title is its alternative text."""
    drawn = BytesIO()
    segno.make(address, error="m", micro=False, boost_error=False).save(
        drawn,
        kind="svg",
        xmldecl=False,
        border=0,
        dark="#1e1524",
        omitsize=True,
        svgclass=None,
        lineclass=None,
        title=title,
    )
    return Markup(drawn.getvalue().decode())  # noqa: S704  # segno escapes the title


def _fitted(content: Facts) -> dict[str, Any]:
    latin = content.latin_name if content.latin_name != content.organisation else ""
    category = getattr(content, "category", "")
    return {
        "language": content.language,
        "direction": LANGUAGES[content.language].direction,
        "title": setting(content.charter_title, box=TITLE),
        "organisation": setting(content.organisation, box=NAME_WITH_LATIN if latin else NAME, country=content.country),
        "latin": setting(latin, box=LATIN) if latin else None,
        "is_long": len(category) > LONG_STATEMENT,
        "signed_on": format_date(content.signed_on),
        "issued_on": format_date(content.issued_on),
        "sha256": f"{content.charter_sha256[:16]}…{content.charter_sha256[-8:]}",
    }


@cache
def _static(name: str) -> str:
    return (Path(current_app.static_folder or "static") / "documents" / name).read_text()
