"""What do people see of the public log? What it is, what was done last, one leaf with its proof, how to check it.

Public, without a session. What mirrors and programs fetch belongs to `views`.
"""

from __future__ import annotations

import json
from functools import partial
from hashlib import sha256

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from coalition.transparency import checkpoints, history, queries, receipts
from coalition.transparency.errors import LeafUnknown
from coalition.transparency.history import LONGEST, PAGE, Leaf
from coalition.transparency.leaves import LeafAct
from coalition.web.caching import public_page
from coalition.web.pagination import LARGEST, cursor_of

bp = Blueprint("log", __name__)


@bp.get("/log/")
def log() -> AnyResponse | tuple[str, int]:
    """Tell what the log is and what was done last; what was asked for leads to its leaves."""
    asked = request.args.get("q", "")[:LONGEST].strip()
    return _found(asked) if asked else _list()


@bp.get("/log/<int:place>/")
def leaf(place: int) -> Response:
    """Show one leaf: what it says, what it opens to, that it stands in the log."""
    found, note = history.leaf_at(place) if place < LARGEST else None, checkpoints.newest() or ""
    if found is None:
        raise LeafUnknown
    return public_page(f"{note}|{found.is_whole}", partial(_leaf, found, place))


def _list() -> Response:
    before = cursor_of(request.args.get("before"))
    shown, note = history.newest(before=before), checkpoints.newest() or ""
    page = partial(_page, shown, asked="", note=note, next_before=shown[-1].place if len(shown) == PAGE else None)
    return public_page(f"{note}|{[one.place for one in shown if one.is_whole]}", page)


def _found(asked: str) -> AnyResponse | tuple[str, int]:
    """Lead on to the one leaf, or list those of one subject; never kept, since the next act adds to them."""
    found = history.find(asked)
    if len(found) == 1 and found[0].place is not None:
        return redirect(url_for(".leaf", place=found[0].place))
    return _page(found, asked=asked, note=checkpoints.newest() or "", next_before=None), 200 if found else 404


def _page(shown: list[Leaf], *, asked: str, note: str, next_before: int | None) -> str:
    return render_template(
        "transparency/log.html",
        leaves=shown,
        asked=asked,
        next_before=next_before,
        size=history.size(),
        note=note,
        key=checkpoints.public_key(),
        address=current_app.config["PUBLIC_URL"],
    )


def _leaf(found: Leaf, place: int) -> str:
    proof = queries.proof_at(place)
    is_entry = receipts.is_number(found.subject)
    content = json.dumps(found.content, ensure_ascii=False, indent=2) if found.content is not None else None
    return render_template(
        "transparency/leaf.html",
        leaf=found,
        content=content,
        proof=proof,
        leaf_hash=sha256(b"\x00" + found.text.encode()).hexdigest(),
        entry=found.subject if is_entry else None,
        serial=None if is_entry or found.act is LeafAct.PUBLISH else found.subject,
        key=checkpoints.public_key(),
        address=current_app.config["PUBLIC_URL"],
    )
