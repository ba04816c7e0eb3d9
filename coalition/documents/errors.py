"""What can go wrong while a document is made? Errors of a job, never of a request."""

from __future__ import annotations

from coalition.errors import DomainError


class DocumentFailed(DomainError):
    """The document could not be made; making it again may or may not help."""


class KeyUnusable(DomainError):
    """The sealing key is missing, locked, out of date or not meant for this environment."""


class TimestampMissing(DomainError):
    """The timestamp authority gave no timestamp that can be used; it may later."""
