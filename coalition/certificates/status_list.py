"""Where in which list stands the bit of a certificate, and what does a list look like? Bitstring Status List 1.0; pure.

Two lists for each stretch of certificates, of the same length for every site: who fetches one does not tell which
certificate is looked at. Which certificates have ended belongs to `credential_queries`.

Source: Bitstring Status List 1.0, sections 2.2 (list credential), 3.3 and 3.4 (bitstrings, their least length).
"""

from __future__ import annotations

import gzip
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from enum import StrEnum

BITS = 131_072


class Purpose(StrEnum):
    """What a set bit says: ended for good, or suspended until further notice."""

    REVOCATION = "revocation"
    SUSPENSION = "suspension"


def list_number(certificate_id: int) -> int:
    """Return the number of the list that holds a certificate, counted from 1."""
    return certificate_id // BITS + 1


def index_of(certificate_id: int) -> int:
    """Return the place of a certificate's bit in its list."""
    return certificate_id % BITS


def ids_of(number: int) -> range:
    """Return the certificates' ids that a list holds."""
    return range((number - 1) * BITS, number * BITS)


def encoded(indices: Iterable[int]) -> str:
    """Return a list with the bits at `indices` set: GZIP in multibase base64url without padding.

    Index 0 is the highest bit of the first byte. The same bits give the same text at any time.
    """
    bits = bytearray(BITS // 8)
    for index in indices:
        bits[index // 8] |= 0x80 >> index % 8
    return f"u{urlsafe_b64encode(gzip.compress(bytes(bits), mtime=0)).rstrip(b'=').decode()}"
