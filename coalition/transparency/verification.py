"""Is a published log one tree, and does the register say what the log says? From public files alone.

It asks neither database nor settings: whoever has the files and the key finds the same. The first difference is named.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from time import sleep
from typing import Any, NamedTuple

from coalition.audit import note
from coalition.audit.note import Checkpoint, NoteBroken
from coalition.transparency import published, tiles, tree
from coalition.transparency.leaves import OF_ENTRIES, canonical
from coalition.transparency.published import CHECKPOINT, REGISTER, FileBroken, Files, Opened
from coalition.transparency.tiles import HASH_BYTES, WIDTH, Part

Tell = Callable[[int], None]
Entries = Callable[[], Iterable[Mapping[str, Any]]]
PATIENCE = 4
PAUSE_SECONDS = 2.0


class LogBroken(Exception):
    """What was found first; the text is a sentence without its full stop."""


class Stated(NamedTuple):
    """What the log says of an entry last: at which place, a digest of the words; none once they were forgotten."""

    place: int
    digest: bytes | None


@dataclass
class Log:
    """A log as far as it was walked: its size, the last tile of each level, what it says of each entry."""

    files: Files
    size: int = 0
    edge: dict[int, bytes] = field(default_factory=dict)
    register: dict[str, Stated] = field(default_factory=dict)
    forgotten: int = 0

    def root(self) -> bytes:
        """Return the root of what was walked."""
        return tree.root(self.size, tiles.node_by(lambda level, number: self.edge[level]))

    def walk(self, size: int, *, stops: Iterable[int] = (), tell: Tell = lambda size: None) -> Iterable[int]:
        """Go on to a size, and yield each of the `stops` on the way. Raises LogBroken at the first broken file."""
        awaited = sorted({stop for stop in stops if self.size <= stop <= size})
        if awaited and awaited[0] == self.size:
            yield awaited.pop(0)
        try:
            for opened in published.leaves(self.files, size=size, first=self.size):
                rest = opened
                while rest:
                    until = awaited[0] - self.size if awaited else len(rest)
                    self._take(rest[:until])
                    rest = rest[until:]
                    if awaited and awaited[0] == self.size:
                        yield awaited.pop(0)
                tell(self.size)
            self._compare_edge()
        except FileBroken as broken:
            raise LogBroken(str(broken)) from broken

    def _take(self, opened: list[Opened]) -> None:
        hashes = [tree.leaf_hash(one.leaf) for one in opened]
        for (level, number), held in tiles.grown(self.edge, size=self.size, hashes=hashes).items():
            self.edge[level] = held
            if len(held) == WIDTH * HASH_BYTES:
                self._compare(level, Part(number, WIDTH), held)
        for one in opened:
            self.size += 1
            self.forgotten += one.content is None
            if one.act in OF_ENTRIES:
                self._state(one)

    def _state(self, one: Opened) -> None:
        if one.content is None or "status" in json.loads(one.content):
            digest = None if one.content is None else _digest(one.content)
            self.register[one.subject] = Stated(one.place, digest)
        else:
            self.register.pop(one.subject, None)

    def _compare_edge(self) -> None:
        for level in tiles.levels_of(self.size):
            held = self.size >> tiles.HEIGHT * level
            if held % WIDTH:
                self._compare(level, Part(held // WIDTH, held % WIDTH), self.edge[level])

    def _compare(self, level: int, part: Part, held: bytes) -> None:
        if published.tile(self.files, level, part) != held:
            raise LogBroken(f"tile/{level}/{part.path()} does not hold the hashes of its leaves")


@dataclass(frozen=True)
class Report:
    """What was found whole: how many leaves, how many of them forgotten, how many entries, how many older heads."""

    head: Checkpoint
    forgotten: int
    entries: int
    heads: int


def opened_head(files: Files, verifier_key: str) -> Checkpoint:
    """Return the signed head of a published log. Raises LogBroken."""
    try:
        held = files(CHECKPOINT)
    except FileBroken as broken:
        raise LogBroken(str(broken)) from broken
    if held is None:
        raise LogBroken("there is no checkpoint")
    return opened_note(held.decode("utf-8", "replace"), verifier_key)


def opened_note(text: str, verifier_key: str) -> Checkpoint:
    """Return what a note says. Raises LogBroken unless the key signed it, and for the log whose key it is."""
    try:
        name, key = note.key_of(verifier_key)
        found = note.opened(text, key)
    except NoteBroken as broken:
        raise LogBroken(str(broken)) from broken
    if found.origin != name:
        raise LogBroken("this checkpoint is of another log")
    return found


def verify(
    files: Files,
    verifier_key: str,
    *,
    older: Iterable[Checkpoint] = (),
    entries: Entries | None = None,
    tell: Tell = lambda size: None,
) -> Report:
    """Check the whole of a log, `older` heads that were kept elsewhere, and the register.

    `entries` hands out the register as it is now; without it the state that lies beside the log is compared, if one
    does. Raises LogBroken at the first difference.
    """
    head, known = opened_head(files, verifier_key), list(older)
    for one in known:
        if one.size > head.size:
            raise LogBroken(f"the log was cut: it had {one.size} leaves, and now has {head.size}")
    size, beside = _beside(files) if entries is None else (-1, [])
    log = Log(files)
    for stop in log.walk(head.size, stops={head.size, size, *(one.size for one in known)}, tell=tell):
        _compare_root(log, [one for one in (head, *known) if one.size == stop])
        if stop == size:
            compare(log, beside)
    if size > head.size:
        raise LogBroken(f"{REGISTER} is of {size} leaves, and the log has {head.size}")
    if entries is not None:
        head = _compare_live(log, verifier_key, entries)
    return Report(head, log.forgotten, len(log.register), len(known))


def compare(log: Log, entries: Iterable[Mapping[str, Any]]) -> None:
    """Hold the register against what the log says of each entry. Raises LogBroken at the first difference."""
    seen = set()
    for entry in entries:
        number = str(entry.get("number"))
        seen.add(number)
        stated = log.register.get(number)
        if stated is None:
            raise LogBroken(f"{number} stands on the register, and no leaf says so")
        if name := _difference(log, stated, entry):
            raise LogBroken(f"{number}: the register says another “{name}” than the leaf at place {stated.place}")
    for number, stated in log.register.items():
        if stated.digest is not None and number not in seen:
            raise LogBroken(f"{number} is not on the register, and the leaf at place {stated.place} says it is")


def _compare_root(log: Log, heads: Iterable[Checkpoint]) -> None:
    for one in heads:
        if one.head != log.root().hex():
            raise LogBroken(f"the first {one.size} leaves are not those that a checkpoint was made of")


def _compare_live(log: Log, verifier_key: str, entries: Entries) -> Checkpoint:
    """Compare with a register in use: an act is there before its leaf is, so a difference is looked at again."""
    for attempt in range(PATIENCE):
        try:
            compare(log, entries())
            break
        except LogBroken:
            if attempt == PATIENCE - 1:
                raise
        sleep(PAUSE_SECONDS)
        head = opened_head(log.files, verifier_key)
        for _ in log.walk(head.size, stops=[head.size]):
            _compare_root(log, [head])
    return Checkpoint(note.key_of(verifier_key)[0], log.size, log.root().hex())


def _difference(log: Log, stated: Stated, entry: Mapping[str, Any]) -> str | None:
    """Name the first field that differs. Lists of the API leave out who succeeds an entry: then it is not compared."""
    if stated.digest is None or stated.digest == _digest(canonical({"successor": None, **entry})):
        return None
    said: dict[str, Any] = json.loads(published.leaf_at(log.files, stated.place, size=log.size).content or "{}")
    names = [name for name in said if name != "successor" or name in entry]
    return next((name for name in names if said[name] != entry.get(name, said)), None)


def _beside(files: Files) -> tuple[int, list[Mapping[str, Any]]]:
    """Return of how many leaves the register beside the log is the state, and its entries; -1 where none lies there."""
    held = files(REGISTER)
    if held is None:
        return -1, []
    try:
        first, *lines = [json.loads(line) for line in held.splitlines()]
        return int(first["size"]), lines
    except (ValueError, KeyError, TypeError) as broken:
        raise LogBroken(f"{REGISTER} cannot be read") from broken


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
