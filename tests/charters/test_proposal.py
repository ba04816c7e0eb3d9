"""Is what cannot be published told, and does a proposal have one digest?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from coalition.charters.proposal import LONGEST_TEXT, Fault, Proposal, fault_of
from coalition.charters.text import digest

PROPOSAL = Proposal("en", {"en": "## One {#one}\n\nText.\n", "fr": "## Un {#one}\n\nTexte.\n"}, date(2026, 3, 2))


@pytest.mark.parametrize(
    ("markdown", "fault"),
    [
        ("## One {#one}\n\nText.\n", None),
        (" \n\n", Fault.EMPTY),
        ("a" * (LONGEST_TEXT + 1), Fault.TOO_LONG),
        ("## A {#a}\n\nx\n\n## B {#a}\n\ny\n", Fault.ANCHORS),
        ("## A {#main}\n\nx\n", Fault.ANCHORS),
    ],
)
def test_fault_of_a_text(markdown: str, fault: Fault | None) -> None:
    assert fault_of(markdown) is fault


def test_standing_of_the_authentic_text_and_the_others() -> None:
    assert [PROPOSAL.standing(code).value for code in PROPOSAL.texts] == ["authentic", "courtesy"]


def test_differs_from_what_is_stored() -> None:
    stored = {code: (digest(text), PROPOSAL.standing(code).value) for code, text in PROPOSAL.texts.items()}
    assert PROPOSAL.differs_from(stored) is False
    assert PROPOSAL.differs_from({**stored, "es": ("0", "courtesy")}) is False
    assert PROPOSAL.differs_from({**stored, "fr": ("0", "courtesy")}) is True
    assert replace(PROPOSAL, authentic="fr").differs_from(stored) is True
    assert PROPOSAL.differs_from({"en": stored["en"]}) is True


@pytest.mark.parametrize(
    "other",
    [
        replace(PROPOSAL, authentic="fr"),
        replace(PROPOSAL, texts={"en": "Other.\n"}),
        replace(PROPOSAL, adopted_on=None),
        replace(PROPOSAL, in_force_from=datetime(2026, 4, 1, tzinfo=UTC)),
    ],
)
def test_sha256_changes_with_everything_that_was_proposed(other: Proposal) -> None:
    assert other.sha256() != PROPOSAL.sha256()
    assert replace(PROPOSAL, texts=dict(reversed(PROPOSAL.texts.items()))).sha256() == PROPOSAL.sha256()
