"""What can go wrong in the domain? Bases that know no HTTP; `web.error_pages` maps each to a status and a page."""

from __future__ import annotations


def mark(text: str) -> str:
    """Mark a sentence for translation where no framework may be known; `i18n.told` says it in the reader's language."""
    return text


class DomainError(Exception):
    """An act that cannot be done; `message` is one sentence for the person who can mend it.

    `message` is marked English with named placeholders for `values`, or a lazy translation; `i18n.told` says it.
    """

    def __init__(self, message: object = "", **values: object) -> None:
        super().__init__(message)
        self.message, self.values = message, values

    def __str__(self) -> str:
        """Say it in English."""
        return str(self.message) % self.values if self.values else str(self.message)


class NotFound(DomainError):
    """The thing asked for is not there, or not for this person."""


class Conflict(DomainError):
    """The thing has changed since the person looked: another was first."""


class Refused(DomainError):
    """This person may not do this."""


class TooMany(DomainError):
    """The same thing was asked for too often."""


class Invalid(DomainError):
    """What was sent cannot be used."""


class Unavailable(DomainError):
    """The machine cannot do it now; it may later."""
