"""What if two applications are of the same organisation? One is merged into the other, and can be taken apart again.

Inside the caller's transaction; both rows are held, the lower first, so that two officers who merge each into the
other do not wait for each other for ever.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from coalition.audit.record import Actor
from coalition.charters import queries as charters
from coalition.extensions import db
from coalition.mail import outbox
from coalition.review import errors, holding, mails
from coalition.review.decisions import Verdict
from coalition.review.models import Decision, Merge
from coalition.signing.models import Signature
from coalition.signing.operations import change_state
from coalition.signing.states import OPEN, PUBLISHED, Act, State

INTO = OPEN | PUBLISHED


def merge(
    *,
    signature_id: int,
    officer_id: int,
    into_signature_id: int,
    actor: Actor,
    now: datetime,
    note: str = "",
    seen_sha256: str = "",
) -> None:
    """Say that an application is the same as another one of its charter, which is under review or on the register.

    Nothing is taken over from it; its rows stay, so that it can be undone. Raises MergeTargetUnknown, or a Conflict
    that says who was first.
    """
    first, second = sorted((signature_id, into_signature_id))
    holding.held(first)
    holding.held(second)
    signature = db.session.get_one(Signature, signature_id)
    holding.require_claim(signature, officer_id, seen_sha256=seen_sha256)
    into = db.session.get_one(Signature, into_signature_id)
    if into.id == signature.id or into.charter != signature.charter or into.state not in INTO:
        raise errors.MergeTargetUnknown
    db.session.add_all(_rows(signature, into_id=into.id, officer_id=officer_id, note=note, now=now))
    holding.forget_claim(signature_id)
    holding.put_on_list(signature_id, officer_id=None, now=now)
    change_state(signature=signature, act=Act.MERGE, actor=actor, now=now)
    if signature.representative is not None:
        definition = charters.definition_of(signature.charter, signature.charter_version)
        outbox.put(mails.merged(signature, definition=definition), now=now)


def unmerge(*, signature_id: int, officer_id: int, actor: Actor, now: datetime) -> None:
    """Take a merged application apart again: it is reviewed on its own, with its history. Raises NotMerged."""
    signature = holding.held(signature_id)
    live = db.session.scalar(select(Merge).where(Merge.signature_id == signature_id, Merge.undone_at.is_(None)))
    if signature.state != State.MERGED or live is None:
        raise errors.NotMerged
    holding.require_able(signature, officer_id)
    live.undone_at, live.undone_by_id = now, officer_id
    said = (Decision.signature_id == signature_id, Decision.verdict == Verdict.MERGE, Decision.voided_at.is_(None))
    db.session.execute(update(Decision).where(*said).values(voided_at=now))
    change_state(signature=signature, act=Act.UNMERGE, actor=actor, now=now)
    holding.resume_clock(signature, since=live.merged_at, now=now)
    if signature.representative is not None:
        definition = charters.definition_of(signature.charter, signature.charter_version)
        outbox.put(mails.under_review_again(signature, definition=definition, why="unmerged"), now=now)


def _rows(signature: Signature, *, into_id: int, officer_id: int, note: str, now: datetime) -> tuple[Merge, Decision]:
    merged = Merge(signature_id=signature.id, into_signature_id=into_id, officer_id=officer_id, merged_at=now)
    decision = Decision(
        signature_id=signature.id,
        officer_id=officer_id,
        verdict=Verdict.MERGE.value,
        message="",
        note=note,
        content_sha256=signature.content_sha256,
        decided_at=now,
    )
    return merged, decision
