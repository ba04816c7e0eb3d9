"""How is a tree cut into files? Tiles of 256 hashes and bundles of 256 leaves (C2SP tlog-tiles); values alone, pure.

Where they lie, in the database or in a folder, does not belong here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from coalition.transparency.tree import Node, complete_root

WIDTH = 256
HEIGHT = 8
HASH_BYTES = 32
LEVELS = 8
ENTRIES, OPENINGS = "entries", "openings"
LENGTH_BYTES = 2
_PATH = re.compile(r"(?P<number>(?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?", re.ASCII)

Tile = tuple[int, int]
"""A level and a number on it."""


@dataclass(frozen=True)
class Part:
    """One file's worth of a level: its number, and how many hashes or leaves it holds; 256 is a full one."""

    number: int
    width: int

    def path(self) -> str:
        """Return the last part of its address: `x001/234`, or `x001/234.p/17`."""
        return number_path(self.number) + ("" if self.width == WIDTH else f".p/{self.width}")


def number_path(number: int) -> str:
    """Return a number in groups of three digits, all but the last marked by an x."""
    groups = [f"{number % 1000:03}"]
    while number := number // 1000:
        groups.append(f"x{number % 1000:03}")
    return "/".join(reversed(groups))


def part_at(path: str) -> Part | None:
    """Return the part that `x001/234.p/17` names; None when that is no such path in its one form."""
    found = _PATH.fullmatch(path)
    if found is None:
        return None
    part = Part(int(found["number"].replace("x", "").replace("/", "")), int(found["width"] or WIDTH))
    return part if part.path() == path else None


def parts_of(size: int, *, level: int = 0, after: int = 0) -> Iterator[Part]:
    """Yield the parts of one level of a tree of `size` that a tree of `after` had not in this form, in order."""
    held, had = size >> (HEIGHT * level), after >> (HEIGHT * level)
    if held == had:
        return
    for number in range(had // WIDTH, -(-held // WIDTH)):
        yield Part(number, min(WIDTH, held - number * WIDTH))


def levels_of(size: int) -> range:
    """Return the levels on which a tree of `size` has hashes."""
    return range(next(level for level in range(1, LEVELS + 1) if not size >> (HEIGHT * level))) if size else range(0)


def grown(edge: Mapping[int, bytes], *, size: int, hashes: Sequence[bytes]) -> dict[Tile, bytes]:
    """Return the tiles that change when `hashes` of leaves are added to a tree of `size`.

    `edge` holds the last tile of each level that still grows, by level; a level without one is at a tile's beginning.
    """
    changed: dict[Tile, bytes] = {}
    level, held, new = 0, size, list(hashes)
    while new:
        number, tile = held // WIDTH, edge.get(level, b"") if held % WIDTH else b""
        above: list[bytes] = []
        flowing = tile + b"".join(new)
        for start in range(0, len(flowing), WIDTH * HASH_BYTES):
            piece = flowing[start : start + WIDTH * HASH_BYTES]
            changed[level, number] = piece
            if len(piece) == WIDTH * HASH_BYTES:
                above.append(complete_root(split(piece)))
                number += 1
        level, held, new = level + 1, held >> HEIGHT, above
    return changed


def split(tile: bytes) -> list[bytes]:
    """Return the hashes of a tile."""
    return [tile[start : start + HASH_BYTES] for start in range(0, len(tile), HASH_BYTES)]


def node_by(tile: Callable[[int, int], bytes]) -> Node:
    """Return how a subtree's hash is found by tiles: `tile(level, number)` hands out the bytes of one."""

    def node(height: int, index: int) -> bytes:
        level, spread = height // HEIGHT, 1 << height % HEIGHT
        number, start = divmod(index * spread, WIDTH)
        held = tile(level, number)[start * HASH_BYTES : (start + spread) * HASH_BYTES]
        return complete_root(split(held))

    return node


def bundle(leaves: Iterable[bytes]) -> bytes:
    """Return leaves one behind the other, each after its length in two bytes, the larger first."""
    return b"".join(len(leaf).to_bytes(LENGTH_BYTES, "big") + leaf for leaf in leaves)


def unbundled(held: bytes) -> Iterator[bytes]:
    """Yield the leaves of a bundle. Raises ValueError when it ends within one."""
    start = 0
    while start < len(held):
        first = start + LENGTH_BYTES
        end = first + int.from_bytes(held[start:first], "big")
        if end > len(held) or first > len(held):
            raise ValueError("a bundle of leaves ends within one")
        yield held[first:end]
        start = end
