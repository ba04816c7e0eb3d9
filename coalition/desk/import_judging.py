"""Can one row of a list come in? Its cells become values, or problems by column; pure.

What is known already, and which rows name the same party, is asked of the database elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email

from coalition.desk.import_columns import COLUMNS, needed
from coalition.desk.import_states import Kind, Landing
from coalition.organisations.names import clean_name, search_words

FORMULA = frozenset("=+-@")
GARBLED = re.compile("\N{REPLACEMENT CHARACTER}|Ã[\x80-\xbf©¨ª«´¶¹¼§±³º]|â€[\x80-\u2122]|Â[\xa0-\xbf]")
ADDRESS_MARKS = ("://", "www.", "@")
ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", re.ASCII)
DAY_FIRST = re.compile(r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})", re.ASCII)
EARLIEST = 1900
CAPACITIES = {"signatory": "signatory", "signataire": "signatory", "endorser": "endorser", "soutien": "endorser"}
NAMES = frozenset({"official_name", "latin_name", "acronym", "full_name", "role", "umbrella"})


@dataclass(frozen=True)
class Problem:
    """What is wrong with the cell of one column; `detail` fills the sentence's gap, `text` is what stood there."""

    column: str
    code: str
    detail: str = ""
    text: str = ""


@dataclass(frozen=True)
class Offered:
    """What a cell may say: folded words → the key that is kept; and by which day a signature lies in the future."""

    kind: Kind
    landing: Landing | None
    today: date
    countries: Mapping[str, str]
    forms: Mapping[str, str]
    categories: Mapping[str, str]
    languages: Mapping[str, str]


@dataclass
class Judged:
    """One row: what is kept of each column, and what is wrong."""

    values: dict[str, str]
    problems: list[Problem] = field(default_factory=list)


def folded(text: str) -> str:
    """Return words for comparison."""
    return " ".join(search_words(text))


def judge(cells: Mapping[str, str], *, offered: Offered) -> Judged:
    """Judge the cells of one row, by column."""
    judged = Judged({})
    for column in COLUMNS[offered.kind]:
        raw = cells.get(column.key, "")
        text = _unguarded(clean_name(raw))
        problem = _plain_problem(column.key, raw, text, most=column.most)
        if problem is None:
            text, problem = _value(column.key, text, offered)
        if problem is not None:
            judged.problems.append(Problem(column.key, problem[0], problem[1], text[:120]))
        judged.values[column.key] = text if problem is None else ""
    missing = [key for key in needed(offered.kind, offered.landing) if not clean_name(cells.get(key, ""))]
    judged.problems += [Problem(key, "missing") for key in missing]
    judged.problems += _between(judged.values, wrong={problem.column for problem in judged.problems})
    return judged


def _unguarded(text: str) -> str:
    """Return a cell without the apostrophe that our own exports set before what a spreadsheet would calculate."""
    return text[1:] if text[:1] == "'" and text[1:2] in FORMULA else text


Wrong = tuple[str, str] | None


def _plain_problem(key: str, raw: str, text: str, *, most: int) -> Wrong:
    """Say what no cell may be: a formula, too long, garbled by a wrong encoding, an address in a name."""
    if raw.lstrip()[:1] in FORMULA and not _is_signed_number(text):
        return "formula", ""
    if len(text) > most:
        return "too_long", str(most)
    if GARBLED.search(raw):
        return "garbled", ""
    if key in NAMES and any(sign in text.casefold() for sign in ADDRESS_MARKS):
        return "address", ""
    return None


def _is_signed_number(text: str) -> bool:
    return bool(re.fullmatch(r"[+-][0-9 ().-]+", text, re.ASCII))


def _value(key: str, text: str, offered: Offered) -> tuple[str, Wrong]:
    """Return what is kept of a cell; nothing is made of an empty one."""
    read = READERS.get(key)
    if not text or read is None:
        return text, None
    return read(text, offered)


def _date(text: str, offered: Offered) -> tuple[str, Wrong]:
    parts = ISO.fullmatch(text.partition(" ")[0].partition("T")[0])
    numbers = parts.groups() if parts else None
    if numbers is None and (parts := DAY_FIRST.fullmatch(text)):
        numbers = parts.groups()[::-1]
    try:
        day = date(*(int(number) for number in numbers or ()))
    except (TypeError, ValueError):
        return text, ("date_unreadable", "")
    if day > offered.today:
        return text, ("date_ahead", "")
    if day.year < EARLIEST:
        return text, ("date_unreadable", "")
    return day.isoformat(), None


def _country(text: str, offered: Offered) -> tuple[str, Wrong]:
    if len(text) == 2 and text.upper() in offered.countries.values():
        return text.upper(), None
    return _one_of(text, offered.countries, "country_unknown")


def _form(text: str, offered: Offered) -> tuple[str, Wrong]:
    return _one_of(text, offered.forms, "form_unknown")


def _category(text: str, offered: Offered) -> tuple[str, Wrong]:
    return _one_of(text, offered.categories, "category_unknown")


def _language(text: str, offered: Offered) -> tuple[str, Wrong]:
    return _one_of(text, offered.languages, "language_unknown")


def _capacity(text: str, offered: Offered) -> tuple[str, Wrong]:
    return _one_of(text, CAPACITIES, "capacity_unknown")


def _one_of(text: str, known: Mapping[str, str], code: str) -> tuple[str, Wrong]:
    found = known.get(folded(text))
    return (text, (code, "")) if found is None else (found, None)


def _website(text: str, offered: Offered) -> tuple[str, Wrong]:
    typed = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(typed)
        good = parts.scheme in ("http", "https") and "." in (parts.hostname or "") and not parts.username
        good = good and (parts.port is None or parts.port > 0) and " " not in typed
    except ValueError:
        good = False
    return (typed, None) if good else (text, ("website_wrong", ""))


def _email(text: str, offered: Offered) -> tuple[str, Wrong]:
    try:
        return validate_email(text, check_deliverability=False, test_environment=False).normalized, None
    except EmailNotValidError:
        return text, ("email_wrong", "")


READERS: Mapping[str, Callable[[str, Offered], tuple[str, Wrong]]] = {
    "signed_on": _date,
    "country": _country,
    "organisation_form": _form,
    "category": _category,
    "capacity": _capacity,
    "language": _language,
    "website": _website,
    "email": _email,
}


def _between(values: Mapping[str, str], *, wrong: set[str]) -> Iterator[Problem]:
    """Say what is wrong with cells that are each good alone."""
    person = (values.get("full_name", ""), values.get("email", ""))
    if any(person) and not all(person) and not wrong & {"full_name", "email"}:
        yield Problem("email" if person[0] else "full_name", "person_incomplete")
    umbrella = values.get("umbrella", "")
    if umbrella and folded(umbrella) == folded(values.get("official_name", "")):
        yield Problem("umbrella", "umbrella_itself", text=umbrella[:120])
