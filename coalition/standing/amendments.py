"""What may be asked of a signature on the register, and what may be changed of it? Values and rules alone; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from coalition.signing.application import digest
from coalition.standing.states import ChangeKind, Ground, SuccessionKind

LONGEST_TEXT = 2000
NAMES = ("official_name", "latin_name", "acronym", "aliases")
ORGANISATION = (*NAMES, "country", "organisation_form", "website", "description")
FIELDS: Mapping[ChangeKind, tuple[str, ...]] = {
    ChangeKind.ORGANISATION: ORGANISATION,
    ChangeKind.CATEGORY: ("category",),
    ChangeKind.REPRESENTATIVE: ("full_name", "role", "email"),
    ChangeKind.CORRECTION: ORGANISATION,
}
ON_CERTIFICATE = frozenset({"official_name", "latin_name", "country", "category"})
PERSONAL = frozenset({ChangeKind.REPRESENTATIVE})


@dataclass(frozen=True)
class Notice:
    """A suspension as it is announced; it ends by itself at `ends_at`."""

    ground: Ground
    message: str
    ends_at: datetime


@dataclass(frozen=True)
class Removal:
    """A delisting as it is proposed: the ground and the words that the representative reads, a note for colleagues."""

    ground: Ground
    message: str
    note: str = ""


@dataclass(frozen=True)
class Change:
    """A change as it is asked for: the fields that are to be other than they are, with what they are to say."""

    kind: ChangeKind
    after: Mapping[str, str]
    explanation: str = ""


@dataclass(frozen=True)
class Heir:
    """Who goes on in a signatory's place: its register number, and how."""

    number: str
    kind: SuccessionKind
    note: str = ""


def differences(kind: ChangeKind, present: Mapping[str, str], wished: Mapping[str, str]) -> dict[str, str]:
    """Return the fields of `kind` that are wished to be other than they are, with the new values."""
    return {name: wished[name] for name in FIELDS[kind] if name in wished and wished[name] != present[name]}


def touches_certificate(after: Mapping[str, str]) -> bool:
    """Tell whether a certificate would say something else once these fields have changed."""
    return not ON_CERTIFICATE.isdisjoint(after)


def is_long_enough(notice: Notice, *, period: timedelta, now: datetime) -> bool:
    """Tell whether a suspension that begins after the notice's `period` would last at all."""
    return notice.ends_at > now + period


def fingerprint(present: Mapping[str, str]) -> str:
    """Return the digest of what stands there of an organisation, by which a form knows that it is out of date."""
    return digest({name: present[name] for name in ORGANISATION})
