"""What a power cut leaves of a file: everything synced, and of the rest nothing, all, a beginning, or torn sectors."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

SECTOR = 512
# What may become of writes that no sync has followed. Disks reorder: "torn" keeps any sectors of any of them.
FATES = ("dropped", "kept", "beginning", "torn")

Change = tuple[int, bytes | None]


class TornFile:
    """A file as the disk holds it: `durable` is what the last sync promised, `pending` what came after."""

    def __init__(self) -> None:
        self.durable = bytearray()
        self.pending: list[Change] = []
        self.is_named = False

    def write(self, offset: int, data: bytes) -> None:
        self.pending.append((offset, data))

    def truncate(self, size: int) -> None:
        self.pending.append((size, None))

    def sync(self) -> None:
        for change in self.pending:
            _apply(self.durable, change)
        self.pending.clear()
        self.is_named = True

    def after_cut(self, fate: str, random: Random) -> bytes:
        """The bytes that the next start finds."""
        found = bytearray(self.durable)
        for change in _surviving(self.pending, fate, random):
            size = len(found)
            _apply(found, change)
            if change[0] > size and random.random() < 0.5:
                # A hole is zeros on most file systems, and what lay there before on some.
                found[size : change[0]] = random.randbytes(change[0] - size)
        return bytes(found)


def _surviving(pending: list[Change], fate: str, random: Random) -> Iterable[Change]:
    if fate == "dropped" or not pending:
        return []
    if fate == "kept":
        return list(pending)
    if fate == "beginning":
        last = random.randrange(len(pending))
        return [*pending[:last], *(each for each in _sectors(pending[last]) if random.random() < 0.5)]
    return [each for change in pending for each in _sectors(change) if random.random() < 0.5]


def _sectors(change: Change) -> Iterable[Change]:
    """The write in pieces that a disk writes whole or not at all."""
    offset, data = change
    if data is None:
        return [change]
    starts = [0, *range(SECTOR - offset % SECTOR, len(data), SECTOR)]
    return [(offset + start, data[start:end]) for start, end in zip(starts, [*starts[1:], len(data)], strict=True)]


def _apply(content: bytearray, change: Change) -> None:
    offset, data = change
    if data is None:
        del content[offset:]
        content.extend(bytes(offset - len(content)))
        return
    if offset > len(content):
        content.extend(bytes(offset - len(content)))
    content[offset : offset + len(data)] = data
