"""Where do files lie? A folder outside the database: bytes under a key, whole or not at all."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from flask import current_app

from coalition.errors import NotFound
from coalition.i18n import lazy_gettext as _l

KEY = re.compile(r"[a-z]+/[0-9a-z]{2}/[0-9A-Za-z_-][0-9A-Za-z._-]{0,99}")


class FileStore:
    """What is done to a folder. Keys are made by us ("proof/3f/…"), never typed by anybody."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, key: str, data: bytes) -> None:
        """Keep `data` under `key`; on return it is on the disk, and a reader never sees half of it."""
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{secrets.token_hex(8)}")
        try:
            with fresh.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def get(self, key: str) -> bytes:
        """Return the bytes under `key`. Raises NotFound."""
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError:
            raise NotFound(_l("This file is no longer kept.")) from None

    def delete(self, key: str) -> None:
        """Remove what is under `key`, if anything."""
        self._path(key).unlink(missing_ok=True)

    def exists(self, key: str) -> bool:
        """Say whether something is kept under `key`."""
        return self._path(key).is_file()

    def keys(self, kind: str, *, before: datetime) -> Iterator[str]:
        """Return the keys of that kind ("proof") whose files were written before a moment, in no order."""
        for path in self._written(kind, before):
            key = f"{kind}/{path.parent.name}/{path.name}"
            if KEY.fullmatch(key):
                yield key

    def discard_unfinished(self, kind: str, *, before: datetime) -> int:
        """Remove what killed writers left of files of that kind; return how many."""
        left = [path for path in self._written(kind, before) if path.name.startswith(".")]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    def _written(self, kind: str, before: datetime) -> Iterator[Path]:
        for path in (self.folder / kind).glob("*/*"):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < before.timestamp():
                    yield path

    def _path(self, key: str) -> Path:
        if not KEY.fullmatch(key):
            raise ValueError(f"not a storage key: {key!r}")
        return self.folder / key


def store() -> FileStore:
    """Return the store that the settings name."""
    return FileStore(current_app.config["STORAGE_DIR"])
