"""What does it cost to find the organisations that resemble one, among 100,000? Beside a scan by Jaro-Winkler.

The scan compares the folded name with every other by rapidfuzz's own loop, as straightforward code would. Recall is
judged on the labelled pairs for tuning alone, whose other halves stand among the 100,000; the half that was set apart
is judged by a test.
"""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Iterator
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler
from sqlalchemy import insert

from benchmarks.measuring import Figure, limit_figure
from benchmarks.sample import COUNTRIES, site
from coalition import clock
from coalition.extensions import db
from coalition.organisations import indexing
from coalition.organisations.models import Organisation
from coalition.organisations.names import fold
from coalition.organisations.operations import prepare
from coalition.organisations.resemblance import resembling
from coalition.transactions import transaction
from tests.organisations.labelled import Pair, pairs

ORGANISATIONS = 100_000
BATCH = 5_000
GOAL_MS = 30.0
SCAN_ALIKE = 0.9
KINDS = ("Réseau", "Federation", "Cooperativa", "Union des coopératives", "Association", "Mutuelle", "Foundation for")
WORK = ("agricole", "social economy", "de mujeres", "de santé", "solidaire", "rural development", "des artisans", "")
SOUNDS = ("ba", "ke", "lo", "mi", "nu", "ra", "si", "ta", "vo", "wa", "de", "fi", "go", "ha", "ju", "pe")


def measure() -> list[Figure]:
    """Look for each of the pairs for tuning, once by the words table and once by the scan."""
    asked = [pair for pair in pairs() if not pair.is_apart]
    with site() as app, app.app_context():
        known = _fill([_details(pair.other) for pair in pairs()])
        folded = [fold(name) for name in known]
        ours, found = _timed(asked, known)
        scan, scanned = _scanned(asked, folded, known)
        slowest = sorted(ours)[int(len(ours) * 0.95) :]
        rows = [
            limit_figure("the same, the slowest twentieth of them", ours=slowest, anchor=scan, goal=GOAL_MS, unit="ms"),
            limit_figure(
                "similar names among 100,000, per application", ours=ours, anchor=scan, goal=GOAL_MS, unit="ms"
            ),
            _recall("the same, recall of the pairs for tuning", found, asked=asked, anchor=f"the scan: {scanned:.2f}"),
        ]
        db.session.remove()
    return rows


def _details(names: Any) -> dict[str, str]:
    empty = {"website": "", "registration_number": "", "description": "", "organisation_form": "network"}
    return {**vars(names), **empty}


def _fill(known: list[dict[str, str]]) -> list[str]:
    """Insert the known ones and as many made ones as are missing; return the names in the order of their ids."""
    names = []
    rows = itertools.chain(known, _made(random.Random(4)))
    for _ in range(ORGANISATIONS // BATCH):
        batch = [{**prepare(one), "created_at": clock.now()} for one in itertools.islice(rows, BATCH)]
        with transaction() as session:
            returned = insert(Organisation.__table__).returning(Organisation.id, sort_by_parameter_order=True)
            ids = session.connection().execute(returned, batch).scalars().all()
            indexing.add(dict(zip(ids, batch, strict=True)))
        names += [one["official_name"] for one in batch]
    return names


def _made(chance: random.Random) -> Iterator[dict[str, str]]:
    while True:
        own = ["".join(chance.choices(SOUNDS, k=chance.randint(2, 4))).title() for _ in range(chance.randint(1, 2))]
        name = " ".join(filter(None, (chance.choice(KINDS), chance.choice(WORK), *own)))
        yield {
            "official_name": name, "latin_name": "", "acronym": "", "aliases": "", "country": chance.choice(COUNTRIES),
            "website": "", "registration_number": "", "description": "", "organisation_form": "network",
        }  # fmt: skip


def _timed(asked: list[Pair], known: list[str]) -> tuple[list[float], int]:
    seconds, found = [], 0
    for pair in asked:
        begun = time.perf_counter()
        alike = resembling(_details(pair.one))
        seconds.append((time.perf_counter() - begun) * 1000)
        found += pair.is_same and any(known[one.organisation_id - 1] == pair.other.official_name for one in alike)
    return seconds, found


def _scanned(asked: list[Pair], folded: list[str], known: list[str]) -> tuple[str, float]:
    seconds, found = [], 0
    for pair in asked[::8]:
        begun = time.perf_counter()
        alike = process.extract(
            fold(pair.one.official_name), folded, scorer=JaroWinkler.similarity, score_cutoff=SCAN_ALIKE, limit=10
        )
        seconds.append((time.perf_counter() - begun) * 1000)
        found += pair.is_same and any(known[place] == pair.other.official_name for _, _, place in alike)
    same = sum(pair.is_same for pair in asked[::8])
    return f"scan by Jaro-Winkler {sorted(seconds)[len(seconds) // 2]:.1f} ms", found / same


def _recall(name: str, found: int, *, asked: list[Pair], anchor: str) -> Figure:
    recall = found / sum(pair.is_same for pair in asked)
    return Figure(name, f"{recall:.3f}", anchor, f"{recall:.3f}", "≥ 0.95", recall >= 0.95)
