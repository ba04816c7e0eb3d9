"""How is a list of organisations checked and brought in? Every row, in batches that may be cut off, seen at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from coalition import clock
from coalition.accounts.permissions import Scope
from coalition.desk import import_jobs as jobs
from coalition.desk import import_operations as operations
from coalition.desk import import_queries as queries
from coalition.desk import import_work as work
from coalition.desk.import_errors import DependedOn, ImportMoved, ImportUnknown, NothingToImport, RowsAreBad
from coalition.desk.import_models import Import, ImportProblem
from coalition.desk.import_states import State
from coalition.errors import Unavailable
from coalition.extensions import db
from coalition.jobs import embedded
from coalition.organisations import intake
from coalition.organisations import queries as parties
from coalition.organisations.models import Organisation, OrganisationName, OrganisationSource, OrganisationWord
from coalition.organisations.parties import Listed
from coalition.storage.files import store
from coalition.transactions import transaction
from tests.factories import imports
from tests.factories.imports import OFFICER

HEADINGS = ("name", "other names", "country", "affiliate of")


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of fifty: what holds of thousands holds of hundreds."""
    monkeypatch.setattr(work, "BATCH", 50)
    monkeypatch.setattr(intake, "BATCH", 50)


def listed(*rows: tuple[str, ...]) -> bytes:
    return imports.csv_bytes(HEADINGS, *([*row, "", "", ""][:4] for row in rows))


def checked(*rows: tuple[str, ...]) -> Import:
    return imports.checked(listed(*rows), imports.organisations())


def applied(*rows: tuple[str, ...], leaves_out: bool = False) -> Import:
    return imports.applied(listed(*rows), imports.organisations(), leaves_out=leaves_out)


def found_in(found: Import) -> list[tuple[int, str, str]]:
    statement = select(ImportProblem).where(ImportProblem.import_id == found.id).order_by(ImportProblem.id)
    return [(row.row_number, row.code, row.detail) for row in db.session.scalars(statement)]


def names() -> set[str]:
    return {row.name for row in parties.page_of_parties().rows}


def count(table: type) -> int:
    return int(db.session.scalar(select(func.count()).select_from(table)) or 0)


def test_long_list_when_a_tenth_is_bad_tells_each_and_brings_in_the_others(app: Flask) -> None:
    rows = [(f"Party {n}", "", "Atlantis" if n % 10 == 7 else "FR") for n in range(300)]
    found = checked(*rows)
    assert (found.rows_total, found.rows_done, found.rows_new, found.rows_bad) == (300, 300, 270, 30)
    assert found_in(found) == [(n + 2, "country_unknown", "") for n in range(300) if n % 10 == 7]
    with pytest.raises(RowsAreBad):
        imports.accepted(found)
    told: list[tuple[int, int]] = []
    public_id = imports.accepted(queries.import_of(found.public_id), leaves_out=True)
    assert work.apply(public_id, actor=OFFICER, seconds=60, tell=lambda *so_far: told.append(so_far)) is True
    assert told == [(50, 270), (100, 270), (150, 270), (200, 270), (250, 270), (270, 270)]
    assert (queries.import_of(public_id).rows_new, count(Organisation)) == (270, 270)


def test_list_when_cut_off_in_the_middle_is_seen_by_nobody_and_goes_on(app: Flask) -> None:
    rows = [(f"Party {n}",) for n in range(120)] + [("Agency", "", "", "Party 3")]
    public_id = imports.accepted(checked(*rows))
    assert work.apply(public_id, actor=OFFICER, seconds=0) is False
    assert (queries.import_of(public_id).rows_done, count(Organisation), names()) == (50, 50, set())
    assert work.apply(public_id, actor=OFFICER, seconds=0) is False
    assert work.apply(public_id, actor=OFFICER, seconds=60) is True
    assert (count(Organisation), count(OrganisationSource), len(parties.page_of_parties().rows)) == (121, 121, 50)
    assert work.apply(public_id, actor=OFFICER, seconds=60) is True
    assert count(Organisation) == 121


def test_job_when_its_time_is_over_goes_on_in_the_next(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "SECONDS", 0.0)
    found = checked(*[(f"Party {n}",) for n in range(110)])
    public_id = imports.accepted(found)
    embedded.run_due(jobs=app.extensions["coalition.jobs"], worker="tests")
    assert (queries.import_of(public_id).state, count(Organisation)) == (State.APPLIED, 110)


