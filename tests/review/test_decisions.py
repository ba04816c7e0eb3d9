"""Who is asked for an opinion, who may take a referral back, until when a decision can be appealed against."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from coalition.accounts.permissions import Role
from coalition.review.decisions import Addressee, ReferralKind, appeal_ends, is_asked, may_recall

REVIEWER, PRESIDENCY, APPEAL = ReferralKind.SECOND_REVIEWER, ReferralKind.PRESIDENCY, ReferralKind.APPEAL
ME, ANOTHER = 1, 2


@pytest.mark.parametrize(
    ("kind", "to", "role", "asked"),
    [
        (REVIEWER, None, Role.REVIEWER, True),
        (REVIEWER, None, Role.SECRETARIAT, True),
        (REVIEWER, None, Role.PRESIDENCY, False),
        (REVIEWER, None, Role.OUTSIDE, False),
        (REVIEWER, ME, Role.OUTSIDE, True),
        (REVIEWER, ANOTHER, Role.REVIEWER, False),
        (PRESIDENCY, None, Role.PRESIDENCY, True),
        (PRESIDENCY, None, Role.SECRETARIAT, False),
        (PRESIDENCY, ANOTHER, Role.PRESIDENCY, False),
        (APPEAL, None, Role.PRESIDENCY, False),
    ],
)
def test_officer_when_something_was_referred_is_asked_or_not(
    kind: ReferralKind, to: int | None, role: Role, asked: bool
) -> None:
    assert is_asked(Addressee(kind, ANOTHER, to), officer_id=ME, role=role) is asked


def test_officer_when_referring_gives_no_opinion_of_their_own() -> None:
    assert not is_asked(Addressee(REVIEWER, ME, None), officer_id=ME, role=Role.REVIEWER)


@pytest.mark.parametrize(
    ("kind", "by", "role", "may"),
    [
        (REVIEWER, ME, Role.REVIEWER, True),
        (PRESIDENCY, ANOTHER, Role.SECRETARIAT, True),
        (REVIEWER, ANOTHER, Role.REVIEWER, False),
        (APPEAL, None, Role.SECRETARIAT, False),
    ],
)
def test_referral_when_taken_back_is_by_whoever_made_it_or_the_secretariat(
    kind: ReferralKind, by: int | None, role: Role, may: bool
) -> None:
    assert may_recall(Addressee(kind, by, None), officer_id=ME, role=role) is may


def test_appeal_when_its_end_is_asked_counts_from_the_moment_or_the_end_of_the_day() -> None:
    month = timedelta(days=30)
    assert appeal_ends(datetime(2026, 3, 1, 9, tzinfo=UTC), month) == datetime(2026, 3, 31, 9, tzinfo=UTC)
    assert appeal_ends(date(2026, 3, 1), month) == datetime(2026, 4, 1, tzinfo=UTC)
