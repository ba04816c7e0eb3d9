"""Where are signatories, and how many? The world map, every country with its count, and the register in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from flask import Blueprint, Response, render_template, request

from coalition.i18n import current_language, localised
from coalition.i18n import gettext as _
from coalition.register.choices import Choices, choices, form_words, list_url, version
from coalition.register.search import Search
from coalition.register.statistics import Share, Statistics, shares_by_country, statistics
from coalition.territories import names as territories
from coalition.territories import outline
from coalition.web.caching import kept_for, public_page
from coalition.web.formatting import format_month

bp = Blueprint("register_figures", __name__)

CLASSES = (1, 4, 10, 20)
BY_NAME = "name"
LONGEST_BAR = 240
MOST_COUNTRIES = 20


@dataclass(frozen=True)
class Dot:
    """A country on the map: where its point lies, which class its count belongs to, and its name with the count."""

    x: int
    y: int
    size: int
    words: str


@dataclass(frozen=True)
class Line:
    """One line of a table of numbers with the length of its bar."""

    words: str
    number: int
    length: int
    href: str = ""


@bp.get("/register/map")
def world_map() -> Response:
    """Show where signatories are: dots on a map, and every country in a table."""
    return public_page(version(), partial(_map, is_by_name=request.args.get("sort") == BY_NAME))


def _map(*, is_by_name: bool) -> str:
    shares = kept_for(version(), "countries", shares_by_country)
    lines = [(territories.name(share.key, current_language()), share) for share in shares]
    if is_by_name:
        places = {code: place for place, code in enumerate(territories.names(current_language()))}
        lines.sort(key=lambda line: places.get(line[1].key, len(places)))
    return render_template(
        "register/map.html",
        width=outline.WIDTH,
        height=outline.HEIGHT,
        land=outline.land(),
        dots=_dots(shares),
        classes=_classes(),
        lines=[(words, share.signatories, list_url({"country": share.key})) for words, share in lines],
        is_by_name=is_by_name,
        signatories=sum(share.signatories for share in shares),
    )


def _dots(shares: tuple[Share, ...]) -> list[Dot]:
    """Return the dots, largest first, so that none hides a smaller one."""
    found = []
    for share in shares:
        if (point := outline.point(share.key)) is not None:
            words = f"{territories.name(share.key, current_language())}: {share.signatories}"
            found.append(Dot(*point, sum(share.signatories >= least for least in CLASSES), words))
    return sorted(found, key=lambda dot: -dot.size)


def _classes() -> list[tuple[int, str]]:
    """Return every size of a dot with what it stands for."""
    told = [_("%(least)s to %(most)s", least=least, most=above - 1) for least, above in pairwise(CLASSES)]
    return list(enumerate([*told, _("%(least)s or more", least=CLASSES[-1])], start=1))


@bp.get("/register/statistics")
def figures() -> Response:
    """Show the register in numbers."""
    return public_page(version(), _figures)


def _figures() -> str:
    found = kept_for(version(), "statistics", statistics)
    offered = choices(Search(), version())
    most = max((line.total for line in found.by_year), default=0)
    years = [{**vars(line), "length": _length(line.total, most)} for line in found.by_year]
    countries = [(_country(share), share.signatories, {"country": share.key}) for share in found.by_country]
    forms: list[tuple[str, int, dict[str, str]]] = [
        (form_words(share.key, offered.definitions.values()), share.signatories, {})
        for share in found.by_form
        if share.key
    ]
    return render_template(
        "register/statistics.html",
        found=found,
        years=years,
        months=_lines([(format_month(line.period), line.published, {}) for line in found.by_month]),
        countries=_lines(countries[:MOST_COUNTRIES]),
        categories=_lines(_categories(found, offered)),
        forms=_lines(forms),
        longest=LONGEST_BAR,
    )


def _country(share: Share) -> str:
    return territories.name(share.key, current_language())


def _categories(found: Statistics, offered: Choices) -> list[tuple[str, int, dict[str, str]]]:
    """Return the categories with their charter's name where there are several charters."""
    charters = {share.charter for share in found.by_category}

    def told(share: Share) -> str:
        words, definition = offered.category(share.charter, share.key), offered.definitions.get(share.charter)
        if len(charters) < 2 or definition is None:
            return words
        return _("%(category)s (%(charter)s)", category=words, charter=localised(definition.short_title))

    return [
        (told(share), share.signatories, {"charter": share.charter, "category": share.key})
        for share in found.by_category
    ]


def _lines(numbers: Sequence[tuple[str, int, dict[str, str]]]) -> list[Line]:
    """Return lines with bars in proportion; those with a query lead to the entries they count."""
    most = max((number for _words, number, _query in numbers), default=0)
    return [
        Line(words, number, _length(number, most), list_url(query) if query else "") for words, number, query in numbers
    ]


def _length(number: int, most: int) -> int:
    """Return the length of a bar; whatever is there at all can be seen."""
    return max(round(LONGEST_BAR * number / most), 1) if number > 0 else 0
