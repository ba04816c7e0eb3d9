"""How far has a list come that is brought in, and what may follow? Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Kind(StrEnum):
    """What the lines of a list are."""

    SIGNATURES = "signatures"
    ORGANISATIONS = "organisations"


class Landing(StrEnum):
    """Where paper signatures go: into the queue, or on the register at once."""

    REVIEW = "review"
    ACTIVE = "active"


class State(StrEnum):
    """How far an import has come. Nothing of it is seen elsewhere before it is applied."""

    COLUMNS = "columns"
    CHECKING = "checking"
    CHECKED = "checked"
    APPLYING = "applying"
    APPLIED = "applied"
    UNDOING = "undoing"
    UNDONE = "undone"
    DISCARDED = "discarded"


class Act(StrEnum):
    """What is done to an import."""

    CHECK = "check"
    FINISH_CHECK = "finish_check"
    APPLY = "apply"
    FINISH = "finish"
    FAIL = "fail"
    UNDO = "undo"
    FINISH_UNDO = "finish_undo"
    DISCARD = "discard"


TRANSITIONS: Mapping[tuple[State, Act], State] = {
    (State.COLUMNS, Act.CHECK): State.CHECKING,
    (State.COLUMNS, Act.DISCARD): State.DISCARDED,
    (State.CHECKING, Act.FINISH_CHECK): State.CHECKED,
    (State.CHECKING, Act.DISCARD): State.DISCARDED,
    (State.CHECKED, Act.CHECK): State.CHECKING,
    (State.CHECKED, Act.APPLY): State.APPLYING,
    (State.CHECKED, Act.DISCARD): State.DISCARDED,
    (State.APPLYING, Act.FINISH): State.APPLIED,
    (State.APPLYING, Act.FAIL): State.CHECKED,
    (State.APPLYING, Act.UNDO): State.UNDOING,
    (State.APPLIED, Act.UNDO): State.UNDOING,
    (State.UNDOING, Act.FINISH_UNDO): State.UNDONE,
}
AT_WORK = frozenset({State.CHECKING, State.APPLYING, State.UNDOING})
ENDED = frozenset({State.APPLIED, State.UNDONE, State.DISCARDED})


def after(state: State, act: Act) -> State | None:
    """Return the state that `act` leads to from `state`; None where it may not be done."""
    return TRANSITIONS.get((state, act))
