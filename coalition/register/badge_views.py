"""How does a signatory show on its own site how it stands? A badge that is always of today, and how to place it.

Pictures for other sites: no session, no cookie, nothing that tells us who looks. Kept by caches for half a minute.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from flask import Blueprint, Response, render_template, request

from coalition import clock
from coalition.charters import queries as charter_queries
from coalition.charters.shapes import CharterDefinition
from coalition.i18n import force_language, known_languages, localised
from coalition.i18n import gettext as _
from coalition.register import badge, queries
from coalition.register.badge import BadgeWords
from coalition.register.choices import version
from coalition.register.entry import SHOWN, Entry, Status
from coalition.register.search import ENDORSER
from coalition.register.snippets import placing
from coalition.web.caching import public_page
from coalition.web.formatting import format_date, with_capital

pages_bp = Blueprint("badges", __name__)
bp = Blueprint("badge_files", __name__)

LONGEST_NUMBER = 60
PICTURES: Mapping[str, str] = {"svg": "image/svg+xml", "png": "image/png"}


@bp.after_request
def open_to_every_site(response: Response) -> Response:
    """Let other sites show what anybody may see."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@bp.get("/badge/<number>.<any(svg,png):drawing>")
def picture(number: str, drawing: str) -> Response:
    """Show the badge of an entry as it stands today; where there is no such entry, it says so."""
    found = queries.entry_of(number[:LONGEST_NUMBER].upper())
    if found is None:
        response = _drawn(None, drawing, number[:LONGEST_NUMBER].upper())
        response.status_code = 404
        response.headers["Cache-Control"] = "public, max-age=30"
        return response
    return public_page(_version_of_today(), partial(_drawn, found, drawing, found.number))


@bp.get("/badge/<number>/card.png")
def card(number: str) -> Response:
    """Show the card that other sites put beside a link to the entry."""
    found = _entry_or_none(number)
    if found is None:
        return Response(status=404)
    return public_page(_version_of_today(), partial(_card, found))


def _entry_or_none(number: str) -> Entry | None:
    return queries.entry_of(number[:LONGEST_NUMBER].upper())


def _version_of_today() -> str:
    return f"{version()} {clock.now().date()}"


def _drawn(entry: Entry | None, ending: str, number: str) -> Response:
    with force_language(_language()):
        words, strands = _words(entry, number)
    status = entry.status if entry else None
    if ending == "svg":
        drawn = badge.badge_svg(words, status=status, strands=strands)
    else:
        from coalition.register import cards

        drawn = cards.badge_png(words, status=status, strands=strands, country=entry.country if entry else "")
    return Response(drawn, mimetype=PICTURES[ending])


def _card(entry: Entry) -> Response:
    from coalition.register import cards

    with force_language(_language()):
        words, strands = _words(entry, entry.number)
    drawn = cards.card_png(words, status=entry.status, strands=strands, country=entry.country)
    return Response(drawn, mimetype=PICTURES["png"])


def _language() -> str:
    """Return the language that the query asks for: an address without one says the same to everybody."""
    asked = request.args.get("language", "")
    return asked if asked in known_languages() else known_languages()[0]


def _words(entry: Entry | None, number: str) -> tuple[BadgeWords, int]:
    """Return what the badge says in the present language, and how many strands its seal has."""
    as_of = _("as of %(day)s", day=format_date(clock.now().date()))
    if entry is None:
        told = BadgeWords(
            coalition="", standing=_("Not in the register"), name=_("Unknown number"), number=number, as_of=as_of
        )
        return told, 0
    definition = charter_queries.definition_of(entry.charter, entry.charter_version)
    told = BadgeWords(
        coalition=localised(definition.wordmark),
        standing=_standing(entry, definition),
        name=entry.official_name,
        number=number,
        as_of=as_of,
    )
    return told, definition.seal.strands


def _standing(entry: Entry, definition: CharterDefinition) -> str:
    if entry.status is Status.ACTIVE:
        return _("Endorser") if entry.capacity == ENDORSER else with_capital(localised(definition.nouns.signatory))
    return {
        Status.SUSPENDED: _("Suspended"),
        Status.WITHDRAWN: _("Has withdrawn its signature"),
        Status.DELISTED: _("Removed from the register"),
        Status.SUPERSEDED: _("Goes on as another organisation"),
    }[entry.status]


@pages_bp.get("/badge/")
def rules() -> Response:
    """Say how badge and seal may be used; with an entry's number, how to place its badge."""
    return public_page(_version_of_today(), partial(_rules, request.args.get("number", "")))


def _rules(typed: str) -> str:
    entry = _entry_or_none(typed.strip())
    is_shown = entry is not None and entry.status in SHOWN
    return render_template(
        "register/badge.html",
        typed=typed.strip()[:LONGEST_NUMBER],
        entry=entry,
        placing=placing(entry.number) if entry and is_shown else None,
        width=badge.WIDTH,
        height=badge.HEIGHT,
    )
