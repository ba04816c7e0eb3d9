"""Every route × every method × everybody, over a site on which something is there: is each let in, or turned away?

The rows stand in `routes.py`; that each route has one is asked in `test_routes.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from coalition.accounts.permissions import MAY, Act, Role
from tests.architecture.routes import MAILED, PUBLIC, ROUTES
from tests.architecture.test_routes import CONVERTER, is_turned_away
from tests.factories.officers import signed_in
from tests.trials.world import World

pytestmark = pytest.mark.one_database
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
REPRESENTATIVE, NOBODY = "representative", "nobody"
MINE = "/<language>/my-signature/"
WITHOUT_TOKEN = {  # what a page of nobody's session posts to: nothing is kept of it, or programs send it
    "POST /<language>/verify/",
    "POST /api/v1/charters/<slug>/assessments",
    "POST /api/v1/certificates/inspections",
    "POST /display.css",  # how this browser shows the pages
    "POST /<language>/contact/",  # a stranger's letter rests on nobody's rights; its page is kept by caches
    "POST /<language>/register/<number>/report",
    "POST /<language>/register/<number>/extract/",  # says what the entry's page says; caches keep the page
}
ENDING = {"POST /admin/applications/<ref>/recuse"}  # whoever steps back may act on that application no more
LEADS_OUT = {"POST /admin/logout"}  # leads everybody to the sign-in page, as it should


def row_of(method: str, rule: Rule) -> str:
    return f"{'GET' if method == 'HEAD' else method} {CONVERTER.sub(r'<', rule.rule)}"


def asked(world: World, method: str) -> Iterator[tuple[str, Rule]]:
    """Return every row of a method with its rule; what keeps the same officer from other acts comes last."""
    rows = [(row_of(method, rule), rule) for rule in world.rules(method)]
    yield from sorted(rows, key=lambda found: found[0] in ENDING)


def client_of(who: str, world: World, app: Flask) -> FlaskClient:
    if who == REPRESENTATIVE:
        return world.representative
    return app.test_client() if who == NOBODY else signed_in(app, role=Role(who))


def expected(row: str, who: str) -> str:
    """Say what becomes of somebody who asks: the one table, by the row's kind and the role."""
    wanted = ROUTES[row]
    if isinstance(wanted, Act):
        return "in" if who in set(Role) and wanted in MAY[Role(who)] else "away"
    assert wanted in (PUBLIC, MAILED)
    return "in"


def found(status: int, turned_away: bool) -> str:
    return "away" if turned_away else "in" if status < 500 else str(status)


@pytest.mark.parametrize("who", [NOBODY, REPRESENTATIVE, *(role.value for role in Role)])
def test_route_when_something_is_there_lets_in_whom_its_row_says(app: Flask, charter: str, who: str) -> None:
    world = World(app)
    wrong = {}
    for method in ("GET", "HEAD", "POST"):
        client = client_of(who, world, app)
        for row, rule in asked(world, method):
            if row in LEADS_OUT:
                continue
            answer = client.open(world.path_of(rule), method=method)
            if (told := found(answer.status_code, is_turned_away(answer))) != expected(row, who):
                wrong[f"{method} {row}"] = (told, answer.status_code)
    assert wrong == {}


def test_my_signature_when_asked_for_opens_for_its_representative_alone(app: Flask, charter: str) -> None:
    world = World(app)
    pages = [rule for row, rule in asked(world, "GET") if row.startswith(f"GET {MINE}") and ROUTES[row] == MAILED]
    assert len(pages) > 3
    for who in (NOBODY, *(role.value for role in Role)):
        client = client_of(who, world, app)
        statuses = {rule.endpoint: client.get(world.path_of(rule)).status_code for rule in pages}
        assert set(statuses.values()) <= {302, 303}, (who, statuses)
    opened = {rule.endpoint: world.representative.get(world.path_of(rule)).status_code for rule in pages}
    assert (opened["portal.my_signature"], opened["portal.details"]) == (200, 200)
    assert set(opened.values()) <= {200, 303, 404}


def test_route_when_asked_by_another_method_refuses_it(app: Flask, charter: str) -> None:
    world = World(app)
    wrong = {}
    by_path: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        by_path.setdefault(world.path_of(rule), set()).update(rule.methods or ())
    for path, methods in by_path.items():
        for method in set(METHODS) - methods:
            answer = world.officer.open(path, method=method)
            if answer.status_code not in (400, 404, 405):
                wrong[f"{method} {path}"] = answer.status_code
    assert wrong == {}


def test_form_when_sent_without_its_token_acts_for_nobody(
    app: Flask, charter: str, settings: MutableMapping[str, Any]
) -> None:
    world = World(app)
    settings["WTF_CSRF_ENABLED"] = True
    statuses = {row: world.officer.post(world.path_of(rule)).status_code for row, rule in asked(world, "POST")}
    assert {row for row, status in statuses.items() if status != 400} <= WITHOUT_TOKEN
