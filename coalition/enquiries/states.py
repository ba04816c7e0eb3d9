"""What kinds of letters are there, about what, and how far have they come? Pure; words for people belong elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Kind(StrEnum):
    """A letter to the secretariat, or a problem with an entry of the register."""

    ENQUIRY = "enquiry"
    CASE = "case"


class Topic(StrEnum):
    """What a letter is about; the last three are problems with an entry."""

    SIGNING = "signing"
    MAIL = "mail"
    ELIGIBILITY = "eligibility"
    ENTRY = "entry"
    CERTIFICATE = "certificate"
    ACCESSIBILITY = "accessibility"
    DATA = "data"
    OTHER = "other"
    IMPOSTOR = "impostor"
    NAMESAKE = "namesake"
    FACTS = "facts"


class Source(StrEnum):
    """How it came: by a form of this site, or as a letter that an officer entered."""

    FORM = "form"
    LETTER = "letter"


class State(StrEnum):
    """Whether somebody still has to do something."""

    OPEN = "open"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How it ended: answered, or the problem with the entry was found to be one, or not."""

    ANSWERED = "answered"
    UPHELD = "upheld"
    UNFOUNDED = "unfounded"


class MessageKind(StrEnum):
    """Who wrote, to whom: to the secretariat, from it, or from an officer to colleagues."""

    RECEIVED = "received"
    ANSWER = "answer"
    NOTE = "note"


class Tab(StrEnum):
    """A part of the list of enquiries."""

    OPEN = "open"
    MINE = "mine"
    CASES = "cases"
    CLOSED = "closed"


CASE_TOPICS = (Topic.IMPOSTOR, Topic.NAMESAKE, Topic.FACTS)
TOPICS = tuple(topic for topic in Topic if topic not in CASE_TOPICS)
NOTE_OF: Mapping[Topic, str] = {Topic.IMPOSTOR: "identity", Topic.NAMESAKE: "namesake", Topic.FACTS: "facts"}
"""Which neutral note an entry bears while such a case is open."""
OUTCOMES: Mapping[Kind, tuple[Outcome, ...]] = {
    Kind.ENQUIRY: (Outcome.ANSWERED, Outcome.UNFOUNDED),
    Kind.CASE: (Outcome.UPHELD, Outcome.UNFOUNDED),
}
