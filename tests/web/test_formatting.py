from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from flask import Flask

from coalition.i18n import force_language
from coalition.web import formatting

pytestmark = pytest.mark.one_database
EVENING_IN_DAKAR = datetime(2026, 11, 22, 14, 5, 59, tzinfo=UTC)


@pytest.mark.parametrize(("language", "words"), [("en", "22 November 2026"), ("fr", "22 novembre 2026")])
def test_date_when_shown_is_in_words(app: Flask, language: str, words: str) -> None:
    with force_language(language):
        assert formatting.format_date(date(2026, 11, 22)) == words


def test_date_of_a_moment_is_its_day_in_utc(app: Flask) -> None:
    late_in_tokyo = datetime(2026, 11, 23, 1, 0, tzinfo=timezone(timedelta(hours=9)))
    with force_language("en"):
        assert formatting.format_date(late_in_tokyo) == "22 November 2026"


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=-3))])
def test_moment_when_shown_says_utc_whatever_its_own_zone(app: Flask, zone: timezone) -> None:
    with force_language("en"):
        told = formatting.format_datetime(EVENING_IN_DAKAR.astimezone(zone))
    assert told == "22 November 2026, 14:05 (UTC)"


@pytest.mark.parametrize(
    ("language", "words"), [("en", ["0", "1,234", "0.5"]), ("fr", ["0", "1\N{NARROW NO-BREAK SPACE}234", "0,5"])]
)
def test_number_when_shown_has_the_separators_of_its_language(app: Flask, language: str, words: list[str]) -> None:
    with force_language(language):
        assert [formatting.format_number(number) for number in (0, 1234, 0.5)] == words


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 kB"), (1, "1 kB"), (84_400, "84 kB"), (999_499, "999 kB"), (1_000_000, "1 MB"), (2_349_000, "2.3 MB")],
)
def test_size_when_shown_is_rounded_but_never_nothing(app: Flask, size: int, words: str) -> None:
    with force_language("en"):
        assert formatting.format_size(size) == words


def test_filters_when_used_in_a_template_speak_its_language(app: Flask) -> None:
    template = app.jinja_env.from_string(
        "{{ day|date }} · {{ at|datetime_utc }} · {{ 5000|number }} · {{ 5000|filesize }} · {{ 'DE'|territory }}"
    )
    with force_language("en"):
        told = template.render(day=date(2026, 3, 1), at=EVENING_IN_DAKAR)
    assert told == "1 March 2026 · 22 November 2026, 14:05 (UTC) · 5,000 · 5 kB · Germany"


def test_time_macros_when_used_carry_the_machine_form(app: Flask) -> None:
    source = '{% import "_macros/times.html" as times %}{{ times.day(day) }} {{ times.moment(at) }}'
    with force_language("en"):
        told = app.jinja_env.from_string(source).render(day=date(2026, 3, 1), at=EVENING_IN_DAKAR)
    assert told == (
        '<time datetime="2026-03-01">1 March 2026</time> '
        '<time datetime="2026-11-22T14:05:59+00:00">22 November 2026, 14:05 (UTC)</time>'
    )
