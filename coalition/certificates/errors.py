"""What can go wrong with a document?"""

from __future__ import annotations

from coalition.errors import Conflict, NotFound, Unavailable, mark


class CertificateUnknown(NotFound):
    """No document has this serial."""

    def __init__(self) -> None:
        super().__init__(mark("There is no document with this number. Compare it with the certificate."))


class CertificateEnded(Conflict):
    """The document was replaced or revoked, or its organisation is not on the register: nothing is left to tell."""

    def __init__(self) -> None:
        sentence = mark(
            "This document has ended already, or its organisation is not on the register: nothing to reissue."
        )
        super().__init__(sentence)


class MachineLacks(Unavailable):
    """This machine cannot make documents yet."""


class KeyWaits(Unavailable):
    """The sealing key cannot be used now."""


class StorageFails(Unavailable):
    """The bytes of a document cannot be kept now."""


class AuthorityWaits(Unavailable):
    """No date can be had for a seal now."""
