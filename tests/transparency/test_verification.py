from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from sqlalchemy import update

from coalition.audit import note
from coalition.audit.note import Checkpoint
from coalition.extensions import db
from coalition.transactions import transaction
from coalition.transparency import checkpoints, published, publishing, recovery, sequencing, verification
from coalition.transparency.leaves import LeafAct
from coalition.transparency.models import LogLeaf
from coalition.transparency.verification import LogBroken, Report
from tests.factories import log

REGISTER = {log.number_of(number): log.state(log.number_of(number)) for number in range(1, 301)} | {
    "ICSSE-00002": log.state("ICSSE-00002", status="withdrawn")
}
_BUILT: list[Path] = []
pytestmark = pytest.mark.one_database


def states(*_: object) -> Iterable[Mapping[str, Any]]:
    return [state for number, state in REGISTER.items() if number != "ICSSE-00300"]


@pytest.fixture
def folder(app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of 305 leaves, published once a session, a copy of it for each test."""
    if not _BUILT:
        _BUILT.append(shutil.copytree(_published(), tmp_path_factory.mktemp("log") / "log"))
        shutil.rmtree(recovery.folder())
    return Path(shutil.copytree(_BUILT[0], recovery.folder()))


def _published() -> Path:
    """Publish entries, one changed, one taken back, one forgotten; the register as of 303 leaves lies beside them."""
    log.entries(300)
    log.append([("ICSSE-00002", REGISTER["ICSSE-00002"])], LeafAct.CHANGE)
    log.append([("ICSSE-00300", {"number": "ICSSE-00300"})], LeafAct.REMOVE)
    log.append([("0123-4567-89AB", {"serial": "0123-4567-89AB"})], LeafAct.CERTIFY)
    sequencing.place_all()
    assert publishing.publish_register(states)
    log.append([("icsse/1", {}), ("icsse/2", {})], LeafAct.PUBLISH)
    with transaction():
        db.session.execute(update(LogLeaf).where(LogLeaf.subject == "ICSSE-00009").values(salt=None, content=None))
    sequencing.place_all()
    return recovery.folder()


def verify(folder: Path, older: Iterable[Checkpoint] = ()) -> Report:
    return verification.verify(published.in_folder(folder), checkpoints.public_key(), older=older)


def test_log_that_is_whole_is_said_to_be(folder: Path) -> None:
    older = Checkpoint(checkpoints.origin(), 256, _root(folder, 256))
    found = verify(folder, [older])
    assert (found.head.size, found.forgotten, found.entries, found.heads) == (305, 1, 299, 1)


def _root(folder: Path, size: int) -> str:
    walked = verification.Log(published.in_folder(folder))
    assert list(walked.walk(305, stops=[size]))
    again = verification.Log(published.in_folder(folder))
    return next(again.root().hex() for _ in again.walk(305, stops=[size]))


def changed(name: str, change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_bytes(change((folder / name).read_bytes())) and None


def entry(change: Callable[[list[dict[str, Any]]], Any]) -> Callable[[Path], None]:
    def arrange(held: bytes) -> bytes:
        told = [json.loads(line) for line in held.splitlines()]
        change(told)
        return "".join(f"{json.dumps(line)}\n" for line in told).encode()

    return changed("register.jsonl", arrange)


def named(name: str) -> Callable[[bytes], bytes]:
    return lambda held: held.replace(b"ICSSE-00007", name.encode())


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (changed("tile/0/000", lambda held: bytes(32) + held[32:]), "tile/0/000 does not hold the hashes of its"),
        (changed("tile/1/000.p/1", lambda held: held[:-1]), "tile/1/000.p/1 is too short"),
        (changed("tile/1/000.p/1", lambda held: bytes(32)), "tile/1/000.p/1 does not hold the hashes of its"),
        (lambda folder: (folder / "tile/0/001.p/49").unlink(), "tile/0/001.p/49 is missing"),
        (lambda folder: (folder / "tile/entries/000").unlink(), "tile/entries/000 is missing"),
        (changed("tile/entries/000", named("ICSSE-66667")), "tile/0/000 does not hold the hashes of its"),
        (changed("tile/entries/000", lambda held: held[:-1]), "tile/entries/000 holds no leaves"),
        (changed("tile/entries/000", lambda held: held[: 2 + held[1]]), "tile/entries/000 is too short"),
        (changed("tile/entries/000", lambda held: held.replace(b'{"act"', b'{ "act', 1)), "holds no leaves"),
        (changed("tile/entries/000", lambda held: held.replace(b'"act":', b'"act" ', 1)), "holds no leaves"),
        (
            changed("tile/entries/000", lambda held: held.replace(b'"at":"2026-11-22T12', b'"at": "2026-11-22T1', 1)),
            "tile/entries/000 holds a leaf that is not written in its one form",
        ),
        (changed("openings/000", named("ICSSE-66667")), "what the leaf at place 6 opens to was changed"),
        (changed("openings/000", lambda held: held.replace(b'"place":4', b'"place":5', 1)), "names other places"),
        (changed("openings/000", lambda held: held[:400]), "openings/000 holds no openings"),
        (
            changed("openings/000", lambda held: held.replace(b'"content":null', b'"content":"x"')),
            "what the leaf at place 8 opens to is not whole",
        ),
        (changed("checkpoint", lambda held: held.replace(b"305", b"304")), "is not signed with the key of this site"),
        (lambda folder: (folder / "checkpoint").unlink(), "there is no checkpoint"),
        (changed("register.jsonl", lambda held: b"[]"), "register.jsonl cannot be read"),
        (entry(lambda told: told[0].update(size=400)), "register.jsonl is of 400 leaves, and the log has 305"),
        (
            entry(lambda told: told[5].update(official_name="Un autre")),
            "ICSSE-00005: the register says another “official_name” than the leaf at place 4",
        ),
        (
            entry(lambda told: told[2].update(status="active")),
            "ICSSE-00002: the register says another “status” than the leaf at place 300",
        ),
        (entry(lambda told: told[5].pop("status")), "ICSSE-00005: the register says another “status”"),
        (entry(lambda told: told[9].update(official_name="Who knows")), None),
        (entry(lambda told: told.pop(9)), None),
        (entry(lambda told: told[5].pop("successor")), None),
        (entry(lambda told: told.pop(8)), "ICSSE-00008 is not on the register, and the leaf at place 7 says it is"),
        (
            entry(lambda told: told.append(log.state("ICSSE-00300"))),
            "ICSSE-00300 stands on the register, and no leaf says so",
        ),
        (lambda folder: (folder / "register.jsonl").unlink(), None),
    ],
)
def test_first_thing_that_was_changed_is_named(
    folder: Path, damage: Callable[[Path], None], sentence: str | None
) -> None:
    damage(folder)
    if sentence is None:
        assert verify(folder).head.size == 305
        return
    with pytest.raises(LogBroken) as found:
        verify(folder)
    assert sentence in str(found.value)


def test_log_that_was_written_anew_differs_from_the_head_that_was_kept(folder: Path) -> None:
    with pytest.raises(LogBroken, match="the first 100 leaves are not those that a checkpoint was made of"):
        verify(folder, [Checkpoint(checkpoints.origin(), 100, "ab" * 32)])
    with pytest.raises(LogBroken, match="the first 0 leaves are not those"):
        verify(folder, [Checkpoint(checkpoints.origin(), 0, "ab" * 32)])


def test_log_that_was_cut_differs_from_the_head_that_was_kept(folder: Path) -> None:
    with pytest.raises(LogBroken, match="the log was cut: it had 400 leaves, and now has 305"):
        verify(folder, [Checkpoint(checkpoints.origin(), 400, "ab" * 32)])


@pytest.mark.parametrize("key", ["", "a+b", "coalition.test/log+00000000+AQ==", "coalition.test/log+00000000+%%%"])
def test_key_that_is_none_is_refused(folder: Path, key: str) -> None:
    with pytest.raises(LogBroken, match="this is no public key of a log"):
        verification.verify(published.in_folder(folder), key)


def test_head_of_another_log_by_the_same_key_is_refused(app: Flask) -> None:
    key = Ed25519PrivateKey.generate()
    signed = note.signed(Checkpoint("coalition.test/audit", 3, "ab" * 32), key)
    with pytest.raises(LogBroken, match="this checkpoint is of another log"):
        verification.opened_note(signed, note.verifier_key("coalition.test/log", key.public_key()))


def live(registers: list[list[dict[str, Any]]]) -> Callable[[], Iterator[dict[str, Any]]]:
    """A register in use: each time it is asked, what it says then."""
    return lambda: iter(registers.pop(0) if len(registers) > 1 else registers[0])


def test_register_in_use_is_looked_at_again_when_an_act_was_faster_than_its_leaf(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.entries(3)
    sequencing.place_all()
    monkeypatch.setattr(verification, "sleep", lambda seconds: (log.entries(1, first=4), sequencing.place_all()))
    now = [log.state(log.number_of(number)) for number in range(1, 5)]
    files, key = published.in_folder(recovery.folder()), checkpoints.public_key()
    found = verification.verify(files, key, entries=live([now]))
    assert (found.head.size, found.entries) == (4, 4)


def test_register_in_use_that_goes_on_differing_is_named(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    log.entries(3)
    sequencing.place_all()
    monkeypatch.setattr(verification, "PAUSE_SECONDS", 0)
    wrong = [log.state(log.number_of(number), official_name="X") for number in range(1, 4)]
    with pytest.raises(LogBroken, match="ICSSE-00001: the register says another"):
        verification.verify(published.in_folder(recovery.folder()), checkpoints.public_key(), entries=live([wrong]))
