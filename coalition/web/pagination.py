"""Where does the next page of a list begin? Cursors by key, never by offset; harmless if forged."""

from __future__ import annotations

import re

LARGEST = 2**31  # what a key of PostgreSQL can hold


def cursor_of(text: str | None) -> int | None:
    """Return the key that a cursor names; None for the first page and for anything that is no cursor."""
    if not text or not re.fullmatch(r"[0-9]{1,10}", text, re.ASCII):
        return None
    number = int(text)
    return number if 0 < number < LARGEST else None
