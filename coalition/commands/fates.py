"""How does an invented organisation come as far as it is meant to? By the acts that officers and people do.

Each fate is played in the caller's transaction, on a signature whose mailbox is confirmed. Who is invented is said by
`demonstration`; that nobody is written to is seen to by `demo`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from flask import current_app
from sqlalchemy import select

from coalition import clock
from coalition.accounts import operations as accounts
from coalition.accounts.models import Officer
from coalition.accounts.permissions import Role
from coalition.audit.record import Actor
from coalition.charters import queries as charters
from coalition.commands.demonstration import DOMAIN, LABEL, Invented
from coalition.extensions import db
from coalition.review import operations as review
from coalition.review import questions, referrals
from coalition.review.decisions import Approval, MandateBasis, ReferralKind, Referring, Refusal, Request
from coalition.signing import operations as signing
from coalition.signing.models import Signature
from coalition.signing.states import Act
from coalition.standing import operations as standing
from coalition.standing import queries as standing_queries
from coalition.standing.amendments import Notice, Removal
from coalition.standing.states import Ground

ACTOR = Actor.system("demonstration")
OFFICERS = ("Demonstration officer A", "Demonstration officer B")
WEEK = timedelta(days=7)
LONG = timedelta(days=1000)


def play(one: Invented, signature: Signature) -> None:
    """Let an organisation whose mailbox is confirmed come as far as `one.fate` says."""
    FATES[one.fate](one, signature)


def _nothing(one: Invented, signature: Signature) -> None:
    """Leave it in the queue."""


def _activated(one: Invented, signature: Signature) -> None:
    decided_at = one.signed_at + one.decided_in
    signing.change_state(signature=signature, act=Act.CLAIM, actor=ACTOR, now=decided_at)
    signing.change_state(signature=signature, act=Act.ACTIVATE, actor=ACTOR, now=decided_at, category=one.category)


def _withdrawn(one: Invented, signature: Signature) -> None:
    if one.signed_at + one.decided_in < clock.now() - WEEK:
        _activated(one, signature)
    ended_at = min(one.signed_at + one.decided_in + 40 * WEEK, clock.now())
    signing.withdraw(signature=signature, actor=ACTOR, now=ended_at)


def _claimed(one: Invented, signature: Signature, *, by: int = 0) -> tuple[int, datetime]:
    officer_id, now = _officer(by), clock.now()
    review.claim(
        signature_id=signature.id,
        officer_id=officer_id,
        lifetime=current_app.config["CLAIM_LIFETIME"],
        actor=ACTOR,
        now=now,
    )
    return officer_id, now


def _approved(one: Invented, signature: Signature, *, times: int) -> None:
    for by in range(times):
        officer_id, now = _claimed(one, signature, by=by)
        review.approve(
            signature_id=signature.id,
            officer_id=officer_id,
            approval=Approval(category=one.category, mandate_basis=MandateBasis.WAIVED, note=LABEL),
            link_lifetime=current_app.config["VERIFICATION_LINK_LIFETIME"],
            actor=ACTOR,
            now=now,
        )


def _declined(one: Invented, signature: Signature) -> None:
    officer_id, now = _claimed(one, signature)
    definition = charters.definition_of(signature.charter, signature.charter_version)
    refusal = Refusal(reason_code=definition.reasons[0].key, note=LABEL)
    review.decline(signature_id=signature.id, officer_id=officer_id, refusal=refusal, actor=ACTOR, now=now)


def _held(one: Invented, signature: Signature) -> None:
    _claimed(one, signature)


def _asked(one: Invented, signature: Signature) -> None:
    officer_id, now = _claimed(one, signature)
    questions.ask(
        signature_id=signature.id,
        officer_id=officer_id,
        request=Request(message=LABEL),
        lifetime=current_app.config["QUESTION_LIFETIME"],
        actor=ACTOR,
        now=now,
    )


def _referred(one: Invented, signature: Signature) -> None:
    _officer(1)
    officer_id, now = _claimed(one, signature)
    referring = Referring(kind=ReferralKind.SECOND_REVIEWER, note=LABEL)
    referrals.refer(signature_id=signature.id, officer_id=officer_id, referring=referring, actor=ACTOR, now=now)


def _suspended(one: Invented, signature: Signature) -> None:
    """Suspend it some weeks after its approval, for longer than anybody looks at a demonstration."""
    _activated(one, signature)
    announced_at = min(one.signed_at + one.decided_in + 20 * WEEK, clock.now() - 5 * WEEK)
    starts_at = announced_at + current_app.config["SUSPENSION_NOTICE"]
    standing.announce_suspension(
        signature_id=signature.id,
        officer_id=_officer(0),
        notice=Notice(Ground.UNREACHABLE, LABEL, clock.now() + LONG),
        period=current_app.config["SUSPENSION_NOTICE"],
        actor=ACTOR,
        now=announced_at,
    )
    found = standing_queries.open_suspension(signature.id)
    if found is not None:
        standing.begin_suspension(suspension_id=found.id, actor=ACTOR, now=starts_at)


def _delisted(one: Invented, signature: Signature) -> None:
    _activated(one, signature)
    decided_at = min(one.signed_at + one.decided_in + 40 * WEEK, clock.now())
    removal = Removal(Ground.DISSOLVED, LABEL)
    about: dict[str, Any] = {"signature_id": signature.id, "actor": ACTOR, "now": decided_at}
    standing.propose_delisting(officer_id=_officer(0), removal=removal, **about)
    found = standing_queries.open_delisting(signature.id)
    if found is not None:
        appeal = current_app.config["APPEAL_LIFETIME"]
        standing.confirm_delisting(officer_id=_officer(1), proposal=found.public_id, appeal_period=appeal, **about)


FATES: Mapping[str, Callable[[Invented, Signature], None]] = {
    "active": _activated,
    "withdrawn": _withdrawn,
    "submitted": _nothing,
    "in_review": _held,
    "approved_once": partial(_approved, times=1),
    "certified": partial(_approved, times=2),
    "asked": _asked,
    "referred": _referred,
    "declined": _declined,
    "suspended": _suspended,
    "delisted": _delisted,
}


def _officer(place: int) -> int:
    """Return an officer who was invited and can never come in, made on first use."""
    email = f"officer-{place}@secretariat-{DOMAIN}"
    found = select(Officer.id).where(Officer.email == email)
    if (officer_id := db.session.scalar(found)) is not None:
        return officer_id
    invitation = {"lifetime": timedelta(), "actor": ACTOR, "now": clock.now(), "language": "en"}
    accounts.invite(email=email, name=OFFICERS[place], role=Role.REVIEWER, **invitation)  # type: ignore[arg-type]
    return db.session.scalars(found).one()
