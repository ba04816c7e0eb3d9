"""How does an officer bring in a list? Uploaded, its columns chosen, checked, brought in, and taken back."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from contextlib import closing
from typing import IO, Any

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from coalition import clock, tokens
from coalition.accounts.permissions import Act
from coalition.accounts.views import officer, requires, speak_officers_language
from coalition.charters import queries as charters
from coalition.desk import import_operations as operations
from coalition.desk import import_queries as queries
from coalition.desk import import_words as words
from coalition.desk.import_columns import COLUMNS, suggested
from coalition.desk.import_forms import ListForm, PaperForm, chosen_columns
from coalition.desk.import_jobs import CLAIMED_WITHIN, UNCLAIMED_JOB
from coalition.desk.import_models import Import
from coalition.desk.import_reading import MB, Limits, UnusableFile, read, rows_of
from coalition.desk.import_states import AT_WORK, Kind, Landing, State, after
from coalition.desk.import_states import Act as Step
from coalition.desk.import_values import Listing, Upload
from coalition.errors import Invalid
from coalition.i18n import gettext as _
from coalition.i18n import localised, told
from coalition.jobs import queue
from coalition.register.exports import guarded
from coalition.signing.uploads import clean_stem
from coalition.storage.files import store
from coalition.transactions import transaction
from coalition.web.pagination import cursor_of
from coalition.web.sizes import accepts_up_to, drain

bp = Blueprint("imports", __name__)
bp.before_request(speak_officers_language)
SAMPLES = 3


@bp.get("/import")
@requires(Act.IMPORT)
def imports() -> ResponseReturnValue:
    """List what was brought in, and ask for a file once it is said what it holds."""
    return _start(_form(request.args.get("kind", "")))


@bp.post("/import")
@requires(Act.IMPORT)
@accepts_up_to(lambda settings: settings["IMPORT_FILE_BYTES"] + MB)
def upload() -> ResponseReturnValue:
    """Read a file; what cannot be read costs nothing."""
    form = _form(request.args.get("kind", ""))
    if form is None or not form.validate():
        return _start(form), 422
    try:
        with closing(form.file.data) as sent:
            made = _kept(form, sent)
    except Invalid as unusable:
        form.file.errors = [told(unusable)]
        return _start(form), 422
    return redirect(url_for(".columns", import_id=made))


def _form(kind: str) -> ListForm | PaperForm | None:
    if kind == Kind.ORGANISATIONS:
        return ListForm()
    return PaperForm(_signable()) if kind == Kind.SIGNATURES else None


def _signable() -> list[tuple[str, str]]:
    """Return the charters of which there can be signatures, within this officer's reach."""
    known = (one.definition for one in charters.charter_list() if one.number)
    reach = officer().scope
    return [
        (one.slug, localised(one.title)) for one in known
        if one.is_signed_by_form and reach.covers(charter=one.slug, reference="")
    ]  # fmt: skip


def _start(form: ListForm | PaperForm | None) -> str:
    page = queries.page_of_imports(officer().scope, before=cursor_of(request.args.get("before")))
    limits = Limits.of(current_app.config, form.kind) if form else None
    return render_template("desk/imports.html", page=page, form=form, limits=limits, mb=MB)


def _kept(form: ListForm | PaperForm, sent: FileStorage) -> str:
    """Read and keep a file and return the import's public id. Raises Invalid."""
    listing, person, now = _listing(form), officer(), clock.now()
    content = read(sent.stream, limits=Limits.of(current_app.config, form.kind))
    code = tokens.new_code(16)
    key = f"import/{code[:2].lower()}/{code}"
    with transaction():  # first: no file stays that belongs to nobody
        queue.put(UNCLAIMED_JOB, args={"storage_key": key}, now=now, run_at=now + CLAIMED_WITHIN)
    store().put(key, content.plain)
    name = f"{clean_stem(sent.filename or '')}.{'xlsx' if content.encoding == 'xlsx' else 'csv'}"
    file = Upload(name, _sha256(sent.stream), sent.stream.tell(), key, content)
    mapping = queries.remembered_mapping(content.header_sha256, listing.kind)
    known = {int(place): key for place, key in (mapping or {}).items()} or suggested(listing.kind, content.headings)
    with transaction():
        return operations.begin(
            listing=listing, upload=file, mapping=known, officer_id=person.id, actor=person.actor, now=now
        ).public_id


def _listing(form: ListForm | PaperForm) -> Listing:
    """Return what was said of the list. Raises CharterUnknown or NotSignable."""
    if not isinstance(form, PaperForm):
        return Listing(form.kind, form.list_title.data, form.listed_on.data)
    page = charters.current_version(form.charter.data)
    landing = Landing(form.landing.data)
    return Listing(form.kind, form.list_title.data, form.listed_on.data, page.slug, page.number, landing)


def _sha256(file: IO[bytes]) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while chunk := file.read(MB):
        digest.update(chunk)
    return digest.hexdigest()


@bp.get("/import/model-<any(signatures, organisations):list_kind>.csv")
@requires(Act.IMPORT)
def model(list_kind: str) -> ResponseReturnValue:
    """Hand out an empty list with every heading that is known."""
    text = io.StringIO()
    csv.writer(text).writerow([column.key for column in COLUMNS[Kind(list_kind)]])
    return _attached(Response("\ufeff" + text.getvalue(), mimetype="text/csv"), f"model-{list_kind}.csv")


