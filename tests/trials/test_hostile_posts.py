"""Hundreds of hostile posts to every form, by everybody: no error of ours, no long wait, nothing that runs."""

from __future__ import annotations

import time
from collections import Counter

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coalition.mail import delivery
from tests.factories import signing
from tests.factories.browsing import ORGANISATION, PERSON, STATEMENTS
from tests.fixtures.mails import Outbox, Recorder
from tests.trials import nasty
from tests.trials.nasty import MARK
from tests.trials.walking import Markup, wrong_in
from tests.trials.world import World, fields_of

EXAMPLES, LEAST = 12, 300
LONGEST_WORK, LONGEST_SECONDS = 2.0, 10.0  # of this thread alone, and by the clock: other tests share the machine
GOOD = {**ORGANISATION, **PERSON, **STATEMENTS, "typed_name": PERSON["full_name"], "signer": "me", "i_confirm": ""}
TEXTS = ("official_name", "latin_name", "acronym", "aliases", "registration_number", "description")

SAID = [
    one for one in nasty.VALUES if MARK in one and "\x00" not in one and "\ud800" not in one
]  # what forms let through


def test_forms_when_hostile_posts_come_answer_soon_and_never_with_an_error_of_ours(app: Flask, charter: str) -> None:
    world = World(app)
    forms = fields_of(world)
    rules = [rule for rule in world.rules("POST") if rule.endpoint != "accounts.logout"]
    statuses: Counter[int] = Counter()
    slow: dict[str, float] = {}
    broken: dict[str, str] = {}

    @settings(
        max_examples=EXAMPLES, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(st.data())
    def post_to_every_form(data: st.DataObject) -> None:
        for rule in rules:
            path = world.path_of(rule)
            preset = {name: GOOD.get(name, value) for name, value in (forms.get(path) or GOOD).items()}
            pairs = nasty.spoiled(preset, data.draw(nasty.changes), data.draw(nasty.unknown))
            kind, files = data.draw(nasty.kinds), data.draw(st.frozensets(st.integers(0, 20), max_size=3))
            body = nasty.body_of(pairs, kind, files=files)
            name = data.draw(st.sampled_from(("visitor", "representative", "officer", "nobody")))
            begun, working = time.perf_counter(), time.thread_time()
            answer = world.browsers[name].post(path, data=body, content_type=kind)
            took, worked = time.perf_counter() - begun, time.thread_time() - working
            statuses[answer.status_code] += 1
            if took > LONGEST_SECONDS or worked > LONGEST_WORK:
                slow[path] = took
            if wrong := wrong_in(answer):
                broken[f"{path} {kind} by {name}"] = f"{wrong} {body[:400]!r}"

    post_to_every_form()
    assert (broken, slow) == ({}, {})
    assert statuses.total() >= LEAST
    assert set(statuses) <= {200, 302, 303, 400, 403, 404, 405, 409, 413, 415, 422, 429}
    walk(world)


def walk(world: World) -> None:
    """Open every page as everybody, and see that nothing which was typed is more than text."""
    wrong = {}
    for rule in world.rules("GET"):
        path = world.path_of(rule)
        for name, browser in world.browsers.items():
            if found := wrong_in(browser.get(path)):
                wrong[f"{path} as {name}"] = found
    assert wrong == {}


@pytest.mark.one_database  # templates and files, not what is kept
def test_pages_and_mails_when_an_organisation_is_named_by_hostile_words_show_them_as_text(
    app: Flask, charter: str
) -> None:
    for number, value in enumerate(SAID):
        text = f"{value[:180]} {number}"
        typed = dict.fromkeys((*TEXTS, "full_name", "role"), text)
        (signing.active if number % 2 else signing.verified)(**typed, publish_name=True)
    world = World(app)
    world.ada.note(world.held, nasty.VALUES[0])
    walk(world)
    for path in (f"/admin/applications/?q={MARK}&tab=all", f"/en/register/?q={MARK}", f"/api/v1/signatories?q={MARK}"):
        answer = world.officer.get(path)
        assert (wrong_in(answer), MARK in answer.text) == ([], True)
    outbox = Outbox()
    delivery.run_due(transport=Recorder(outbox))
    assert len(outbox) > 10
    assert [wrong for mail in outbox for wrong in Markup(mail.html).wrong] == []
    assert {len(mail.get_all("To") or ()) for mail in outbox} == {1}
    assert [mail["Bcc"] for mail in outbox if mail["Bcc"]] == []
