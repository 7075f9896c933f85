"""A log of ours as anyone would mirror it: tiles, bundles, keys, checkpoints and proofs, made by our own code."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ed25519

from server.log_keys import LogKeys
from server.server_key import make_key
from sync.checkpoint import Checkpoint, Proof, proof_text
from sync.tree import (
    HASH_BYTES,
    TILE_WIDTH,
    bundle,
    consistency_path,
    grow,
    inclusion_path,
    leaf_hash,
    root,
    tile_path,
    tile_width,
)

ORIGIN = "sanad.example.org/log/foreign"


@dataclass
class BigLog:
    """Leaves made of their numbers, so that every run has the same tree. `other` begins another history there."""

    size: int
    keys: LogKeys
    other: int | None = None

    def __post_init__(self) -> None:
        self.leaves = [_leaf(n, self.other is not None and n >= self.other) for n in range(self.size)]
        self.tiles = grow(0, lambda level, number: b"", [leaf_hash(leaf) for leaf in self.leaves])

    def read(self, level: int, number: int) -> bytes:
        return self.tiles[level, number]

    def note(self, size: int | None = None) -> str:
        """The signed checkpoint of the first `size` leaves."""
        size = self.size if size is None else size
        checkpoint = Checkpoint(ORIGIN, size, root(size, self.read))
        return str(self.keys.signed(ORIGIN, checkpoint.text))

    def growth(self, old: int, new: int | None = None) -> list[str]:
        return _texts(consistency_path(old, self.size if new is None else new, self.read))

    def write(self, folder: Path) -> None:
        """The layout of c2sp.org/tlog-tiles, and beside it `proofs.json` for the verifiers."""
        put = _put_in(folder)  # what the server's own store would write, without a sync to disk for every file
        for (level, number), hashes in self.tiles.items():
            put(tile_path(level, number, len(hashes) // HASH_BYTES), hashes)
        for number in range(-(-self.size // TILE_WIDTH)):
            width, start = tile_width(0, number, self.size), number * TILE_WIDTH
            put(tile_path("entries", number, width), bundle(self.leaves[start : start + width]))
        put("checkpoint", self.note().encode())
        put("vkeys", "".join(f"{key}\n" for key in self.keys.verifier_keys(ORIGIN)).encode())
        put("proofs.json", json.dumps(self.proofs()).encode())

    def proofs(self) -> dict[str, object]:
        """At the edges of tiles and of the tree, and here and there between."""
        edges = {0, 1, 255, 256, 257, self.size // 2, self.size - 2, self.size - 1, *range(0, self.size, 997)}
        olds = sorted({1, 2, 255, 256, 257, self.size // 2, self.size - 1})
        indexes = sorted(n for n in edges if 0 <= n < self.size)
        return {
            "Inclusion": [{"Index": n, "Path": _texts(inclusion_path(n, self.size, self.read))} for n in indexes],
            "Consistency": [
                {"Old": old, "Checkpoint": self.note(old), "Path": self.growth(old)} for old in olds if old < self.size
            ],
        }

    def receipt(self, index: int) -> str:
        return proof_text(Proof(index, tuple(inclusion_path(index, self.size, self.read)), self.note()))


def new_keys() -> LogKeys:
    return LogKeys(ed25519.Ed25519PrivateKey.generate(), make_key())


def forge(folder: Path, index: int) -> None:
    """Another leaf at `index`, in the bundle and in its tile alike: whoever looks only at those two is deceived."""
    number, at = divmod(index, TILE_WIDTH)
    path = folder / tile_path("entries", number)
    content = bytearray(path.read_bytes())
    content[at * 67 + 40] ^= 1
    path.write_bytes(content)
    tile = folder / tile_path(0, number)
    hashes = bytearray(tile.read_bytes())
    hashes[at * 32 : at * 32 + 32] = leaf_hash(bytes(content[at * 67 + 2 : at * 67 + 67]))
    tile.write_bytes(hashes)


def _leaf(number: int, is_other: bool) -> bytes:
    """65 bytes as an entry's leaf has them (docs/wire.md §1)."""
    said = f"{'another' if is_other else 'entry'} {number}".encode()
    return b"\x01" + hashlib.sha256(b"header of " + said).digest() + hashlib.sha256(b"body of " + said).digest()


def _texts(hashes: list[bytes]) -> list[str]:
    return [b64encode(each).decode() for each in hashes]


def _put_in(folder: Path):
    def put(name: str, content: bytes) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    return put
