"""Where does a page's time go when nothing is kept? Statements, templates and the rest, in CPU, at 10,000 entries.

Every kept answer is switched off, so this is what the first reader of a second pays. The anchor is the bare Flask and
Jinja page of the register's 25 rows, in the same process and run. Nothing is promised of single pages here.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from flask import Flask
from jinja2 import Template
from sqlalchemy import event
from sqlalchemy.engine import Engine
from werkzeug.test import EnvironBuilder

from benchmarks.bare import bare
from benchmarks.measuring import Figure
from benchmarks.sample import first_page, site
from tests.factories import officers, signing

CALLS = 30
ROUNDS = 5
CHARTER = "/en/charters/icsse-charter/"
ANSWERS = "organisation_form=network&sse_members=all&acts_for_sse=yes&is_sse=yes"
PUBLIC = (
    "/en/",
    "/en/about/",
    CHARTER,
    f"{CHARTER}eligibility/",
    f"{CHARTER}eligibility/result?organisation_form=individual",
    f"{CHARTER}sign/organisation?{ANSWERS}&international_dimension=yes&independent=yes&surplus_reinvested=yes",
    "/en/register/",
    "/en/register/?q=network",
    "/en/register/?country=SN&sort=name",
    "/en/register/ICSSE-00042/",
    "/en/register/map",
    "/en/register/statistics",
    "/en/verify/",
    "/api/v1/signatories",
)
DESK = ("/admin/applications/", "/admin/applications/{reference}/")


@dataclass
class Spent:
    """CPU seconds of statements and of templates, and how many statements there were."""

    statements: int = 0
    in_statements: float = 0
    in_templates: float = 0
    begun: list[float] = field(default_factory=list)


def measure() -> list[Figure]:
    """Ask for every page many times."""
    with site(10_000, VERSION_SECONDS=0.0) as app, app.app_context():
        anchor = _cost(_asking(bare(*first_page(app)), "/page"))
        figures = [_figure(app, path, anchor=anchor) for path in PUBLIC]
        reference = str(signing.verified().reference)
        cookie = officers.signed_in(app).get_cookie("coalition")
        assert cookie is not None
        headers = {"Cookie": f"coalition={cookie.value}"}
        desk = [path.format(reference=reference) for path in DESK]
        return figures + [_figure(app, path, anchor=anchor, headers=headers) for path in desk]


def _figure(app: Flask, path: str, *, anchor: float, headers: dict[str, str] | None = None) -> Figure:
    ask = _asking(app, path, headers)
    seconds = _cost(ask)
    with _watching() as spent:
        for _ in range(CALLS):
            ask()
    statements, sql, templates = (n / CALLS for n in (spent.statements, spent.in_statements, spent.in_templates))
    ours = f"{seconds * 1000:.2f} ms: {statements:.0f} statements {sql * 1000:.2f}, templates {templates * 1000:.2f}"
    name = f"not kept: {path.partition('?')[0]}{'?…' if '?' in path else ''}"
    return Figure(name, ours, f"{anchor * 1000:.2f} ms", f"{seconds / anchor:.1f} ×", "–", None)


def _asking(app: Flask, path: str, headers: dict[str, str] | None = None) -> Callable[[], None]:
    environ = EnvironBuilder(path, headers=headers, base_url="http://127.0.0.1:8000").get_environ()

    def ask() -> None:
        told: list[str] = []
        answer = app(dict(environ), lambda status, *_rest: told.append(status))  # type: ignore[arg-type,func-returns-value,return-value]
        b"".join(answer)
        assert told == ["200 OK"], (path, told)

    return ask


def _cost(ask: Callable[[], None]) -> float:
    """Return the median CPU seconds of one request, over rounds, after one that does not count."""
    rounds = []
    for _ in range(ROUNDS + 1):
        begun = time.process_time()
        for _ in range(CALLS):
            ask()
        rounds.append((time.process_time() - begun) / CALLS)
    return statistics.median(rounds[1:])


@contextmanager
def _watching() -> Iterator[Spent]:
    spent = Spent()
    render = Template.render

    def before(*_told: Any) -> None:
        spent.statements += 1
        spent.begun.append(time.process_time())

    def after(*_told: Any) -> None:
        spent.in_statements += time.process_time() - spent.begun.pop()

    def rendering(template: Template, *values: Any, **named: Any) -> str:
        begun = time.process_time()
        try:
            return render(template, *values, **named)
        finally:
            spent.in_templates += time.process_time() - begun

    event.listen(Engine, "before_cursor_execute", before)
    event.listen(Engine, "after_cursor_execute", after)
    try:
        with mock.patch.object(Template, "render", rendering):
            yield spent
    finally:
        event.remove(Engine, "before_cursor_execute", before)
        event.remove(Engine, "after_cursor_execute", after)
