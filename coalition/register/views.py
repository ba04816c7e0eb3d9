"""What does the public see of the register? List, search and single entries; no session, no cookie."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, render_template, request, url_for

from coalition.charters import queries as charter_queries
from coalition.charters.shapes import CharterDefinition
from coalition.i18n import current_language, localised
from coalition.i18n import gettext as _
from coalition.register import queries
from coalition.register.queries import FILTERS, Search
from coalition.territories import names as territories
from coalition.web.caching import public_page, remembered
from coalition.web.pagination import cursor_of
from coalition.web.seal import seal_svg

bp = Blueprint("register", __name__)


def search_of_request() -> Search:
    """Return what the address asks for; what it cannot mean is left out."""
    filters = {name: request.args.get(name, "")[:60] for name in FILTERS}
    return Search.of(request.args.get("q", ""), filters, cursor_of(request.args.get("after")))


@bp.get("/register/")
def register() -> Response:
    """Show a page of entries, newest first."""
    return public_page(remembered("register", queries.register_version), partial(_list, search_of_request()))


def _list(search: Search) -> str:
    definitions = {item.slug: item.definition for item in remembered("charters", charter_queries.charter_list)}
    page = queries.page_of_entries(search)
    q = request.args.get("q", "")[: queries.LONGEST_QUERY]
    kept = {**({"q": q} if q else {}), **dict(search.filters)}
    return render_template(
        "register/register.html",
        page=page,
        search=search,
        q=q,
        kept=kept,
        entry_url=entry_url,
        category_label=partial(_category_label, definitions),
        json_url=f"/api/v1/signatories?{urlencode(kept)}",
        categories=_categories(definitions),
        countries=_countries(),
        next_page=_page_url({**kept, "after": str(page.next_after)}) if page.next_after else None,
        first_page=_page_url(kept) if search.after else None,
    )


def _page_url(query: dict[str, str]) -> str:
    return f"{url_for('.register')}?{urlencode(query)}".rstrip("?")


def entry_url(number: str) -> str:
    """Return the address of an entry in the present language; numbers are ours and need no quoting."""
    return f"/{current_language()}/register/{number}/"


def _category_label(definitions: dict[str, CharterDefinition], charter: str, key: str) -> str:
    definition = definitions.get(charter)
    category = definition.category(key) if definition else None
    return str(localised(category.short)) if category else key


def _categories(definitions: dict[str, CharterDefinition]) -> list[tuple[str, object]]:
    """Return every category that one can sign in, as (key, short label by language)."""
    signed = [definition for definition in definitions.values() if definition.is_signed_by_form]
    return [(category.key, category.short) for definition in signed for category in definition.categories]


def _countries() -> list[tuple[str, str]]:
    present = set(remembered("countries", queries.countries_present))
    return [(code, name) for code, name in territories.names(current_language()).items() if code in present]


@bp.get("/register/<number>/")
def entry(number: str) -> Response:
    """Show one entry, whatever its status."""
    return public_page(remembered("register", queries.register_version), partial(_entry, number))


def _entry(number: str) -> str:
    found = queries.entry_of(number[:60].upper())
    if found is None:
        abort(404)
    definition = charter_queries.definition_of(found.charter, found.charter_version)
    strands = definition.seal.strands
    seal = seal_svg(
        found.number, uid="e", size=220, label=_("Seal of %(number)s", number=found.number), strands=strands
    )
    return render_template("register/entry.html", entry=found, definition=definition, seal=seal)
