"""Yesterday's database is put back beside the log that was published since."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from flask import current_app
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from coalition.transactions import transaction
from coalition.transparency import checkpoints, published, queries, recovery, sequencing, verification
from coalition.transparency.errors import LogBehind, LogDamaged, LogForked
from coalition.transparency.models import LogCheckpoint, LogLeaf, LogPlace, LogTile
from tests.factories import log


def go_back_to(size: int) -> None:
    """Make the database what a backup from when the log had `size` leaves would be."""
    elsewhere, here = Path(current_app.config["LOG_DIR"]).with_name("yesterday"), current_app.config["LOG_DIR"]
    with transaction() as session:
        kept = select(LogPlace.leaf_id).where(LogPlace.place < size)
        leaves = session.execute(select(LogLeaf.__table__).where(LogLeaf.id.in_(kept)).order_by(LogLeaf.id)).all()
        for table in (LogPlace, LogTile, LogCheckpoint, LogLeaf):
            session.execute(delete(table))
        for leaf in leaves:
            session.execute(LogLeaf.__table__.insert().values(leaf._asdict()))  # type: ignore[attr-defined]
    current_app.config["LOG_DIR"] = elsewhere
    if size:
        sequencing.place_all()
    shutil.rmtree(elsewhere, ignore_errors=True)
    current_app.config["LOG_DIR"] = here


def recover(then: list[str] | None = None) -> int:
    told = [] if then is None else then
    return recovery.recover(now=log.NOW, then=lambda: told.append("restored"))


def verified() -> verification.Report:
    return verification.verify(published.in_folder(recovery.folder()), checkpoints.public_key())


@pytest.mark.parametrize("size", [0, 1, 256, 299])
def test_leaves_that_a_backup_lacks_come_back_from_the_published_files(session: Session, size: int) -> None:
    log.entries(300)
    sequencing.place_all()
    newest, openings = checkpoints.newest(), [queries.proof_at(place) for place in (0, 255, 299)]
    go_back_to(size)
    log.entries(1, first=999)
    with pytest.raises(LogBehind):
        sequencing.place_all()
    told: list[str] = []
    assert (recover(told), told) == (300 - size, ["restored"])
    assert checkpoints.newest() == newest
    assert [queries.proof_at(place) for place in (0, 255, 299)] == openings
    assert (recover(told), told, recovery.trouble()) == (0, ["restored"], None)
    sequencing.place_all()
    assert verified().head.size == 301


def test_leaf_that_the_backup_holds_without_its_place_is_not_written_twice(session: Session) -> None:
    log.entries(4)
    sequencing.place_waiting(most=4)
    go_back_to(3)
    with transaction():
        lost = (queries.proof_at(0) or verified()).leaf  # type: ignore[union-attr]
        assert b"ICSSE-00001" in lost
    opened = next(published.leaves(published.in_folder(recovery.folder()), size=4))[3]
    with transaction() as open_session:
        row = {name: getattr(opened, name) for name in ("act", "subject", "commitment", "salt", "content")}
        open_session.execute(LogLeaf.__table__.insert().values(at=log.NOW, **row))  # type: ignore[attr-defined]
    assert recover() == 1
    sequencing.place_all()
    assert len(session.scalars(select(LogLeaf)).all()) == 4
    assert verified().head.size == 4


def test_backup_of_another_log_is_refused(session: Session) -> None:
    log.entries(5)
    sequencing.place_all()
    go_back_to(3)
    with transaction():
        session.execute(update(LogLeaf).values(subject="ICSSE-66666").where(LogLeaf.subject == "ICSSE-00002"))
        for table in (LogPlace, LogTile, LogCheckpoint):
            session.execute(delete(table))
    here = current_app.config["LOG_DIR"]
    current_app.config["LOG_DIR"] = Path(here).with_name("other")
    sequencing.place_all()
    current_app.config["LOG_DIR"] = here
    told: list[str] = []
    with pytest.raises(LogForked):
        recover(told)
    assert len(session.scalars(select(LogPlace)).all()) == 3


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("tile/entries/000.p/5", None),
        ("tile/entries/000.p/5", b"\x00\x05short"),
        ("openings/000.p/5", b'{"place": 0, "salt": null, "content": null}\n'),
        ("openings/000.p/5", b"[]"),
        ("checkpoint", b"nothing signed"),
        ("checkpoint", b"\xff"),
    ],
)
def test_file_that_is_needed_and_damaged_stops_the_recovery(session: Session, name: str, content: bytes | None) -> None:
    log.entries(5)
    sequencing.place_all()
    go_back_to(2)
    path = recovery.folder() / name
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    told: list[str] = []
    with pytest.raises(LogDamaged, match="is missing or was changed"):
        recover(told)
    assert (told, len(session.scalars(select(LogPlace)).all())) == ([], 2)


def test_leaf_that_was_forgotten_since_the_backup_is_forgotten_again(session: Session) -> None:
    log.entries(5)
    sequencing.place_all()
    statement = update(LogLeaf).where(LogLeaf.subject == "ICSSE-00002")
    before = queries.proof_at(1)
    with transaction():
        session.execute(statement.values(salt=None, content=None))
    sequencing.place_all()
    assert before is not None
    with transaction():
        session.execute(statement.values(salt=before.salt, content=before.content))
    assert recover() == 0
    after = queries.proof_at(1)
    assert after is not None
    assert (after.salt, after.content) == (None, None)


def test_log_that_was_never_published_has_nothing_to_recover(session: Session) -> None:
    log.entries(2)
    assert recover() == 0
    assert recovery.trouble() is None
