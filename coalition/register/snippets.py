"""What does an organisation copy into its own pages to show its badge? Addresses and HTML, in the present language.

The snippet tells us nothing of who looks at it: no script, no cookie, and no name of the page it stands on.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app
from markupsafe import Markup

from coalition.i18n import current_language, known_languages
from coalition.i18n import gettext as _
from coalition.register import badge
from coalition.register.choices import entry_url

SNIPPET = Markup(
    '<a href="{page}"><img src="{picture}" width="{width}" height="{height}" alt="{words}" loading="lazy" '
    'referrerpolicy="no-referrer"></a>'
)


@dataclass(frozen=True)
class Placing:
    """The snippet, and the addresses that it and other pages are made of."""

    snippet: str
    page_url: str
    svg_url: str
    png_url: str
    card_url: str


def placing(number: str) -> Placing:
    """Return how the badge of an entry is placed."""
    site, language = current_app.config["PUBLIC_URL"], current_language()
    asked = "" if language == known_languages()[0] else f"?language={language}"
    page, base = f"{site}{entry_url(number)}", f"{site}/badge/{number}"
    snippet = SNIPPET.format(
        page=page,
        picture=f"{base}.svg{asked}",
        width=badge.WIDTH,
        height=badge.HEIGHT,
        words=_("Entry %(number)s in the register: how it stands today", number=number),
    )
    return Placing(str(snippet), page, f"{base}.svg{asked}", f"{base}.png{asked}", f"{base}/card.png{asked}")
