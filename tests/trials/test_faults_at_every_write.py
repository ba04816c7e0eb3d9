"""A statement fails or the process is killed at each write of an act: all of it stands or nothing, and it can be done.

Submitting, confirming and the last approval, on pages as people use them. The certificate's job has a trial of its own.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pytest
from flask import Flask

from tests.trials.acts import ACTS, Act
from tests.trials.ledger import broken_chains, census, change, damage
from tests.trials.sabotage import failing, killed, writes

DONE = 302


@dataclass(frozen=True)
class Measured:
    """An act with what it does when nothing goes wrong: how many writes, and what they leave."""

    act: Act
    writes: int
    leaves: dict[str, int]


@pytest.fixture(params=sorted(ACTS))
def measured(stage: Flask, request: pytest.FixtureRequest) -> Measured:
    act = ACTS[request.param](stage)
    assert act.prepare()().status_code == DONE  # the first of its kind also makes rows that all later ones share
    send = act.prepare()
    before = census()
    with writes() as statements:
        assert send().status_code == DONE
    assert len(statements) > 4
    return Measured(act, len(statements), change(before, census()))


def stands_once(measured: Measured, before: Counter[str]) -> None:
    """See that everything of the act stands, one time."""
    assert change(before, census()) == measured.leaves
    assert broken_chains() == []


def test_act_when_a_write_fails_leaves_nothing_says_so_and_can_be_repeated(measured: Measured) -> None:
    for place in range(measured.writes):
        send = measured.act.prepare()
        before = census()
        with failing(place):
            refused = send()
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")
        assert "Try again in a minute." in refused.text
        assert change(before, census()) == {}
        assert send().status_code == DONE
        stands_once(measured, before)
        assert send().status_code == measured.act.again
        stands_once(measured, before)
    assert damage() == []


def test_act_when_the_process_is_killed_at_a_write_is_whole_or_not_there(measured: Measured) -> None:
    for place in range(measured.writes + 2):
        send = measured.act.prepare()
        before = census()
        killed(send, place=place, total=measured.writes)
        is_done = place == measured.writes + 1
        assert change(before, census()) == (measured.leaves if is_done else {})
        assert send().status_code == (measured.act.again if is_done else DONE)
        stands_once(measured, before)
    assert damage() == []
