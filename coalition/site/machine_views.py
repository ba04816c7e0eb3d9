"""What do probes, crawlers, browsers and developers ask for outside every language?

Health, robots, the icon, the development mailbox. What a reader is told belongs to `views`.
"""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, abort, current_app, g, jsonify, make_response, redirect, render_template
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as AnyResponse

from coalition import clock, machine
from coalition.audit import checkpoints
from coalition.i18n import preferred_language
from coalition.site import queries
from coalition.site.mailbox import KeptMail, kept_mail, kept_mails
from coalition.web.headers import FRAMES_OUR_OWN, POWERLESS

bp = Blueprint("machine", __name__)

ROBOTS = """User-agent: *
Disallow: /admin/
Disallow: /dev/
Disallow: /*/charters/*/sign/
Disallow: /*/my-signature/
Disallow: /*/signatures/
"""


@bp.get("/healthz")
def healthz() -> Response:
    """Tell that this process answers; asks nothing else."""
    return jsonify(status="ok")


@bp.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Tell whether requests may be sent here; what documents need is told and never decides."""
    documents = {
        "ready": not (lacking := machine.missing_for_documents()),
        "missing": [lack.package for lack in lacking],
    }
    try:
        found = queries.readiness(now=clock.now())
    except SQLAlchemyError:
        return jsonify(status="unready", database="unreachable", documents=documents), 503
    answer = jsonify(
        status="ready" if found.is_ready else "unready",
        database="reachable",
        migrations="at head" if found.at_head else "not at head",
        outbox={"overdue_seconds": int(found.outbox_overdue.total_seconds())},
        documents=documents,
    )
    return answer, 200 if found.is_ready else 503


@bp.get("/robots.txt")
def robots() -> Response:
    """Keep crawlers out of forms, mailed links and the secretariat."""
    return Response(ROBOTS, mimetype="text/plain", headers={"Cache-Control": "public, max-age=86400"})


@bp.get("/favicon.ico")
def favicon() -> AnyResponse:
    """Lead browsers that guess to the icon that the pages name."""
    return redirect("/static/images/icon.svg", 301)


@bp.get("/.well-known/coalition/audit-checkpoint")
def checkpoint() -> Response:
    """Publish how long the audit log was and what its head was, signed: whoever keeps it can prove a later change."""
    return _public_text(checkpoints.newest() or abort(404))


@bp.get("/.well-known/coalition/audit-checkpoint.vkey")
def checkpoint_key() -> Response:
    """Publish the key by which the audit log's checkpoint is checked."""
    return _public_text(f"{checkpoints.public_key()}\n")


@bp.get("/dev/mailbox/")
def mailbox() -> str:
    """List the mails of the development transport, newest first."""
    return render_template("site/mailbox.html", mails=kept_mails(_folder()))


@bp.get("/dev/mailbox/<name>/")
def mail(name: str) -> Response:
    """Show one mail: its text with links that work, its HTML in a frame."""
    response = make_response(render_template("site/mail.html", mail=_mail(name)))
    response.headers["Content-Security-Policy"] = FRAMES_OUR_OWN
    return response


@bp.get("/dev/mailbox/<name>/html")
def mail_html(name: str) -> Response:
    """Serve the HTML part of one mail, without any power over the site."""
    html = _mail(name).html.replace("<head>", '<head><base target="_top">', 1)
    return Response(html, mimetype="text/html", headers={"Content-Security-Policy": POWERLESS})


def _public_text(text: str) -> Response:
    return Response(text, mimetype="text/plain", headers={"Cache-Control": "public, max-age=300"})


def _folder() -> Path:
    """Return the transport's folder; there is no such page in production, or where mails go to a server."""
    settings = current_app.config
    if settings["ENVIRONMENT"] == "production" or not settings["MAIL_URL"].startswith("file:"):
        abort(404)
    g.language = preferred_language()
    return Path(settings["MAIL_URL"].removeprefix("file:"))


def _mail(name: str) -> KeptMail:
    return kept_mail(_folder(), name) or abort(404)
