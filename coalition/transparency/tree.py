"""What are the root and the proofs of a Merkle tree (RFC 6962), and does a proof hold? Hashes alone; pure.

`node(height, index)` hands out the hash of a complete subtree: of the `2 ** height` leaves from `index * 2 ** height`
on. Where those hashes are kept does not belong here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

Node = Callable[[int, int], bytes]
EMPTY = hashlib.sha256(b"").digest()


class ProofBroken(ValueError):
    """A proof does not lead where it should."""


def leaf_hash(leaf: bytes) -> bytes:
    """Return what stands in the tree for a leaf."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return what stands in the tree above two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def complete_root(hashes: Sequence[bytes]) -> bytes:
    """Return the root above a power of two of hashes of one level."""
    while len(hashes) > 1:
        hashes = [node_hash(left, right) for left, right in zip(hashes[::2], hashes[1::2], strict=True)]
    return hashes[0]


class Growing:
    """A tree that is only added to: the roots of its complete subtrees, the largest first."""

    def __init__(self) -> None:
        self.size = 0
        self.subtrees: list[bytes] = []

    def add(self, hashed: bytes) -> None:
        """Add the hash of one leaf."""
        rest = self.size
        while rest & 1:
            hashed = node_hash(self.subtrees.pop(), hashed)
            rest >>= 1
        self.subtrees.append(hashed)
        self.size += 1

    def root(self) -> bytes:
        """Return the root of what was added so far."""
        return folded(self.subtrees)


def folded(subtrees: Sequence[bytes]) -> bytes:
    """Return the root above complete subtrees, the largest and leftmost first."""
    if not subtrees:
        return EMPTY
    found = subtrees[-1]
    for left in reversed(subtrees[:-1]):
        found = node_hash(left, found)
    return found


def root(size: int, node: Node) -> bytes:
    """Return the root of the first `size` leaves."""
    return _range(0, size, node)


def inclusion(place: int, size: int, node: Node) -> list[bytes]:
    """Return the hashes that lead from the leaf at `place` to the root of the first `size` leaves, lowest first.

    Source: RFC 6962, 2.1.1. Raises ValueError when the tree has no such leaf.
    """
    if not 0 <= place < size:
        raise ValueError("there is no such leaf in a tree of this size")
    found, first, last = [], 0, size
    while last - first > 1:
        middle = first + _split(last - first)
        if place < middle:
            found.append(_range(middle, last, node))
            last = middle
        else:
            found.append(_range(first, middle, node))
            first = middle
    return found[::-1]


def consistency(old: int, new: int, node: Node) -> list[bytes]:
    """Return the hashes that show that the first `old` leaves are still those of the tree of `new`, lowest first.

    Source: RFC 6962, 2.1.2. Raises ValueError unless 0 < old <= new.
    """
    if not 0 < old <= new:
        raise ValueError("nothing can be shown between trees of these sizes")
    found, first, last, is_whole = [], 0, new, True
    while old < last:
        middle = first + _split(last - first)
        if old <= middle:
            found.append(_range(middle, last, node))
            last = middle
        else:
            found.append(_range(first, middle, node))
            first, is_whole = middle, False
    return [*([] if is_whole else [_range(first, last, node)]), *found[::-1]]


def root_by_inclusion(hashed: bytes, *, place: int, size: int, hashes: Sequence[bytes]) -> bytes:
    """Return the root that an inclusion proof leads to. Raises ProofBroken when it has another length than it must."""
    if not 0 <= place < size:
        raise ProofBroken("there is no such leaf in a tree of this size")
    proof = _Proof(hashes)
    found = proof.root_above(hashed, place, size)
    proof.end()
    return found


def check_consistency(old: tuple[int, bytes], new: tuple[int, bytes], hashes: Sequence[bytes]) -> None:
    """Check that the tree of size and root `old` is the beginning of `new`; every tree begins with the empty one.

    Raises ProofBroken when the proof does not show it.
    """
    (old_size, old_root), (new_size, new_root) = old, new
    if not 0 <= old_size <= new_size:
        raise ProofBroken("the older tree is the larger one")
    proof = _Proof(hashes)
    found = proof.roots(old_size, new_size, old_root) if old_size else (EMPTY, new_root)
    proof.end()
    if found != (old_root, new_root):
        raise ProofBroken("the two trees are not one")


class _Proof:
    """The hashes of a proof, taken one after the other: none may lack, none may be left."""

    def __init__(self, hashes: Sequence[bytes]) -> None:
        self.rest = list(reversed(hashes))

    def next(self) -> bytes:
        if not self.rest:
            raise ProofBroken("the proof is too short")
        return self.rest.pop()

    def end(self) -> None:
        if self.rest:
            raise ProofBroken("the proof is too long")

    def root_above(self, hashed: bytes, place: int, size: int) -> bytes:
        if size == 1:
            return hashed
        middle = _split(size)
        if place < middle:
            return node_hash(self.root_above(hashed, place, middle), self.next())
        right = self.root_above(hashed, place - middle, size - middle)
        return node_hash(self.next(), right)

    def roots(self, old: int, new: int, known: bytes | None) -> tuple[bytes, bytes]:
        """Return both trees' roots; `known` is the older one's while it may be a subtree of the newer one."""
        if old == new:
            held = self.next() if known is None else known
            return held, held
        middle = _split(new)
        if old <= middle:
            before, after = self.roots(old, middle, known)
            return before, node_hash(after, self.next())
        before, after = self.roots(old - middle, new - middle, None)
        left = self.next()
        return node_hash(left, before), node_hash(left, after)


def _range(first: int, last: int, node: Node) -> bytes:
    """Return the hash above the leaves from `first` up to `last`; `first` begins a subtree of that span."""
    subtrees = []
    while first < last:
        height = (last - first).bit_length() - 1
        subtrees.append(node(height, first >> height))
        first += 1 << height
    return folded(subtrees)


def _split(count: int) -> int:
    """Return the largest power of two below `count`."""
    return 1 << ((count - 1).bit_length() - 1)
