"""What do mirrors, verifiers and other programs fetch of the public log? The same files as those in the folder.

Public, without session or cookie. Pages for people stand in `leaf_views`.
"""

from __future__ import annotations

from flask import Blueprint, Response, abort, request

from coalition.errors import NotFound
from coalition.transparency import checkpoints, queries, tiles
from coalition.transparency.errors import LeafUnknown
from coalition.transparency.tiles import Part

bp = Blueprint("log_files", __name__)
FOR_EVER = "public, max-age=31536000, immutable"
FOR_NOW = "public, max-age=10"
FOR_A_WHILE = "public, max-age=300"
BYTES, TEXT, LINES = "application/octet-stream", "text/plain", "application/jsonl"


@bp.get("/log/checkpoint")
@bp.get("/.well-known/coalition/checkpoint")
def checkpoint() -> Response:
    """Publish how large the log is and what its root is, signed: whoever keeps it can prove a later change."""
    return _file(checkpoints.newest() or abort(404), TEXT, kept=FOR_NOW)


@bp.get("/log/key")
@bp.get("/.well-known/coalition/checkpoint.vkey")
def key() -> Response:
    """Publish the key by which a checkpoint is checked."""
    return _file(f"{checkpoints.public_key()}\n", TEXT, kept=FOR_A_WHILE)


@bp.get("/log/tile/<int:level>/<path:path>")
def tile(level: int, path: str) -> Response:
    """Publish hashes of one level of the tree; what was published of a tile never changes."""
    return _file(queries.tile(level, _part(path)), BYTES, kept=FOR_EVER)


@bp.get("/log/tile/entries/<path:path>")
def entries(path: str) -> Response:
    """Publish leaves, as the tree holds them."""
    return _file(queries.bundle(_part(path)), BYTES, kept=FOR_EVER)


@bp.get("/log/openings/<path:path>")
def openings(path: str) -> Response:
    """Publish what leaves open to; this can be forgotten."""
    return _file(queries.openings(_part(path)), LINES, kept=FOR_A_WHILE)


@bp.errorhandler(NotFound)
def nothing_here(error: NotFound) -> tuple[Response, int]:
    """Tell a program in a line of text; it asked for no page."""
    return Response(f"{error}\n", mimetype=TEXT), 404


def _part(path: str) -> Part:
    found = tiles.part_at(path)
    if found is None:
        raise LeafUnknown
    return found


def _file(content: str | bytes, mimetype: str, *, kept: str) -> Response:
    headers = {"Cache-Control": kept, "Access-Control-Allow-Origin": "*"}
    response = Response(content, mimetype=mimetype, headers=headers)
    response.add_etag()
    response.make_conditional(request)
    return response
