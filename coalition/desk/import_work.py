"""How is a list checked and brought in? Batch by batch, each batch one short transaction; killed, it goes on.

Called by the jobs and by the command line. What a step means for the import belongs to `import_operations`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from time import monotonic
from typing import Any

from coalition import clock
from coalition.audit.record import Actor
from coalition.charters import queries as charters
from coalition.charters.queries import CharterPage
from coalition.desk import import_operations as operations
from coalition.desk import import_queries as queries
from coalition.desk.import_checking import checker_of, offered_to
from coalition.desk.import_columns import picked
from coalition.desk.import_errors import DependedOn
from coalition.desk.import_judging import judge
from coalition.desk.import_models import Import
from coalition.desk.import_operations import LANDS_AS
from coalition.desk.import_reading import rows_of
from coalition.desk.import_states import Kind, Landing, State
from coalition.desk.import_values import Counts
from coalition.errors import DomainError
from coalition.extensions import db
from coalition.i18n import known_languages
from coalition.organisations import intake
from coalition.organisations.parties import Listed
from coalition.signing import paper
from coalition.signing.application import OrganisationDetails
from coalition.storage.files import store
from coalition.transactions import transaction

BATCH = 500
MOST_PROBLEMS = 20_000
SIGNATORY = "signatory"
Tell = Callable[[int, int], None]


def _silent(done: int, total: int) -> None:
    """Tell nobody how far the work is."""


def check(public_id: str, *, actor: Actor, tell: Tell = _silent) -> None:
    """Judge every row and note what is wrong; an attempt that another has overtaken stops."""
    found = queries.import_of(public_id)
    import_id, total = found.id, found.rows_total
    checker, rows = checker_of(found), _cells(found)
    with transaction():
        run = operations.start_run(import_id=import_id, now=clock.now())
    if run is None:
        return
    done = problems = 0
    while batch := list(islice(rows, BATCH)):
        counts, wrong = checker.check(batch)
        done, problems = done + len(batch), problems + len(wrong)
        if not _noted(import_id, run=run, rows=len(batch), counts=counts, wrong=wrong):
            return
        tell(done, total)
        if problems > MOST_PROBLEMS:
            break
    counts, wrong = checker.finish()
    if not _noted(import_id, run=run, rows=0, counts=counts, wrong=wrong):
        return
    failure = operations.TOO_MANY if problems > MOST_PROBLEMS else ""
    with transaction():
        operations.finish_check(import_id=import_id, failure=failure, actor=actor, now=clock.now())


def _noted(import_id: int, *, run: int, rows: int, counts: Counts, wrong: Sequence[Mapping[str, Any]]) -> bool:
    db.session.rollback()  # what the batch has read is forgotten before the next is judged
    with transaction():
        told: dict[str, Any] = {"run": run, "rows": rows, "counts": counts, "problems": wrong}
        return operations.note_checked(import_id=import_id, now=clock.now(), **told)


def apply(public_id: str, *, actor: Actor, seconds: float, tell: Tell = _silent) -> bool:
    """Bring a list in for so many seconds, and say whether all of it is in: else it goes on from there."""
    found = queries.import_of(public_id)
    if found.state != State.APPLYING:
        return True
    if found.kind == Kind.SIGNATURES:
        _apply_signatures(found, actor=actor)
        return True
    return _apply_organisations(found, actor=actor, seconds=seconds, tell=tell)


def _apply_organisations(found: Import, *, actor: Actor, seconds: float, tell: Tell) -> bool:
    """Bring in parties, then affiliates; nobody sees any before the last one is in."""
    import_id, done = found.id, found.rows_done
    offered, rows = offered_to(found), _in_order(found)
    total, end = found.rows_total - found.rows_bad, monotonic() + seconds
    rows = islice(rows, done, None)
    while batch := list(islice(rows, BATCH)):
        arrivals = [intake.arrival(_listed(number, judge(cells, offered=offered).values)) for number, cells in batch]
        db.session.rollback()
        with transaction():
            if not operations.note_applied(import_id=import_id, done=done, rows=len(batch), counts=Counts()):
                return True
            taken = intake.take_in(arrivals, import_id=import_id, now=clock.now())
            operations.note_outcome(import_id=import_id, counts=Counts(new=taken.new, known=taken.known))
        done += len(batch)
        tell(done, total)
        if monotonic() > end:
            return False
    with transaction():
        operations.finish(import_id=import_id, actor=actor, now=clock.now())
    return True


def _apply_signatures(found: Import, *, actor: Actor) -> None:
    """Bring in all signatures in one transaction: they are seen at once, or none is."""
    import_id, offered, now = found.id, offered_to(found), clock.now()
    try:
        page = charters.charter_page(found.charter, found.charter_version)
    except DomainError:
        with transaction():
            operations.fail(import_id=import_id, failure="charter_gone", actor=actor, now=now)
        return
    papers = [
        _paper(number, judge(cells, offered=offered).values, page=page, landing=Landing(found.landing))
        for number, cells in _in_order(found)
    ]
    db.session.rollback()
    with transaction():
        if not operations.note_applied(import_id=import_id, done=0, rows=len(papers), counts=Counts()):
            return
        new = paper.bring_in(papers, page=page, import_id=import_id, actor=actor, now=now)
        operations.note_outcome(import_id=import_id, counts=Counts(new=new, known=len(papers) - new))
        operations.finish(import_id=import_id, actor=actor, now=now)


def undo(public_id: str, *, actor: Actor) -> None:
    """Take back all that an import brought; it stands where somebody has built on it meanwhile."""
    import_id, is_gone = queries.import_of(public_id).id, False
    try:
        while not is_gone:
            with transaction():
                is_gone = operations.take_back(import_id=import_id, actor=actor, now=clock.now())
    except DependedOn:
        with transaction():
            operations.stay(import_id=import_id, actor=actor, now=clock.now())


def _cells(found: Import) -> Iterator[tuple[int, dict[str, str]]]:
    mapping, plain = dict(found.mapping), store().get(found.storage_key or "")
    return ((number, picked(mapping, cells)) for number, cells in rows_of(plain))


def _in_order(found: Import) -> Iterator[tuple[int, dict[str, str]]]:
    """Return the rows that come in, parties before what is listed under them; the same at every attempt."""
    bad = queries.bad_rows(found.id)
    has_umbrellas = "umbrella" in found.mapping.values()
    for are_affiliates in (False, True) if has_umbrellas else (False,):
        for number, cells in _cells(found):
            if number not in bad and bool(cells.get("umbrella", "").strip()) is are_affiliates:
                yield number, cells


def _listed(number: int, values: Mapping[str, str]) -> Listed:
    return Listed(row_number=number, **values)


def _paper(number: int, values: Mapping[str, str], *, page: CharterPage, landing: Landing) -> paper.Paper:
    own = OrganisationDetails.__dataclass_fields__
    given = paper.PaperSignature(
        row_number=number,
        organisation=OrganisationDetails(**{name: values[name] for name in own}),
        capacity=values["capacity"] or SIGNATORY,
        category=values["category"],
        signed_on=date.fromisoformat(values["signed_on"]),
        full_name=values["full_name"],
        role=values["role"],
        email=values["email"],
        language=values["language"] or known_languages()[0],
    )
    return paper.prepare(given, page=page, state=LANDS_AS[landing], now=clock.now())
