"""Do approvers, evidence, reasons and the closing date count at once, and does the history keep what was before?"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from coalition.audit.models import AuditRecord
from coalition.charters import amending, errors, history, queries
from tests.charters.desk import SLUG, charter, do, publish, set_rules
from tests.charters.folders import load_folder, pocket_folder
from tests.fixtures.times import MONDAY

Db = scoped_session[Session]
SAID: dict[str, Any] = {
    "label": {"es": "Cerrada", "en": "Closed"},
    "words": {"es": "Está cerrada.", "en": "It is closed."},
}
WORDS = {"es": "los estatutos", "en": "the statutes"}


@pytest.fixture
def folder(tmp_path: Path, clock: time_machine.Traveller, session: Db) -> Path:
    """The pocket charter's folder, loaded."""
    made = pocket_folder(tmp_path)
    load_folder(made)
    return made


def acts(session: Db) -> list[tuple[str, str | None]]:
    """Return what the audit log says after the charter was loaded."""
    rows = session.scalars(select(AuditRecord).order_by(AuditRecord.id)).all()
    return [(row.act, row.reason) for row in rows][1:]


def subjects() -> list[tuple[str, Any, Any]]:
    """Return the charter's history after it was loaded, the newest first."""
    return [(line.subject, line.before, line.after) for line in history.changes_of(SLUG)][:-1]


def test_set_rules_counts_for_every_version_and_is_kept(folder: Path, session: Db) -> None:
    publish()
    set_rules(3, company=WORDS)
    for number in (1, 2):
        found = queries.definition_of(SLUG, number)
        assert (found.approvers, found.category("company").evidence, found.category("city").evidence) == (3, WORDS, {})  # type: ignore[union-attr]
    assert subjects()[:2] == [("evidence:company", {}, WORDS), ("approvers", 1, 3)]
    assert acts(session)[1:] == [("set_approvers", "3"), ("word_evidence", "company")]


def test_set_rules_as_they_are_changes_nothing(folder: Path, session: Db) -> None:
    set_rules(1, city={"es": "", "en": ""})
    assert (subjects(), acts(session)) == ([], [])


def test_set_rules_evidence_can_be_taken_away_again(folder: Path) -> None:
    set_rules(1, city=WORDS)
    set_rules(1, city={"es": "", "en": ""})
    assert queries.definition_of(SLUG).category("city").evidence == {}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("approvers", "evidence", "error"),
    [
        (0, {}, errors.ApproversImpossible),
        (6, {}, errors.ApproversImpossible),
        (1, {"nothing": WORDS}, errors.CategoryNotThere),
        (1, {"city": {"en": "the statutes"}}, errors.WordsMissing),
    ],
)
def test_set_rules_that_cannot_be_are_refused_whole(
    folder: Path, approvers: int, evidence: dict[str, dict[str, str]], error: type[Exception]
) -> None:
    with pytest.raises(error):
        set_rules(approvers, company=WORDS, **evidence)
    assert subjects() == []


def test_rules_stay_when_the_folder_is_loaded_again(folder: Path) -> None:
    set_rules(3)
    load_folder(folder)
    assert queries.definition_of(SLUG).approvers == 3


def test_add_reason_can_be_chosen_and_is_said_in_each_language(folder: Path, session: Db) -> None:
    do(amending.add_reason, key="closed", **SAID)
    reason = queries.definition_of(SLUG).reason("closed")
    assert reason is not None
    assert (reason.label, reason.words) == (SAID["label"], SAID["words"])
    assert acts(session) == [("add_reason", "closed")]
    with pytest.raises(errors.ReasonThere, match="closed"):
        do(amending.add_reason, key="closed", **SAID)
    with pytest.raises(errors.WordsMissing):
        do(amending.add_reason, key="open", label=SAID["label"], words={"es": "Abierta."})


