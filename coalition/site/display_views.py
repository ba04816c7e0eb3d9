"""Light, dark, or as the device says? A small sheet is the only thing that reads the choice; no page varies by it.

The sheet's own address takes the choice. The colours are the site sheet's own, each written once, in `static/css`.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from coalition.extensions import csrf
from coalition.i18n import preferred_language
from coalition.site.content import DISPLAY, DISPLAY_LIFETIME

bp = Blueprint("display", __name__)
SYSTEM = "system"
PARTS = {"light": "11-light.css", "dark": "12-dark.css"}
FOLDER = Path(__file__).resolve().parents[2] / "static" / "css"
KEPT = "private, no-cache"  # asked for with each page: Chromium would show an older choice once more


@bp.get("/display.css")
def sheet() -> Response:
    """Serve the colours that this browser's reader chose; of the device's choice, only the mark beside it."""
    chosen = request.cookies.get(DISPLAY, SYSTEM)
    text = _sheet(chosen if chosen in PARTS else SYSTEM)
    response = Response(text, mimetype="text/css", headers={"Cache-Control": KEPT, "Vary": "Cookie"})
    response.set_etag(sha256(text.encode()).hexdigest()[:24])
    response.make_conditional(request)
    return response


@bp.post("/display.css")
def choose() -> AnyResponse:
    """Keep the choice in a cookie, or forget it, and lead back to the page."""
    response = redirect(_way_back(), 303)
    chosen, is_secure = request.form.get("display", ""), current_app.config["SESSION_COOKIE_SECURE"]
    if chosen in PARTS:
        response.set_cookie(DISPLAY, chosen, max_age=DISPLAY_LIFETIME, secure=is_secure, httponly=True, samesite="Lax")
    elif chosen == SYSTEM:
        response.delete_cookie(DISPLAY, secure=is_secure, httponly=True, samesite="Lax")
    return response


csrf.exempt(choose)  # pages that anybody may keep hold no token; whoever forges it has changed a colour


@cache
def _sheet(chosen: str) -> str:
    """Make the sheet of a choice: its colours on a screen (paper stays light), and a mark beside its button."""
    mark = f'[name="{DISPLAY}"][value="{chosen}"]::before{{content:"✓ "}}\n'
    if chosen not in PARTS:
        return mark
    part = (FOLDER / PARTS[chosen]).read_text("utf-8")
    colours = part.partition("{")[2].rpartition("}")[0] if chosen == "dark" else part
    return f"@media screen{{:root{{color-scheme:{chosen}}}\n{colours}}}\n{mark}"


def _way_back() -> str:
    """Return the path of the page that the choice was sent from; never an address of another site."""
    try:
        came_from = urlsplit(request.headers.get("Referer", ""))
    except ValueError:  # brackets that hold no address
        came_from = urlsplit("")
    own = {urlsplit(current_app.config["PUBLIC_URL"]).netloc, request.host}
    is_ours = came_from.netloc in own and came_from.path.startswith("/") and came_from.path[1:2] not in ("/", "\\")
    if not is_ours:
        return f"/{preferred_language()}/"
    return f"{came_from.path}?{came_from.query}" if came_from.query else came_from.path
