"""Can this be published as a charter's text? What officers propose, as values; pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256

from coalition.charters.definition import taken_anchors
from coalition.charters.shapes import TextStanding
from coalition.charters.text import canonical, digest

LONGEST_TEXT = 120_000


class Fault(StrEnum):
    """What is wrong with a text."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    ANCHORS = "anchors"


@dataclass(frozen=True)
class Proposal:
    """A new version: its texts by language, in canonical form, and the one that decides.

    `in_force_from` None is at once.
    """

    authentic: str
    texts: Mapping[str, str]
    adopted_on: date | None = None
    in_force_from: datetime | None = None

    def standing(self, language: str) -> TextStanding:
        """Return what the text in a language is worth."""
        return TextStanding.AUTHENTIC if language == self.authentic else TextStanding.COURTESY

    def differs_from(self, stored: Mapping[str, tuple[str, str]]) -> bool:
        """Tell whether any text is another one than the stored, language → digest and standing; fewer are no other."""
        found = {code: (digest(text), self.standing(code).value) for code, text in self.texts.items()}
        return any(stored.get(code) != text for code, text in found.items())

    def sha256(self) -> str:
        """Return the digest of all that was proposed: what is published is what was looked at."""
        said = [self.authentic, dict(self.texts), self.adopted_on, self.in_force_from]
        return sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def fault_of(markdown: str) -> Fault | None:
    """Return what keeps a text from being published, if anything."""
    if not canonical(markdown).strip():
        return Fault.EMPTY
    if len(markdown) > LONGEST_TEXT:
        return Fault.TOO_LONG
    return Fault.ANCHORS if taken_anchors(markdown) else None
