"""Is anybody left to decide? From values alone: who is there, what waits, and who may not decide on it.

Somebody is left where enough officers are present who may do the act, reach the application, and are kept from it
neither by recusal nor by what they decided before. Rows belong to `quorum_queries`, words to the templates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from coalition.accounts.permissions import Act, Role, Scope, may

DELISTING = 2
SECRETARIAT = 2


class Gap(StrEnum):
    """What nobody is left for."""

    CHARTER = "charter"
    REVIEW = "review"
    APPEAL = "appeal"
    OPINION = "opinion"
    DELISTING = "delisting"
    SECRETARIAT = "secretariat"


ACTS: Mapping[Gap, Act] = {
    Gap.REVIEW: Act.DECIDE,
    Gap.APPEAL: Act.DECIDE_APPEAL,
    Gap.OPINION: Act.ANSWER_REFERRAL,
}


@dataclass(frozen=True)
class Person:
    """An officer who can sign in."""

    id: int
    role: Role
    scope: Scope
    is_away: bool = False


@dataclass(frozen=True)
class Case:
    """What waits: how many more have to act on it, and who may not, by their keys.

    `roles` are those that may answer, none means any that may do the act; `only` is the one officer who was asked.
    """

    reference: str
    charter: str
    gap: Gap
    needed: int
    kept_from: frozenset[int] = frozenset()
    roles: frozenset[Role] = frozenset()
    only: int | None = None


@dataclass(frozen=True)
class Shortage:
    """Too few are left for something; `about` is a charter, a reference, or "" of the whole desk."""

    gap: Gap
    about: str
    needed: int
    left: int


def shortages(people: Sequence[Person], *, approvers: Mapping[str, int], cases: Iterable[Case]) -> tuple[Shortage, ...]:
    """Return what too few are left for: the desk, then charters by `approvers`, then cases of the others."""
    desk = _desk(people)
    charters = [
        Shortage(Gap.CHARTER, slug, needed, left)
        for slug, needed in approvers.items()
        if (left := len(present(people, Act.DECIDE, charter=slug))) < needed
    ]
    short = {one.about for one in charters}
    told = [
        Shortage(case.gap, case.reference, case.needed, left)
        for case in cases
        if not (case.gap is Gap.REVIEW and case.charter in short) and (left := _left(people, case)) < case.needed
    ]
    return (*desk, *charters, *told)


def present(people: Iterable[Person], act: Act, *, charter: str, reference: str = "") -> tuple[Person, ...]:
    """Return who is there and may do `act` to an application of a charter."""
    return tuple(
        one
        for one in people
        if not one.is_away and may(one.role, act) and one.scope.covers(charter=charter, reference=reference)
    )


def _left(people: Sequence[Person], case: Case) -> int:
    able = present(people, ACTS[case.gap], charter=case.charter, reference=case.reference)
    return sum(1 for one in able if _is_left(one, case))


def _is_left(person: Person, case: Case) -> bool:
    is_asked = case.only in (None, person.id) and (not case.roles or person.role in case.roles)
    return is_asked and person.id not in case.kept_from


def _desk(people: Sequence[Person]) -> list[Shortage]:
    secretariat = sum(1 for one in people if one.role is Role.SECRETARIAT)
    if secretariat < SECRETARIAT:
        return [Shortage(Gap.SECRETARIAT, "", SECRETARIAT, secretariat)]
    delisting = sum(1 for one in people if not one.is_away and may(one.role, Act.DELIST))
    return [Shortage(Gap.DELISTING, "", DELISTING, delisting)] if delisting < DELISTING else []
