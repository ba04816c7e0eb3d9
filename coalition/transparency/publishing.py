"""How does the log leave the house? As files that any web server can mirror: tiles, leaves, openings, the head last.

Whoever was killed between two files has changed nothing that the head vouches for, and the next round goes on. The
head is signed when all else is on the disk, and is public by the database only after that.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from coalition.transactions import reading, snapshot
from coalition.transparency import checkpoints, placing, queries, recovery, tiles, tree
from coalition.transparency.errors import LogUnwritable
from coalition.transparency.models import LogLeaf, LogPlace
from coalition.transparency.published import CHECKPOINT, FORGOTTEN, KEY, REGISTER
from coalition.transparency.tiles import ENTRIES, OPENINGS, WIDTH, Part

_GONE = LogLeaf.salt.is_(None)
_HOW_MANY_GONE = select(func.count()).select_from(LogLeaf).where(_GONE)
_WHICH_GONE = select(LogPlace.place).where(LogPlace.leaf_id.in_(select(LogLeaf.id).where(_GONE)))
States = Callable[[Connection], Iterable[Mapping[str, Any]]]


class Folder:
    """The published files: each is written whole or not at all, and lies on the disk before the next head does."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.touched: set[Path] = set()

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write one file in place of another."""
        path = self.path / name
        self._make(path.parent)
        fresh = path.with_name(f".{path.name}.new")  # one publisher at a time: what a killed one left is written over
        with fresh.open("wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        self.touched.add(path.parent)

    def settle(self) -> None:
        """Make what was written last."""
        for path in sorted(self.touched):
            opened = os.open(path, os.O_RDONLY)
            try:
                os.fsync(opened)
            finally:
                os.close(opened)
        self.touched.clear()

    def drop_narrower(self, name: str, part: Part, *, kept: int) -> None:
        """Remove the narrower forms of a part, but for that of the head before: its readers are still at it."""
        narrower = self.path / name / f"{tiles.number_path(part.number)}.p"
        if part.width == WIDTH:
            shutil.rmtree(narrower, ignore_errors=True)
            return
        for path in narrower.iterdir():
            if path.name not in {str(part.width), str(kept)}:
                path.unlink()

    def _make(self, path: Path) -> None:
        if not path.is_dir():
            self._make(path.parent)
            path.mkdir(exist_ok=True)
            self.touched.add(path.parent)


def publish(*, now: datetime, anew: bool = False) -> None:
    """Bring the files up to the database, sign the head and keep it; with `anew`, write every file again.

    Raises LogUnwritable where the folder takes no files, and what `recovery.check` raises.
    """
    if not anew and _is_published():
        return
    with _turn() as folder, snapshot() as connection:
        head = recovery.published_head()
        recovery.check(connection, head)
        size, before = placing.size_of(connection), head.size if head and not anew else 0
        _forget(folder, connection, size=before)
        _write_parts(folder, connection, size=size, before=before)
        folder.settle()
        signed = checkpoints.signed(size, tree.root(size, queries.node_of(connection)))
        folder.write(KEY, [f"{checkpoints.public_key()}\n".encode()])
        folder.write(CHECKPOINT, [signed.encode()])
        folder.settle()
        _drop_narrower(folder, size=size, before=before)
    checkpoints.keep(size=size, signed_note=signed, now=now)


def publish_register(states: States) -> bool:
    """Write what the register says beside the log; `states` yields every entry's public state.

    The first line says of how many leaves it is the state. Nothing is written, and false returned, while an act still
    waits for its place: the two would not agree.
    """
    with _turn() as folder, snapshot() as connection:
        size = placing.size_of(connection)
        if placing.waiting(connection, size=size, most=1):
            return False
        told = ({"size": size}, *states(connection))
        folder.write(REGISTER, (f"{json.dumps(line, ensure_ascii=False)}\n".encode() for line in told))
        folder.settle()
    return True


def _is_published() -> bool:
    """Tell whether the newest head is that of the whole tree, and no more was forgotten than the files know."""
    with reading() as connection:
        if checkpoints.largest(connection) != placing.size_of(connection):
            return False
        gone = connection.execute(_HOW_MANY_GONE).scalar_one()
    return not gone or gone == len(_gone(Folder(recovery.folder())))


@contextmanager
def _turn() -> Iterator[Folder]:
    """Let one process at a time write into the folder. Raises LogUnwritable for whatever the disk refuses."""
    path = recovery.folder()
    try:
        path.mkdir(parents=True, exist_ok=True)
        with (path / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield Folder(path)
    except OSError as refused:
        raise LogUnwritable(str(path), refused.strerror or type(refused).__name__) from refused


def _write_parts(folder: Folder, connection: Connection, *, size: int, before: int) -> None:
    for part in tiles.parts_of(size, after=before):
        folder.write(f"tile/{ENTRIES}/{part.path()}", [queries.bundle_of(connection, part)])
        folder.write(f"{OPENINGS}/{part.path()}", [queries.openings_of(connection, part).encode()])
    for level in tiles.levels_of(size):
        for part in tiles.parts_of(size, level=level, after=before):
            folder.write(f"tile/{level}/{part.path()}", [queries.tile_of(connection, level, part)])


def _drop_narrower(folder: Folder, *, size: int, before: int) -> None:
    for level in tiles.levels_of(size):
        kept = (before >> tiles.HEIGHT * level) % WIDTH
        for part in tiles.parts_of(size, level=level, after=before):
            for name in (f"tile/{level}", *((f"tile/{ENTRIES}", OPENINGS) if level == 0 else ())):
                folder.drop_narrower(name, part, kept=kept)


def _gone(folder: Folder) -> set[int]:
    """Return the places whose openings the files have forgotten."""
    path = folder.path / FORGOTTEN
    return {int(line) for line in path.read_text().split()} if path.is_file() else set()


def _forget(folder: Folder, connection: Connection, *, size: int) -> None:
    """Write anew what forgotten leaves stood in; the list of them last, so that a kill leaves it to be done again."""
    gone = set(connection.execute(_WHICH_GONE).scalars())
    missed = gone - _gone(folder)
    if not missed:
        return
    for number in sorted({place // WIDTH for place in missed if place < size}):
        part = Part(number, min(WIDTH, size - number * WIDTH))
        folder.write(f"{OPENINGS}/{part.path()}", [queries.openings_of(connection, part).encode()])
        folder.drop_narrower(OPENINGS, part, kept=part.width)
    folder.settle()
    folder.write(FORGOTTEN, (f"{place}\n".encode() for place in sorted(gone)))
