"""A real file system of a few megabytes in memory, that a test can fill to any height."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CHUNK = 64 * 1024


class NotMounted(RuntimeError):
    """This machine does not let us mount: it takes root and, in a container, the right to."""


class SmallDisk:
    """`folder` is where it is mounted; a file called ballast takes the room that nobody else shall have."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._ballast = folder, folder / "ballast"

    @property
    def size(self) -> int:
        disk = os.statvfs(self.folder)
        return disk.f_blocks * disk.f_frsize

    @property
    def free(self) -> int:
        disk = os.statvfs(self.folder)
        return disk.f_bavail * disk.f_frsize

    def leave(self, percent: float) -> None:
        """Makes or takes ballast until so much of the disk is free; at 0 every byte is gone."""
        wanted = int(self.size * percent / 100)
        with self._ballast.open("ab") as ballast:
            if self.free < wanted:
                ballast.truncate(max(0, ballast.tell() - (wanted - self.free)))
            while self.free > wanted and self._grow(ballast.fileno(), min(CHUNK, self.free - wanted)):
                pass

    @staticmethod
    def _grow(descriptor: int, count: int) -> bool:
        try:
            return os.write(descriptor, bytes(count)) > 0
        except OSError:
            return False


@contextmanager
def small_disk(megabytes: int) -> Iterator[SmallDisk]:
    """Raises NotMounted where this machine does not allow it."""
    with tempfile.TemporaryDirectory(prefix="sanad-disk-") as folder:
        mounting = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0700", "tmpfs", folder]
        try:
            subprocess.run(mounting, check=True, capture_output=True, text=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise NotMounted(getattr(error, "stderr", "") or str(error)) from error
        try:
            yield SmallDisk(Path(folder))
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True, capture_output=True)
