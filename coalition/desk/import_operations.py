"""What is done to an import? Every step of it, inside the caller's transaction.

The row is held first: of two who act at once the second is told. How the rows are read and judged, and what each step
brings in, belongs to `import_work`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update

from coalition import tokens
from coalition.audit import record
from coalition.audit.record import Actor
from coalition.desk import import_queries as queries
from coalition.desk.import_columns import COLUMNS, LEFT_OUT, needed
from coalition.desk.import_errors import ColumnsWrong, DependedOn, ImportMoved, NothingToImport, RowsAreBad
from coalition.desk.import_models import Import, ImportMapping, ImportProblem
from coalition.desk.import_states import AT_WORK, Act, Kind, Landing, State, after
from coalition.desk.import_values import Counts, Listing, Upload
from coalition.errors import Unavailable, mark
from coalition.extensions import db
from coalition.jobs import queue
from coalition.organisations import intake
from coalition.signing import paper_undo
from coalition.signing.states import State as SignatureState
from coalition.transactions import writer

JOBS = {Act.CHECK: "desk.check_import", Act.APPLY: "desk.apply_import", Act.UNDO: "desk.undo_import"}
ALIVE = timedelta(seconds=60)  # shorter than a job's lease: what was killed is begun anew when it ends
DELETE_JOB = "signing.delete_files"
TOO_MANY = "too_many_problems"
LANDS_AS = {Landing.REVIEW: SignatureState.SUBMITTED, Landing.ACTIVE: SignatureState.ACTIVE}
_PROBLEMS = insert(ImportProblem.__table__)


def begin(
    *, listing: Listing, upload: Upload, mapping: Mapping[int, str], officer_id: int | None, actor: Actor, now: datetime
) -> Import:
    """Keep a list that was read; nothing of it is brought in yet."""
    made = Import(
        public_id=tokens.new_public_id(),
        kind=listing.kind.value,
        charter=listing.charter,
        charter_version=listing.charter_version,
        landing=listing.landing.value if listing.landing else "",
        list_title=listing.title,
        listed_on=listing.listed_on,
        filename=upload.filename,
        file_sha256=upload.sha256,
        size=upload.size,
        encoding=upload.content.encoding,
        storage_key=upload.storage_key,
        headings=list(upload.content.headings),
        header_sha256=upload.content.header_sha256,
        mapping={str(place): key for place, key in mapping.items()},
        state=State.COLUMNS.value,
        rows_total=upload.content.rows,
        officer_id=officer_id,
        created_at=now,
    )
    db.session.add(made)
    db.session.flush()
    record.append(actor=actor, act="import upload", subject=subject_of(made), to_state=made.state, now=now)
    return made


def subject_of(found: Import) -> str:
    """Name an import in the audit log."""
    return f"import:{found.public_id}"


def choose_columns(
    *, import_id: int, mapping: Mapping[int, str], is_queued: bool = True, actor: Actor, now: datetime
) -> None:
    """Set what each column means, remember it for these headings, and let the rows be checked, by a job.

    Raises ColumnsWrong, or ImportMoved once the import has gone on.
    """
    found = _held(import_id)
    chosen = _judged(found, mapping)
    db.session.merge(ImportMapping(header_sha256=found.header_sha256, kind=found.kind, mapping=chosen, used_at=now))
    _forget_problems(import_id)
    _move(found, Act.CHECK, actor=actor, now=now, mapping=chosen, touched_at=None)
    if is_queued:
        _queue(found, Act.CHECK, now=now)


def _judged(found: Import, mapping: Mapping[int, str]) -> dict[str, str]:
    kind = Kind(found.kind)
    labels = {column.key: column.label for column in COLUMNS[kind]}
    chosen = {place: key for place, key in mapping.items() if key in labels and place < len(found.headings)}
    twice = {key for key in chosen.values() if list(chosen.values()).count(key) > 1}
    if twice:
        raise ColumnsWrong(mark("Two columns are chosen for the same thing. Choose one of them."))
    missing = set(needed(kind, Landing(found.landing) if found.landing else None)) - set(chosen.values())
    if missing:
        raise ColumnsWrong(
            mark(
                "Choose the columns that hold the official name and, of signatures, the date; "
                "the category too if they go on the register at once."
            )
        )
    return {str(place): chosen.get(place, LEFT_OUT) for place in range(len(found.headings))}


def start_run(*, import_id: int, now: datetime) -> int | None:
    """Begin the check anew and return the number of this attempt; None where there is nothing to check.

    An attempt that was cut off ends where the next begins. Raises Unavailable while another one is alive.
    """
    found = _held(import_id)
    if found.state == State.CHECKING and found.touched_at is not None and found.touched_at > now - ALIVE:
        raise Unavailable(mark("Another worker is checking this list."))
    moved = writer().execute(
        update(Import)
        .where(Import.id == import_id, Import.state == State.CHECKING.value)
        .values(run=Import.run + 1, rows_done=0, rows_new=0, rows_known=0, rows_bad=0, failure="", touched_at=now)
        .returning(Import.run)
    )
    run: int | None = moved.scalar()
    if run is not None:
        _forget_problems(import_id)
    return run


def note_checked(
    *, import_id: int, run: int, rows: int, counts: Counts, problems: Sequence[Mapping[str, Any]], now: datetime
) -> bool:
    """Add what a batch of the check found; False when another attempt has begun."""
    going = (Import.id == import_id, Import.state == State.CHECKING.value, Import.run == run)
    if not _advance(going, rows=rows, counts=counts, touched_at=now):
        return False
    if problems:
        writer().execute(_PROBLEMS, [{"import_id": import_id, **problem} for problem in problems])
    return True


def note_applied(*, import_id: int, done: int, rows: int, counts: Counts) -> bool:
    """Count a batch that was brought in after `done` rows; False when another worker has brought it in."""
    going = (Import.id == import_id, Import.state == State.APPLYING.value, Import.rows_done == done)
    return _advance(going, rows=rows, counts=counts)


def _advance(going: Sequence[Any], *, rows: int, counts: Counts, **more: object) -> bool:
    changed = writer().execute(
        update(Import)
        .where(*going)
        .values(
            rows_done=Import.rows_done + rows,
            rows_new=Import.rows_new + counts.new,
            rows_known=Import.rows_known + counts.known,
            rows_bad=Import.rows_bad + counts.bad,
            **more,
        )
        .returning(Import.id)
    )
    return changed.scalar() is not None


def note_outcome(*, import_id: int, counts: Counts) -> None:
    """Count what a batch has brought."""
    _advance((Import.id == import_id,), rows=0, counts=counts)


def finish_check(*, import_id: int, failure: str = "", actor: Actor, now: datetime) -> None:
    """Let an officer decide on what the check found; with a `failure` the list cannot be brought in as it is."""
    found = _held(import_id)
    if found.state == State.CHECKING:
        _move(found, Act.FINISH_CHECK, actor=actor, now=now, failure=failure)


def apply(*, import_id: int, leaves_out: bool, is_queued: bool = True, actor: Actor, now: datetime) -> None:
    """Let the list be brought in, by a job. Raises RowsAreBad, NothingToImport or ImportMoved."""
    found = _held(import_id)
    if found.state != State.CHECKED or found.failure == TOO_MANY:
        raise ImportMoved
    if found.rows_bad and not leaves_out:
        raise RowsAreBad(found.rows_bad)
    if not found.rows_new and (found.kind == Kind.SIGNATURES or not found.rows_known):
        raise NothingToImport
    reset = {"rows_done": 0, "rows_new": 0, "rows_known": 0, "leaves_out": leaves_out, "failure": ""}
    _move(found, Act.APPLY, actor=actor, now=now, **reset)
    if is_queued:
        _queue(found, Act.APPLY, now=now)


def finish(*, import_id: int, actor: Actor, now: datetime) -> None:
    """Let all of the list be seen from now on."""
    found = _held(import_id)
    if found.state == State.APPLYING:
        _move(found, Act.FINISH, actor=actor, now=now, ended_at=now)


def fail(*, import_id: int, failure: str, actor: Actor, now: datetime) -> None:
    """Lead an import of which nothing could be brought in back to where an officer decides."""
    found = _held(import_id)
    if found.state == State.APPLYING and found.rows_done == 0:
        _move(found, Act.FAIL, actor=actor, now=now, failure=failure)


def undo(*, import_id: int, actor: Actor, now: datetime) -> None:
    """Let an import be taken back whole, by a job. Raises DependedOn or ImportMoved."""
    found = _held(import_id)
    if after(State(found.state), Act.UNDO) is None:
        raise ImportMoved
    _require_undependent(found)
    _move(found, Act.UNDO, actor=actor, now=now, rows_done=0)
    _queue(found, Act.UNDO, now=now)


def take_back(*, import_id: int, actor: Actor, now: datetime) -> bool:
    """Remove what an import brought, and say whether all is gone: signatures at once, organisations by batches.

    Nobody sees organisations from the moment their undoing was asked for. Raises DependedOn when somebody was faster.
    """
    found = _held(import_id)
    if found.state != State.UNDOING:
        return True
    if found.kind == Kind.SIGNATURES or found.rows_done == 0:
        _require_undependent(found)
    if found.kind == Kind.SIGNATURES:
        paper_undo.take_back(import_id=import_id, now=now)
    elif gone := intake.take_back(import_id=import_id):
        _advance((Import.id == import_id,), rows=gone, counts=Counts())
        return False
    _move(found, Act.FINISH_UNDO, actor=actor, now=now, ended_at=now)
    return True


def stay(*, import_id: int, actor: Actor, now: datetime) -> None:
    """Let an import stand after all that could not be taken back."""
    found = _held(import_id)
    if found.state == State.UNDOING:
        found_state = State.APPLIED.value
        db.session.execute(update(Import).where(Import.id == import_id).values(state=found_state))
        record.append(actor=actor, act="import stays", subject=subject_of(found), to_state=found_state, now=now)


def _require_undependent(found: Import) -> None:
    if found.kind == Kind.SIGNATURES:
        number = paper_undo.worked_on(import_id=found.id, landed_as=LANDS_AS[Landing(found.landing)])
    else:
        number = intake.lasts_beyond(found.id)
    if number:
        raise DependedOn(number)


def discard(*, import_id: int, actor: Actor, now: datetime) -> None:
    """Let go of a list of which nothing was brought in, with its file. Raises ImportMoved."""
    found = _held(import_id)
    _move(found, Act.DISCARD, actor=actor, now=now, ended_at=now)
    _forget(found, now=now)


def forget_past(*, before: datetime, now: datetime) -> int:
    """Let go of the files and problems of imports that ended or were left lying before a moment; return how many."""
    past = [found for found in queries.imports_past(before) if State(found.state) not in AT_WORK]
    for found in past:
        _forget(found, now=now)
    return len(past)


def _forget(found: Import, *, now: datetime) -> None:
    queue.put(DELETE_JOB, args={"keys": [key for key in [found.storage_key] if key]}, now=now)
    db.session.execute(update(Import).where(Import.id == found.id).values(storage_key=None))
    _forget_problems(found.id)


def _forget_problems(import_id: int) -> None:
    db.session.execute(delete(ImportProblem).where(ImportProblem.import_id == import_id))


def _held(import_id: int) -> Import:
    """Read the import and hold its row until the end of the transaction."""
    statement = select(Import).where(Import.id == import_id).with_for_update()
    return db.session.scalars(statement, execution_options={"populate_existing": True}).one()


def _queue(found: Import, act: Act, *, now: datetime) -> None:
    queue.put(JOBS[act], args={"public_id": found.public_id}, now=now)


def _move(found: Import, act: Act, *, actor: Actor, now: datetime, **changes: object) -> None:
    """Lead a held import on, with its audit line. Raises ImportMoved."""
    before = State(found.state)
    to = after(before, act)
    if to is None:
        raise ImportMoved
    db.session.execute(update(Import).where(Import.id == found.id).values(state=to.value, **changes))
    db.session.refresh(found)
    subject = subject_of(found)
    record.append(
        actor=actor, act=f"import {act.value}", subject=subject, from_state=before.value, to_state=to.value, now=now
    )
