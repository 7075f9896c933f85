"""A SQLite file system that passes everything through and writes down, in order, what was asked of the disk."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from itertools import count
from pathlib import PurePath

import apsw

_numbers = count(1)


@dataclass(frozen=True)
class Asked:
    """One call: `kind` is write, truncate, sync, delete, acknowledged or published (no calls: so much was promised)."""

    kind: str
    file: str = ""
    at: int = 0
    data: bytes = b""


class RecordedDisk(apsw.VFS):
    """Registered under `name` as long as it lives; `asked` is the record."""

    def __init__(self) -> None:
        self.name = f"recorded-{next(_numbers)}"
        self.asked: list[Asked] = []
        self._lock = threading.Lock()
        super().__init__(self.name, "")

    def note(self, kind: str, file: str = "", at: int = 0, data: bytes = b"") -> None:
        with self._lock:
            self.asked.append(Asked(kind, PurePath(file).name, at, data))

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        if path is None:
            return apsw.VFSFile("", name, flags)  # a temporary file: nothing is promised about it
        return _RecordedFile(self, path, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        super().xDelete(filename, syncdir)
        self.note("delete", filename, int(syncdir))


class _RecordedFile(apsw.VFSFile):
    def __init__(self, disk: RecordedDisk, path: str, name: str | apsw.URIFilename | None, flags: list[int]) -> None:
        super().__init__("", name, flags)
        self._disk, self._path = disk, path

    def xWrite(self, data: bytes, offset: int) -> None:
        super().xWrite(data, offset)
        self._disk.note("write", self._path, offset, bytes(data))

    def xTruncate(self, size: int) -> None:
        super().xTruncate(size)
        self._disk.note("truncate", self._path, size)

    def xSync(self, flags: int) -> None:
        super().xSync(flags)
        self._disk.note("sync", self._path)
