"""Does every route stand in the matrix, and does it let in exactly whom the matrix says?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from http import HTTPStatus

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import IntegerConverter, Rule
from werkzeug.test import TestResponse

from coalition.accounts.permissions import MAY, Act, Role
from tests.architecture.routes import MAILED, PUBLIC, ROUTES, SAMPLES
from tests.factories.officers import signed_in

pytestmark = pytest.mark.one_database
SIGN_IN = "/admin/login"
SIGN_OUT = "POST /admin/logout"  # leads everybody to the sign-in page, as it should
CONVERTER = re.compile(r"<[^<>:]*:(?=\w+>)")


def routes(app: Flask) -> Iterator[tuple[str, Rule]]:
    """Every route as "METHOD rule"; HEAD and OPTIONS follow GET."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield f"{method} {CONVERTER.sub(r'<', rule.rule)}", rule


def ask(client: FlaskClient, route: str, rule: Rule) -> TestResponse:
    """Ask for a route with sample values that name nothing: who may enter is judged before what is there."""
    method = route.split(" ", maxsplit=1)[0]
    values = {name: sample(rule, name) for name in rule._converters} | dict(rule.defaults or {})
    _, path = rule.build(values, append_unknown=False) or ("", "")
    return client.open(path, method=method)


def sample(rule: Rule, name: str) -> str | int:
    return 1 if isinstance(rule._converters[name], IntegerConverter) else SAMPLES[name]


def is_turned_away(answer: TestResponse) -> bool:
    return answer.status_code == HTTPStatus.FORBIDDEN or answer.headers.get("Location", "").startswith(SIGN_IN)


def test_matrix_when_compared_has_a_row_for_each_route(app: Flask) -> None:
    assert {route for route, _ in routes(app)} == set(ROUTES)


def test_secretariat_route_when_read_says_the_matrix_own_permission(app: Flask) -> None:
    said = {
        route: getattr(app.view_functions[rule.endpoint], "required_act", "none said")
        for route, rule in routes(app)
        if rule.rule.startswith("/admin")
    }
    assert said == {route: act if isinstance(act, Act) else None for route, act in ROUTES.items() if " /admin" in route}


def test_permission_when_outside_the_secretariat_is_not_asked(app: Flask) -> None:
    assert [route for route, act in ROUTES.items() if isinstance(act, Act) and " /admin" not in route] == []


@pytest.mark.parametrize("role", [None, *Role])
def test_route_when_asked_for_lets_in_whom_the_matrix_says(app: Flask, role: Role | None) -> None:
    wrong = {}
    for route, rule in routes(app):
        client = app.test_client() if role is None else signed_in(app, role=role)
        answer = ask(client, route, rule)
        wanted = ROUTES.get(route)
        may_enter = wanted in (PUBLIC, MAILED) or (role is not None and wanted in MAY[role])
        is_wrong = is_turned_away(answer) == may_enter and route != SIGN_OUT
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or is_wrong:
            wrong[route] = (answer.status_code, answer.headers.get("Location"))
    assert wrong == {}


def test_stranger_when_asking_for_the_secretariat_is_led_to_sign_in(app: Flask, client: FlaskClient) -> None:
    statuses = {
        route: ask(client, route, rule).headers.get("Location", "").split("?")[0]
        for route, rule in routes(app)
        if isinstance(ROUTES.get(route), Act)
    }
    assert set(statuses.values()) == {SIGN_IN}


def test_mailed_route_when_asked_for_without_its_link_tells_nothing(app: Flask, client: FlaskClient) -> None:
    answers = {
        route: ask(client, route, rule).status_code for route, rule in routes(app) if ROUTES.get(route) == MAILED
    }
    refusals = (HTTPStatus.NOT_FOUND, HTTPStatus.FOUND, HTTPStatus.SEE_OTHER, HTTPStatus.FORBIDDEN)
    assert {route: status for route, status in answers.items() if status not in refusals} == {}
