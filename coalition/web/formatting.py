"""How do dates, numbers, sizes and countries read in the reader's language? Filters for templates and mails.

A moment always says that it is UTC. Which moment is shown, and sentences round it, do not belong here.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache

from babel import dates, numbers
from flask import Flask

from coalition.i18n import current_language
from coalition.i18n import gettext as _
from coalition.territories import names as territories

LOCALES = {"en": "en_GB"}
STEP = 1000


def _locale() -> str:
    language = current_language()
    return LOCALES.get(language, language)


@lru_cache(maxsize=4096)
def _date(value: date, locale: str) -> str:
    return dates.format_date(value, format="long", locale=locale)


@lru_cache(maxsize=4096)
def _number(value: float, locale: str) -> str:
    return numbers.format_decimal(value, locale=locale)


def format_date(value: date) -> str:
    """Return a day in words, such as 22 November 2026; of a moment, its day in UTC."""
    day = value.astimezone(UTC).date() if isinstance(value, datetime) else value
    return _date(day, _locale())


def format_month(text: str) -> str:
    """Return the month that "2026-11" names in words, such as November 2026."""
    return dates.format_skeleton("yMMMM", date.fromisoformat(f"{text}-01"), locale=_locale())


def format_datetime(value: datetime) -> str:
    """Return an aware moment with its zone, such as 22 November 2026, 14:00 (UTC)."""
    moment = value.astimezone(UTC)
    return str(_("%(date)s, %(time)s (UTC)", date=format_date(moment), time=moment.strftime("%H:%M")))


def format_moment(text: str) -> str:
    """Return the moment that a mail's values carry in ISO form."""
    return format_datetime(datetime.fromisoformat(text))


def format_day(text: str) -> str:
    """Return the day that a mail's values carry in ISO form."""
    return format_date(date.fromisoformat(text))


def format_number(value: float) -> str:
    """Return a number with the language's separators."""
    return _number(value, _locale())


def format_size(size: int) -> str:
    """Return a size in kB, from a million bytes on in MB with one decimal; never 0 for a file that has bytes."""
    if size < STEP * STEP:
        return str(_("%(number)s kB", number=format_number(max(round(size / STEP), 1 if size else 0))))
    return str(_("%(number)s MB", number=format_number(round(size / STEP / STEP, 1))))


def territory_name(code: str) -> str:
    """Return the name of the territory of that code."""
    return territories.name(code, current_language())


def with_capital(text: str) -> str:
    """Return a charter's noun as it begins a line: "city or company" → "City or company"."""
    return text[:1].upper() + text[1:]


def install(app: Flask) -> None:
    """Give templates the filters that are named here."""
    app.jinja_env.filters.update(
        date=format_date,
        datetime_utc=format_datetime,
        number=format_number,
        filesize=format_size,
        moment=format_moment,
        day=format_day,
        territory=territory_name,
        with_capital=with_capital,
    )
