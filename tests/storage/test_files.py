from __future__ import annotations

import errno
import os
import resource
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from coalition.errors import NotFound
from coalition.storage.files import FileStore, store

KEY = "proof/3f/0123456789ABCDEF"


@pytest.fixture
def files(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_file_that_was_put_is_there_byte_for_byte(files: FileStore) -> None:
    data = bytes(range(256)) * 1000
    files.put(KEY, data)
    assert (files.get(KEY), files.exists(KEY)) == (data, True)
    assert names(files.folder) == [KEY]


def test_file_that_holds_nothing_is_a_file(files: FileStore) -> None:
    files.put(KEY, b"")
    assert (files.get(KEY), files.exists(KEY)) == (b"", True)


def test_file_that_is_put_again_is_replaced(files: FileStore) -> None:
    files.put(KEY, b"a longer first version")
    files.put(KEY, b"second")
    assert files.get(KEY) == b"second"
    assert names(files.folder) == [KEY]


def test_file_that_was_deleted_is_gone_and_may_be_deleted_again(files: FileStore) -> None:
    files.put(KEY, b"data")
    files.delete(KEY)
    files.delete(KEY)
    assert not files.exists(KEY)
    assert names(files.folder) == []


def test_file_that_never_was_is_not_found(files: FileStore) -> None:
    assert not files.exists(KEY)
    with pytest.raises(NotFound, match="This file is no longer kept"):
        files.get(KEY)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "proof",
        "proof/3f",
        "proof/3f/",
        "/proof/3f/a",
        "proof/3f/..",
        "proof/3f/.",
        "proof/3f/.hidden",
        "../proof/3f/a",
        "proof/../a",
        "proof/3f/../../../etc/passwd",
        "proof/3f/a/b",
        "Proof/3f/a",
        "proof/3F/a",
        "proof/3ff/a",
        "proof/3f/a b",
        "proof/3f/a\n",
        "proof/3f/a\x00",
        "proof/3f/é",
        "proof\\3f\\a",
        f"proof/3f/{'a' * 101}",
    ],
)
def test_key_that_is_none_of_ours_is_refused_by_every_act(files: FileStore, key: str) -> None:
    for act in (files.get, files.delete, files.exists, lambda key: files.put(key, b"data")):
        with pytest.raises(ValueError, match="not a storage key"):
            act(key)
    assert not files.folder.exists()


@pytest.mark.parametrize("key", [KEY, "certificates/00/ABC-123.pdf", f"proof/3f/{'a' * 100}", "proof/zz/-_."])
def test_key_of_ours_is_taken(files: FileStore, key: str) -> None:
    files.put(key, b"data")
    assert files.get(key) == b"data"


def test_file_while_it_is_replaced_is_read_whole_by_others(files: FileStore) -> None:
    versions = [bytes([number]) * 300_000 for number in range(2)]
    files.put(KEY, versions[0])
    stop = threading.Event()

    def replace() -> None:
        for turn in range(60):
            files.put(KEY, versions[turn % 2])
        stop.set()

    writer = threading.Thread(target=replace)
    writer.start()
    partial = 0
    while not stop.is_set():
        partial += files.get(KEY) not in versions
    writer.join()
    assert partial == 0
    assert names(files.folder) == [KEY]


def test_file_that_the_disk_takes_half_of_leaves_the_former_one(files: FileStore) -> None:
    files.put(KEY, b"first")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(OSError, match="File too large") as failed:
            files.put(KEY, b"second" * 1000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert failed.value.errno == errno.EFBIG
    assert files.get(KEY) == b"first"
    assert names(files.folder) == [KEY]


def test_file_of_two_keys_at_once_is_each_its_own(files: FileStore) -> None:
    keys = [f"proof/{number:02d}/a" for number in range(20)]
    threads = [threading.Thread(target=files.put, args=(key, key.encode())) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {key: files.get(key) for key in keys} == {key: key.encode() for key in keys}


@pytest.mark.one_database
def test_store_of_the_application_is_the_folder_of_the_settings(app: Flask) -> None:
    store().put(KEY, b"data")
    assert (app.config["STORAGE_DIR"] / KEY).read_bytes() == b"data"
    store().delete(KEY)


def test_keys_that_are_old_enough_are_listed_and_what_killed_writers_left_is_removed(files: FileStore) -> None:
    old, new = KEY, "proof/4a/ABCDEF"
    for key in (old, new, "sealed/3f/other"):
        files.put(key, b"x")
    left = files.folder / "proof" / "3f" / ".0123456789abcdef"
    left.write_bytes(b"half")
    moment = datetime(2026, 3, 2, tzinfo=UTC)
    for path in (files.folder / old, left):
        os.utime(path, (moment.timestamp() - 1, moment.timestamp() - 1))
    assert list(files.keys("proof", before=moment)) == [old]
    assert list(files.keys("nothing", before=moment)) == []
    assert files.discard_unfinished("proof", before=moment) == 1
    assert names(files.folder) == [old, new, "sealed/3f/other"]


def test_key_of_a_file_that_goes_meanwhile_is_left_out(files: FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    files.put(KEY, b"x")
    genuine = Path.glob

    def gone(self: Path, pattern: str) -> list[Path]:
        found = list(genuine(self, pattern))
        files.delete(KEY)
        return found

    monkeypatch.setattr(Path, "glob", gone)
    assert list(files.keys("proof", before=datetime(2100, 1, 1, tzinfo=UTC))) == []