def test_word_reason_keeps_what_it_said_before(folder: Path) -> None:
    do(amending.add_reason, key="closed", **SAID)
    anew = {**SAID, "words": {"es": "Ha cerrado.", "en": "It has closed."}}
    do(amending.word_reason, key="closed", **anew)
    do(amending.word_reason, key="closed", **anew)  # said twice, kept once
    assert queries.definition_of(SLUG).reason("closed").words["en"] == "It has closed."  # type: ignore[union-attr]
    assert [(line.before, line.after) for line in history.changes_of(SLUG, subject="reason:closed")] == [
        (SAID, anew),
        (None, SAID),
    ]
    with pytest.raises(errors.ReasonUnknown):
        do(amending.word_reason, key="nothing", **SAID)


def test_word_reason_of_those_that_every_charter_has(folder: Path) -> None:
    do(amending.word_reason, key="other", **SAID)
    assert queries.definition_of(SLUG).reason("other").words == SAID["words"]  # type: ignore[union-attr]


def test_retire_reason_keeps_it_for_decisions_and_offers_it_no_more(folder: Path) -> None:
    offered = [reason.key for reason in queries.definition_of(SLUG).reasons]
    do(amending.retire_reason, key=offered[0])
    found = queries.definition_of(SLUG)
    assert [reason.key for reason in found.reasons] == offered[1:]
    assert [reason.key for reason in found.retired_reasons] == offered[:1]
    assert found.reason(offered[0]) == found.retired_reasons[0]
    with pytest.raises(errors.ReasonUnknown):
        do(amending.retire_reason, key=offered[0])
    do(amending.restore_reason, key=offered[0])
    assert queries.definition_of(SLUG).retired_reasons == ()
    with pytest.raises(errors.ReasonUnknown):
        do(amending.restore_reason, key=offered[0])


def test_retire_reason_the_last_one_stays(folder: Path) -> None:
    *others, last = [reason.key for reason in queries.definition_of(SLUG).reasons]
    for key in others:
        do(amending.retire_reason, key=key)
    with pytest.raises(errors.LastReason):
        do(amending.retire_reason, key=last)
    assert [reason.key for reason in queries.definition_of(SLUG).reasons] == [last]


def test_close_signing_counts_from_its_moment_until_it_is_opened_again(
    folder: Path, clock: time_machine.Traveller, session: Db
) -> None:
    end = MONDAY + timedelta(hours=1)
    do(amending.close_signing, closes_at=end)
    page = queries.charter_page(SLUG)
    assert (page.is_open, page.closes_at) == (True, end)
    clock.move_to(end, tick=False)
    assert queries.charter_page(SLUG).is_open is False
    assert [item.is_open for item in queries.charter_list()] == [False]
    with pytest.raises(errors.NothingToDo):
        do(amending.close_signing, closes_at=end)
    do(amending.close_signing, closes_at=None)
    assert (queries.charter_page(SLUG).is_open, charter().closes_at) == (True, None)
    assert subjects() == [("closing", end.isoformat(), None), ("closing", None, end.isoformat())]
    assert [act for act, _ in acts(session)] == ["close_signing", "open_signing"]


@pytest.mark.parametrize(
    ("act", "values"),
    [
        (amending.set_rules, {"approvers": 2, "evidence": {}}),
        (amending.add_reason, {"key": "closed", **SAID}),
        (amending.word_reason, {"key": "other", **SAID}),
        (amending.retire_reason, {"key": "other"}),
        (amending.restore_reason, {"key": "other"}),
        (amending.close_signing, {"closes_at": MONDAY}),
    ],
)
def test_change_from_a_stale_page_is_refused(folder: Path, act: Any, values: dict[str, Any]) -> None:
    seen = charter().revision
    set_rules(4)
    with pytest.raises(errors.CharterChanged):
        do(act, seen=seen, **values)
    with pytest.raises(errors.CharterUnknown):
        do(act, slug="nothing", seen=0, **values)
