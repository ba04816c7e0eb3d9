"""Who was erased, told to whoever restores an old backup? One line a signature, in a file that no backup replaces.

It names nobody: a random id and a moment. A line lies on the disk before its erasure is committed. Where the commit
then failed, the erasure that was asked for is done at the next start.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from flask import current_app

NAME = "erasures.jsonl"


def note(public_id: str, *, now: datetime) -> None:
    """Write that the person behind a signature is erased; on return the line lies on the disk."""
    path = _path()
    line = json.dumps({"signature": public_id, "at": now.isoformat()}) + "\n"
    opened = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(opened, line.encode())
        os.fsync(opened)
    finally:
        os.close(opened)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read() -> Mapping[str, datetime]:
    """Return whose erasure was written down and when last, by the signature's public id; a torn line is left out."""
    try:
        lines = _path().read_bytes().splitlines()
    except FileNotFoundError:
        return {}
    found: dict[str, datetime] = {}
    for line in lines:
        try:
            told = json.loads(line)
            found[told["signature"]] = datetime.fromisoformat(told["at"])
        except (ValueError, KeyError, TypeError):  # whoever wrote it was killed before the erasure
            continue
    return found


def _path() -> Path:
    folder: Path = current_app.config["DATA_DIR"]
    return folder / NAME
