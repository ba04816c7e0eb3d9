"""What happens to a signature that stands on the register, and how does it end? The vocabulary; pure."""

from __future__ import annotations

from enum import StrEnum


class Ground(StrEnum):
    """Why the secretariat suspends or removes a signatory."""

    COMMITMENTS = "commitments"
    NOT_ELIGIBLE = "not_eligible"
    DISSOLVED = "dissolved"
    UNREACHABLE = "unreachable"
    MISUSE = "misuse"
    OTHER = "other"


class SuspensionOutcome(StrEnum):
    """How a suspension ended: called off before it began, remedied, over by time, or overtaken by another end."""

    CALLED_OFF = "called_off"
    REMEDIED = "remedied"
    OVER = "over"
    OVERTAKEN = "overtaken"


class DelistingOutcome(StrEnum):
    """What became of a proposal to remove a signatory."""

    DELISTED = "delisted"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"
    OVERTAKEN = "overtaken"


class RevocationOutcome(StrEnum):
    """What became of a proposal to revoke a certificate for an error."""

    REVOKED = "revoked"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"
    OVERTAKEN = "overtaken"


class ChangeKind(StrEnum):
    """What is to change. A correction mends a slip of ours or theirs, by an officer, at once."""

    ORGANISATION = "organisation"
    CATEGORY = "category"
    REPRESENTATIVE = "representative"
    CORRECTION = "correction"


class ChangeOutcome(StrEnum):
    """What became of a change that was asked for."""

    MADE = "made"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"
    UNCONFIRMED = "unconfirmed"
    OVERTAKEN = "overtaken"


class SuccessionKind(StrEnum):
    """How one signatory goes on as another."""

    SUCCESSION = "succession"
    MERGER = "merger"
