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
    NEEDS_INFORMATION = "needs_information"
    LAPSED = "lapsed"
    REFERRED = "referred"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    DECLINED = "declined"
    MERGED = "merged"
    DISOWNED = "disowned"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    DELISTED = "delisted"
    SUPERSEDED = "superseded"


class Act(StrEnum):
    """What somebody does to a signature. An appeal that fails upholds what it was against, else it is undone."""

    VERIFY = "verify"
    DISOWN = "disown"
    EXPIRE = "expire"
    CLAIM = "claim"
    RELEASE = "release"
    TAKE_OVER = "take_over"
    ASK = "ask"
    REPLY = "reply"
    LAPSE = "lapse"
    REOPEN = "reopen"
    REFER = "refer"
    ANSWER = "answer"
    APPROVE = "approve"
    ACTIVATE = "activate"
    DECLINE = "decline"
    MERGE = "merge"
    UNMERGE = "unmerge"
    APPEAL = "appeal"
    UPHOLD_REFUSAL = "uphold_refusal"
    REVERSE_REFUSAL = "reverse_refusal"
    UPHOLD_DELISTING = "uphold_delisting"
    REINSTATE = "reinstate"
    SUSPEND = "suspend"
    REMEDY = "remedy"
    DELIST = "delist"
    SUCCEED = "succeed"
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
    (State.SUBMITTED, Act.WITHDRAW): State.WITHDRAWN,
    (State.IN_REVIEW, Act.RELEASE): State.SUBMITTED,
    (State.IN_REVIEW, Act.TAKE_OVER): State.IN_REVIEW,
    (State.IN_REVIEW, Act.ASK): State.NEEDS_INFORMATION,
    (State.IN_REVIEW, Act.REFER): State.REFERRED,
    (State.IN_REVIEW, Act.APPROVE): State.SUBMITTED,
    (State.IN_REVIEW, Act.ACTIVATE): State.ACTIVE,
    (State.IN_REVIEW, Act.DECLINE): State.DECLINED,
    (State.IN_REVIEW, Act.MERGE): State.MERGED,
    (State.IN_REVIEW, Act.WITHDRAW): State.WITHDRAWN,
    (State.NEEDS_INFORMATION, Act.REPLY): State.SUBMITTED,
    (State.NEEDS_INFORMATION, Act.LAPSE): State.LAPSED,
    (State.NEEDS_INFORMATION, Act.WITHDRAW): State.WITHDRAWN,
    (State.LAPSED, Act.REOPEN): State.SUBMITTED,
    (State.REFERRED, Act.ANSWER): State.IN_REVIEW,
    (State.REFERRED, Act.UPHOLD_REFUSAL): State.DECLINED,
    (State.REFERRED, Act.REVERSE_REFUSAL): State.SUBMITTED,
    (State.REFERRED, Act.UPHOLD_DELISTING): State.DELISTED,
    (State.REFERRED, Act.REINSTATE): State.ACTIVE,
    (State.REFERRED, Act.WITHDRAW): State.WITHDRAWN,
    (State.MERGED, Act.UNMERGE): State.SUBMITTED,
    (State.DECLINED, Act.APPEAL): State.REFERRED,
    (State.DELISTED, Act.APPEAL): State.REFERRED,
    (State.ACTIVE, Act.SUSPEND): State.SUSPENDED,
    (State.ACTIVE, Act.DELIST): State.DELISTED,
    (State.ACTIVE, Act.SUCCEED): State.SUPERSEDED,
    (State.ACTIVE, Act.WITHDRAW): State.WITHDRAWN,
    (State.SUSPENDED, Act.REMEDY): State.ACTIVE,
    (State.SUSPENDED, Act.DELIST): State.DELISTED,
    (State.SUSPENDED, Act.WITHDRAW): State.WITHDRAWN,
}

TO_REVIEW = frozenset({State.SUBMITTED, State.IN_REVIEW})
OPEN = TO_REVIEW | {State.NEEDS_INFORMATION, State.REFERRED}
PUBLISHED = frozenset({State.ACTIVE, State.SUSPENDED})
ENDED = frozenset({
    State.LAPSED, State.DECLINED, State.MERGED, State.DISOWNED, State.EXPIRED, State.WITHDRAWN, State.DELISTED,
    State.SUPERSEDED,
})  # fmt: skip
CHANGEABLE = frozenset({*OPEN, *PUBLISHED, State.LAPSED, State.WITHDRAWN, State.DELISTED})
VERIFIED = frozenset(State) - {State.PENDING_VERIFICATION, State.DISOWNED, State.EXPIRED}


def appeals_removal(state: State, *, was_published: bool) -> bool:
    """Tell whether an appeal against the removal from the register is open: nothing else is referred after that."""
    return state is State.REFERRED and was_published


def after(state: State, act: Act) -> State | None:
    """Return the state that `act` leads to from `state`; None where it may not be done."""
    return TRANSITIONS.get((state, act))
