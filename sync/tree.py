"""The log as a tree of hashes: one root stands for every entry in its order, and short proofs lead to it.

Hashing after RFC 6962 §2.1 with SHA-256; tiles of 256 hashes after c2sp.org/tlog-tiles v0.1.0 (5ba5ee8). A tile is
asked for by `read(level, number)`, which answers with its hashes one after the other, 32 bytes each: at least as
many as the size in question needs, more do no harm. Hash n of level L stands for the entries from n·256^L on.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256

HASH_BYTES = 32
TILE_WIDTH = 256
_TILE_HEIGHT = 8

ReadTile = Callable[[int, int], bytes]


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of one entry's leaf."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two neighbours."""
    return sha256(b"\x01" + left + right).digest()


def root(size: int, read: ReadTile) -> bytes:
    """The root of the first `size` entries; for none, the hash of nothing."""
    return _range_hash(0, size, read) if size else sha256(b"").digest()


def grow(size: int, read: ReadTile, hashes: Sequence[bytes]) -> dict[tuple[int, int], bytes]:
    """The tiles that change when leaf `hashes` follow the first `size`: their whole new hashes by (level, number)."""
    changed: dict[tuple[int, int], bytes] = {}
    level, new = 0, b"".join(hashes)
    while new:
        number, width = divmod(size, TILE_WIDTH)
        held = read(level, number)[: width * HASH_BYTES] if width else b""
        finished = b""
        while new:
            room = TILE_WIDTH * HASH_BYTES - len(held)
            held, new = held + new[:room], new[room:]
            changed[level, number] = held
            if len(held) == TILE_WIDTH * HASH_BYTES:
                finished += _perfect(held)
                number, held = number + 1, b""
        level, size, new = level + 1, size // TILE_WIDTH, finished
    return changed


def inclusion_path(index: int, size: int, read: ReadTile) -> list[bytes]:
    """The hashes beside the way from entry `index` up to the root of `size` (RFC 6962 §2.1.1), lowest first."""
    if not 0 <= index < size:
        raise ValueError(f"no entry {index} in a tree of {size}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _largest_power_below(end - start)
        if index < middle:
            path.append(_range_hash(middle, end, read))
            end = middle
        else:
            path.append(_range_hash(start, middle, read))
            start = middle
    return path[::-1]


def consistency_path(old: int, new: int, read: ReadTile) -> list[bytes]:
    """The hashes that show how the tree of `old` entries became that of `new` (RFC 6962 §2.1.2); none from nothing."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} cannot have grown from {old}")
    if old in (0, new):
        return []
    path: list[bytes] = []
    start, end = 0, new
    while old != end:
        middle = start + _largest_power_below(end - start)
        if old <= middle:
            path.append(_range_hash(middle, end, read))
            end = middle
        else:
            path.append(_range_hash(start, middle, read))
            start = middle
    if start:
        path.append(_range_hash(start, end, read))
    return path[::-1]


def check_inclusion(hash_: bytes, index: int, size: int, path: Sequence[bytes], root_: bytes) -> bool:
    """Whether the leaf with `hash_` is entry `index` of the tree of `size` with `root_` (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last = index, size - 1
    for beside in path:
        if last == 0:
            return False
        if node & 1 or node == last:
            hash_ = node_hash(beside, hash_)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            hash_ = node_hash(hash_, beside)
        node, last = node >> 1, last >> 1
    return last == 0 and hash_ == root_


def check_consistency(old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the tree of `new` begins with all that the tree of `old` held (RFC 9162 §2.1.4.2)."""
    if old == new:
        return not path and old_root == new_root
    if old == 0:
        return not path and old_root == sha256(b"").digest()
    if not 0 < old < new or not path:
        return False
    hashes = list(path) if old & (old - 1) else [old_root, *path]
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old_hash = new_hash = hashes[0]
    for beside in hashes[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old_hash, new_hash = node_hash(beside, old_hash), node_hash(beside, new_hash)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new_hash = node_hash(new_hash, beside)
        node, last = node >> 1, last >> 1
    return last == 0 and old_hash == old_root and new_hash == new_root


def tile_width(level: int, number: int, size: int) -> int:
    """How many hashes tile `number` of `level` holds in a tree of `size`; 0 when there is no such tile."""
    return max(0, min(TILE_WIDTH, (size >> (_TILE_HEIGHT * level)) - number * TILE_WIDTH))


def tile_path(level: int | str, number: int, width: int = TILE_WIDTH) -> str:
    """Where a tile or, for level "entries", a bundle of leaves is served: `tile/0/x001/234.p/56`."""
    parts = [f"{number % 1000:03}"]
    while number := number // 1000:
        parts.append(f"x{number % 1000:03}")
    partial = "" if width == TILE_WIDTH else f".p/{width}"
    return f"tile/{level}/{'/'.join(reversed(parts))}{partial}"


def bundle(leaves: Sequence[bytes]) -> bytes:
    """Up to 256 leaves as one bundle, each behind its length in two bytes, the higher first."""
    return b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)


def _range_hash(start: int, end: int, read: ReadTile) -> bytes:
    """The root over the entries from `start` to before `end`; `start` is a multiple of the power of two above them."""
    count = end - start
    if count & (count - 1) == 0:
        return _node(count.bit_length() - 1, start // count, read)
    middle = start + _largest_power_below(count)
    return node_hash(_range_hash(start, middle, read), _range_hash(middle, end, read))


def _node(height: int, index: int, read: ReadTile) -> bytes:
    level, above = divmod(height, _TILE_HEIGHT)
    number, offset = divmod(index << above, TILE_WIDTH)
    hashes = read(level, number)[offset * HASH_BYTES : (offset + (1 << above)) * HASH_BYTES]
    if len(hashes) != HASH_BYTES << above:
        raise ValueError(f"tile {number} of level {level} is too short")
    return _perfect(hashes)


def _perfect(hashes: bytes) -> bytes:
    """The root over a power of two of hashes."""
    while len(hashes) > HASH_BYTES:
        pairs = range(0, len(hashes), 2 * HASH_BYTES)
        hashes = b"".join(sha256(b"\x01" + hashes[at : at + 2 * HASH_BYTES]).digest() for at in pairs)
    return hashes


def _largest_power_below(count: int) -> int:
    return 1 << (count - 1).bit_length() - 1
