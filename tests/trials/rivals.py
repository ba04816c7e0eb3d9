"""Several who act at the same moment, each in a thread and on a connection of its own."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, Self

from flask import Flask

from coalition.errors import Conflict, DomainError
from coalition.extensions import db

ROUNDS = 100
EVERY, HELD = 50, 0.25
SHORT, LONG = 0.002, 0.02  # seconds: until a transaction meets another, until a page does


class Rivals:
    """Threads that are kept for all rounds. `at_once` lets each act begin after the same signal.

    Each begins up to `apart` seconds later than the signal, by a chance that is the same in every run: so that over the
    rounds each is first, and each meets the other in every part of the act. At every fiftieth round each in turn is
    held back for longer: on a machine that is busy chance alone might never let the slower act be first.
    """

    def __init__(self, app: Flask, most: int = 5) -> None:
        self.app, self.chance, self.rounds = app, random.Random(3), 0
        self.pool = ThreadPoolExecutor(most)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.pool.shutdown()

    def at_once(self, *acts: Callable[[], Any], apart: float = SHORT) -> list[Any]:
        """Return what each act returned, or the domain error it was told; any other error fails the test."""
        gate = Barrier(len(acts))
        held = self.rounds % EVERY
        self.rounds += 1
        waits = [self.chance.uniform(0, apart) + (HELD if place == held else 0) for place in range(len(acts))]

        def run(act: Callable[[], Any], wait: float) -> Any:
            with self.app.app_context():
                db.session.connection()  # opened before the race, not in it
                db.session.rollback()
                gate.wait(10)
                time.sleep(wait)
                try:
                    return act()
                except DomainError as told:
                    return told

        return [one.result(30) for one in [self.pool.submit(run, *pair) for pair in zip(acts, waits, strict=True)]]


def refusals(told: list[Any]) -> list[Conflict]:
    """Return what those who came second were told."""
    return [one for one in told if isinstance(one, DomainError)]
