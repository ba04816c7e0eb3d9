from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from coalition.transactions import transaction
from coalition.transparency import checkpoints, published, publishing, queries, recovery, sequencing, verification
from coalition.transparency.errors import LogUnwritable
from coalition.transparency.models import LogLeaf
from coalition.transparency.publishing import Folder
from coalition.transparency.tiles import Part
from tests.factories import log

WRITES = 9
"""How often a file is written while two leaves are added to 255: at each of them a process may be killed."""


class Killed(BaseException):
    """What a process does not survive."""


def files() -> published.Files:
    return published.in_folder(recovery.folder())


def names() -> set[str]:
    folder = recovery.folder()
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def verified() -> verification.Report:
    return verification.verify(files(), checkpoints.public_key())


def test_files_when_published_are_those_that_the_database_holds(session: Session) -> None:
    log.entries(300)
    sequencing.place_all()
    assert names() == {
        "tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/000", "tile/entries/001.p/44",
        "openings/000", "openings/001.p/44", "checkpoint", "key", ".lock",
    }  # fmt: skip
    read, part = files(), Part(1, 44)
    assert read("tile/0/001.p/44") == queries.tile(0, part)
    assert read("tile/entries/001.p/44") == queries.bundle(part)
    assert (read("openings/001.p/44") or b"").decode() == queries.openings(part)
    assert (read("checkpoint") or b"").decode() == checkpoints.newest()
    assert (read("key") or b"").decode() == f"{checkpoints.public_key()}\n"
    assert verified().head.size == 300


def test_narrower_files_when_the_log_grows_stay_for_the_head_before_alone(session: Session) -> None:
    for first, count in ((1, 3), (4, 2), (6, 4)):
        log.entries(count, first=first)
        sequencing.place_all()
    assert {name for name in names() if name.startswith("tile/0")} == {"tile/0/000.p/5", "tile/0/000.p/9"}
    log.entries(260, first=10)
    sequencing.place_all()
    assert {name for name in names() if "0.p" in name} == {"tile/1/000.p/1"}
    assert verified().head.size == 269


def test_log_when_nothing_happened_writes_nothing(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    log.entries(2)
    sequencing.place_all()
    monkeypatch.setattr(Folder, "write", None)
    sequencing.place_all()


@pytest.fixture
def killed_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Let the process be killed in the middle of its n-th file, or right before it settles what it wrote."""
    whole = Folder.write

    def arrange(number: int) -> None:
        left = iter(range(number))

        def write(self: Folder, name: str, pieces: list[bytes]) -> None:
            if next(left, None) is None:
                half = self.path / name
                half.parent.mkdir(parents=True, exist_ok=True)
                half.with_name(f".{half.name}.new").write_bytes(b"half a fi")
                raise Killed
            whole(self, name, pieces)

        monkeypatch.setattr(Folder, "write", write)

    return arrange


@pytest.mark.parametrize("number", range(WRITES))
@pytest.mark.one_database
def test_publisher_when_killed_at_any_write_has_broken_nothing(
    session: Session, killed_at: Callable[[int], None], monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    log.entries(255)
    sequencing.place_all()
    log.entries(2, first=256)
    killed_at(number)
    with pytest.raises(Killed):
        sequencing.place_all()
    monkeypatch.undo()
    assert verified().head.size == 255
    assert (queries.head() or verified()).size == 255  # type: ignore[union-attr]
    sequencing.place_all()
    assert verified().head.size == 257
    assert not [name for name in names() if name.endswith(".new")]


@pytest.mark.one_database
def test_publisher_when_killed_has_that_many_chances(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    log.entries(255)
    sequencing.place_all()
    written: list[str] = []
    whole = Folder.write
    monkeypatch.setattr(Folder, "write", lambda self, name, pieces: (written.append(name), whole(self, name, pieces)))
    log.entries(2, first=256)
    sequencing.place_all()
    assert (len(written), written[-1]) == (WRITES, "checkpoint")


@pytest.mark.one_database
def test_head_when_the_process_dies_before_keeping_it_is_kept_by_the_next(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.entries(3)

    def die(**values: object) -> None:
        raise Killed

    monkeypatch.setattr(checkpoints, "keep", die)
    with pytest.raises(Killed):
        sequencing.place_all()
    monkeypatch.undo()
    assert (checkpoints.newest(), verified().head.size) == (None, 3)
    sequencing.place_all()
    assert checkpoints.newest() == (files()("checkpoint") or b"").decode()


@pytest.mark.one_database
def test_folder_that_takes_no_files_lets_the_head_wait(session: Session) -> None:
    recovery.folder().write_text("a file is in the way")
    log.entries(2)
    with pytest.raises(LogUnwritable, match=r"cannot be published in .*: File exists"):
        sequencing.place_all()
    assert checkpoints.newest() is None
    recovery.folder().unlink()
    sequencing.place_all()
    assert verified().head.size == 2


@pytest.mark.one_database
def test_disk_that_is_full_lets_the_head_wait(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    log.entries(2)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(LogUnwritable, match="No space left on device"):
        sequencing.place_all()
    monkeypatch.undo()
    assert (checkpoints.newest(), files()("checkpoint")) == (None, None)
    sequencing.place_all()
    assert verified().head.size == 2


def forget(session: Session, number: str) -> None:
    with transaction():
        session.execute(update(LogLeaf).where(LogLeaf.subject == number).values(salt=None, content=None))


def test_leaf_that_was_forgotten_is_forgotten_in_the_files(session: Session) -> None:
    log.entries(300)
    sequencing.place_all()
    forget(session, "ICSSE-00003")
    forget(session, "ICSSE-00290")
    sequencing.place_all()
    for name, number in (("openings/000", "ICSSE-00003"), ("openings/001.p/44", "ICSSE-00290")):
        assert number not in (files()(name) or b"").decode()
    assert (files()("forgotten") or b"").split() == [b"2", b"289"]
    found = verified()
    assert (found.forgotten, found.head.size) == (2, 300)


def test_files_that_were_lost_are_written_again_when_asked_for(session: Session) -> None:
    log.entries(300)
    sequencing.place_all()
    (recovery.folder() / "tile/0/000").unlink()
    (recovery.folder() / "openings/001.p/44").write_bytes(b"damaged")
    publishing.publish(now=log.NOW, anew=True)
    assert verified().head.size == 300
