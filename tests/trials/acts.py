"""The acts that must stand whole or not at all, each as its user does it: sent once, and sent again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask
from werkzeug.test import TestResponse

from coalition import tokens
from coalition.tokens import Purpose
from tests.factories import signing
from tests.factories.browsing import step
from tests.trials.people import APPROVE, SIGNED, Desktop, Room, path_of

Send = Callable[[], TestResponse]


@dataclass(frozen=True)
class Act:
    """`prepare` returns what sends it, on something new each time; `again` is the status of what was done before."""

    name: str
    prepare: Callable[[], Send]
    again: int


def submit(app: Flask) -> Act:
    """The last step of signing."""
    desktop = Desktop(app)

    def prepare() -> Send:
        browser = desktop.browser(desktop.copy())
        return lambda: browser.post(step("review"), data=SIGNED)

    return Act("submit", prepare, again=302)


def confirm(app: Flask) -> Act:
    """The mailed link."""
    client = app.test_client()

    def prepare() -> Send:
        link = signing.link_of(signing.submitted()).public_id
        path = f"/en/signatures/confirm/{tokens.sign(Purpose.CONFIRM, link)}"
        return lambda: client.post(path, data={"i_confirm": "y"})

    return Act("confirm", prepare, again=404)


def approve(app: Flask) -> Act:
    """The last approval."""
    room = Room(app)

    def prepare() -> Send:
        path = path_of(room.nearly_active())
        return lambda: room.bens.post(path, data=APPROVE)

    return Act("approve", prepare, again=409)


ACTS: dict[str, Callable[[Flask], Act]] = {"submit": submit, "confirm": confirm, "approve": approve}
