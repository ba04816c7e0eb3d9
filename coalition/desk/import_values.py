"""What is said of a list that is brought in, as plain values?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from coalition.desk.import_reading import ListFile
from coalition.desk.import_states import Kind, Landing


@dataclass(frozen=True)
class Listing:
    """What an officer says of a list: what its lines are, what it is called, of which day; `charter` of signatures."""

    kind: Kind
    title: str
    listed_on: date
    charter: str = ""
    charter_version: int | None = None
    landing: Landing | None = None


@dataclass(frozen=True)
class Upload:
    """The file as it was sent, and where its plain form lies."""

    filename: str
    sha256: str
    size: int
    storage_key: str
    content: ListFile


@dataclass(frozen=True)
class Counts:
    """How many rows of a batch name somebody new, somebody known, or cannot come in."""

    new: int = 0
    known: int = 0
    bad: int = 0
