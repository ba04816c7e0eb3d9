"""Which place does a leaf get in the tree? The next one, after the commit of its act; its tiles grow with it.

Whoever calls holds the sequencer's turn (`sequencing`). What is written to files and signed does not belong here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, tuple_
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from coalition.transparency import tiles
from coalition.transparency.leaves import leaf_bytes
from coalition.transparency.models import LogLeaf, LogPlace, LogTile
from coalition.transparency.tree import leaf_hash

WINDOW = 10_000
"""So many places later nothing can still be on its way: transactions take seconds."""

LEAF = (LogLeaf.act, LogLeaf.subject, LogLeaf.at, LogLeaf.commitment)
SEQUENCING = 7_243_018  # the name of the lock under which PostgreSQL lets one sequencer work at a time
_INSERT = insert(LogPlace.__table__)
_SIZE = select(func.max(LogPlace.place))


def take_turn(connection: Connection) -> None:
    """Wait until nobody else gives places, and keep others waiting until the transaction ends."""
    if connection.dialect.name == "postgresql":  # on SQLite nobody else is writing
        connection.execute(select(func.pg_advisory_xact_lock(SEQUENCING)))


def size_of(connection: Connection) -> int:
    """Return how many leaves have a place."""
    last = connection.execute(_SIZE).scalar()
    return 0 if last is None else int(last) + 1


def bytes_of(row: Any) -> bytes:
    """Return the bytes that the tree holds of a row with the columns of LEAF."""
    return leaf_bytes(act=row.act, subject=row.subject, at=row.at, commitment=row.commitment)


def waiting(connection: Connection, *, size: int, most: int) -> Sequence[Any]:
    """Return leaves without a place, the oldest first: their ids and the columns of LEAF."""
    floor = connection.execute(select(LogPlace.leaf_id).where(LogPlace.place == size - WINDOW)).scalar() or 0
    statement = (
        select(LogLeaf.id, *LEAF)
        .outerjoin(LogPlace, LogPlace.leaf_id == LogLeaf.id)
        .where(LogLeaf.id > floor, LogPlace.place.is_(None))
        .order_by(LogLeaf.id)
        .limit(most)
    )
    return connection.execute(statement).all()


def oldest_behind(connection: Connection, *, size: int) -> datetime | None:
    """Return when the first act was done that the first `size` leaves of the tree do not hold; None where none was."""
    placed = select(LogLeaf.at).join(LogPlace, LogPlace.leaf_id == LogLeaf.id).where(LogPlace.place == size)
    found: datetime | None = connection.execute(placed).scalar()
    if found is None and (unplaced := waiting(connection, size=size, most=1)):
        found = unplaced[0].at
    return found


def place(connection: Connection, leaves: Mapping[int, bytes], *, size: int) -> None:
    """Give leaves the next places of a tree of `size`, in their order: by their ids, the bytes that the tree holds."""
    if not leaves:
        return
    places = [{"place": size + offset, "leaf_id": leaf_id} for offset, leaf_id in enumerate(leaves)]
    connection.execute(_INSERT, places)
    hashes = [leaf_hash(leaf) for leaf in leaves.values()]
    changed = tiles.grown(_edge(connection, size), size=size, hashes=hashes)
    values = [{"level": level, "number": number, "hashes": held} for (level, number), held in changed.items()]
    chosen = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert
    written = chosen(LogTile.__table__)
    connection.execute(
        written.on_conflict_do_update(index_elements=["level", "number"], set_={"hashes": written.excluded.hashes}),
        values,
    )


def _edge(connection: Connection, size: int) -> dict[int, bytes]:
    """Return the tiles that still grow, by their levels."""
    growing = [(level, (size >> tiles.HEIGHT * level) // tiles.WIDTH) for level in tiles.levels_of(size)]
    statement = select(LogTile.level, LogTile.hashes).where(tuple_(LogTile.level, LogTile.number).in_(growing))
    return {row.level: row.hashes for row in connection.execute(statement)}