def test_batch_when_another_worker_has_done_it_is_not_done_twice(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    public_id = imports.accepted(checked(*[(f"Party {n}",) for n in range(70)]))
    inner = work.intake.arrival

    def slow(line: work.Listed) -> object:
        with monkeypatch.context() as patched:
            patched.setattr(work.intake, "arrival", inner)
            work.apply(public_id, actor=OFFICER, seconds=60)
        return inner(line)

    monkeypatch.setattr(work.intake, "arrival", slow)
    work.apply(public_id, actor=OFFICER, seconds=60)
    assert (queries.import_of(public_id).state, count(Organisation)) == (State.APPLIED, 70)


def test_check_when_another_attempt_begins_stops(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    found = imports.begun(listed(*[(f"Party {n}",) for n in range(110)]), imports.organisations())
    import_id, public_id = found.id, found.public_id
    with transaction():
        operations.choose_columns(import_id=import_id, mapping={0: "official_name"}, actor=OFFICER, now=clock.now())

    def overtaken(done: int, total: int) -> None:
        if done == 50:
            with pytest.raises(Unavailable):
                work.check(public_id, actor=OFFICER)
            with transaction() as session:  # as after a minute without a sign of life
                session.execute(update(Import).values(touched_at=None))
            work.check(public_id, actor=OFFICER)

    work.check(public_id, actor=OFFICER, tell=overtaken)
    found = queries.import_of(public_id)
    assert (found.state, found.rows_done, found.rows_new) == (State.CHECKED, 110, 110)
    work.check(public_id, actor=OFFICER)
    assert queries.import_of(public_id).rows_done == 110


def test_check_when_nearly_all_is_bad_stops_and_says_so(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "MOST_PROBLEMS", 40)
    found = checked(*[(f"Party {n}", "", "Atlantis") for n in range(150)])
    assert (found.state, found.failure, found.rows_done) == (State.CHECKED, operations.TOO_MANY, 50)
    with pytest.raises(ImportMoved):
        imports.accepted(found, leaves_out=True)


def test_affiliate_when_its_umbrella_is_nowhere_is_a_problem(app: Flask) -> None:
    found = checked(("ILO", "", "", "The Task Force"), ("FAO", "", "", "UN"), ("UN",), ("UN", "", "Atlantis"))
    assert found_in(found) == [(5, "country_unknown", ""), (2, "umbrella_unknown", "")]
    assert (found.rows_new, found.rows_bad) == (2, 2)
    applied(("The Task Force",))
    assert found_in(checked(("ILO", "", "", "Task Force"))) == []


def test_umbrella_when_its_row_is_left_out_takes_its_affiliates_with_it(app: Flask) -> None:
    found = checked(("UN", "", "Atlantis"), ("ILO", "", "", "UN"), ("Alpha",))
    assert found_in(found) == [(2, "country_unknown", ""), (3, "umbrella_unknown", "")]
    work.apply(imports.accepted(found, leaves_out=True), actor=OFFICER, seconds=60)
    assert names() == {"Alpha"}


def test_row_when_it_repeats_another_is_told(app: Flask) -> None:
    found = checked(("Alpha",), ("alpha",), ("Beta", "Alpha"), ("Alpha", "", "FR"), ("Alpha", "", "", "Beta"))
    assert found_in(found)[:2] == [(3, "twice", "2"), (4, "same_as_row", "2")]
    assert (found.rows_bad, found.rows_known) == (1, 3)


def test_party_when_known_by_another_name_is_told_and_not_doubled(app: Flask) -> None:
    applied(("The Meetings",), ("The Forum",))
    found = checked(("Forum of Meetings", "The Meetings"), ("Both", "The Meetings; The Forum"))
    assert found_in(found) == [(2, "taken_for", "The Meetings"), (3, "unites", "The Meetings / The Forum")]
    later = imports.applied(listed(("Both", "The Meetings; The Forum")), imports.organisations("Later"))
    assert names() == {"Both"}
    [both] = parties.page_of_parties().rows
    assert set(both.other_names) == {"The Meetings", "The Forum"}
    assert parties.party_of(both.public_id) == (both, ())
    imports.undone(later)
    assert names() == {"The Meetings", "The Forum"}


def test_join_when_of_what_was_joined_leads_to_the_oldest_and_back(app: Flask) -> None:
    applied(("A",), ("B",), ("C",))
    second = applied(("B", "C"))
    third = applied(("A", "B"))
    assert len(parties.page_of_parties().rows) == 1
    with pytest.raises(DependedOn):
        imports.undone(queries.import_of(second.public_id))
    imports.undone(queries.import_of(third.public_id))
    assert names() == {"A", "B"}
    imports.undone(queries.import_of(second.public_id))
    assert names() == {"A", "B", "C"}


def test_party_when_it_could_be_either_is_a_problem(app: Flask) -> None:
    applied(("Union", "", "FR"), ("Union", "", "BE"))
    assert found_in(checked(("Union",))) == [(2, "ambiguous", "Union / Union")]
    assert checked(("Union", "", "BE")).rows_known == 1


def test_import_when_a_later_list_names_its_parties_cannot_be_undone(app: Flask) -> None:
    first, later = applied(("Alpha",)), applied(("Alpha", "Alfa"))
    first_id, later_id = first.public_id, later.public_id
    with pytest.raises(DependedOn):
        imports.undone(queries.import_of(first_id))
    imports.undone(queries.import_of(later_id))
    imports.undone(queries.import_of(first_id))
    tables = (Organisation, OrganisationSource, OrganisationName, OrganisationWord)
    assert [count(table) for table in tables] == [0, 0, 0, 0]


def test_import_when_cut_off_can_be_undone(app: Flask) -> None:
    public_id = imports.accepted(checked(*[(f"Party {n}",) for n in range(70)]))
    work.apply(public_id, actor=OFFICER, seconds=0)
    imports.undone(queries.import_of(public_id))
    assert (queries.import_of(public_id).state, count(Organisation)) == (State.UNDONE, 0)
    work.undo(public_id, actor=OFFICER)


def test_list_when_it_says_nothing_is_not_imported(app: Flask) -> None:
    found = checked(("Alpha", "", "Atlantis"))
    with pytest.raises(NothingToImport):
        imports.accepted(found, leaves_out=True)


def test_file_when_discarded_or_old_is_no_longer_kept(app: Flask) -> None:
    kept, thrown = applied(("Alpha",)), checked(("Beta", "", "Atlantis"))
    keys = [str(kept.storage_key), str(thrown.storage_key)]
    ids = (kept.id, thrown.id)
    with transaction():
        operations.discard(import_id=ids[1], actor=OFFICER, now=clock.now())
    embedded.run_due(jobs=app.extensions["coalition.jobs"], worker="tests")
    assert ([store().exists(key) for key in keys], count(ImportProblem)) == ([True, False], 0)
    with transaction():
        assert operations.forget_past(before=clock.now() - timedelta(days=1), now=clock.now()) == 0
        assert operations.forget_past(before=clock.now() + timedelta(days=1), now=clock.now()) == 1
    embedded.run_due(jobs=app.extensions["coalition.jobs"], worker="tests")
    assert (store().exists(keys[0]), names()) == (False, {"Alpha"})


def test_file_when_no_import_claims_it_is_deleted(app: Flask) -> None:
    kept = imports.begun(listed(("Alpha",)), imports.organisations())
    store().put("import/00/nobodys", b"x")
    jobs.delete_unclaimed(storage_key="import/00/nobodys")
    jobs.delete_unclaimed(storage_key=str(kept.storage_key))
    assert (store().exists("import/00/nobodys"), store().exists(str(kept.storage_key))) == (False, True)


def test_import_when_unknown_is_not_found(app: Flask) -> None:
    with pytest.raises(ImportUnknown):
        queries.import_of("nobody")


def test_finishing_when_done_before_changes_nothing(app: Flask) -> None:
    import_id = applied(("Alpha",)).id
    with transaction():
        operations.finish(import_id=import_id, actor=OFFICER, now=clock.now())
        operations.finish_check(import_id=import_id, actor=OFFICER, now=clock.now())
        operations.fail(import_id=import_id, failure="charter_gone", actor=OFFICER, now=clock.now())
        operations.stay(import_id=import_id, actor=OFFICER, now=clock.now())
        operations.take_back(import_id=import_id, actor=OFFICER, now=clock.now())
    assert (db.session.get_one(Import, import_id).state, names()) == (State.APPLIED, {"Alpha"})


def test_check_when_overtaken_at_its_very_end_leaves_the_end_to_the_other(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = imports.begun(listed(("Alpha",)), imports.organisations())
    import_id, public_id = found.id, found.public_id
    with transaction():
        operations.choose_columns(import_id=import_id, mapping={0: "official_name"}, actor=OFFICER, now=clock.now())

    def overtaken(done: int, total: int) -> None:
        with transaction() as session:
            session.execute(update(Import).values(run=Import.run + 1))

    work.check(public_id, actor=OFFICER, tell=overtaken)
    assert queries.import_of(public_id).state == State.CHECKING


def test_parties_when_one_list_joins_them_in_a_chain_are_one(app: Flask) -> None:
    applied(("A",), ("B",), ("C",))
    applied(("C", "B"), ("B", "A"))
    [whole] = parties.page_of_parties().rows
    assert {whole.name, *whole.other_names} == {"A", "B", "C"}
    assert parties.party_of(parties.page_of_parties(q="C").rows[0].public_id) == (whole, ())


def test_affiliate_when_its_umbrella_has_gone_comes_in_as_nothing(app: Flask) -> None:
    with pytest.raises(LookupError), transaction():
        intake.take_in([intake.arrival(Listed(2, "ILO", umbrella="UN"))], import_id=1, now=clock.now())
    assert count(Organisation) == 0


def test_imports_when_many_are_listed_page_by_page(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    made = [imports.begun(listed((f"Party {n}",)), imports.organisations()).id for n in range(3)]
    first = queries.page_of_imports(Scope())
    assert [row.id for row in first.rows] == [made[2], made[1]]
    assert [row.id for row in queries.page_of_imports(Scope(), before=first.next_before).rows] == [made[0]]


def test_import_when_an_officer_has_one_case_alone_is_out_of_reach(app: Flask) -> None:
    public_id = imports.begun(listed(("Alpha",)), imports.organisations()).public_id
    for scope in (Scope(only_reference="A-ZZZZZZZZ"), Scope(frozenset({"icsse-charter"}))):
        with pytest.raises(ImportUnknown):
            queries.import_of(public_id, scope=scope)
    assert queries.import_of(public_id, scope=Scope()).public_id == public_id
