"""What may programs ask of the public log? Its head, lines and proofs; mirrors read the tiles under `/log/`."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Response, current_app, request

from coalition.api.problems import NothingHere
from coalition.api.v1 import log_answers as answers
from coalition.api.v1 import views
from coalition.api.v1.description import USUAL_PAGE
from coalition.api.v1.views import told_for_now
from coalition.audit import note
from coalition.transparency import checkpoints, history, queries, receipts
from coalition.transparency.leaves import LeafAct

bp = views.bp
FIRST = -1


@bp.get("/log/checkpoint")
def log_checkpoint() -> Response:
    """Answer the signed head."""
    signed = checkpoints.newest()
    if signed is None:
        raise NothingHere
    head = note.opened(signed, checkpoints.signing_key().public_key())
    return told_for_now(
        answers.LogCheckpoint(
            origin=head.origin, size=head.size, root=head.head, note=signed, key=checkpoints.public_key()
        )
    )


@bp.get("/log/entries")
def log_entries() -> Response:
    """List the lines of the log, oldest first."""
    size = int(request.args.get("size", USUAL_PAGE))
    subject = request.args.get("subject")
    found = history.after(
        int(request.args.get("after", FIRST)), most=size + 1, subject=receipts.subject_of(subject) if subject else None
    )
    items = tuple(map(_entry, found[:size]))
    more = items[-1].place if len(found) > size else None
    return told_for_now(answers.LogEntryList(items=items, total=history.size(), next=_next(more)))


@bp.get("/log/proof/<string(minlength=12, maxlength=60):serial>")
def log_proof(serial: str) -> Response:
    """Answer the proof of a certificate's line."""
    known = receipts.subject_of(serial)
    found = queries.proof_of(act=LeafAct.CERTIFY, subject=known)
    if found is None:
        raise NothingHere
    return told_for_now(
        answers.LogProof(
            serial=known,
            place=found.place,
            size=found.size,
            leaf=found.leaf.decode(),
            salt=found.salt,
            content=found.content,
            hashes=tuple(one.hex() for one in found.hashes),
            note=found.checkpoint,
        )
    )


@bp.get("/log/consistency")
def log_consistency() -> Response:
    """Answer the proof that the log only grew between two sizes."""
    older = int(request.args.get("from", 1))
    newer = int(request.args.get("to", history.size()))
    hashes = queries.consistency(older, newer)
    return told_for_now(answers.LogConsistency(older=older, newer=newer, hashes=tuple(one.hex() for one in hashes)))


def _entry(leaf: history.Leaf) -> answers.LogEntry:
    return answers.LogEntry(
        place=leaf.place or 0,
        act=leaf.act,
        subject=leaf.subject,
        at=leaf.at,
        leaf=leaf.text,
        salt=leaf.salt,
        content=leaf.told,
    )


def _next(after: int | None) -> str | None:
    if after is None:
        return None
    query = urlencode({**request.args.to_dict(), "after": str(after)})
    return f"{current_app.config['PUBLIC_URL']}{request.path}?{query}"
