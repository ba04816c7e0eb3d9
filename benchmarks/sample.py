"""What figures are measured on: a site with N entries on its register, on this machine's disk, and bare pages."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

from flask import Flask, render_template
from jinja2 import DictLoader

import config
from benchmarks.measuring import quiet_environment
from coalition.app import create_app
from coalition.commands.init import prepare
from coalition.extensions import db
from coalition.organisations.names import name_key, search_words
from coalition.register import operations
from coalition.register.entry import Entry, Status
from coalition.transactions import transaction

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
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
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
        signed_on=signed,
        published_on=signed + timedelta(days=20),
        ended_on=None,
    )
    words = " ".join(search_words(f"{name} {entry.latin_name} {entry.acronym}"))
    operations.publish(entry=entry, prefix="ICSSE", name_key=name_key(name), words=words)


BARE_PAGE = """<!doctype html>
<html lang="en" dir="ltr">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Register</title>
    <link rel="stylesheet" href="/static/site.css">
  </head>
  <body>
    <h1>Register</h1>
    <table>
      <thead><tr><th>Organisation</th><th>Country</th><th>Category</th><th>Signed</th><th>Status</th></tr></thead>
      <tbody>
        {%- for row in rows %}
        <tr>
          <td><a href="/en/register/{{ row.number }}/"><bdi>{{ row.official_name }}</bdi></a>
            {% if row.latin_name %}<bdi>{{ row.latin_name }}</bdi>{% endif %} {{ row.acronym }}</td>
          <td>{{ row.country }}</td><td>{{ row.category }}</td><td>{{ row.signed_on }}</td><td>{{ row.status }}</td>
        </tr>
        {%- endfor %}
      </tbody>
    </table>
  </body>
</html>
"""


def bare(rows: list[dict[str, Any]]) -> Flask:
    """Make the anchor: Flask and one Jinja template, these rows in memory, no database, no session, no extension."""
    app = Flask("bare")
    app.jinja_loader = DictLoader({"bare.html": BARE_PAGE})  # type: ignore[assignment]

    @app.get("/page")
    def page() -> str:
        return render_template("bare.html", rows=rows)

    @app.get("/word")
    def word() -> str:
        return "ok"

    return app


def newest_rows(app: Flask) -> list[dict[str, Any]]:
    """Return the rows of the register's first page as plain values."""
    from coalition.register.queries import Search, page_of_entries

    with app.app_context():
        return [dict(row._mapping) for row in page_of_entries(Search()).rows]
