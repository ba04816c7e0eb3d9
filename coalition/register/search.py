"""What is looked for in the register? An address's query turned into a value; what it cannot mean is left out. Pure.

Which combinations are offered is decided here, because an index stands behind each: any filters with any order, but a
search for words, or for the register as it stood on a day, comes by number alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from coalition.organisations.names import search_words
from coalition.web.pagination import cursor_of

LONGEST_QUERY = 200
MOST_WORDS = 12
MOST_MARKS = 5
SIGNATORY, ENDORSER = "signatory", "endorser"
STATUSES = ("active", "suspended", "withdrawn", "delisted", "superseded")
EXTRA = "extra."
KEY = re.compile(r"[A-Za-z0-9_-]{1,60}", re.ASCII)
YEAR = re.compile(r"[12][0-9]{3}", re.ASCII)
DAY = re.compile(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}", re.ASCII)
FORMS = {"status": re.compile("|".join(STATUSES)), "year": YEAR}
FILTERS = ("country", "category", "charter", "capacity", "status", "year")


class Sort(StrEnum):
    """In which order entries come: by number, or by folded Latin name, else official name."""

    NEWEST = "newest"
    OLDEST = "oldest"
    NAME = "name"


@dataclass(frozen=True)
class Search:
    """What a reader looks for.

    `filters` by field and `marks` by the key of a charter's own choice; `after` or `before` is the key of the entry
    beside which the page lies; `as_of` asks for the register as it stood at the end of that day.
    """

    q: str = ""
    words: tuple[str, ...] = ()
    filters: tuple[tuple[str, str], ...] = ()
    marks: tuple[tuple[str, str], ...] = ()
    sort: Sort = Sort.NEWEST
    after: int | None = None
    before: int | None = None
    as_of: date | None = None

    @classmethod
    def of(cls, q: str, filters: Mapping[str, str], after: int | None = None) -> Search:
        """Make a search of typed text; unknown filters, empty ones and those that no value can have are left out."""
        return cls._of(q, filters, after=after)

    @classmethod
    def of_query(cls, query: Mapping[str, str]) -> Search:
        """Make a search of an address's query: `q`, filters, `extra.<key>`, `sort`, `after`, `before`, `as_of`."""
        after = cursor_of(query.get("after"))
        before = None if after else cursor_of(query.get("before"))
        return cls._of(query.get("q", ""), query, after=after, before=before, as_of=_day(query.get("as_of", "")))

    @classmethod
    def _of(
        cls,
        q: str,
        query: Mapping[str, str],
        *,
        after: int | None = None,
        before: int | None = None,
        as_of: date | None = None,
    ) -> Search:
        query = {**query, "country": query.get("country", "").upper()}
        typed = " ".join(q[:LONGEST_QUERY].encode("utf-8", "ignore").decode().split())
        words = tuple(search_words(typed)[:MOST_WORDS])
        names = [name for name in FILTERS if FORMS.get(name, KEY).fullmatch(query.get(name, ""))]
        sort = Sort.NEWEST if query.get("sort") not in list(Sort) else Sort(query["sort"])
        if sort is Sort.NAME and (words or as_of):
            sort = Sort.NEWEST
        return cls(
            q=typed,
            words=words,
            filters=tuple((name, query[name]) for name in names if not (as_of and name == "status")),
            marks=tuple(_marks(query)[:MOST_MARKS]),
            sort=sort,
            after=after,
            before=before,
            as_of=as_of,
        )

    @property
    def capacity(self) -> str:
        """In which capacity the entries have signed: endorsers are listed apart."""
        return dict(self.filters).get("capacity", SIGNATORY)

    @property
    def status(self) -> str:
        """The one status asked for; "" of all that are shown."""
        return dict(self.filters).get("status", "")

    @property
    def is_narrowed(self) -> bool:
        """Tell whether anything but the order was asked for."""
        return bool(self.q or self.filters or self.marks or self.as_of)

    def query(self) -> dict[str, str]:
        """Return what an address says to ask for this again, from the first page on."""
        asked = {"q": self.q} if self.q else {}
        asked |= dict(self.filters) | {f"{EXTRA}{key}": value for key, value in self.marks}
        if self.sort is not Sort.NEWEST:
            asked["sort"] = self.sort.value
        if self.as_of:
            asked["as_of"] = self.as_of.isoformat()
        return asked


def _marks(query: Mapping[str, str]) -> list[tuple[str, str]]:
    named = sorted((name.removeprefix(EXTRA), value) for name, value in query.items() if name.startswith(EXTRA))
    return [(key, value) for key, value in named if KEY.fullmatch(key) and KEY.fullmatch(value)]


def _day(text: str) -> date | None:
    """Return the day that an ISO date names; None of anything else."""
    try:
        return date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        return None
