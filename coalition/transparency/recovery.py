"""Is the database behind the log that was published? Then what is missing is taken back, and a fork is never signed.

An old backup that was put back lacks leaves which others have seen. They come back from the published files, at their
places, before anything new gets one. Where the two are not one log, nothing is signed any more: a person must decide.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import Connection, bindparam, insert, select, update

from coalition.audit import note
from coalition.audit.note import Checkpoint, NoteBroken
from coalition.errors import Unavailable
from coalition.transactions import reading, transaction, writer
from coalition.transparency import checkpoints, placing, published, queries, tree
from coalition.transparency.errors import LogBehind, LogDamaged, LogForked, LogLate
from coalition.transparency.models import LogLeaf, LogPlace
from coalition.transparency.published import CHECKPOINT, FORGOTTEN, FileBroken, Files, Opened

PATIENCE = timedelta(minutes=15)
_INSERT = insert(LogLeaf.__table__).returning(LogLeaf.id)
_TWIN = select(LogLeaf.id).where(LogLeaf.subject == bindparam("subject"), LogLeaf.commitment == bindparam("commitment"))
_EMPTY = update(LogLeaf).values(salt=None, content=None)


def folder() -> Path:
    """Return where this machine publishes the log."""
    found: Path = current_app.config["LOG_DIR"]
    return found


def published_head() -> Checkpoint | None:
    """Return the head that was published in our folder; None where nothing was. Raises LogDamaged."""
    held = published.in_folder(folder())(CHECKPOINT)
    if held is None:
        return None
    try:
        return note.opened(held.decode(), checkpoints.signing_key().public_key())
    except (NoteBroken, UnicodeDecodeError) as broken:
        raise LogDamaged(str(folder()), f"{CHECKPOINT}: {broken}") from broken


def check(connection: Connection, head: Checkpoint | None) -> None:
    """See that the database holds everything that `head` vouches for. Raises LogBehind, or LogForked."""
    if head is None:
        return
    if head.size > placing.size_of(connection):
        raise LogBehind(str(folder()))
    if tree.root(head.size, queries.node_of(connection)).hex() != head.head:
        raise LogForked(str(folder()))


def trouble() -> Unavailable | None:
    """Return why the log cannot go on: its errors, or that of its key; None when it can."""
    try:
        head = published_head()
        with reading() as connection:
            check(connection, head)
    except Unavailable as found:
        return found
    return None


def warning(*, now: datetime) -> Unavailable | None:
    """Return what the secretariat should know of: the log cannot go on, or acts have waited for it too long."""
    if found := trouble():
        return found
    with reading() as connection:
        since = placing.oldest_behind(connection, size=max(checkpoints.largest(connection), 0))
    if since is None or now - since < PATIENCE:
        return None
    return LogLate(str(folder()), f"{since:%Y-%m-%d %H:%M}")


def recover(*, now: datetime, then: Callable[[], None]) -> int:
    """Take back what the database lacks of the published log, in one transaction, and return how many leaves.

    `then` runs in that transaction, unless nothing was missing. Raises LogForked where the two are not one log,
    LogDamaged where a file that is needed is not there or was changed.
    """
    files, head = published.in_folder(folder()), published_head()
    taken = _taken_back(files, head, now=now, then=then)
    _forget_again(files)
    return taken


def _taken_back(files: Files, head: Checkpoint | None, *, now: datetime, then: Callable[[], None]) -> int:
    with reading() as connection:
        size = placing.size_of(connection)
        if head is None or head.size <= size:
            check(connection, head)
            return 0
    with transaction():
        placing.take_turn(writer())
        size = placing.size_of(writer())
        if head.size <= size:  # another process was first
            return 0
        try:
            for opened in published.leaves(files, size=head.size, first=size):
                _take_back(writer(), opened)
        except FileBroken as broken:
            raise LogDamaged(str(folder()), str(broken)) from broken
        check(writer(), head)
        then()
    held = files(CHECKPOINT) or b""
    checkpoints.keep(size=head.size, signed_note=held.decode(), now=now)
    return head.size - size


def _take_back(connection: Connection, opened: list[Opened]) -> None:
    """Write leaves at their places, each once: one that the backup held without a place is that same leaf."""
    ids = [_twin(connection, one) or connection.execute(_INSERT, _row(one)).scalar_one() for one in opened]
    placing.place(
        connection, {id: one.leaf for id, one in zip(ids, opened, strict=True)}, size=opened[0].place if opened else 0
    )


def _twin(connection: Connection, one: Opened) -> int | None:
    values = {"subject": one.subject, "commitment": one.commitment}
    found: int | None = connection.execute(_TWIN, values).scalar()
    return found


def _row(one: Opened) -> dict[str, object]:
    columns = ("act", "subject", "commitment", "salt", "content")
    return {"at": datetime.fromisoformat(one.at), **{name: getattr(one, name) for name in columns}}


def _forget_again(files: Files) -> None:
    """Empty what was forgotten since the backup was made: the published files name the places."""
    places = [int(line) for line in (files(FORGOTTEN) or b"").split() if line.isdigit()]
    if places:
        with transaction():
            leaves = select(LogPlace.leaf_id).where(LogPlace.place.in_(places))
            writer().execute(_EMPTY.where(LogLeaf.id.in_(leaves), LogLeaf.salt.is_not(None)))