@bp.get("/import/<import_id>/columns")
@requires(Act.IMPORT)
def columns(import_id: str) -> ResponseReturnValue:
    """Ask what each column means, beside its first cells."""
    found = queries.import_of(import_id, scope=officer().scope)
    if after(State(found.state), Step.CHECK) is None:
        return redirect(url_for(".one", import_id=import_id))
    return _columns_page(found, {int(place): key for place, key in found.mapping.items()})


@bp.post("/import/<import_id>/columns")
@requires(Act.IMPORT)
def choose(import_id: str) -> ResponseReturnValue:
    """Set what each column means, and let the rows be checked."""
    found, person = queries.import_of(import_id, scope=officer().scope), officer()
    chosen = chosen_columns(request.form, kind=Kind(found.kind), number=len(found.headings))
    try:
        with transaction():
            operations.choose_columns(import_id=found.id, mapping=chosen, actor=person.actor, now=clock.now())
    except Invalid as wrong:
        found = queries.import_of(import_id, scope=person.scope)
        return _columns_page(found, chosen, wrong=told(wrong)), 422
    return redirect(url_for(".one", import_id=import_id))


def _columns_page(found: Import, mapping: dict[int, str], *, wrong: str = "") -> str:
    rows = [
        cells
        for _number, (_, cells) in zip(range(SAMPLES), rows_of(store().get(found.storage_key or "")), strict=False)
    ]
    samples = [
        [cells[place] for cells in rows if place < len(cells) and cells[place]] for place in range(len(found.headings))
    ]
    offered = COLUMNS[Kind(found.kind)]
    return render_template(
        "desk/import_columns.html", found=found, mapping=mapping, samples=samples, offered=offered, wrong=wrong
    )


@bp.get("/import/<import_id>/")
@requires(Act.IMPORT)
def one(import_id: str) -> ResponseReturnValue:
    """Show how far an import is, what is wrong with its rows, and what may follow."""
    return _page(queries.import_of(import_id, scope=officer().scope))


def _page(found: Import, *, wrong: str = "") -> str:
    twin = queries.same_file(found.file_sha256, scope=officer().scope) if found.state == State.CHECKED else None
    return render_template(
        "desk/import.html",
        found=found,
        page=queries.problems_of(found.id, after=cursor_of(request.args.get("after"))),
        number=queries.number_of_problems(found.id),
        words=words,
        at_work=State(found.state) in AT_WORK,
        may={step.value for step in Step if after(State(found.state), step)},
        twin=twin,
        wrong=wrong,
        labels={column.key: column.label for column in COLUMNS[Kind(found.kind)]},
    )


@bp.get("/import/<import_id>/problems.csv")
@requires(Act.IMPORT)
def problems(import_id: str) -> ResponseReturnValue:
    """Hand out every problem, row by row, for whoever mends the file."""
    found = queries.import_of(import_id, scope=officer().scope)
    heads = [_("Row"), _("Column"), _("What the cell says"), _("Problem")]
    sentences = {code: _(sentence) for code, sentence in words.PROBLEMS.items()}
    response = Response(_problem_lines(found.id, heads, sentences), mimetype="text/csv")
    return _attached(response, f"{clean_stem(found.filename)}-problems.csv")


def _problem_lines(import_id: int, heads: list[str], sentences: dict[str, str]) -> Iterator[str]:
    yield "\ufeff"
    for row in [heads]:
        yield _csv_line(row)
    for row in queries.all_problems(import_id):
        said = sentences.get(row.code, row.code) % {"detail": row.detail}
        yield _csv_line([str(row.row_number), row.heading, row.text, said])


def _csv_line(cells: list[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow([guarded(cell) for cell in cells])
    return text.getvalue()


def _attached(response: Response, name: str) -> Response:
    response.headers["Content-Disposition"] = f'attachment; filename="{name.encode("ascii", "replace").decode()}"'
    return response


@bp.post("/import/<import_id>/apply")
@requires(Act.IMPORT, fresh=True)
def apply(import_id: str) -> ResponseReturnValue:
    """Bring the list in."""
    return _do(import_id, operations.apply, leaves_out="leaves_out" in request.form)


@bp.post("/import/<import_id>/undo")
@requires(Act.IMPORT, fresh=True)
def undo(import_id: str) -> ResponseReturnValue:
    """Take back all that the list has brought."""
    return _do(import_id, operations.undo)


@bp.post("/import/<import_id>/discard")
@requires(Act.IMPORT)
def discard(import_id: str) -> ResponseReturnValue:
    """Let go of a list that was not brought in."""
    return _do(import_id, operations.discard)


def _do(import_id: str, act: Any, **more: Any) -> ResponseReturnValue:
    found, person = queries.import_of(import_id, scope=officer().scope), officer()
    try:
        with transaction():
            act(import_id=found.id, actor=person.actor, now=clock.now(), **more)
    except Invalid as wrong:
        return _page(queries.import_of(import_id, scope=person.scope), wrong=told(wrong)), 422
    return redirect(url_for(".one", import_id=import_id))


@bp.errorhandler(RequestEntityTooLarge)
def too_large(error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Show the form again with one sentence."""
    drain()
    of_parties = request.args.get("kind") == Kind.ORGANISATIONS
    form = ListForm(formdata=None) if of_parties else PaperForm(_signable(), formdata=None)
    form.file.errors = [told(UnusableFile("too_large", most=current_app.config["IMPORT_FILE_BYTES"] // MB))]
    return _start(form), 413
