"""What may an officer take out as a file? The page that asks, and the file; what names people needs a fresh factor."""

from __future__ import annotations

import tempfile
from collections.abc import Generator
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from coalition import clock
from coalition.accounts.permissions import Act, may
from coalition.accounts.views import officer, requires, speak_officers_language
from coalition.audit import record
from coalition.charters import queries as charters
from coalition.desk import exports
from coalition.desk.exports import Format, Wanted, What
from coalition.errors import Invalid, mark
from coalition.i18n import localised
from coalition.transactions import transaction
from coalition.web.headers import as_attachment

bp = Blueprint("exports", __name__)
bp.before_request(speak_officers_language)
TYPES = {
    Format.CSV: "text/csv; charset=utf-8; header=present",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.JSON_LINES: "application/jsonl",
}
NAMES = {Format.CSV: "CSV", Format.XLSX: "XLSX", Format.JSON_LINES: "JSON Lines"}
CHUNK = 64 * 1024


class ExportUnknown(Invalid):
    """What was asked for cannot be taken out."""

    def __init__(self) -> None:
        super().__init__(mark("Choose what to export and in which form."))


@bp.get("/export")
@requires(Act.READ_APPLICATIONS)
def choose() -> ResponseReturnValue:
    """Offer what this officer may take out."""
    person = officer()
    reach = [one.definition for one in charters.charter_list(with_disabled=True)]
    offered = [one for one in reach if person.scope.covers(charter=one.slug, reference="")]
    return render_template(
        "desk/export.html",
        formats=[(one.value, name) for one, name in NAMES.items()],
        charters=[(one.slug, localised(one.title)) for one in offered],
        may_people=may(person.role, Act.EXPORT),
    )


@bp.post("/export")
@requires(Act.READ_APPLICATIONS)
def export() -> ResponseReturnValue:
    """Hand out a file without a person's data."""
    return _file({What.SIGNATORIES, What.APPLICATIONS, What.PARTIES})


@bp.post("/export/people")
@requires(Act.EXPORT, fresh=True)
def export_people() -> ResponseReturnValue:
    """Hand out applications with who signs and how to reach them."""
    return _file({What.PEOPLE})


def _file(offered: set[What]) -> ResponseReturnValue:
    """Note who takes what, then hand it out as it is read."""
    person, sent = officer(), request.form
    what, form = sent.get("what", ""), sent.get("format", "")
    if what not in offered or form not in set(Format):
        raise ExportUnknown
    wanted = Wanted(What(what), person.scope, sent.get("charter", "")[:60], sent.get("state", "")[:30])
    with transaction():
        record.append(actor=person.actor, act="export", subject=f"export:{what}", reason=form, now=clock.now())
    return handed_out(wanted, Format(form))


def handed_out(wanted: Wanted, form: Format) -> Response:
    """Return the answer that streams a file."""
    parts: Generator[Any] = _sheet(wanted) if form is Format.XLSX else exports.file_of(wanted, form)
    first = next(parts, b"")  # what fails here is still an error page
    response = Response(_rest(first, parts), content_type=TYPES[form])
    response.call_on_close(parts.close)
    name = f"{wanted.what.value}-{clock.now().date().isoformat()}.{form.value}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return as_attachment(response)


def _rest(first: bytes, parts: Generator[bytes]) -> Generator[bytes]:
    yield first
    yield from parts


def _sheet(wanted: Wanted) -> Generator[bytes]:
    """Write a spreadsheet into a file without a name and send it from there: it is whole or it is none."""
    with tempfile.TemporaryFile() as written:
        exports.sheet_of(wanted, written)
        written.seek(0)
        while part := written.read(CHUNK):
            yield part
