#!/usr/bin/env python3
"""Is a public log one tree, and does the register say what it says? An independent check: none of the site's code.

    verify-public-log.py LOG --key KEY [--checkpoint FILE]

LOG          address of a log (https://charter.example.org/log), or a folder with its files
--key        its public key, as `https://<site>/log/key` shows it; --checkpoint: one that was kept elsewhere, or several

Ends with 0 when all holds, with 1 at the first thing that does not. Needs Python and the package `cryptography`.
How it works: docs/public-log.md, and signed-note, tlog-checkpoint and tlog-tiles of C2SP.
"""

from __future__ import annotations

import argparse
import functools
import hashlib
import json
import sys
import urllib.error
import urllib.request
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ENTRIES = ("enter", "change", "remove", "restore")


class Broken(Exception):
    """The first thing that does not hold, in one sentence."""


def fetch(log: str, name: str) -> bytes:
    """Return a file of the log; b"" where there is none."""
    if not log.startswith(("http://", "https://")):
        return path.read_bytes() if (path := Path(log, name)).is_file() else b""
    try:
        with urllib.request.urlopen(f"{log.rstrip('/')}/{name}", timeout=30) as answer:  # noqa: S310
            return bytes(answer.read())
    except urllib.error.HTTPError as missing:
        if missing.code != 404:
            raise
    return b""


def opened(note: str, key: str) -> tuple[int, bytes]:
    """Return size and root of a signed checkpoint (C2SP signed-note, Ed25519)."""
    name, key_id, encoded = key.strip().split("+", 2)
    raw = b64decode(encoded)
    if raw[:1] != b"\x01" or hashlib.sha256(name.encode() + b"\n" + raw).hexdigest()[:8] != key_id:
        raise Broken("the key is not whole")
    text, _, signatures = note.partition("\n\n")
    origin, size, root = text.split("\n")[:3] if text.count("\n") == 2 else ("", "", "")
    for line in signatures.splitlines():
        signer, blob = line.split(" ")[1], b64decode(line.split(" ")[2])
        if signer == name == origin and blob[:4].hex() == key_id:
            Ed25519PublicKey.from_public_bytes(raw[1:]).verify(blob[4:], f"{text}\n".encode())
            return int(size), b64decode(root)
    raise InvalidSignature


def part(log: str, folder: str, first: int, *, size: int) -> bytes:
    """Return one file of up to 256 leaves (of 256 million at most), the full one where the narrower one is gone."""
    number, narrower = first // 256, f".p/{size - first}" if size - first < 256 else ""
    path = f"x{number // 1000:03}/{number % 1000:03}" if number > 999 else f"{number:03}"
    found = fetch(log, f"{folder}/{path}{narrower}") or fetch(log, f"{folder}/{path}")
    if not found:
        raise Broken(f"{folder}/{path} is missing")
    return found


def leaves(log: str, size: int) -> Iterator[tuple[int, bytes, Any]]:
    """Yield place and bytes of each leaf, and the opening that its commitment was held against; none if forgotten."""
    for first in range(0, size, 256):
        held, start = part(log, "tile/entries", first, size=size), 0
        openings = part(log, "openings", first, size=size).splitlines()
        for place in range(first, min(first + 256, size)):
            end = start + 2 + int.from_bytes(held[start : start + 2], "big")
            leaf, start = held[start + 2 : end], end
            salt, content = (json.loads(openings[place - first])[name] for name in ("salt", "content"))
            salted = b"\x00" + bytes.fromhex(salt or "") + (content or "").encode()
            if content is not None and hashlib.sha256(salted).hexdigest() != json.loads(leaf)["commitment"]:
                raise Broken(f"what the leaf at place {place} opens to was changed")
            yield place, leaf, content and json.loads(content)


def node(left: bytes, right: bytes) -> bytes:
    """Return the hash above two subtrees (RFC 6962)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def walk(log: str, size: int, heads: set[tuple[int, bytes]]) -> dict[str, Any]:
    """Follow all leaves past every head that is known; return what they say of each entry last."""
    sizes = {one for one, _ in heads}
    if max(sizes) > size:
        raise Broken(f"the log was cut: a checkpoint knows more than its {size} leaves")
    subtrees: list[bytes] = []
    register: dict[str, Any] = {}
    for place, leaf, content in leaves(log, size):
        hashed, rest, said = hashlib.sha256(b"\x00" + leaf).digest(), place, json.loads(leaf)
        while rest & 1:
            hashed, rest = node(subtrees.pop(), hashed), rest >> 1
        subtrees.append(hashed)
        root = (
            functools.reduce(lambda right, left: node(left, right), reversed(subtrees)) if place + 1 in sizes else b""
        )
        if {known for one, known in heads if one == place + 1} - {root}:
            raise Broken(f"the first {place + 1} leaves are not those of the checkpoint")
        if said["act"] in ENTRIES:
            register[said["subject"]] = content
    return {number: state for number, state in register.items() if state is None or "status" in state}


def compare(register: dict[str, Any], log: str, size: int) -> str:
    """Hold the register that lies beside the log against it, where one of the same size does."""
    first, *entries = [json.loads(line) for line in fetch(log, "register.jsonl").splitlines()] or [{}]
    if first.get("size") != size:
        return "no register of this size lies beside the log"
    for entry in entries:
        if register.get(entry["number"], {}) not in (entry, None):
            raise Broken(f"{entry['number']}: register and log differ")
    if missing := {number for number, state in register.items() if state} - {entry["number"] for entry in entries}:
        raise Broken(f"{min(missing)} is in the log and not on the register")
    return f"the register of {len(entries)} entries agrees"


def main() -> None:
    """Check, and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("log")
    parser.add_argument("--key", required=True)
    parser.add_argument("--checkpoint", type=Path, action="append", default=[])
    asked = parser.parse_args()
    try:
        size, root = opened(fetch(asked.log, "checkpoint").decode(), asked.key)
        older = [opened(file.read_text("utf-8"), asked.key) for file in asked.checkpoint]
        register = walk(asked.log, size, {(size, root), *older})
        print(f"{size} leaves are whole, {len(older)} older checkpoints agree, {compare(register, asked.log, size)}")
    except (Broken, InvalidSignature) as broken:
        sys.exit(f"BROKEN: {str(broken) or 'a checkpoint is not signed with this key'}")
    except (OSError, ValueError, KeyError, IndexError) as broken:
        sys.exit(f"BROKEN: the log cannot be read ({type(broken).__name__}: {broken})")


if __name__ == "__main__":
    main()
