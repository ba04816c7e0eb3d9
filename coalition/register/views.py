"""What does the public see of the register? List, search and single entries; no session, no cookie.

Map and numbers belong to `figure_views`, files for programs to `data_views`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request

from coalition.charters import queries as charter_queries
from coalition.i18n import gettext as _
from coalition.register import queries
from coalition.register.choices import (
    FIRST,
    Choices,
    answer_words,
    choices,
    entry_url,
    extra_answers,
    known_charters,
    list_url,
    status_words,
    version,
)
from coalition.register.errors import EntryUnknown
from coalition.register.namesakes import namesakes_of
from coalition.register.search import Search, Sort
from coalition.register.snippets import placing
from coalition.web.caching import public_page
from coalition.web.formatting import format_date
from coalition.web.seal import seal_svg

bp = Blueprint("register", __name__)


@dataclass(frozen=True)
class Chip:
    """One thing that was asked for, in words, and the address without it."""

    name: str
    words: str
    href: str


@bp.get("/register/")
def register() -> Response:
    """Show a page of entries."""
    return public_page(version(), partial(_list, Search.of_query(request.args)))


def _list(search: Search) -> str:
    offered, page, query = choices(search, version()), queries.page_of_entries(search), search.query()
    return render_template(
        "register/register.html",
        page=page,
        search=search,
        chips=_chips(search, offered),
        offered=offered,
        first=FIRST,
        chosen=query,
        is_open=any(name not in {"q", "sort", *FIRST} for name in query),
        entry_url=entry_url,
        answer_words=answer_words,
        status_words=status_words(),
        sorts=_sorts(search),
        asked=f"?{urlencode(query)}".rstrip("?"),
        next_page=list_url({**query, "after": str(page.next_after)}) if page.next_after else None,
        previous_page=list_url({**query, "before": str(page.previous_before)}) if page.previous_before else None,
        first_page=list_url(query) if search.after or search.before else None,
    )


def _chips(search: Search, offered: Choices) -> list[Chip]:
    query = search.query()
    told = {name: offered.words(name, value) for name, value in query.items() if name != "sort"}
    if search.q:
        told["q"] = _("“%(words)s”", words=search.q)
    if search.as_of:
        told["as_of"] = _("As it stood on %(date)s", date=format_date(search.as_of))
    without = {name: {other: value for other, value in query.items() if other != name} for name in told}
    return [Chip(name, words, list_url(without[name])) for name, words in told.items()]


def _sorts(search: Search) -> list[tuple[str, str, bool]]:
    """Return the orders that are offered here, as (words, address, whether it is the present one)."""
    words = {Sort.NEWEST: _("newest"), Sort.OLDEST: _("oldest"), Sort.NAME: _("name")}
    if search.words or search.as_of:
        del words[Sort.NAME]
    rest = {name: value for name, value in search.query().items() if name != "sort"}
    chosen = {sort: {} if sort is Sort.NEWEST else {"sort": sort.value} for sort in words}
    return [(told, list_url(rest | chosen[sort]), sort is search.sort) for sort, told in words.items()]


@bp.get("/register/<number>/")
def entry(number: str) -> Response:
    """Show one entry, whatever its status."""
    return public_page(version(), partial(_entry, number))


def _entry(number: str) -> str:
    found = queries.entry_of(number[:60].upper())
    if found is None:
        raise EntryUnknown
    definition = charter_queries.definition_of(found.charter, found.charter_version)
    strands = definition.seal.strands
    seal = seal_svg(
        found.number, uid="e", size=220, label=_("Seal of %(number)s", number=found.number), strands=strands
    )
    extra = extra_answers(definition, found.extra)
    is_shown = any(item.slug == found.charter and item.enabled for item in known_charters())
    return render_template(
        "register/entry.html",
        entry=found,
        definition=definition,
        seal=seal,
        extra=extra,
        is_shown=is_shown,
        note=queries.note_of(found.number),
        namesakes=namesakes_of(found.number),
        kin=queries.kin_of(found.number),
        former_names=queries.former_names(found.number),
        placing=placing(found.number),
    )
