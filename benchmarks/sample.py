"""What figures are measured on: a site with N entries on its register, on this machine's disk."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

from flask import Flask

import config
from benchmarks.measuring import quiet_environment
from coalition import clock
from coalition.app import create_app
from coalition.commands.init import prepare
from coalition.extensions import db
from coalition.organisations.names import name_key, search_words
from coalition.register import operations
from coalition.register.entry import Entry, Status
from coalition.register.queries import Search, page_of_entries
from coalition.transactions import transaction

DISK = Path("/var/tmp")  # /tmp may be memory, where keeping costs nothing
COUNTRIES = ("SN", "FR", "BR", "CA", "ES", "KR", "MA", "CO", "MX", "IT")
CATEGORIES = ("member_based", "action_advocacy", "international_network")
NAMES = (
    "Réseau Économie Sociale",
    "Cooperativa de Trabajo",
    "شبكة الاقتصاد التضامني",
    "社会的経済ネットワーク",
    "Hợp tác xã",
    "Federation of Mutuals",
)


@contextmanager
def site(entries: int = 0, **settings: Any) -> Iterator[Flask]:
    """Make a site as development runs it, without its file watching, with so many published entries."""
    with tempfile.TemporaryDirectory(dir=DISK) as folder:
        environment = quiet_environment(COALITION_DATA_DIR=folder, COALITION_PUBLIC_URL="http://127.0.0.1:8000")
        with mock.patch.dict(os.environ, environment, clear=True):
            chosen = config.Development()
            chosen.TEMPLATES_AUTO_RELOAD = False
            for name, value in settings.items():
                setattr(chosen, name, value)
            app = create_app(chosen)
        with app.app_context():
            prepare()
            with transaction():
                for number in range(entries):
                    _publish(number)
            db.session.remove()
        try:
            yield app
        finally:
            with app.app_context():
                db.session.remove()
                db.engine.dispose()


def _publish(number: int) -> None:
    name = f"{NAMES[number % len(NAMES)]} {number}"
    signed = date(2024, 1, 1) + timedelta(days=number % 700)
    entry = Entry(
        number="",
        charter="icsse-charter",
        charter_version=1,
        capacity="signatory",
        status=Status.ACTIVE,
        official_name=name,
        latin_name=f"Network {number}",
        acronym=f"N{number}",
        aliases="",
        country=COUNTRIES[number % len(COUNTRIES)],
        organisation_form="network",
        category=CATEGORIES[number % len(CATEGORIES)],
        website=f"https://n{number}.example.org/",
        description="We bring together cooperatives around the river.",
        representative="",
        extra={},
        signed_on=signed,
        published_on=signed + timedelta(days=20),
        ended_on=None,
    )
    words = " ".join(search_words(f"{name} {entry.latin_name} {entry.acronym}"))
    operations.publish(entry=entry, prefix="ICSSE", name_key=name_key(name), words=words, now=clock.now())


def first_page(app: Flask) -> tuple[str, list[dict[str, Any]]]:
    """Return the HTML of the register's first page and its rows as plain values, in the words that the page uses."""
    html = app.test_client().get("/en/register/").get_data(as_text=True)
    with app.app_context():
        rows = [dict(row._mapping) for row in page_of_entries(Search()).rows]
    cells = re.findall(r'<td role="cell" data-l="[^"]*"[^>]*>(.*?)</td>', html)
    shown = [cells[number : number + 4] for number in range(0, len(cells), 4)]
    words = ("country", "category", "signed", "number")
    return html, [
        {key: str(value) for key, value in row.items()}
        | {f"{word}_shown": cell for word, cell in zip(words, four, strict=True)}
        for row, four in zip(rows, shown, strict=True)
    ]
