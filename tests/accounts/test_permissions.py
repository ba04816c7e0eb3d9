"""Who may do what, as the domain says."""

from __future__ import annotations

from itertools import product

import pytest

from coalition.accounts.permissions import MAY, Act, Role, is_raise, may

REVIEWING = (
    "enter read_applications read_personal_files claim take_over recuse tell_apart ask refer decide note "
    "answer_referral"
)
EXPECTED = {
    Role.REVIEWER: REVIEWING,
    Role.SECRETARIAT: (
        f"{REVIEWING} read_audit_log acknowledge_membership decide_appeal assign remind suspend delist revoke "
        "correct import export erase manage_charters manage_reasons manage_mail manage_enquiries manage_officers"
    ),
    Role.PRESIDENCY: "enter read_applications read_personal_files answer_referral decide_appeal acknowledge_membership",
    Role.AUDITOR: "enter read_applications read_audit_log",
    Role.OUTSIDE: (
        "enter read_applications read_personal_files claim recuse decide note answer_referral decide_appeal"
    ),
}


@pytest.mark.parametrize("role", Role)
def test_role_when_asked_what_it_may_do_holds_exactly_its_acts(role: Role) -> None:
    assert {act.value for act in Act if may(role, act)} == set(EXPECTED[role].split())


def test_table_when_read_knows_every_role_and_every_act() -> None:
    assert set(MAY) == set(Role)
    assert {act for role, act in product(Role, Act) if may(role, act)} == set(Act)


def test_role_when_it_allows_anything_more_is_a_raise() -> None:
    raises = {(former, role) for former, role in product(Role, Role) if is_raise(former, role)}
    lowered = {(former, role) for former, role in product(Role, Role) if former is not role} - raises
    assert lowered == {(Role.SECRETARIAT, role) for role in Role if role is not Role.SECRETARIAT}
    assert all(is_raise(None, role) for role in Role)
