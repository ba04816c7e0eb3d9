from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from sqlalchemy.orm import Session

from coalition.audit import note
from coalition.transactions import transaction, writer
from coalition.transparency import checkpoints, placing, published, queries, sequencing, tree
from coalition.transparency.errors import LeafUnknown
from coalition.transparency.published import FileBroken
from tests.factories import log

pytestmark = pytest.mark.one_database


def root() -> bytes:
    return bytes.fromhex(note.opened(checkpoints.newest() or "", checkpoints.signing_key().public_key()).head)


def test_consistency_between_two_heads_is_proved_from_the_tiles(session: Session) -> None:
    log.entries(250)
    sequencing.place_all()
    before = root()
    log.entries(50, first=251)
    sequencing.place_all()
    tree.check_consistency((250, before), (300, root()), queries.consistency(250, 300))


@pytest.mark.parametrize(("old", "new"), [(0, 3), (3, 2), (1, 4), (-1, 3)])
def test_consistency_of_heads_that_were_never_signed_is_unknown(session: Session, old: int, new: int) -> None:
    log.entries(3)
    sequencing.place_all()
    with pytest.raises(LeafUnknown, match="no such entry"):
        queries.consistency(old, new)


def test_no_leaves_when_placed_change_nothing(session: Session) -> None:
    with transaction():
        placing.place(writer(), {}, size=0)
        assert placing.size_of(writer()) == 0


class Answers(BaseHTTPRequestHandler):
    """Has one file, breaks down over another."""

    def do_GET(self) -> None:
        self.send_response({"/log/checkpoint": 200, "/log/key": 500}.get(self.path, 404))
        self.end_headers()
        self.wfile.write(b"said")

    def log_message(self, *words: object) -> None:
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/log/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_file_of_a_site_is_fetched_absent_or_broken(address: str) -> None:
    files = published.on_site(address)
    assert (files("checkpoint"), files("tile/0/000")) == (b"said", None)
    with pytest.raises(FileBroken, match="log/key answers 500"):
        files("key")
