"""The log's tree: every proof it gives is believed, and nothing that was changed is."""

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from sync.tree import (
    TILE_WIDTH,
    bundle,
    check_consistency,
    check_inclusion,
    consistency_path,
    grow,
    inclusion_path,
    leaf_hash,
    node_hash,
    root,
    tile_path,
    tile_width,
)

SIZES = st.one_of(st.integers(1, 40), st.integers(250, 262), st.integers(500, 1100))
MOST = 1100
LEAVES = [leaf_hash(number.to_bytes(2, "big")) for number in range(MOST)]


def by_definition(hashes):
    """The root as RFC 6962 §2.1 writes it down."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    power = 1
    while power * 2 < len(hashes):
        power *= 2
    return node_hash(by_definition(hashes[:power]), by_definition(hashes[power:]))


def tiles_of(*steps):
    """The tiles of a log that grew to each of `steps` in turn."""
    tiles, size = {}, 0
    for step in steps:
        tiles.update(grow(size, lambda level, number: tiles[level, number], LEAVES[size:step]))
        size = step
    return tiles


def reader(tiles):
    return lambda level, number: tiles[level, number]


ALL = reader(tiles_of(MOST))


@given(SIZES)
def test_the_root_is_that_of_the_standard(size):
    assert root(size, ALL) == by_definition(LEAVES[:size])


def test_an_empty_log_has_the_root_of_nothing():
    assert root(0, ALL) == sha256(b"").digest()


@given(st.lists(st.integers(0, MOST), min_size=1, max_size=6).map(sorted))
def test_a_log_that_grew_in_steps_equals_one_that_grew_at_once(steps):
    assert tiles_of(*steps) == tiles_of(steps[-1])


@given(st.data())
def test_every_entry_is_proved_and_only_at_its_place(data):
    size = data.draw(SIZES)
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size - 1).filter(lambda each: each != index)) if size > 1 else None
    path = inclusion_path(index, size, ALL)
    assert check_inclusion(LEAVES[index], index, size, path, root(size, ALL))
    if other is not None:
        assert not check_inclusion(LEAVES[other], index, size, path, root(size, ALL))
        assert not check_inclusion(LEAVES[index], other, size, path, root(size, ALL))
    assert not check_inclusion(LEAVES[index], index, size, [*path, path[0] if path else b"\0" * 32], root(size, ALL))


@given(st.data())
def test_growth_is_proved_and_a_changed_past_is_not(data):
    new = data.draw(SIZES)
    old = data.draw(st.integers(0, new))
    path = consistency_path(old, new, ALL)
    old_root, new_root = root(old, ALL), root(new, ALL)
    assert check_consistency(old, old_root, new, new_root, path)
    forged = bytes([old_root[0] ^ 1]) + old_root[1:]
    assert not check_consistency(old, forged, new, new_root, path)
    if old < new and old:
        assert not check_consistency(old, old_root, new, bytes([new_root[0] ^ 1]) + new_root[1:], path)
        assert not check_consistency(old, old_root, new, new_root, path[:-1])
        assert not check_consistency(new, new_root, old, old_root, path)


def test_tiles_are_served_where_the_format_says():
    assert tile_path(1, 1234067) == "tile/1/x001/x234/067"
    assert tile_path("entries", 0, 7) == "tile/entries/000.p/7"
    assert tile_path(0, 999) == "tile/0/999"


def test_seventy_thousand_entries_have_the_tiles_of_the_formats_example():
    size = 70_000
    assert [tile_width(0, 272, size), tile_width(0, 273, size), tile_width(0, 274, size)] == [TILE_WIDTH, 112, 0]
    assert [tile_width(1, 0, size), tile_width(1, 1, size), tile_width(2, 0, size)] == [TILE_WIDTH, 17, 1]
    assert tile_width(3, 0, size) == 0


def test_a_bundle_gives_each_leaf_behind_its_length():
    assert bundle([b"a", b"bc"]) == b"\0\1a\0\2bc"
