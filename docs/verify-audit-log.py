#!/usr/bin/env python3
"""Is an exported audit log whole? An independent check: it uses none of the site's code.

    verify-audit-log.py LOG [--checkpoint FILE --key KEY]

LOG          what `coalition audit export` wrote, or `chain.jsonl` of an evidence file
--checkpoint a checkpoint that was kept outside the site (may be given several times)
--key        the site's public key, as `coalition audit key` prints it: name+id+base64

Ends with 0 when every line follows from the one before it and every checkpoint agrees, with 1 at the first that does
not. Python's own library is enough for the chain; signatures need `cryptography`. How it works: docs/audit-log.md.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from base64 import b64decode
from pathlib import Path
from typing import Any

FORMAT = "coalition-audit-chain/1"
ED25519 = b"\x01"
GENESIS = bytes(32)


class Broken(Exception):
    """The first thing that does not hold, in one sentence."""


class Log:
    """The part of a chain that was walked: where it began, its heads, and lines that say nothing here."""

    def __init__(self, first: dict[str, Any]) -> None:
        if first.get("format") != FORMAT:
            raise Broken("this file is no export of an audit log")
        self.begun = self.number = int(first["after"])
        self.heads = {self.begun: bytes.fromhex(first["head"])}
        self.is_part = "subject" in first
        if self.begun == 0 and self.heads[0] != GENESIS:
            raise Broken("the log does not begin at its beginning")
        self.silent: list[int] = []
        self.allowed: set[str] = set()

    def add(self, told: dict[str, Any]) -> None:
        """Take the next line, if it follows."""
        before, self.number = self.heads[self.number], self.number + 1
        if told["number"] != self.number:
            raise Broken(f"line {self.number} was removed")
        committed = bytes.fromhex(told["commitment"])
        if "line" in told:
            self._read(told["line"], bytes.fromhex(told["salt"]), committed)
        else:
            self.silent.append(self.number)
        head = hashlib.sha256(b"\x01" + before + committed).digest()
        if head.hex() != told["head"]:
            raise Broken(f"line {self.number} was altered or does not follow from the one before")
        self.heads[self.number] = head

    def _read(self, line: str, salt: bytes, committed: bytes) -> None:
        if hashlib.sha256(b"\x00" + salt + line.encode()).digest() != committed:
            raise Broken(f"line {self.number} was altered")
        said = json.loads(line)
        if said["act"] == "forget_line":
            self.allowed.add(said["subject"])

    def end(self) -> None:
        """Look whether each line that says nothing may: emptied on record, or about somebody else's application."""
        for number in self.silent:
            if not self.is_part and f"audit:{number}" not in self.allowed:
                raise Broken(f"line {number} was emptied, and no line says so")


def walk(path: Path) -> Log:
    """Follow the whole file."""
    with path.open(encoding="utf-8") as file:
        log = Log(json.loads(next(file, "{}")))
        for text in file:
            log.add(json.loads(text))
    log.end()
    return log


def opened(note: str, key: str) -> tuple[str, int, bytes]:
    """Return origin, length and head of a signed checkpoint (C2SP signed-note, Ed25519)."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    name, key_id, encoded = key.strip().split("+", 2)
    raw = b64decode(encoded)
    if raw[:1] != ED25519 or hashlib.sha256(name.encode() + b"\n" + raw).hexdigest()[:8] != key_id:
        raise Broken("the key is not whole")
    text, _, signatures = note.partition("\n\n")
    text += "\n"
    for line in signatures.splitlines():
        dash, signer, signature = (*line.split(" "), "", "", "")[:3]
        blob = b64decode(signature)
        if dash == "\u2014" and signer == name and blob[:4].hex() == key_id:
            try:
                Ed25519PublicKey.from_public_bytes(raw[1:]).verify(blob[4:], text.encode())
            except InvalidSignature:
                break
            origin, size, head = text.splitlines()[:3]
            return origin, int(size), b64decode(head)
    raise Broken("the checkpoint is not signed with this key")


def compare(note: str, key: str, log: Log) -> str:
    """Hold a checkpoint against the log."""
    origin, size, head = opened(note, key)
    if size > log.number:
        raise Broken(f"the log was cut: line {log.number + 1} and what followed it are gone ({origin} had {size})")
    if size < log.begun:
        return f"checkpoint of {origin} at {size}: before this part, says nothing about it"
    if log.heads[size] != head:
        raise Broken(f"the log was written anew: its first {size} lines are not those of the checkpoint")
    return f"checkpoint of {origin} at {size}: agrees"


def main() -> int:
    """Check, and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("log", type=Path)
    parser.add_argument("--checkpoint", type=Path, action="append", default=[])
    parser.add_argument("--key", default="")
    asked = parser.parse_args()
    if asked.checkpoint and not asked.key:
        parser.error("--checkpoint needs --key")
    try:
        log = walk(asked.log)
        told = [compare(file.read_text("utf-8"), asked.key, log) for file in asked.checkpoint]
    except Broken as broken:
        print(f"BROKEN: {broken}", file=sys.stderr)
        return 1
    except (ValueError, KeyError, TypeError, OSError) as wrong:
        print(f"BROKEN: the file cannot be read as an audit log ({type(wrong).__name__})", file=sys.stderr)
        return 1
    head = log.heads[log.number].hex()
    print(f"lines {log.begun + 1} to {log.number} are whole, {len(log.silent)} of them say nothing here; head {head}")
    for sentence in told:
        print(sentence)
    return 0


if __name__ == "__main__":
    sys.exit(main())
