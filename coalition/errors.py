"""What can go wrong in the domain? Bases that know no HTTP; `web.error_pages` maps each to a status and a page."""

from __future__ import annotations


class DomainError(Exception):
    """An act that cannot be done; `message` is one sentence for the person who can mend it.

    `message` may be a lazy translation: it is turned into text in the reader's language when shown.
    """

    def __init__(self, message: object = "") -> None:
        super().__init__(message)
        self.message = message


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
