"""Who may do what? One table, roles × acts; pure. Who is signed in, and on which application, does not belong here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What an officer is for the coalition; somebody from outside is given one case to decide."""

    SECRETARIAT = "secretariat"
    REVIEWER = "reviewer"
    PRESIDENCY = "presidency"
    AUDITOR = "auditor"
    OUTSIDE = "outside"


class Act(StrEnum):
    """What an officer can want to do."""

    ENTER = "enter"
    READ_APPLICATIONS = "read_applications"
    READ_PERSONAL_FILES = "read_personal_files"
    READ_AUDIT_LOG = "read_audit_log"
    CLAIM = "claim"
    TAKE_OVER = "take_over"
    RECUSE = "recuse"
    ASSIGN = "assign"
    REMIND = "remind"
    TELL_APART = "tell_apart"
    ASK = "ask"
    REFER = "refer"
    DECIDE = "decide"
    NOTE = "note"
    ANSWER_REFERRAL = "answer_referral"
    DECIDE_APPEAL = "decide_appeal"
    ACKNOWLEDGE_MEMBERSHIP = "acknowledge_membership"
    SUSPEND = "suspend"
    DELIST = "delist"
    REVOKE = "revoke"
    CORRECT = "correct"
    IMPORT = "import"
    EXPORT = "export"
    ERASE = "erase"
    MANAGE_CHARTERS = "manage_charters"
    MANAGE_REASONS = "manage_reasons"
    MANAGE_MAIL = "manage_mail"
    MANAGE_ENQUIRIES = "manage_enquiries"
    MANAGE_OFFICERS = "manage_officers"


_READING = frozenset({Act.ENTER, Act.READ_APPLICATIONS})
_REVIEWING = _READING | {
    Act.READ_PERSONAL_FILES,
    Act.CLAIM,
    Act.TAKE_OVER,
    Act.RECUSE,
    Act.TELL_APART,
    Act.ASK,
    Act.REFER,
    Act.DECIDE,
    Act.NOTE,
    Act.ANSWER_REFERRAL,
}

MAY: Mapping[Role, frozenset[Act]] = {
    Role.REVIEWER: _REVIEWING,
    Role.SECRETARIAT: _REVIEWING
    | {
        Act.READ_AUDIT_LOG,
        Act.ACKNOWLEDGE_MEMBERSHIP,
        Act.DECIDE_APPEAL,
        Act.ASSIGN,
        Act.REMIND,
        Act.SUSPEND,
        Act.DELIST,
        Act.REVOKE,
        Act.CORRECT,
        Act.IMPORT,
        Act.EXPORT,
        Act.ERASE,
        Act.MANAGE_CHARTERS,
        Act.MANAGE_REASONS,
        Act.MANAGE_MAIL,
        Act.MANAGE_ENQUIRIES,
        Act.MANAGE_OFFICERS,
    },
    Role.PRESIDENCY: _READING
    | {Act.READ_PERSONAL_FILES, Act.ANSWER_REFERRAL, Act.DECIDE_APPEAL, Act.ACKNOWLEDGE_MEMBERSHIP},
    Role.AUDITOR: _READING | {Act.READ_AUDIT_LOG},
    Role.OUTSIDE: _READING
    | {
        Act.READ_PERSONAL_FILES,
        Act.CLAIM,
        Act.RECUSE,
        Act.DECIDE,
        Act.NOTE,
        Act.ANSWER_REFERRAL,
        Act.DECIDE_APPEAL,
    },
}


@dataclass(frozen=True)
class Scope:
    """What an officer may reach: charters by their slugs, none of them is all; or the application of one reference."""

    charters: frozenset[str] = frozenset()
    only_reference: str | None = None

    def covers(self, *, charter: str, reference: str) -> bool:
        """Tell whether an application lies within."""
        if self.only_reference is not None:
            return reference == self.only_reference
        return not self.charters or charter in self.charters


def may(role: Role, act: Act) -> bool:
    """Tell whether an officer of `role` may do `act`."""
    return act in MAY[role]


def is_raise(former: Role | None, role: Role) -> bool:
    """Tell whether `role` allows anything that `former` does not; None is somebody who is no officer yet."""
    return former is None or not MAY[role] <= MAY[former]
