"""Writes down what a store asks of the file system, and makes again what any power cut would leave of its folders.

A strict file system: a name is on the disk only when the folder that holds it was synced, bytes only when their file
was. What no sync has followed may be lost, kept, or kept in any part (tests/durability/torn.py).
"""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

from tests.durability.torn import TornFile

Name = tuple[int, str]


@dataclass(frozen=True)
class Asked:
    """`kind` is made, moved, removed, write, truncate, sync, failed-sync, or promised (no call: `data` by now)."""

    kind: str
    node: int = 0
    name: Name = (0, "")
    old: Name = (0, "")
    at: int = 0
    data: bytes = b""
    is_folder: bool = False


class RecordedFolder:
    """While entered, every change by os functions to `parts` of `root` is recorded; `fails` lets a sync fail."""

    def __init__(self, root: Path, parts: tuple[str, ...], fails: Callable[[], bool] = lambda: False) -> None:
        self.root, self._fails = root, fails
        self._parts = tuple(str(root / part) for part in parts)
        self.asked: list[Asked] = []
        self._node_by_inode = {root.stat().st_ino: 0}
        self._made = 0
        self._patches = ExitStack()

    def __enter__(self) -> RecordedFolder:
        for name in ("open", "mkdir", "rename", "unlink", "truncate", "ftruncate", "pwrite", "write", "fsync"):
            self._patches.enter_context(patch(f"os.{name}", _with(getattr(os, name), getattr(self, f"_{name}"))))
        self._patches.enter_context(patch("os.replace", os.rename))
        self._patches.enter_context(patch("io.open", _with(io.open, self._io_open)))
        return self

    def __exit__(self, *_: object) -> None:
        self._patches.close()

    def note_promised(self, what: bytes) -> None:
        self.asked.append(Asked("promised", data=what))

    def _is_ours(self, path: Any) -> bool:
        if not isinstance(path, str | os.PathLike):
            return False
        text = os.fspath(path)
        return any(text == part or text.startswith(part + os.sep) for part in self._parts)

    def _node(self, path: Any) -> int | None:
        found = os.fstat(path) if isinstance(path, int) else os.stat(path)
        return self._node_by_inode.get(found.st_ino)

    def _name(self, path: Any) -> Name:
        folder, name = os.path.split(os.fspath(path))
        node = self._node(folder)
        assert node is not None, f"{folder} was made by other means than os functions"
        return node, name

    def _new(self, path: Any, is_folder: bool) -> None:
        self._made += 1
        self._node_by_inode[os.stat(path).st_ino] = self._made
        self.asked.append(Asked("made", self._made, self._name(path), is_folder=is_folder))

    def _open(self, real: Callable, path, flags: int, *rest, **more):
        is_ours = self._is_ours(path)
        is_new = is_ours and bool(flags & os.O_CREAT) and not os.path.lexists(path)
        descriptor = real(path, flags, *rest, **more)
        if is_new:
            self._new(path, is_folder=False)
        elif is_ours and flags & os.O_TRUNC:
            self.asked.append(Asked("truncate", self._node(path) or 0))
        return descriptor

    def _io_open(self, real: Callable, path, mode: str = "r", *rest, **more):
        """What pathlib opens. A file open for writing writes through os.pwrite, where it is recorded."""
        if mode != "wb" or not self._is_ours(path):
            return real(path, mode, *rest, **more)
        return _WrittenFile(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666))

    def _mkdir(self, real: Callable, path, *rest, **more) -> None:
        real(path, *rest, **more)
        if self._is_ours(path):
            self._new(path, is_folder=True)

    def _rename(self, real: Callable, source, target, **more) -> None:
        old, node = (self._name(source), self._node(source)) if self._is_ours(source) else ((0, ""), None)
        real(source, target, **more)
        if node is not None:
            self.asked.append(Asked("moved", node, self._name(target), old))

    def _unlink(self, real: Callable, path, **more) -> None:
        name = self._name(path) if self._is_ours(path) else None
        real(path, **more)
        if name:
            self.asked.append(Asked("removed", old=name))

    def _truncate(self, real: Callable, path, size: int) -> None:
        real(path, size)
        if (isinstance(path, int) or self._is_ours(path)) and (node := self._node(path)) is not None:
            self.asked.append(Asked("truncate", node, at=size))

    _ftruncate = _truncate

    def _pwrite(self, real: Callable, descriptor: int, data: bytes, offset: int) -> int:
        written = real(descriptor, data, offset)
        if (node := self._node(descriptor)) is not None:
            self.asked.append(Asked("write", node, at=offset, data=bytes(data[:written])))
        return written

    def _write(self, real: Callable, descriptor: int, data: bytes) -> int:
        node = self._node(descriptor)
        assert node is None, "a store that writes without an offset is not recorded yet"
        return real(descriptor, data)

    def _fsync(self, real: Callable, descriptor: int) -> None:
        real(descriptor)
        if (node := self._node(descriptor)) is None:
            return
        if self._fails():
            self.asked.append(Asked("failed-sync", node))
            raise OSError(errno.EIO, "the disk did not take it")
        self.asked.append(Asked("sync", node))


