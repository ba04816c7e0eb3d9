"""Hostile files to every upload: each is kept as what it may be or refused in words, soon and in little memory."""

from __future__ import annotations

import io
import json
import os
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from coalition.extensions import db
from coalition.signing.models import ProofDocument
from coalition.storage.files import store
from coalition.transactions import transaction
from tests.factories import signing
from tests.factories.browsing import ORGANISATION, PERSON, first_step, step
from tests.trials.hostile_files import MB, corpus
from tests.trials.people import my_signature
from tests.trials.walking import wrong_in

pytestmark = pytest.mark.one_database
LONGEST_SECONDS, MOST_MEMORY = 2.0, 700 * MB
KEPT = {
    "PDF bomb",
    "PDF that is HTML too",
    "JPEG that is a zip too",
    "PNG that is HTML too",
    "JPEG that is called a PDF",
    "PDF with two endings",
    "name with a path",
    "name with NUL",
    "name with directions",
    "name of ten thousand letters",
    "name of markup",
    "encrypted PDF",
    "PDF with JavaScript",
    "PDF that launches",
    "WebP that moves",
    "CMYK JPEG",
    "PNG of 16 bits",
    "JPEG that says where",
}
EITHER = {"half a WebP", "PNG with a text that swells", "name with lines"}  # as the libraries judge


def apart(act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return what `act` says in a process of its own that may take no more than so much memory."""
    db.session.remove()
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            db.engine.dispose(close=False)
            taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
            resource.setrlimit(resource.RLIMIT_AS, (taken + MOST_MEMORY, taken + MOST_MEMORY))
            with os.fdopen(writing, "w") as pipe:
                json.dump(act(), pipe)
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        told = pipe.read()
    os.waitpid(pid, 0)
    found: dict[str, Any] = json.loads(told)
    return found


def signer(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.post(first_step(), data=ORGANISATION)
    client.post(step("representative"), data=PERSON)
    return client


UPLOADS: dict[str, tuple[str, str, Callable[[Flask], FlaskClient]]] = {
    "proof": (step("proof"), "mandate_document", signer),
    "late proof": ("/en/my-signature/proof", "mandate_document", lambda app: my_signature(app, signing.verified())),
    "verify": ("/en/verify/", "file", lambda app: app.test_client()),
    "inspection": ("/api/v1/certificates/inspections", "file", lambda app: app.test_client()),
}


@pytest.fixture(scope="module")
def files() -> dict[str, tuple[str, bytes]]:
    return corpus()


@pytest.mark.parametrize("upload", UPLOADS)
def test_files_when_hostile_are_answered_soon_and_never_with_an_error_of_ours(
    stage: Flask, files: dict[str, tuple[str, bytes]], upload: str
) -> None:
    path, field, browser = UPLOADS[upload]
    client = browser(stage)

    def send_all() -> dict[str, Any]:
        told = {}
        for what, (name, data) in files.items():
            begun = time.process_time()
            answer = client.post(path, data={field: (io.BytesIO(data), name)}, content_type="multipart/form-data")
            told[what] = [answer.status_code, time.process_time() - begun, wrong_in(answer)]
            with stage.app_context():
                _forget()
        return told

    told = apart(send_all)
    assert {what: wrong for what, (_, _, wrong) in told.items() if wrong} == {}
    assert {what: seconds for what, (_, seconds, _) in told.items() if seconds > LONGEST_SECONDS} == {}
    statuses = {what: status for what, (status, _, _) in told.items()}
    assert set(statuses.values()) <= {200, 302, 303, 413, 415, 422, 429}
    if "proof" in upload:
        taken = {what for what, status in statuses.items() if status in (302, 303)}
        assert taken - EITHER == KEPT


def _forget() -> None:
    """Make room for the next: there may be ten files."""
    with transaction() as session:
        session.execute(ProofDocument.__table__.delete())


def test_files_when_kept_are_what_their_ending_says_and_hold_nothing_else(
    app: Flask, charter: str, files: dict[str, tuple[str, bytes]]
) -> None:
    client = signer(app)
    pictures = [what for what, (_, data) in files.items() if what in KEPT and not data.startswith(b"%PDF-")]
    assert len(pictures) == 7
    for what in pictures:
        name, data = files[what]
        client.post(
            step("proof"), data={"mandate_document": (io.BytesIO(data), name)}, content_type="multipart/form-data"
        )
    db.session.rollback()
    kept = db.session.scalars(select(ProofDocument)).all()
    assert len(kept) == len(pictures) - 2  # three show the same
    for document in kept:
        stored = store().get(document.storage_key)
        image = Image.open(io.BytesIO(stored))
        assert (image.get_format_mimetype(), len(image.getexif()), getattr(image, "n_frames", 1)) == (
            document.media_type,
            0,
            1,
        )
        assert b"zzmark" not in stored
        assert b"PK\x03\x04" not in stored
        assert document.filename.isprintable()
        assert len(document.filename) <= 130
