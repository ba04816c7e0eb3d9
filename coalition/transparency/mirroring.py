"""How does somebody keep a copy of a log? File by file from its public address, the head last; needs no database.

A copy is what a site that lost its own folder starts again from, and what others hold against us.
"""

from __future__ import annotations

from pathlib import Path

from coalition.transparency import published, tiles, verification
from coalition.transparency.published import CHECKPOINT, KEY, REGISTER, FileBroken, Files
from coalition.transparency.publishing import Folder
from coalition.transparency.tiles import ENTRIES, OPENINGS, WIDTH
from coalition.transparency.verification import LogBroken


def mirror(files: Files, folder: Path, verifier_key: str) -> int:
    """Bring a copy up to the log, and return how large that is; what the copy has in full is not fetched again.

    Raises LogBroken when the log's head is not signed, is older than that of the copy, or a file is missing.
    """
    head, copy, ours = verification.opened_head(files, verifier_key), Folder(folder), published.in_folder(folder)
    before = 0 if ours(CHECKPOINT) is None else verification.opened_head(ours, verifier_key).size
    if head.size < before:
        raise LogBroken(f"the log was cut: it had {before} leaves, and now has {head.size}")
    try:
        for name, part in _parts(head.size, before):
            copy.write(f"{name}/{part.path()}", [published.held(files, name, part)])
        for name in (REGISTER, KEY):
            if (found := files(name)) is not None:
                copy.write(name, [found])
        copy.settle()
        copy.write(CHECKPOINT, [files(CHECKPOINT) or b""])
    except FileBroken as broken:
        raise LogBroken(str(broken)) from broken
    copy.settle()
    for name, part in _parts(head.size, before):
        if part.width == WIDTH:
            copy.drop_narrower(name, part, kept=WIDTH)
    return head.size


def _parts(size: int, before: int) -> list[tuple[str, tiles.Part]]:
    names = {0: (f"tile/{ENTRIES}", OPENINGS, "tile/0")}
    return [
        (name, part)
        for level in tiles.levels_of(size)
        for part in tiles.parts_of(size, level=level, after=before)
        for name in names.get(level, (f"tile/{level}",))
    ]
