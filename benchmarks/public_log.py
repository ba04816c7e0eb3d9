"""What does the public log cost with a million leaves: to add to it, to prove one, to verify all? On disk, SQLite.

Beside them the same leaves in a tree in memory, hashed and written nowhere. Adding is measured with everything: the
act's row, its place, the tiles, the published files, the signed head. Proofs and verifying are counted in CPU time.
"""

from __future__ import annotations

import random
import time
from itertools import pairwise

from benchmarks.measuring import Figure, limit_figure
from benchmarks.sample import site
from coalition.extensions import db
from coalition.register.entry import public_state
from coalition.transactions import transaction
from coalition.transparency import checkpoints, operations, published, queries, recovery, sequencing, tree, verification
from coalition.transparency.leaves import LeafAct
from tests.factories.log import NOW, number_of
from tests.factories.register import entry

LEAVES, MEASURED, AN_ACT = 1_000_000, 50_000, 1000
A_SECOND, PROOF_MS, VERIFY_SECONDS = 2000, 5.0, 60.0
PROOFS = 200


def measure() -> list[Figure]:
    """Fill a log, add the last leaves with a clock in hand, prove some, verify all from the files."""
    with site() as app, app.app_context():
        _append(0, LEAVES - MEASURED)
        sequencing.place_all()
        begun = time.perf_counter()
        _append(LEAVES - MEASURED, LEAVES)
        sequencing.place_all()
        a_second = MEASURED / (time.perf_counter() - begun)
        one_by_one = [_one(LEAVES + number) for number in range(21)][1:]
        proofs = [_proof() for _ in range(PROOFS)]
        verified, hashed = _verify(), _hash()
        db.session.remove()
    goal = f"≥ {A_SECOND:,} a second"
    ours = f"{a_second:,.0f} a second"
    return [
        Figure(f"log append, {LEAVES:,} leaves", ours, "–", ours, goal, a_second >= A_SECOND),
        limit_figure("one act to its signed head", ours=one_by_one, anchor="–", goal=500, unit="ms"),
        limit_figure(f"proof of 1 in {LEAVES:,} (CPU)", ours=proofs, anchor="–", goal=PROOF_MS, unit="ms"),
        limit_figure(
            f"log verify, {LEAVES:,} leaves (CPU)",
            ours=[verified],
            anchor=f"{hashed:.2f} s",
            goal=VERIFY_SECONDS,
            unit="s",
        ),
    ]


def _append(first: int, last: int) -> None:
    for start, end in pairwise([*range(first, last, AN_ACT), last]):
        told = [(number_of(number), public_state(entry(number=number_of(number)))) for number in range(start, end)]
        with transaction():
            operations.append_all(act=LeafAct.ENTER, told=told, now=NOW)


def _one(number: int) -> float:
    begun = time.perf_counter()
    _append(number, number + 1)
    sequencing.place_waiting()
    return (time.perf_counter() - begun) * 1000


def _proof() -> float:
    number = random.randrange(LEAVES)
    begun = time.process_time()
    proof = queries.proof_of(act="enter", subject=number_of(number))
    seconds = time.process_time() - begun
    assert proof is not None
    assert proof.hashes
    return seconds * 1000


def _verify() -> float:
    begun = time.process_time()
    files = published.in_folder(recovery.folder())
    found = verification.verify(files, checkpoints.public_key())
    assert found.head.size >= LEAVES
    return time.process_time() - begun


def _hash() -> float:
    files, growing, head = published.in_folder(recovery.folder()), tree.Growing(), queries.head()
    assert head is not None
    leaves = [one.leaf for opened in published.leaves(files, size=head.size) for one in opened]
    begun = time.process_time()
    for leaf in leaves:
        growing.add(tree.leaf_hash(leaf))
    growing.root()
    return time.process_time() - begun
