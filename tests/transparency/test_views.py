from __future__ import annotations

import hashlib

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from coalition.transactions import transaction
from coalition.transparency import checkpoints, published, recovery, sequencing
from coalition.transparency.models import LogLeaf
from tests.factories import log

FOR_EVER = "public, max-age=31536000, immutable"


@pytest.fixture
def folder(session: Session) -> published.Files:
    """The files of a log of 300 leaves."""
    log.entries(300)
    sequencing.place_all()
    return published.in_folder(recovery.folder())


@pytest.mark.parametrize(
    ("name", "kind", "kept"),
    [
        ("checkpoint", "text/plain", "public, max-age=10"),
        ("key", "text/plain", "public, max-age=300"),
        ("tile/0/000", "application/octet-stream", FOR_EVER),
        ("tile/0/001.p/44", "application/octet-stream", FOR_EVER),
        ("tile/1/000.p/1", "application/octet-stream", FOR_EVER),
        ("tile/entries/001.p/44", "application/octet-stream", FOR_EVER),
        ("openings/000", "application/jsonl", "public, max-age=300"),
    ],
)
def test_file_on_the_site_is_the_one_in_the_folder(
    client: FlaskClient, folder: published.Files, name: str, kind: str, kept: str
) -> None:
    answer = client.get(f"/log/{name}")
    assert (answer.status_code, answer.data, answer.mimetype) == (200, folder(name), kind)
    assert (answer.headers["Cache-Control"], answer.headers.get("Set-Cookie")) == (kept, None)
    again = client.get(f"/log/{name}", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_narrower_tile_is_the_beginning_of_the_wider_one(client: FlaskClient, folder: published.Files) -> None:
    assert client.get("/log/tile/0/001.p/7").data == client.get("/log/tile/0/001.p/44").data[: 7 * 32]
    narrow, wide = client.get("/log/tile/entries/001.p/7").data, client.get("/log/tile/entries/001.p/44").data
    assert wide.startswith(narrow)


def test_leaf_in_a_bundle_hashes_to_what_its_tile_holds(client: FlaskClient, folder: published.Files) -> None:
    held = client.get("/log/tile/entries/000").data
    length = int.from_bytes(held[:2], "big")
    assert hashlib.sha256(b"\x00" + held[2 : 2 + length]).digest() == client.get("/log/tile/0/000").data[:32]


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/001", "tile/0/001.p/45", "tile/0/002.p/1", "tile/1/000", "tile/7/000.p/1", "tile/8/000.p/1", "tile/0/x",
        "tile/0/x999/x999/x999/x999/x999/999", "tile/99999999999999999999/000", "tile/entries/001", "tile/entries/1",
        "openings/001", "openings/../key", "tile/entries/x000/000",
    ],
)  # fmt: skip
def test_file_that_no_signed_head_covers_is_not_there(client: FlaskClient, folder: published.Files, path: str) -> None:
    answer = client.get(f"/log/{path}")
    assert (answer.status_code, answer.headers.get("Set-Cookie")) == (404, None)


def test_leaf_without_a_signed_head_is_not_handed_out(client: FlaskClient, session: Session) -> None:
    log.entries(1)
    assert client.get("/log/checkpoint").status_code == 404
    assert client.get("/log/tile/0/000.p/1").status_code == 404


def test_leaf_that_was_forgotten_opens_to_nothing(client: FlaskClient, folder: published.Files) -> None:
    before = client.get("/log/tile/entries/000").data
    with transaction() as session:
        session.execute(update(LogLeaf).where(LogLeaf.subject == "ICSSE-00003").values(salt=None, content=None))
    assert client.get("/log/openings/000").text.splitlines()[2] == '{"place":2,"salt":null,"content":null}'
    assert client.get("/log/tile/entries/000").data == before


def test_head_stands_at_its_well_known_address_too(client: FlaskClient, folder: published.Files) -> None:
    assert client.get("/.well-known/coalition/checkpoint").text == checkpoints.newest()
    assert client.get("/.well-known/coalition/checkpoint.vkey").text == f"{checkpoints.public_key()}\n"