class _WrittenFile:
    """As much of a file open for writing as a store uses."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor, self._at = descriptor, 0

    def __enter__(self) -> _WrittenFile:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)

    def fileno(self) -> int:
        return self._descriptor

    def write(self, data: bytes) -> int:
        written = os.pwrite(self._descriptor, data, self._at)
        self._at += written
        return written

    def flush(self) -> None:
        """Nothing is held back here."""


def _with(real: Callable, wrapped: Callable) -> Callable:
    return lambda *given, **more: wrapped(real, *given, **more)


@dataclass
class StrictDisk:
    """The disk after some of what was asked. `names` are durable; `changes` are those of names that are not yet."""

    files: dict[int, TornFile] = field(default_factory=dict)
    folders: set[int] = field(default_factory=lambda: {0})
    names: dict[Name, int] = field(default_factory=dict)
    changes: list[Asked] = field(default_factory=list)

    def carry_out(self, asked: Asked) -> None:
        if asked.kind == "made":
            if asked.is_folder:
                self.folders.add(asked.node)
            else:
                self.files[asked.node] = TornFile()
        if asked.kind in ("made", "moved", "removed"):
            self.changes.append(asked)
        elif asked.kind == "write":
            self.files[asked.node].write(asked.at, asked.data)
        elif asked.kind == "truncate":
            self.files[asked.node].truncate(asked.at)
        elif asked.kind == "failed-sync" and asked.node in self.files:
            # The system takes these pages for written from now on, and never tries again.
            self.files[asked.node].pending.clear()
        elif asked.kind == "sync":
            self._sync(asked.node)

    def _sync(self, node: int) -> None:
        if node in self.files:
            self.files[node].sync()
            return
        settled = [each for each in self.changes if node == (each.name if each.name[1] else each.old)[0]]
        _change(self.names, settled)
        self.changes = [each for each in self.changes if each not in settled]

    def after_cut(self, fate: str, random: Random, target: Path) -> None:
        """Makes in `target` what the next start finds."""
        names = dict(self.names)
        _change(names, list(self._surviving(fate, random)))
        self._fill(names, 0, target, fate, random)

    def _surviving(self, fate: str, random: Random) -> Iterator[Asked]:
        last = {"dropped": 0, "beginning": random.randint(0, len(self.changes))}.get(fate, len(self.changes))
        for each in self.changes[:last]:
            if fate != "torn" or random.random() < 0.5:
                yield each

    def _fill(self, names: dict[Name, int], folder: int, target: Path, fate: str, random: Random) -> None:
        target.mkdir(exist_ok=True)
        for (holder, name), node in names.items():
            if holder == folder and node in self.folders:
                self._fill(names, node, target / name, fate, random)
            elif holder == folder:
                (target / name).write_bytes(self.files[node].after_cut(fate, random))


def _change(names: dict[Name, int], changes: list[Asked]) -> None:
    for each in changes:
        if each.old[1]:
            names.pop(each.old, None)
        if each.name[1]:
            names[each.name] = each.node
