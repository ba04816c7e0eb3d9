"""Organisations sign while the machine is failing: whoever read "check your inbox" is kept and gets the mail."""

from __future__ import annotations

import http.client
import http.cookiejar
import itertools
import os
import random
import re
import signal
import sqlite3
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.browser.server import Server
from tests.commands.processes import children, is_worker, wait_for
from tests.factories.browsing import ORGANISATION, PERSON, STATEMENTS, first_step, step
from tests.mail.postbox import Postbox, PostOffice

SIGNERS = 3
TURNS, SIGNATURES = 10, 8
LOST_MACHINES, LOST_MAILS = (4, 8), (2, 6)
LOST = (OSError, http.client.HTTPException)
STEPS: tuple[tuple[str, Mapping[str, str]], ...] = (
    (first_step(), ORGANISATION),
    (step("representative"), PERSON),
    (step("proof"), {}),
    (step("review"), {**STATEMENTS, "typed_name": PERSON["full_name"]}),
)


class Unfollowed(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Show the redirect itself: reading it is what counts as an answer."""


class Visitor:
    """A person at a browser, who loads a page again when the connection breaks."""

    def __init__(self, url: str, over: Callable[[], bool]) -> None:
        self.url, self.over = url, over
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(cookies, Unfollowed)
        self.statuses: Counter[int] = Counter()

    def ask(self, path: str, form: Mapping[str, str] | None = None) -> tuple[str, str]:
        """Return the page at `path` and where it leads to; raises one of LOST when the connection breaks."""
        data = urllib.parse.urlencode(form).encode() if form is not None else None
        try:
            with self.opener.open(f"{self.url}{path}", data, timeout=10) as answer:
                self.statuses[answer.status] += 1
                return answer.read().decode(), ""
        except urllib.error.HTTPError as other:
            with other:
                self.statuses[other.code] += 1
                elsewhere = other.headers.get("Location", "")
                return "" if elsewhere else other.read().decode(), elsewhere

    def send(self, path: str, values: Mapping[str, str]) -> str | None:
        """Fill in and send a step until it leads on; returns where to, None when the time is over before."""
        while not self.over():
            try:
                page, elsewhere = self.ask(path)
                if elsewhere:  # sent before, though the answer never came
                    return elsewhere
                token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
                assert token is not None, page
                page, elsewhere = self.ask(path, {**values, "csrf_token": token[1]})
            except LOST:
                time.sleep(0.05)
                continue
            assert elsewhere, [*re.findall(r"<h1>.*?</h1>", page), str(self.statuses)]
            return elsewhere
        return None


def sign(visitor: Visitor, number: int) -> str | None:
    """Walk all steps; returns the address of the one who was told to check the inbox."""
    changes = {
        "official_name": f"Réseau {number}",
        "registration_number": f"SN-{number}",
        "email": f"awa{number}@reseau.example.org",
    }
    place: str | None = None
    for path, values in STEPS:
        place = visitor.send(path, {name: changes.get(name, value) for name, value in values.items()})
        if place is None:
            return None
        if place.endswith("/check-inbox"):
            break
    assert place == step("check-inbox")
    return changes["email"]


class Calamity:
    """Kills a process at any moment, now and then all of them."""

    def __init__(self, server: Server, postbox: Postbox, signed: Callable[[], int]) -> None:
        self.server, self.postbox, self.signed = server, postbox, signed
        self.chance, self.killed = random.Random(7), 0

    def run(self) -> None:
        for turn in range(TURNS):
            self._let_somebody_sign()
            if turn in LOST_MACHINES:
                self.server.stop(signal.SIGKILL)  # the machine itself
                self.server.start()
                self.killed += 1
            elif turn in LOST_MAILS:
                wait_for(lambda: self.postbox.thinking)
                self._kill_one(is_worker)
            else:
                self._kill_one()

    def _let_somebody_sign(self) -> None:
        before, end = self.signed(), time.monotonic() + 1
        while self.signed() == before and time.monotonic() < end:
            time.sleep(0.02)
        time.sleep(self.chance.uniform(0, 0.3))

    def _kill_one(self, which: Callable[[int], bool] = bool) -> None:
        assert self.server.process is not None
        if running := [pid for pid in children(self.server.process.pid) if which(pid)]:
            os.kill(self.chance.choice(running), signal.SIGKILL)
            self.killed += 1


@pytest.fixture
def postbox() -> Postbox:
    """Slow enough that a worker can be killed with a mail in its hands."""
    return Postbox(pause=0.2)


@pytest.fixture
def server(tmp_path: Path, postbox: Postbox) -> Iterator[Server]:
    """A site with a mail server of its own."""
    with PostOffice(postbox) as office:
        running = Server(tmp_path / "data", COALITION_MAIL_URL=office.url)
        running.folder.mkdir()
        running.start()
        yield running
        running.stop(signal.SIGKILL)


def rows(server: Server, statement: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(server.folder / "coalition.sqlite3", timeout=10) as database:
        found = database.execute(statement).fetchall()
    database.close()
    return found


def mails_of(postbox: Postbox) -> dict[str, list[EmailMessage]]:
    sent: dict[str, list[EmailMessage]] = {}
    for mail in list(postbox.mails):
        sent.setdefault(str(mail["To"]), []).append(mail)
    return sent


def test_signatures_when_processes_are_killed_at_any_moment_are_all_kept_and_confirmed(
    server: Server, postbox: Postbox
) -> None:
    numbers, over, statuses, acknowledged = itertools.count(1), threading.Event(), Counter[int](), list[str]()

    def sign_one_after_another() -> None:
        while not over.is_set():
            visitor = Visitor(server.url, over.is_set)
            if address := sign(visitor, next(numbers)):
                acknowledged.append(address)
            statuses.update(visitor.statuses)

    calamity = Calamity(server, postbox, lambda: len(acknowledged))
    with ThreadPoolExecutor(SIGNERS) as threads:
        signing = [threads.submit(sign_one_after_another) for _ in range(SIGNERS)]
        try:
            calamity.run()
            wait_for(lambda: len(acknowledged) >= SIGNATURES)
        finally:
            over.set()
        for one in signing:
            one.result()
    assert calamity.killed >= TURNS - 2  # there may be nobody to kill at once after a kill
    assert sorted(statuses) == [200, 302]  # nobody saw an error that was not a broken line

    kept = [email for (email,) in rows(server, "SELECT email FROM representatives")]
    assert len(kept) == len(set(kept))  # sending again signs nothing twice
    assert set(acknowledged) <= set(kept)
    acts = rows(server, "SELECT count(*) FROM audit_records WHERE act = 'submit'")
    assert acts == [(len(kept),)] == rows(server, "SELECT count(*) FROM outbox_messages")

    postbox.pause = 0
    # A mail in the hands of a killed worker waits for the end of its lease; the test does not.
    rows(server, "UPDATE outbox_messages SET leased_until = '2000-01-01 00:00:00.000000' WHERE state = 'waiting'")
    wait_for(lambda: set(kept) <= set(mails_of(postbox)))
    wait_for(lambda: rows(server, "SELECT DISTINCT state FROM outbox_messages") == [("sent",)])
    for mails in mails_of(postbox).values():  # a second copy is the same mail
        assert len({str(mail["Message-ID"]) for mail in mails}) == 1

    text = mails_of(postbox)[acknowledged[0]][0].get_body(("plain",))
    assert text is not None
    link = re.search(rf"{re.escape(server.url)}(/en/signatures/confirm/\S+)", text.get_content())
    assert link is not None
    page, _ = Visitor(server.url, over.is_set).ask(link[1])
    assert 'name="i_confirm"' in page
