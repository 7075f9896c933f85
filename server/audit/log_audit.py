"""Rebuilds a published log from its leaves and compares every bundle, tile, root and signature with what it gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from server.audit.findings import Findings
from server.audit.manifest import refuse_unless_both
from server.audit.places import Read
from server.log_keys import is_signed_by
from sync.checkpoint import COSIGNATURE, Checkpoint, VerifierKey, read_checkpoint, read_note, read_verifier_key, signers
from sync.tree import HASH_BYTES, TILE_WIDTH, bundle, grow, leaf_hash, root, tile_path, tile_width

_LEAF_BYTES = 65
_LEAF_FORMAT = 1
_LEVELS = 8


@dataclass
class AuditedLog:
    """The tree as its leaves give it. `size` is what was signed, 0 when nothing readable was."""

    keys: list[VerifierKey] = field(default_factory=list)
    size: int = 0
    leaves: int = 0
    tiles: dict[tuple[int, int], bytes] = field(default_factory=dict)

    def root(self, size: int) -> bytes | None:
        """The root of the first `size` leaves; None when there are fewer."""
        return root(size, lambda level, number: self.tiles.get((level, number), b"")) if size <= self.leaves else None

    def tile(self, level: int, number: int, size: int) -> bytes:
        return self.tiles.get((level, number), b"")[: tile_width(level, number, size) * HASH_BYTES]


def places_of(size: int) -> list[tuple[int, int]]:
    """(level, number) of every tile of a tree of `size`."""
    return [
        (level, number) for level in range(_LEVELS) for number in range(-(-(size >> 8 * level) // TILE_WIDTH))
    ]


def published_files(read: Read, size: int) -> Iterator[tuple[str, bytes | None]]:
    """Name and content of every bundle and tile of a log of `size`."""
    for number in range(-(-size // TILE_WIDTH)):
        yield _file(read, "entries", number, tile_width(0, number, size), _LEAF_BYTES + 2)
    for level, number in places_of(size):
        yield _file(read, level, number, tile_width(level, number, size), HASH_BYTES)


def read_keys(read: Read, given: Sequence[str], found: Findings) -> list[VerifierKey]:
    """The keys that were given, else those that lie beside what they are to prove."""
    if given:
        return [read_verifier_key(text) for text in given]
    content = read("vkeys")
    if content is None:
        found.wrong.append("vkeys is missing, and no key was given with --vkey")
        return []
    found.unknown.append("whose keys these are: they lie beside what they prove; get them elsewhere and give --vkey")
    return [read_verifier_key(line) for line in content.decode().splitlines()]


def signed_checkpoint(content: bytes, keys: Sequence[VerifierKey], what: str, found: Findings) -> Checkpoint:
    """Raises BadNote unless both keys of the log signed it."""
    note = read_note(content.decode())
    signed_by = signers(note, keys, is_signed_by)
    refuse_unless_both(signed_by, what)
    checkpoint = read_checkpoint(note)
    if checkpoint.text != note.text:
        found.wrong.append(f"{what} says more than a checkpoint should")
    found.checked += [f"{what} is cosigned by the witness {key.name}" for key in signed_by if key.kind == COSIGNATURE]
    known = {(key.name, key.id) for key in keys}
    strangers = {line.name for line in note.signatures if (line.name, line.key_id) not in known}
    found.unknown += [f"{what} is also signed by {name}, whose key was not given" for name in sorted(strangers)]
    return checkpoint


def audit_log(
    read: Read, given: Sequence[str], old: bytes | None, found: Findings, stored: list[bytes] | None = None
) -> AuditedLog:
    """`stored` are the leaves of the database, when there is one beside the log: the published ones must be theirs."""
    log = AuditedLog()
    with found.reading("the log's keys"):
        log.keys = read_keys(read, given, found)
    content = read("checkpoint")
    if content is None:
        found.wrong.append("the log has no checkpoint")
        _grow(log, stored or [])
        return log
    checkpoint = None
    with found.reading("checkpoint"):
        checkpoint = signed_checkpoint(content, log.keys, "checkpoint", found)
        log.size = checkpoint.size
    published = _leaves(read, log.size, found)
    if stored is not None:
        _compare_leaves(published, stored, found)
    _grow(log, published if stored is None else stored)
    if checkpoint:
        _compare(log, checkpoint, read, found)
        if old is not None:
            with found.reading("the old checkpoint"):
                _check_growth(log, checkpoint, signed_checkpoint(old, log.keys, "the old checkpoint", found), found)
    return log


def _leaves(read: Read, size: int, found: Findings) -> list[bytes]:
    """The leaves as they are published, up to the first bundle that is missing or broken."""
    leaves: list[bytes] = []
    for number in range(-(-size // TILE_WIDTH)):
        width = tile_width(0, number, size)
        name, content = _file(read, "entries", number, width, _LEAF_BYTES + 2)
        some = [content[at + 2 : at + 2 + _LEAF_BYTES] for at in range(0, len(content or b""), _LEAF_BYTES + 2)] if (
            content
        ) else []
        if content is None or content != bundle(some) or len(some) != width or any(x[0] != _LEAF_FORMAT for x in some):
            found.wrong.append(f"{name} is {'missing' if content is None else 'not a bundle of leaves'}")
            break
        leaves += some
    return leaves


def _compare_leaves(published: Sequence[bytes], stored: Sequence[bytes], found: Findings) -> None:
    for index, leaf in enumerate(published):
        if index >= len(stored) or stored[index] != leaf:
            found.wrong.append(f"the log's leaf {index} is not that of the stored entry")
            return


def _grow(log: AuditedLog, leaves: Sequence[bytes]) -> None:
    log.leaves = len(leaves)
    log.tiles = grow(0, lambda level, number: b"", [leaf_hash(leaf) for leaf in leaves])


def _compare(log: AuditedLog, checkpoint: Checkpoint, read: Read, found: Findings) -> None:
    if log.root(checkpoint.size) != checkpoint.root:
        found.wrong.append(f"checkpoint: the root of the first {checkpoint.size} entries is not the signed one")
    if log.leaves < checkpoint.size:
        return  # said already; a size that somebody invented would name tiles without end
    for level, number in places_of(checkpoint.size):
        width = tile_width(level, number, checkpoint.size)
        name, content = _file(read, level, number, width, HASH_BYTES)
        if content is None:
            found.wrong.append(f"{name} is missing")
        elif content != log.tile(level, number, checkpoint.size):
            found.wrong.append(f"{name} is not what its entries give")
    found.checked.append(f"{checkpoint.size} leaves of {checkpoint.origin}: bundles, tiles, root, both signatures")


def _check_growth(log: AuditedLog, now: Checkpoint, old: Checkpoint, found: Findings) -> None:
    if old.origin != now.origin:
        found.wrong.append(f"the old checkpoint is of another log, {old.origin}")
    if log.root(old.size) != old.root or old.size > now.size:
        found.wrong.append(f"the log did not grow from the old checkpoint of {old.size} entries")


def _file(read: Read, level: int | str, number: int, width: int, unit: int) -> tuple[str, bytes | None]:
    """Name and content; a full tile serves where its partial one is gone (c2sp.org/tlog-tiles)."""
    name, full = tile_path(level, number, width), tile_path(level, number)
    content = read(name)
    if content is None and (whole := read(full)) is not None:
        content = whole[: width * unit]
    return name, content
