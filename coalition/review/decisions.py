"""What does an officer decide? Values alone: verdicts, what goes with each, who may answer what was referred."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from coalition.accounts.permissions import Role

LONGEST_TEXT = 2000
LONGEST_WORDS = 4000


class Verdict(StrEnum):
    """What an officer says of an application, or of a signature that stands on the register."""

    APPROVE = "approve"
    ASK = "ask"
    REFER = "refer"
    DECLINE = "decline"
    MERGE = "merge"
    DELIST = "delist"


class MandateBasis(StrEnum):
    """What the officer who approves relied on for the representative's authority."""

    DOCUMENT = "document"
    PUBLIC_SOURCE = "public_source"
    LETTER = "letter"
    WAIVED = "waived"


class ReferralKind(StrEnum):
    """Before whom an application is laid."""

    SECOND_REVIEWER = "second_reviewer"
    PRESIDENCY = "presidency"
    APPEAL = "appeal"


class Outcome(StrEnum):
    """What became of a referral."""

    ANSWERED = "answered"
    RECALLED = "recalled"
    UPHELD = "upheld"
    REVERSED = "reversed"


OPINION_GIVERS = frozenset({Role.REVIEWER, Role.SECRETARIAT})


@dataclass(frozen=True)
class Addressee:
    """Whom a referral was made to: whoever of its kind may, or one officer; and who made it."""

    kind: ReferralKind
    from_officer_id: int | None
    to_officer_id: int | None


def lacks_proof(basis: MandateBasis, *, is_required: bool, documents: int) -> bool:
    """Tell whether an approval waits for a document: where a charter asks for proof, only a waiver does without.

    A letter or a public source is no substitute that anybody could look at later; an officer who relied on one waives
    the proof and says so in the note.
    """
    return is_required and not documents and basis is not MandateBasis.WAIVED


def is_asked(addressee: Addressee, *, officer_id: int, role: Role) -> bool:
    """Tell whether a referral waits for this officer's opinion; an appeal waits for a decision, not for an opinion."""
    if addressee.kind is ReferralKind.APPEAL or officer_id == addressee.from_officer_id:
        return False
    if addressee.to_officer_id is not None:
        return officer_id == addressee.to_officer_id
    return role is Role.PRESIDENCY if addressee.kind is ReferralKind.PRESIDENCY else role in OPINION_GIVERS


def may_recall(addressee: Addressee, *, officer_id: int, role: Role) -> bool:
    """Tell whether this officer may take a referral back, so that nothing waits for ever for an opinion."""
    if addressee.kind is ReferralKind.APPEAL:
        return False
    return officer_id == addressee.from_officer_id or role is Role.SECRETARIAT


def appeal_ends(decided: datetime | date, within: timedelta) -> datetime:
    """Return until when a decision can be appealed against; a decision of a day counts from the day's end."""
    if isinstance(decided, datetime):
        return decided + within
    return datetime.combine(decided + timedelta(days=1), time(), UTC) + within


@dataclass(frozen=True)
class Approval:
    """An approval as it is sent. `seen_sha256` is the content the officer read; "" counts as the present one."""

    category: str
    mandate_basis: MandateBasis
    note: str = ""
    seen_sha256: str = ""


@dataclass(frozen=True)
class Refusal:
    """A refusal as it is sent: a reason of the charter's, and words of the officer's own for the applicant."""

    reason_code: str
    message: str = ""
    note: str = ""
    seen_sha256: str = ""


@dataclass(frozen=True)
class Request:
    """A question as it is sent: what it is about, a reason of the charter's or "", and words for the applicant."""

    reason_code: str = ""
    message: str = ""
    note: str = ""
    seen_sha256: str = ""


@dataclass(frozen=True)
class Referring:
    """A referral as it is sent; `note` says what is asked, `to_officer_id` whom, None whoever of the kind may."""

    kind: ReferralKind
    note: str
    to_officer_id: int | None = None
    seen_sha256: str = ""
