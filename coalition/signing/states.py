"""In which state is a signature, and which act leads where? The table of the domain; pure.

`signing.operations.change_state` is the only writer of a state and asks `after()` here.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    """How far a signature has come."""

    PENDING_VERIFICATION = "pending_verification"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    DECLINED = "declined"
    DISOWNED = "disowned"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    DELISTED = "delisted"


class Act(StrEnum):
    """What somebody does to a signature."""

    VERIFY = "verify"
    DISOWN = "disown"
    EXPIRE = "expire"
    CLAIM = "claim"
    RELEASE = "release"
    APPROVE = "approve"
    ACTIVATE = "activate"
    DECLINE = "decline"
    WITHDRAW = "withdraw"


class Contact(StrEnum):
    """What is known of the representative's mailbox."""

    UNVERIFIED = "unverified"
    VERIFIED = "verified"
    BOUNCED = "bounced"


TRANSITIONS: Mapping[tuple[State, Act], State] = {
    (State.PENDING_VERIFICATION, Act.VERIFY): State.SUBMITTED,
    (State.PENDING_VERIFICATION, Act.DISOWN): State.DISOWNED,
    (State.PENDING_VERIFICATION, Act.EXPIRE): State.EXPIRED,
    (State.SUBMITTED, Act.CLAIM): State.IN_REVIEW,
    (State.IN_REVIEW, Act.RELEASE): State.SUBMITTED,
    (State.IN_REVIEW, Act.APPROVE): State.SUBMITTED,
    (State.IN_REVIEW, Act.ACTIVATE): State.ACTIVE,
    (State.IN_REVIEW, Act.DECLINE): State.DECLINED,
    (State.SUBMITTED, Act.WITHDRAW): State.WITHDRAWN,
    (State.IN_REVIEW, Act.WITHDRAW): State.WITHDRAWN,
    (State.ACTIVE, Act.WITHDRAW): State.WITHDRAWN,
    (State.SUSPENDED, Act.WITHDRAW): State.WITHDRAWN,
}

TO_REVIEW = frozenset({State.SUBMITTED, State.IN_REVIEW})
PUBLISHED = frozenset({State.ACTIVE, State.SUSPENDED})
ENDED = frozenset({State.DECLINED, State.DISOWNED, State.EXPIRED, State.WITHDRAWN, State.DELISTED})
CHANGEABLE = frozenset({*TO_REVIEW, *PUBLISHED, State.WITHDRAWN, State.DELISTED})
VERIFIED = frozenset({*TO_REVIEW, *PUBLISHED, State.DECLINED, State.WITHDRAWN, State.DELISTED})


def after(state: State, act: Act) -> State | None:
    """Return the state that `act` leads to from `state`; None where it may not be done."""
    return TRANSITIONS.get((state, act))
