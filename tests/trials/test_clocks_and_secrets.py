"""Two machines whose clocks differ by five seconds, secrets that are replaced: nobody who was let in is turned away."""

from __future__ import annotations

import re
from collections.abc import Callable, MutableMapping
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from coalition import tokens
from coalition.tokens import Purpose
from tests.factories import officers, signing
from tests.factories.browsing import ORGANISATION, PERSON, first_step, step
from tests.fixtures.times import MONDAY

pytestmark = pytest.mark.one_database
SKEW = timedelta(seconds=5)
OLD, NEW = "old" * 12, "new" * 12
Between = Callable[[], None]


def confirm_path(signature: Any) -> str:
    return f"/en/signatures/confirm/{tokens.sign(Purpose.CONFIRM, signing.link_of(signature).public_id)}"


def manage_path(signature: Any) -> str:
    return f"/en/signatures/manage/{tokens.sign(Purpose.MANAGE, signing.link_of(signature, 'manage').public_id)}"


def csrf_of(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found is not None
    return found[1]


def confirms(app: Flask, between: Between) -> list[int]:
    """Somebody opens the link that was mailed before, and is led on to "my signature"."""
    path, client = confirm_path(signing.submitted()), app.test_client()
    between()
    answer = client.post(path, data={"i_confirm": "y"})
    if answer.location is None:
        return [answer.status_code]
    return [answer.status_code, client.get(answer.location).status_code, client.get("/en/my-signature/").status_code]


def manages(app: Flask, between: Between) -> list[int]:
    """Somebody has exchanged the link for the cookie before."""
    path, client = manage_path(signing.verified()), app.test_client()
    opened = client.get(path).status_code
    between()
    return [opened, client.get("/en/my-signature/").status_code, client.get(path).status_code]


def signs(app: Flask, between: Between) -> list[int]:
    """Somebody has filled in the first step before."""
    client = app.test_client()
    first = client.post(first_step(), data=ORGANISATION)
    between()
    return [
        first.status_code,
        client.post(step("representative"), data=PERSON).status_code,
        client.get(step("proof")).status_code,
    ]


def decides(app: Flask, between: Between) -> list[int]:
    """An officer signed in before."""
    client = officers.signed_in(app)
    between()
    return [client.get("/admin/applications/").status_code]


def sends(app: Flask, between: Between) -> list[int]:
    """Somebody has loaded a form before, with the token that protects it."""
    app.config["WTF_CSRF_ENABLED"] = True
    client = app.test_client()
    form = {**ORGANISATION, "csrf_token": csrf_of(client.get(first_step()).text)}
    between()
    return [client.post(first_step(), data=form).status_code]


ON = "goes on"
WAYS = {confirms: [ON, ON, 200], manages: [ON, 200, ON], signs: [ON, ON, 200], decides: [200], sends: [ON]}
WITHOUT = {confirms: [404], manages: [ON, ON, 404], signs: [ON, ON, ON], decides: [ON], sends: [400]}


def read(statuses: list[int]) -> list[int | str]:
    """Take every way of leading on for the same."""
    return [ON if status in (302, 303) else status for status in statuses]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_visitor_when_the_next_machine_is_five_seconds_behind_goes_on(
    app: Flask, charter: str, settings: MutableMapping[str, Any], clock: time_machine.Traveller, way: Callable[..., Any]
) -> None:
    clock.move_to(MONDAY + SKEW)
    assert read(way(app, lambda: clock.move_to(MONDAY))) == WAYS[way]


def rotated(settings: MutableMapping[str, Any], *keys: str) -> None:
    """Put the settings as `config` would make them from COALITION_SECRET_KEYS, newest first."""
    settings["SECRET_KEYS"], settings["SECRET_KEY"] = keys, keys[0]
    settings["SECRET_KEY_FALLBACKS"] = list(keys[1:])
    settings["WTF_CSRF_SECRET_KEY"] = list(reversed(keys))


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_visitor_when_the_secret_was_replaced_and_the_old_one_is_still_listed_goes_on(
    app: Flask, charter: str, settings: MutableMapping[str, Any], way: Callable[..., Any]
) -> None:
    rotated(settings, OLD)
    assert read(way(app, lambda: rotated(settings, NEW, OLD))) == WAYS[way]


@pytest.mark.parametrize("way", WITHOUT, ids=lambda way: way.__name__)
def test_visitor_when_the_old_secret_is_dropped_is_not_let_in(
    app: Flask, charter: str, settings: MutableMapping[str, Any], way: Callable[..., Any]
) -> None:
    rotated(settings, OLD)
    assert read(way(app, lambda: rotated(settings, NEW))) == WITHOUT[way]


def test_session_when_it_comes_from_far_in_the_future_is_not_believed(
    app: Flask, charter: str, clock: time_machine.Traveller
) -> None:
    clock.move_to(MONDAY + timedelta(hours=1))
    client: FlaskClient = officers.signed_in(app)
    clock.move_to(MONDAY)
    assert client.get("/admin/applications/").status_code == 302
