"""What do officers see of the audit log and of what is let go in time? Reads alone."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response, current_app, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue

from coalition import clock
from coalition.accounts.permissions import Act
from coalition.accounts.views import officer, requires, speak_officers_language
from coalition.audit import checkpoints, exports
from coalition.desk import audit_search, retention
from coalition.desk.audit_search import Search
from coalition.errors import Refused, mark
from coalition.transactions import snapshot
from coalition.web.headers import as_attachment
from coalition.web.pagination import cursor_of

bp = Blueprint("audit_desk", __name__)
bp.before_request(speak_officers_language)


@bp.get("/audit/")
@requires(Act.READ_AUDIT_LOG)
def lines() -> ResponseReturnValue:
    """Show the log, newest first."""
    search = _search()
    return render_template(
        "desk/audit.html",
        page=audit_search.page_of(search, scope=officer().scope),
        search=search,
        officers=audit_search.officers(),
        acts=audit_search.acts(),
        checkpoint=checkpoints.newest(),
        may_export=not _is_limited(),
    )


@bp.get("/audit/log.jsonl")
@requires(Act.READ_AUDIT_LOG)
def export() -> ResponseReturnValue:
    """Hand out the whole chain for the independent check."""
    if _is_limited():
        raise Refused(mark("You are limited to some charters; the whole log belongs to all of them."))
    response = Response(stream_with_context(_chain()), mimetype="application/jsonl")
    response.headers["Content-Disposition"] = "attachment; filename=audit-log.jsonl"
    return as_attachment(response)


@bp.get("/retention")
@requires(Act.READ_AUDIT_LOG)
def retained() -> ResponseReturnValue:
    """Show what would be let go now, and what was on the last days."""
    return render_template(
        "desk/retention.html",
        due=retention.due_now(clock.now()),
        reports=retention.reports(),
        settings=current_app.config,
    )


def _chain() -> Iterator[str]:
    with snapshot() as connection:
        yield from exports.json_lines(connection)


def _is_limited() -> bool:
    scope = officer().scope
    return bool(scope.charters or scope.only_reference)


def _search() -> Search:
    """Read what is looked for; what nobody can have typed is cut."""
    typed = {name: request.args.get(name, "")[: audit_search.LONGEST].strip() for name in ("thing", "officer", "act")}
    clean = {name: "".join(sign for sign in text if sign.isprintable()) for name, text in typed.items()}
    return Search(**clean, after=cursor_of(request.args.get("after")))
