"""Which files can be kept: judged by their bytes, each for itself, one after the other."""

from __future__ import annotations

import hashlib
from io import BytesIO

import pytest
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from coalition.extensions import db
from coalition.jobs.models import Job
from coalition.signing import pictures, uploads
from coalition.signing.proof import UNCLAIMED_JOB
from coalition.signing.uploads import Limits, Received, clean_stem
from coalition.storage.files import store
from tests.factories.pictures import halves, png_of_size, written

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.one_database]
LIMITS = Limits(files=10, bytes=1024 * 1024)
PDF = b"%PDF-1.4 minutes\n%%EOF\n"
UNKNOWN = "“x.pdf” is not a PDF, PNG, JPEG or WebP file. Save it as one of these"
HEIC = (
    "“x.pdf” is a HEIC photograph, which few programs open. Set the camera of your phone to “Most compatible”, "
    "or send a screenshot of it"
)


def receive(*files: tuple[str, bytes], present: int = 0, limits: Limits = LIMITS) -> Received:
    sent = [FileStorage(BytesIO(data), filename=name) for name, data in files]
    return uploads.receive(sent, limits=limits, present=present)


def test_files_when_good_are_on_the_disk_as_what_they_are() -> None:
    received = receive(("minutes.pdf", PDF), ("C:\\photos\\évil.exe", written(halves(), "PNG")), ("", b"nothing"))
    assert [(file.filename, file.media_type) for file in received.files] == [
        ("minutes.pdf", "application/pdf"),
        ("évil.png", "image/png"),
    ]
    assert received.wrong == ()
    for file in received.files:
        kept = store().get(file.storage_key)
        assert (file.size, file.sha256) == (len(kept), hashlib.sha256(kept).hexdigest())


def test_files_when_some_are_bad_cost_no_good_one() -> None:
    received = receive(
        ("a.pdf", PDF), ("b.png", b"<html>"), ("c.jpg", b"\xff\xd8\xff no picture"), ("d.pdf", PDF + b"2")
    )
    assert [file.filename for file in received.files] == ["a.pdf", "d.pdf"]
    assert received.wrong == (
        "“b.png” is not a PDF, PNG, JPEG or WebP file. Save it as one of these",
        "“c.jpg” is damaged or not complete. Take the picture or save it again",
    )


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "“x.pdf” is empty. Choose the file again"),
        (b"%PDF-" + bytes(1024 * 1024), "“x.pdf” must be smaller than 1 MB"),
        (b"%PDF-1.4 cut off", "“x.pdf” is damaged or not complete. Save it again as a PDF"),
        (b" %PDF-1.4 %%EOF", UNKNOWN),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", UNKNOWN),
        (b"GIF89a", UNKNOWN),
        (b"MZ\x90\x00", UNKNOWN),
        (b"PK\x03\x04", UNKNOWN),
        (png_of_size(30_000, 30_000), "“x.pdf” has too many pixels. Save it in a smaller size"),
        (
            bytes(4) + b"ftypheic" + bytes(90),
            HEIC,
        ),
    ],
)  # fmt: skip
def test_file_when_it_cannot_be_kept_says_what_to_do(data: bytes, sentence: str) -> None:
    assert receive(("x.pdf", data)) == Received((), (sentence,))


def test_file_when_others_take_too_long_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "PATIENCE_SECONDS", 0.01)
    with pictures._one_at_a_time:
        received = receive(("x.png", written(halves(), "PNG")), ("y.pdf", PDF))
    assert [file.filename for file in received.files] == ["y.pdf"]
    assert received.wrong == ("“x.png” could not be read just now. Send it again in a minute",)


def test_files_when_there_are_too_many_keep_as_many_as_there_may_be() -> None:
    received = receive(*((f"{n}.pdf", PDF + bytes([n])) for n in range(3)), present=8)
    assert [file.filename for file in received.files] == ["0.pdf", "1.pdf"]
    assert received.wrong == ("“2.pdf” was not kept: you can send up to 10 files",)


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("minutes.pdf", "minutes"),
        ("../../etc/passwd", "passwd"),
        ("a\r\nSet-Cookie: x.pdf", "a_Set-Cookie_ x"),
        ("\u202efdp.exe", "fdp"),
        ("محضر الاجتماع.pdf", "محضر الاجتماع"),
        (".pdf", "pdf"),
        ("...", "document"),
        ("<script>.png", "script"),
        ("x" * 500 + ".pdf", "x" * 120),
    ],
)
def test_name_when_cleaned_is_safe_in_a_header_and_a_sentence(name: str, stem: str) -> None:
    assert clean_stem(name) == stem


def test_files_when_no_row_follows_are_deleted_within_the_hour(worker, clock) -> None:
    received = receive(("minutes.pdf", PDF))
    key = received.files[0].storage_key
    assert db.session.scalars(select(Job.args).where(Job.name == UNCLAIMED_JOB)).all() == [{"keys": [key]}]
    worker()
    assert store().exists(key)
    clock.shift(uploads.proof.CLAIMED_WITHIN)
    worker()
    assert not store().exists(key)


def test_receiving_when_nothing_was_chosen_queues_nothing() -> None:
    assert uploads.receive(["", FileStorage(BytesIO(), filename="")], limits=LIMITS, present=0) == Received((), ())
    assert uploads.receive(None, limits=LIMITS, present=0) == Received((), ())
    assert db.session.scalars(select(Job.name)).all() == []
