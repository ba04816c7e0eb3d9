"""Whose signature does this browser's short cookie open? Shared by all pages of "my signature".

The mailed link is exchanged for the cookie at once, so that nothing in the browser's history opens anything for long.
"""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, g, redirect, session, url_for
from werkzeug.wrappers import Response as BaseResponse

from coalition import clock
from coalition.signing import queries
from coalition.signing.models import Signature

bp = Blueprint("portal", __name__)
Answer = str | BaseResponse | tuple[str, int]
COOKIE = "portal"
INVALID = 422
SEE_OTHER = 303


def open_until(signature: Signature, ends: datetime) -> None:
    """Let this browser open a signature until `ends`."""
    session[COOKIE] = [signature.public_id, int(ends.timestamp())]


def close() -> None:
    """Forget this browser."""
    session.pop(COOKIE, None)


def opened_id() -> str | None:
    """Return the public id of the signature that this browser's cookie opens; None once its time is over."""
    public_id, ends = (session.get(COOKIE) or [None, 0])[:2]
    return public_id if public_id is not None and ends >= clock.now().timestamp() else None


def opened() -> Signature | None:
    """Return the signature that this browser's cookie opens; None once its time is over."""
    public_id = opened_id()
    signature = queries.signature_of(public_id) if public_id else None
    if signature is not None:
        g.charter = signature.charter  # the page bears its coalition's wordmark and address
    return signature


def ask_for_link() -> BaseResponse:
    """Lead to the page that mails a new link; whoever was here before is told that the time is over."""
    return redirect(url_for("portal.ask_link", ended=1 if COOKIE in session else None), SEE_OTHER)
