"""What do the log's published files say? Read from a folder or a site, each leaf held against its opening.

Nothing here asks the database: a stranger could do the same. Whether the whole is one tree belongs to `verification`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import requests

from coalition.transparency import tiles
from coalition.transparency.leaves import commitment_of, leaf_form
from coalition.transparency.tiles import ENTRIES, OPENINGS, WIDTH, Part

Files = Callable[[str], bytes | None]
"""Hands out the bytes of a file by its address within the log; None where there is none."""

CHECKPOINT, KEY, REGISTER, FORGOTTEN = "checkpoint", "key", "register.jsonl", "forgotten"
TIMEOUT_SECONDS = 30


class FileBroken(Exception):
    """A file of the log is missing or does not say what it must; the text is half a sentence that names it."""


class Opened(NamedTuple):
    """A leaf in its place: the bytes in the tree, what they say, and what they open to; none of a forgotten one."""

    place: int
    leaf: bytes
    act: str
    subject: str
    at: str
    commitment: str
    salt: str | None
    content: str | None


def in_folder(folder: Path) -> Files:
    """Return how the files in a folder are read."""

    def read(name: str) -> bytes | None:
        path = folder / name
        return path.read_bytes() if path.is_file() else None

    return read


def on_site(address: str) -> Files:
    """Return how the files under an address are fetched. They raise FileBroken when nobody answers."""
    session, address = requests.Session(), address.rstrip("/")

    def read(name: str) -> bytes | None:
        try:
            answer = session.get(f"{address}/{name}", timeout=TIMEOUT_SECONDS)
        except requests.RequestException as lost:
            raise FileBroken(f"{address} does not answer") from lost
        if answer.status_code == requests.codes.not_found:
            return None
        if not answer.ok:
            raise FileBroken(f"{address}/{name} answers {answer.status_code}")
        return answer.content

    return read


def tile(files: Files, level: int, part: Part) -> bytes:
    """Return the hashes of a tile. Raises FileBroken."""
    name = f"tile/{level}"
    hashes = held(files, name, part)[: part.width * tiles.HASH_BYTES]
    if len(hashes) != part.width * tiles.HASH_BYTES:
        raise FileBroken(f"{name}/{part.path()} is too short")
    return hashes


def leaves(files: Files, *, size: int, first: int = 0) -> Iterator[list[Opened]]:
    """Yield the leaves of a log of `size` from the place `first` on, as many at once as a bundle holds.

    Raises FileBroken at the first file that is missing, cannot be read or does not open its leaves.
    """
    for number in range(first // WIDTH, -(-size // WIDTH)):
        part = Part(number, min(WIDTH, size - number * WIDTH))
        yield _opened(files, part)[max(first - number * WIDTH, 0) :]


def leaf_at(files: Files, place: int, *, size: int) -> Opened:
    """Return the leaf at a place of a log of `size`. Raises FileBroken."""
    number, offset = divmod(place, WIDTH)
    return _opened(files, Part(number, min(WIDTH, size - number * WIDTH)))[offset]


def _opened(files: Files, part: Part) -> list[Opened]:
    name = f"tile/{ENTRIES}/{part.path()}"
    try:
        bundled = list(tiles.unbundled(held(files, f"tile/{ENTRIES}", part)))[: part.width]
        told = [json.loads(leaf) for leaf in bundled]
        said = [(one["act"], one["subject"], one["at"], one["commitment"]) for one in told]
        if any(leaf_form(**one).encode() != leaf for one, leaf in zip(told, bundled, strict=True)):
            raise FileBroken(f"{name} holds a leaf that is not written in its one form")
    except (ValueError, KeyError, TypeError) as broken:
        raise FileBroken(f"{name} holds no leaves") from broken
    opened = _openings(files, part)
    if not len(bundled) == len(opened) == part.width:
        raise FileBroken(f"{name} is too short")
    first = part.number * WIDTH
    return [
        _checked(Opened(first + offset, leaf, *words, *opening))
        for offset, (leaf, words, opening) in enumerate(zip(bundled, said, opened, strict=True))
    ]


def _checked(found: Opened) -> Opened:
    """Return a leaf whose opening is the one it commits to."""
    if found.content is None and found.salt is None:
        return found
    if found.content is None or found.salt is None:
        raise FileBroken(f"what the leaf at place {found.place} opens to is not whole")
    if commitment_of(found.content, salt=found.salt) != found.commitment:
        raise FileBroken(f"what the leaf at place {found.place} opens to was changed")
    return found


def _openings(files: Files, part: Part) -> list[tuple[str | None, str | None]]:
    text = held(files, OPENINGS, part)
    try:
        told = [json.loads(line) for line in text.splitlines()[: part.width]]
        places = [one["place"] for one in told]
        found = [(one["salt"], one["content"]) for one in told]
    except (ValueError, KeyError, TypeError) as broken:
        raise FileBroken(f"{OPENINGS}/{part.path()} holds no openings") from broken
    if places != list(range(part.number * WIDTH, part.number * WIDTH + len(places))):
        raise FileBroken(f"{OPENINGS}/{part.path()} names other places")
    return found


def held(files: Files, folder: str, part: Part) -> bytes:
    """Return a part's file, the full one where the narrower one is gone: it begins with the same. Raises FileBroken."""
    found = files(f"{folder}/{part.path()}")
    if found is None and part.width < WIDTH:
        found = files(f"{folder}/{tiles.number_path(part.number)}")
    if found is None:
        raise FileBroken(f"{folder}/{part.path()} is missing")
    return found
