"""How does a document stand now? The words for it, derived from the signature whenever somebody asks; pure.

Nothing is written when a signature ends, so there is no moment in which a document tells an old story.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from coalition.signing.states import State


class Kind(StrEnum):
    """Which document it is: of a signature received, of one that stands in the register, or what that says of it."""

    RECEIPT = "receipt"
    CERTIFICATE = "certificate"
    EXTRACT = "extract"


class Level(StrEnum):
    """What dates a sealed file: nothing but itself, an authority's timestamp, or that and all that checks need later.

    The PAdES levels of ETSI EN 319 142-1.
    """

    B_B = "B-B"
    B_T = "B-T"
    B_LTA = "B-LTA"


class RevocationReason(StrEnum):
    """Why a certificate counts no more, for good: its signatory was removed, or two officers found it in error."""

    DELISTED = "delisted"
    WRONG_FACTS = "wrong_facts"
    ISSUED_BY_MISTAKE = "issued_by_mistake"
    DEFECTIVE_FILE = "defective_file"
    KEY_MISUSED = "key_misused"


ERRORS = tuple(reason for reason in RevocationReason if reason is not RevocationReason.DELISTED)


class Status(StrEnum):
    """What may be said of the signature behind a document. Never a bare "valid"."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


PUBLIC: Mapping[str, Status] = {
    State.ACTIVE: Status.ACTIVE,
    State.SUSPENDED: Status.SUSPENDED,
    State.WITHDRAWN: Status.WITHDRAWN,
    State.DELISTED: Status.REVOKED,
    State.REFERRED: Status.REVOKED,  # an appeal against the delisting does not yet undo it
    State.SUPERSEDED: Status.SUPERSEDED,
}


def status_of(state: str, *, was_published: bool, is_revoked: bool, is_superseded: bool) -> Status:
    """Return the status of a document whose signature is in `state`.

    A signature that never stood in the register is unknown to the public, whatever became of it: a review that is open
    and one that ended in a refusal look the same.
    """
    if is_revoked:
        return Status.REVOKED
    if is_superseded:
        return Status.SUPERSEDED
    return PUBLIC.get(state, Status.UNKNOWN) if was_published else Status.UNKNOWN
