"""A site on which something of everything is there, and the browsers of all who use it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import IntegerConverter, Rule

from coalition import tokens
from coalition.accounts.models import Officer
from coalition.extensions import db
from coalition.tokens import Purpose
from tests.architecture.routes import SAMPLES
from tests.factories import signing
from tests.factories.browsing import ORGANISATION, PERSON, first_step, step
from tests.factories.charters import SLUG
from tests.factories.officers import browser_of
from tests.review.conftest import Desk, desk
from tests.trials.people import my_signature

CONFIRM, DISOWN = "signatures.confirm", "signatures.disown"
MANAGE = "portal.manage"


class World:
    """Three people with their browsers: a visitor, a representative, an officer who holds that one's application."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.ada: Desk = desk("Ada")
        self.officer = browser_of(db.session.get_one(Officer, self.ada.id), app)
        self.held, self.published = signing.verified(), signing.active()
        self.ada.claim(self.held)
        self.reference, self.number = self.held.reference, self.published.register_number or ""
        self.representative = my_signature(app, self.held)
        self.visitor = app.test_client()
        self.begin_draft()

    def begin_draft(self) -> None:
        """Let the visitor fill in every step but the last."""
        self.visitor.post(first_step(), data=ORGANISATION)
        self.visitor.post(step("representative"), data=PERSON)
        self.visitor.post(step("proof"), data={}, content_type="multipart/form-data")

    @property
    def browsers(self) -> dict[str, FlaskClient]:
        """Everybody, with nobody in particular last."""
        return {
            "visitor": self.visitor,
            "representative": self.representative,
            "officer": self.officer,
            "nobody": self.app.test_client(),
        }

    def path_of(self, rule: Rule) -> str:
        """Return an address behind a rule, where something is there if possible."""
        values: dict[str, str | int] = {
            **SAMPLES,
            "charter": SLUG,
            "slug": SLUG,
            "ref": self.reference,
            "number": self.number,
        }
        if rule.endpoint in (CONFIRM, DISOWN):
            claim = signing.link_of(signing.submitted()).public_id
            values["token"] = tokens.sign(Purpose.CONFIRM if rule.endpoint == CONFIRM else Purpose.DISOWN, claim)
        if rule.endpoint == MANAGE:
            values["token"] = tokens.sign(Purpose.MANAGE, signing.link_of(self.held, "manage").public_id)
        integers = {name for name, kind in rule._converters.items() if isinstance(kind, IntegerConverter)}
        chosen = {name: 1 if name in integers else values[name] for name in rule._converters}
        _, path = rule.build(chosen | dict(rule.defaults or {}), append_unknown=False) or ("", "")
        return path

    def rules(self, method: str) -> Iterator[Rule]:
        """Return every rule that answers a method, in one order."""
        yield from sorted((rule for rule in self.app.url_map.iter_rules() if method in (rule.methods or ())), key=str)


class Forms(HTMLParser):
    """The forms of a page: where each is sent, and the names and preset values of its fields."""

    def __init__(self, page: str, path: str) -> None:
        super().__init__()
        self.path, self.found = path, dict[str, dict[str, str]]()
        self.inside: dict[str, str] | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            target = values.get("action") or self.path
            self.inside = self.found.setdefault(re.sub(r"[?#].*", "", target), {})
        if self.inside is not None and tag in ("input", "select", "textarea", "button") and values.get("name"):
            self.inside.setdefault(values["name"], values.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = None


def fields_of(world: World) -> dict[str, dict[str, str]]:
    """Return the fields of every form of the site by the path that it is sent to."""
    found: dict[str, dict[str, str]] = {}
    for rule in world.rules("GET"):
        path = world.path_of(rule)
        for browser in world.browsers.values():
            answer = browser.get(path)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                for target, fields in Forms(answer.text, path).found.items():
                    found.setdefault(target, {}).update(fields)
    return found
