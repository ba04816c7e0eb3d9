"""What does the public log say? Proofs, tiles, leaves and what they open to, by Core on a reading connection.

Nothing beyond the newest signed head is handed out: what nobody vouches for could still be lost.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from coalition.transactions import reading
from coalition.transparency import placing, tiles, tree
from coalition.transparency.errors import LeafUnknown
from coalition.transparency.models import LogCheckpoint, LogLeaf, LogPlace, LogTile
from coalition.transparency.tiles import WIDTH, Part
from coalition.transparency.tree import Node

_TILE = select(LogTile.hashes).where(LogTile.level == bindparam("level"), LogTile.number == bindparam("number"))
_PLACED = select(LogPlace.place, LogLeaf.salt, LogLeaf.content, *placing.LEAF).join(
    LogPlace, LogPlace.leaf_id == LogLeaf.id
)
_AT = _PLACED.where(LogPlace.place == bindparam("place"))
_NEWEST_OF = (
    _PLACED.where(LogLeaf.subject == bindparam("subject"), LogLeaf.act == bindparam("act"))
    .order_by(LogPlace.place.desc())
    .limit(1)
)
_LEAVES = (
    select(*placing.LEAF)
    .join(LogPlace, LogPlace.leaf_id == LogLeaf.id)
    .where(LogPlace.place >= bindparam("first"), LogPlace.place < bindparam("last"))
    .order_by(LogPlace.place)
)
_OPENINGS = _LEAVES.with_only_columns(LogPlace.place, LogLeaf.salt, LogLeaf.content, maintain_column_froms=True)
_HEAD = (
    select(LogCheckpoint.size, LogCheckpoint.note, LogCheckpoint.made_at).order_by(LogCheckpoint.size.desc()).limit(1)
)


@dataclass(frozen=True)
class Head:
    """The newest signed head: how many leaves, the signed note, when it was made."""

    size: int
    note: str
    made_at: datetime


@dataclass(frozen=True)
class LogProof:
    """That a leaf stands in the log, for whoever trusts nothing but the log's key.

    `hashes` lead from the leaf at `place` to the root of the first `size` leaves, which `checkpoint` signs; `salt` and
    `content` open its commitment, none once it was forgotten.
    """

    place: int
    size: int
    hashes: tuple[bytes, ...]
    leaf: bytes
    salt: str | None
    content: str | None
    checkpoint: str


def head() -> Head | None:
    """Return the newest signed head; None as long as none was signed."""
    with reading() as connection:
        return _head(connection)


def proof_of(*, act: str, subject: str) -> LogProof | None:
    """Return the proof of the newest leaf that says `act` of `subject`; None while no signed head covers one."""
    return _proof(_NEWEST_OF, {"act": act, "subject": subject})


def proof_at(place: int) -> LogProof | None:
    """Return the proof of the leaf at a place; None while no signed head covers it."""
    return _proof(_AT, {"place": place})


def consistency(old: int, new: int) -> tuple[bytes, ...]:
    """Return the hashes that show that the first `old` leaves are the beginning of the first `new` ones.

    Raises LeafUnknown unless 0 < old <= new, and `new` leaves were signed for.
    """
    with _covering(new) as connection:
        if not 0 < old <= new:
            raise LeafUnknown
        return tuple(tree.consistency(old, new, node_of(connection)))


def tile(level: int, part: Part) -> bytes:
    """Return the hashes of a tile, the first ones where a narrower one is asked for. Raises LeafUnknown."""
    if not 0 <= level < tiles.LEVELS:
        raise LeafUnknown
    with _covering((part.number * WIDTH + part.width) << tiles.HEIGHT * level) as connection:
        return tile_of(connection, level, part)


def bundle(part: Part) -> bytes:
    """Return the leaves of a bundle as files hold them. Raises LeafUnknown."""
    with _covering(part.number * WIDTH + part.width) as connection:
        return bundle_of(connection, part)


def openings(part: Part) -> str:
    """Return what the leaves of a bundle open to, as files hold it. Raises LeafUnknown."""
    with _covering(part.number * WIDTH + part.width) as connection:
        return openings_of(connection, part)


def bundle_of(connection: Connection, part: Part) -> bytes:
    """Return the leaves of a bundle, each after its length."""
    return tiles.bundle(placing.bytes_of(row) for row in connection.execute(_LEAVES, _places(part)))


def openings_of(connection: Connection, part: Part) -> str:
    """Return what the leaves of a bundle open to, a line of JSON each; salt and content of a forgotten one are null."""
    rows = connection.execute(_OPENINGS, _places(part))
    return "".join(_line({"place": row.place, "salt": row.salt, "content": row.content}) for row in rows)


def tile_of(connection: Connection, level: int, part: Part) -> bytes:
    """Return the hashes of a tile that the tree has."""
    held: bytes = connection.execute(_TILE, {"level": level, "number": part.number}).scalar_one()
    return held[: part.width * tiles.HASH_BYTES]


def node_of(connection: Connection) -> Node:
    """Return how subtrees' hashes are read from the database's tiles, each tile once."""
    known: dict[tuple[int, int], bytes] = {}

    def held(level: int, number: int) -> bytes:
        if (level, number) not in known:
            known[level, number] = connection.execute(_TILE, {"level": level, "number": number}).scalar_one()
        return known[level, number]

    return tiles.node_by(held)


@contextmanager
def _covering(size: int) -> Iterator[Connection]:
    """Lend a connection for what a signed head of at least `size` leaves vouches for. Raises LeafUnknown."""
    with reading() as connection:
        found = _head(connection)
        if found is None or size > found.size:
            raise LeafUnknown
        yield connection


def _head(connection: Connection) -> Head | None:
    row = connection.execute(_HEAD).one_or_none()
    return None if row is None else Head(row.size, row.note, row.made_at)


def _proof(statement: Any, values: dict[str, Any]) -> LogProof | None:
    with reading() as connection:
        found, row = _head(connection), connection.execute(statement, values).one_or_none()
        if found is None or row is None or row.place >= found.size:
            return None
        hashes = tuple(tree.inclusion(row.place, found.size, node_of(connection)))
    return LogProof(row.place, found.size, hashes, placing.bytes_of(row), row.salt, row.content, found.note)


def _places(part: Part) -> dict[str, int]:
    first = part.number * WIDTH
    return {"first": first, "last": first + part.width}


def _line(told: dict[str, Any]) -> str:
    return f"{json.dumps(told, ensure_ascii=False, separators=(',', ':'))}\n"
