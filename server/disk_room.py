"""How much room the disks have left, and what is still taken in: photos stop first, then text, the desk last."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple


class Reserve(NamedTuple):
    """Room that is kept free: a share of the disk, but never more than so many bytes."""

    percent: int
    most_bytes: int

    def is_kept(self, folder: Path) -> bool:
        """True while the disk under `folder` has more than this left. One that cannot be asked speaks when written."""
        try:
            disk = os.statvfs(folder)
        except OSError:
            return True
        reserve = min(disk.f_blocks * self.percent // 100, self.most_bytes // disk.f_frsize)
        return disk.f_bavail >= reserve


# A photo weighs as much as a thousand reports: with photos held back, the last tenth takes in the text of the whole
# evening. Of a large disk 2 GB do: two million entries, beside the 640 MB that 64 uploads may just be writing.
FOR_TEXT_AND_DESK = Reserve(10, 2_000_000_000)
# With text held back too, there is room to fold and sign what came, to back it up, and for the desk to decide; and a
# write-ahead log of some megabytes can be written back, without which SQLite frees nothing.
FOR_DESK = Reserve(3, 600_000_000)

# Somebody has to make room, which takes minutes; a photo can wait. Text is asked for again a minute later.
RETRY_PHOTOS_S, RETRY_TEXT_S = 300, 60


def has_room_for_photos(*folders: Path) -> bool:
    return all(map(FOR_TEXT_AND_DESK.is_kept, folders))


def has_room_for_text(*folders: Path) -> bool:
    return all(map(FOR_DESK.is_kept, folders))
