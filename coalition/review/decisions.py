"""What does an officer decide? Values alone: the verdicts, and what goes with each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

LONGEST_TEXT = 2000


class Verdict(StrEnum):
    """What an officer says of an application."""

    APPROVE = "approve"
    DECLINE = "decline"


class MandateBasis(StrEnum):
    """What the officer who approves relied on for the representative's authority."""

    DOCUMENT = "document"
    PUBLIC_SOURCE = "public_source"
    LETTER = "letter"
    WAIVED = "waived"


def lacks_proof(basis: MandateBasis, *, is_required: bool, documents: int) -> bool:
    """Tell whether an approval waits for a document: where a charter asks for proof, only a waiver does without.

    A letter or a public source is no substitute that anybody could look at later; an officer who relied on one waives
    the proof and says so in the note.
    """
    return is_required and not documents and basis is not MandateBasis.WAIVED


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
