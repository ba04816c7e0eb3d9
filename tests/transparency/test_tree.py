from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest

from coalition.transparency import tiles, tree
from coalition.transparency.tree import EMPTY, Growing, ProofBroken

HASHES = [tree.leaf_hash(number.to_bytes(2, "big")) for number in range(70)]
# Certificate Transparency's own test vectors: the leaves and roots of RFC 6962's reference implementation.
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def by_definition(hashes: Sequence[bytes]) -> bytes:
    """The root as RFC 6962 defines it, without any of ours."""
    if len(hashes) < 2:
        return hashes[0] if hashes else hashlib.sha256().digest()
    middle = 1
    while middle * 2 < len(hashes):
        middle *= 2
    return hashlib.sha256(b"\x01" + by_definition(hashes[:middle]) + by_definition(hashes[middle:])).digest()


def node(height: int, index: int) -> bytes:
    return by_definition(HASHES[index << height : (index + 1) << height])


@pytest.mark.parametrize("size", range(1, 9))
def test_root_is_that_of_the_reference_implementation(size: int) -> None:
    growing = Growing()
    for leaf in LEAVES[:size]:
        growing.add(tree.leaf_hash(leaf))
    assert (growing.size, growing.root().hex()) == (size, ROOTS[size - 1])


def test_root_however_found_is_that_of_the_definition() -> None:
    growing = Growing()
    assert growing.root() == tree.root(0, node) == EMPTY == by_definition([])
    for size, hashed in enumerate(HASHES, start=1):
        growing.add(hashed)
        assert growing.root() == tree.root(size, node) == by_definition(HASHES[:size])


def test_inclusion_of_every_leaf_in_every_tree_leads_to_its_root() -> None:
    for size in range(1, len(HASHES) + 1):
        root = by_definition(HASHES[:size])
        for place in range(size):
            proof = tree.inclusion(place, size, node)
            assert tree.root_by_inclusion(HASHES[place], place=place, size=size, hashes=proof) == root


def test_inclusion_of_another_leaf_or_place_leads_elsewhere() -> None:
    proof, root = tree.inclusion(5, 11, node), by_definition(HASHES[:11])
    assert tree.root_by_inclusion(HASHES[6], place=5, size=11, hashes=proof) != root
    assert tree.root_by_inclusion(HASHES[5], place=4, size=11, hashes=proof) != root


@pytest.mark.parametrize("place", [-1, 11, 12])
def test_inclusion_of_a_leaf_that_is_not_there_is_none(place: int) -> None:
    with pytest.raises(ValueError, match="no such leaf"):
        tree.inclusion(place, 11, node)
    with pytest.raises(ProofBroken, match="no such leaf"):
        tree.root_by_inclusion(HASHES[0], place=place, size=11, hashes=[])


def test_proof_of_another_length_is_broken() -> None:
    proof = tree.inclusion(5, 11, node)
    with pytest.raises(ProofBroken, match="too short"):
        tree.root_by_inclusion(HASHES[5], place=5, size=11, hashes=proof[:-1])
    with pytest.raises(ProofBroken, match="too long"):
        tree.root_by_inclusion(HASHES[5], place=5, size=11, hashes=[*proof, EMPTY])


def test_consistency_between_any_two_trees_is_shown() -> None:
    roots = [by_definition(HASHES[:size]) for size in range(len(HASHES) + 1)]
    for new in range(1, len(HASHES) + 1):
        for old in range(1, new + 1):
            proof = tree.consistency(old, new, node)
            tree.check_consistency((old, roots[old]), (new, roots[new]), proof)
            if old < new:
                with pytest.raises(ProofBroken):
                    tree.check_consistency((old, EMPTY), (new, roots[new]), proof)
                with pytest.raises(ProofBroken):
                    tree.check_consistency((old, roots[old]), (new, EMPTY), proof)


def test_every_tree_begins_with_the_empty_one() -> None:
    tree.check_consistency((0, EMPTY), (7, by_definition(HASHES[:7])), [])
    with pytest.raises(ProofBroken, match="not one"):
        tree.check_consistency((0, HASHES[0]), (7, EMPTY), [])


@pytest.mark.parametrize(("old", "new"), [(0, 5), (6, 5), (-1, 5)])
def test_consistency_of_sizes_that_cannot_be_is_none(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="nothing can be shown"):
        tree.consistency(old, new, node)


def test_consistency_backwards_is_broken() -> None:
    with pytest.raises(ProofBroken, match="the larger one"):
        tree.check_consistency((6, EMPTY), (5, EMPTY), [])


def test_tree_in_tiles_is_the_same_however_it_grew() -> None:
    many = [tree.leaf_hash(number.to_bytes(3, "big")) for number in range(66_000)]
    at_once = tiles.grown({}, size=0, hashes=many)
    kept: dict[tuple[int, int], bytes] = {}
    size = 0
    for step in (1, 255, 256, 1, 7, 500, 64_515, 465):
        edge = {level: kept.get((level, (size >> 8 * level) // 256), b"") for level in tiles.levels_of(size)}
        kept |= tiles.grown(edge, size=size, hashes=many[size : size + step])
        size += step
    assert size == 66_000
    assert kept == at_once
    growing = Growing()
    for hashed in many:
        growing.add(hashed)
    assert tree.root(size, tiles.node_by(lambda level, number: kept[level, number])) == growing.root()
    assert sorted({level for level, _ in kept}) == list(tiles.levels_of(size)) == [0, 1, 2]
