"""By which short code does a signatory find its entry in the log? The beginning of its commitment, typeable; pure.

Eighty bits: nobody makes a second leaf that has the same code. Crockford's alphabet, in groups of four.
"""

from __future__ import annotations

import re

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH, GROUP = 16, 4
SERIAL_LENGTH = 12
BITS_OF_LETTER, BITS_OF_DIGIT = 5, 4
BEGINNING = LENGTH * BITS_OF_LETTER // BITS_OF_DIGIT
READ_AS = str.maketrans(
    {"O": "0", "I": "1", "L": "1"} | dict.fromkeys("- \t\u00a0\u2010\u2011\u2012\u2013\u2014\u2212")
)
_NUMBER = re.compile(r"[A-Z][A-Z0-9]{0,11}-[0-9]{5,9}", re.ASCII)
_CODE = re.compile(f"[{ALPHABET}]+", re.ASCII)


def code_of(commitment: str) -> str:
    """Return the code of a commitment (hexadecimal), "7KQF-93MD-XW2P-04AZ"."""
    bits = int(commitment[:BEGINNING], 16)
    letters = [ALPHABET[bits >> BITS_OF_LETTER * place & len(ALPHABET) - 1] for place in reversed(range(LENGTH))]
    return "-".join("".join(letters[start : start + GROUP]) for start in range(0, LENGTH, GROUP))


def beginning_of(typed: str) -> str | None:
    """Return with which hexadecimal digits the commitment of a typed code begins; None for what is no such code."""
    code = _plain(typed)
    if len(code) != LENGTH or not _CODE.fullmatch(code):
        return None
    bits = 0
    for letter in code:
        bits = bits << BITS_OF_LETTER | ALPHABET.index(letter)
    return f"{bits:0{BEGINNING}x}"


def is_number(text: str) -> bool:
    """Tell whether a subject of the log is a number of the register."""
    return _NUMBER.fullmatch(text) is not None


def subject_of(typed: str) -> str:
    """Return what the log would call the thing that was typed: a register number, a serial, else as it stands."""
    stripped = typed.strip()
    number, code = stripped.upper(), _plain(stripped)
    if is_number(number):
        return number
    return code if len(code) == SERIAL_LENGTH and _CODE.fullmatch(code) else stripped.lower()


def _plain(typed: str) -> str:
    return typed.strip().upper().translate(READ_AS)
