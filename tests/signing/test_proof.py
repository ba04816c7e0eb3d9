"""Files of a draft and of a signature: each once, never more than there may be, whoever sends them at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select

from coalition import clock as time
from coalition.audit.queries import history_of
from coalition.extensions import db
from coalition.signing import mails, proof
from coalition.signing.errors import StateChanged
from coalition.signing.models import Draft, ProofDocument, Signature
from coalition.signing.proof import File, StoredFile
from coalition.storage.files import store
from coalition.transactions import transaction
from tests.factories import charters, signing
from tests.factories.signing import PERSON


def stored(*names: str) -> list[StoredFile]:
    keys = proof.reserve(len(names))
    files = [File(f"{name}.pdf", "application/pdf", name.encode()) for name in names]
    return [proof.put(file, key=key) for file, key in zip(files, keys, strict=True)]


def names(owner: Draft | Signature) -> list[str]:
    return [document.filename for document in owner.documents]


@pytest.mark.usefixtures("charter")
def test_files_when_there_is_no_room_are_named() -> None:
    draft_id, files = signing.draft(), stored("a", "b", "b", "c")
    with transaction():
        draft = db.session.get_one(Draft, draft_id)
        assert proof.keep(draft, files=files, most=2, now=time.now()) == ["c.pdf"]
        assert names(draft) == ["a.pdf", "b.pdf"]
        assert proof.keep(draft, files=files[:2], most=2, now=time.now()) == []


@pytest.mark.usefixtures("charter")
def test_files_when_another_browser_kept_the_same_leave_one_and_no_bytes_behind(worker, clock) -> None:
    draft_id, files = signing.draft(), [*stored("a"), *stored("a")]
    with transaction():
        proof.keep(db.session.get_one(Draft, draft_id), files=files, most=9, now=time.now())
    clock.shift(proof.CLAIMED_WITHIN)
    worker()
    assert [store().exists(file.storage_key) for file in files] == [True, False]


@pytest.mark.usefixtures("charter")
def test_late_file_when_it_is_there_already_leaves_no_line() -> None:
    signature, files = signing.verified(), stored("a")
    for _twice in range(2):
        with transaction():
            proof.add_late(signature=signature, files=files, most=9, actor=PERSON, now=time.now())
    assert [line.act for line in history_of(mails.about(signature))].count("add_proof") == 1


@pytest.mark.usefixtures("charter")
@pytest.mark.parametrize("made", [signing.submitted, signing.active])
def test_late_file_when_nobody_reviews_is_refused(made) -> None:
    signature, files = made(), stored("a")
    with pytest.raises(StateChanged), transaction():
        proof.add_late(signature=signature, files=files, most=9, actor=PERSON, now=time.now())
    assert names(signature) == []


def test_late_files_when_sent_at_once_are_never_more_than_there_may_be(committed_app: Flask) -> None:
    with committed_app.app_context():
        charters.load()
        signature_id = signing.verified().id
        sent = [stored(*(f"{browser}{n}" for n in range(3))) for browser in "abc"]
    gate = Barrier(3)

    def send(files: list[StoredFile]) -> list[str]:
        with committed_app.app_context():
            signature = db.session.get_one(Signature, signature_id)
            gate.wait(10)
            with transaction():
                return proof.add_late(signature=signature, files=files, most=5, actor=PERSON, now=time.now())

    with ThreadPoolExecutor(3) as pool:
        left_out = [name for names_left in pool.map(send, sent) for name in names_left]
    with committed_app.app_context():
        kept = list(db.session.scalars(select(ProofDocument.filename)))
    assert (len(kept), len(left_out), set(kept) & set(left_out)) == (5, 4, set())
