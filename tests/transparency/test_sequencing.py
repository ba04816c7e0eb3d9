from __future__ import annotations

import threading
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask, current_app
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from coalition.audit import note
from coalition.audit.note import Checkpoint
from coalition.extensions import db
from coalition.transactions import transaction
from coalition.transparency import checkpoints, placing, published, queries, recovery, sequencing, tree
from coalition.transparency.errors import LogBehind, LogDamaged, LogForked
from coalition.transparency.leaves import LeafAct
from coalition.transparency.models import LogLeaf, LogPlace
from tests.factories import log


def places(session: Session) -> list[tuple[int, str]]:
    statement = select(LogPlace.place, LogLeaf.subject).join(LogLeaf, LogLeaf.id == LogPlace.leaf_id)
    return [(place, subject) for place, subject in session.execute(statement.order_by(LogPlace.place))]


def head() -> Checkpoint:
    return note.opened(checkpoints.newest() or "", checkpoints.signing_key().public_key())


def test_leaves_when_placed_stand_in_their_order_under_a_signed_root(session: Session) -> None:
    log.entries(300)
    sequencing.place_all()
    assert places(session) == [(place, log.number_of(place + 1)) for place in range(300)]
    growing = tree.Growing()
    for leaf in session.scalars(select(LogLeaf).order_by(LogLeaf.id)):
        growing.add(tree.leaf_hash(placing.bytes_of(leaf)))
    assert head() == Checkpoint("coalition.test/log", 300, growing.root().hex())


def test_leaves_when_placed_already_get_no_other_place(session: Session) -> None:
    log.entries(3)
    assert [sequencing.place_waiting(), sequencing.place_waiting()] == [3, 0]
    log.entries(2, first=4)
    assert [sequencing.place_waiting(most=1) for _ in range(3)] == [1, 1, 0]
    assert [place for place, _ in places(session)] == [0, 1, 2, 3, 4]
    assert head().size == 5


def test_log_when_empty_has_a_head_too(session: Session) -> None:
    sequencing.place_all()
    assert (head().size, head().head) == (0, tree.EMPTY.hex())


def put(id: int) -> None:
    row = {"id": id, "at": log.NOW, "act": "enter", "subject": str(id), "commitment": "ab" * 32}
    with transaction() as session:
        session.execute(insert(LogLeaf).values(row))


def test_leaf_that_was_committed_late_is_placed_after_the_others(session: Session) -> None:
    put(20)
    sequencing.place_waiting()
    put(15)  # its number was drawn before, its commit came after
    assert sequencing.place_waiting() == 1
    assert places(session) == [(0, "20"), (1, "15")]


def test_sequencers_when_several_work_at_once_make_one_log(committed_app: Flask) -> None:
    with committed_app.app_context():
        log.entries(40)
        db.session.remove()
    errors: list[Exception] = []

    def work() -> None:
        with committed_app.app_context():
            try:
                for _ in range(16):
                    sequencing.place_waiting(most=3)
            except Exception as error:  # noqa: BLE001 - told below
                errors.append(error)
            finally:
                db.session.remove()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with committed_app.app_context():
        assert errors == []
        assert [place for place, _ in places(db.session)] == list(range(40))  # type: ignore[arg-type]
        assert recovery.trouble() is None
        opened = [one for piece in published.leaves(published.in_folder(recovery.folder()), size=40) for one in piece]
        assert [one.place for one in opened] == list(range(40))
        db.session.remove()


def test_proof_of_a_leaf_leads_from_its_bytes_to_the_signed_root(session: Session) -> None:
    log.entries(10)
    log.append([("ICSSE-00003", log.state("ICSSE-00003", status="suspended"))], LeafAct.CHANGE)
    assert queries.proof_of(act="change", subject="ICSSE-00003") is None
    sequencing.place_all()
    proof = queries.proof_of(act="change", subject="ICSSE-00003")
    assert proof is not None
    assert (proof.place, proof.size, proof.checkpoint) == (10, 11, checkpoints.newest())
    root = tree.root_by_inclusion(tree.leaf_hash(proof.leaf), place=10, size=11, hashes=proof.hashes)
    assert root.hex() == head().head
    assert queries.proof_at(10) == proof
    assert queries.proof_at(11) is None
    assert '"status":"suspended"' in (proof.content or "")


def published_as(size: int, root: str, key: Ed25519PrivateKey | None = None) -> None:
    """Lay a head into the folder as if it had been published."""
    signed = note.signed(Checkpoint(checkpoints.origin(), size, root), key or checkpoints.signing_key())
    Path(current_app.config["LOG_DIR"]).mkdir(exist_ok=True)
    (Path(current_app.config["LOG_DIR"]) / "checkpoint").write_text(signed)


def test_log_that_is_another_than_the_published_one_is_never_signed(session: Session) -> None:
    log.entries(3)
    sequencing.place_all()
    published_as(2, "ab" * 32)
    log.entries(1, first=4)
    with pytest.raises(LogForked, match="tell different things"):
        sequencing.place_waiting()
    assert isinstance(recovery.trouble(), LogForked)
    assert head().size == 3
    assert len(places(session)) == 3


def test_log_that_is_behind_the_published_one_waits_for_what_is_missing(session: Session) -> None:
    published_as(7, "ab" * 32)
    log.entries(3)
    with pytest.raises(LogBehind, match="older than the public log"):
        sequencing.place_all()
    assert checkpoints.newest() is None
    assert isinstance(recovery.trouble(), LogBehind)


def test_head_that_somebody_else_signed_is_not_relied_on(session: Session) -> None:
    published_as(1, "ab" * 32, Ed25519PrivateKey.generate())
    log.entries(1)
    with pytest.raises(LogDamaged, match="checkpoint: this checkpoint is not signed"):
        sequencing.place_all()
    assert isinstance(recovery.trouble(), LogDamaged)
