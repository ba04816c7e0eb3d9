"""How does the secretariat change what goes with a text? Approvers, evidence, reasons, the closing date.

Inside the caller's transaction; each change keeps what stood there before. How the data then read belongs to
`amendments`, a new text to `publishing`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from coalition.audit.record import Actor
from coalition.charters import errors, keeping
from coalition.charters.amendments import APPROVERS, EVIDENCE, REASON, RETIRED
from coalition.charters.definition import from_json
from coalition.charters.models import Charter
from coalition.charters.parsing import MOST_APPROVERS
from coalition.charters.shapes import CharterDefinition, ReasonDefinition
from coalition.extensions import db

Words = Mapping[str, str]


def set_rules(
    *, slug: str, approvers: int, evidence: Mapping[str, Words], seen: int, actor: Actor, now: datetime
) -> None:
    """Say how many officers approve, and what shows that an organisation belongs to a category: key → words.

    What is as it was is passed over; words are given in every language of the text, or in none. Approvers count from
    the next decision on. Raises CharterUnknown, CharterChanged, ApproversImpossible, CategoryNotThere, WordsMissing.
    """
    charter = keeping.held(slug, seen=seen)
    before = _definition(charter)
    if not 1 <= approvers <= MOST_APPROVERS:
        raise errors.ApproversImpossible(MOST_APPROVERS)
    if approvers != before.approvers:
        line = keeping.Line("set_approvers", APPROVERS, before.approvers, approvers, reason=str(approvers))
        _amend(charter, line, actor=actor, now=now)
    for key, words in evidence.items():
        category = before.category(key)
        if category is None:
            raise errors.CategoryNotThere
        _require_all(words, before, or_none=True)
        after = {code: words.get(code, "") for code in before.languages}
        if after != {code: category.evidence.get(code, "") for code in before.languages}:
            line = keeping.Line("word_evidence", EVIDENCE + key, dict(category.evidence), after, reason=key)
            _amend(charter, line, actor=actor, now=now)


def add_reason(
    *, slug: str, key: str, label: Words, words: Words, seen: int | None = None, actor: Actor, now: datetime
) -> None:
    """Add a reason for declining. Raises CharterUnknown, CharterChanged, ReasonThere, WordsMissing."""
    charter = keeping.held(slug, seen=seen)
    if _definition(charter).reason(key) is not None:
        raise errors.ReasonThere(key)
    _word(charter, "add_reason", key, label=label, words=words, actor=actor, now=now)


def word_reason(
    *, slug: str, key: str, label: Words, words: Words, seen: int | None = None, actor: Actor, now: datetime
) -> None:
    """Word a reason anew: forms and mails say it so from now on, also for applications that were sent before.

    Raises CharterUnknown, CharterChanged, ReasonUnknown, WordsMissing.
    """
    charter = keeping.held(slug, seen=seen)
    if _definition(charter).reason(key) is None:
        raise errors.ReasonUnknown
    _word(charter, "word_reason", key, label=label, words=words, actor=actor, now=now)


def retire_reason(*, slug: str, key: str, seen: int | None = None, actor: Actor, now: datetime) -> None:
    """Offer a reason no longer; decisions that rest on it keep it.

    Raises CharterUnknown, CharterChanged, ReasonUnknown, LastReason.
    """
    charter = keeping.held(slug, seen=seen)
    before = _definition(charter)
    if key not in _keys(before.reasons):
        raise errors.ReasonUnknown
    if len(before.reasons) == 1:
        raise errors.LastReason
    retired = _keys(before.retired_reasons)
    line = keeping.Line("retire_reason", RETIRED, retired, [*retired, key], reason=key)
    _amend(charter, line, actor=actor, now=now)


def restore_reason(*, slug: str, key: str, seen: int | None = None, actor: Actor, now: datetime) -> None:
    """Offer a retired reason again. Raises CharterUnknown, CharterChanged, ReasonUnknown."""
    charter = keeping.held(slug, seen=seen)
    retired = _keys(_definition(charter).retired_reasons)
    if key not in retired:
        raise errors.ReasonUnknown
    after = [one for one in retired if one != key]
    _amend(charter, keeping.Line("restore_reason", RETIRED, retired, after, reason=key), actor=actor, now=now)


def close_signing(*, slug: str, closes_at: datetime | None, seen: int, actor: Actor, now: datetime) -> None:
    """Set the moment from which nobody begins to sign, or with None take it away: signing is open again.

    Whoever had begun before has a day left; what was sent goes on. Raises CharterUnknown, CharterChanged, NothingToDo.
    """
    charter = keeping.held(slug, seen=seen)
    if charter.closes_at == closes_at:
        raise errors.NothingToDo
    before, charter.closes_at = charter.closes_at, closes_at
    line = keeping.Line(
        "close_signing" if closes_at else "open_signing",
        "closing",
        before=before.isoformat() if before else None,
        after=closes_at.isoformat() if closes_at else None,
        to_state=closes_at.isoformat(timespec="minutes") if closes_at else "open",
    )
    keeping.note(charter, line, actor=actor, now=now)


def _definition(charter: Charter) -> CharterDefinition:
    """Return what the newest version says, also one that waits for its day: all versions follow what is changed."""
    return from_json(charter.versions[-1].definition)


def _keys(reasons: tuple[ReasonDefinition, ...]) -> list[str]:
    return [reason.key for reason in reasons]


def _require_all(words: Words, definition: CharterDefinition, *, or_none: bool = False) -> None:
    given = [bool(words.get(code, "").strip()) for code in definition.languages]
    if not all(given) and not (or_none and not any(given)):
        raise errors.WordsMissing


def _word(charter: Charter, act: str, key: str, *, label: Words, words: Words, actor: Actor, now: datetime) -> None:
    definition = _definition(charter)
    for given in (label, words):
        _require_all(given, definition)
    known = definition.reason(key)
    before = {"label": dict(known.label), "words": dict(known.words)} if known else None
    after = {"label": dict(label), "words": dict(words)}
    if after != before:
        _amend(charter, keeping.Line(act, REASON + key, before, after, reason=key), actor=actor, now=now)


def _amend(charter: Charter, line: keeping.Line, *, actor: Actor, now: datetime) -> None:
    """Write a change down and let every version say it."""
    keeping.note(charter, line, actor=actor, now=now)
    changed = keeping.amendments_of(charter)
    for version in charter.versions:
        keeping.describe(version, version.loaded, changed)
    db.session.flush()
