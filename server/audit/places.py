"""Where an audited thing lies: a folder, an address, or a zip file; each is read by the names of its files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

Read = Callable[[str], bytes | None]

# A bundle has 17 KB, a checkpoint a few; a server that answers with more is not one of ours.
LARGEST_ANSWER = 16 * 1024 * 1024
PATIENCE_S = 60
# Locks, and what is being written at this moment, say nothing.
_PASSING = (".lock", "write.lock", "server.lock")


def folder_reader(folder: Path) -> Read:
    def read(name: str) -> bytes | None:
        path = folder / name
        return path.read_bytes() if path.is_file() else None

    return read


def as_of_now(read: Read) -> Read:
    """A log may go on growing while it is read: its checkpoint is the one of this moment."""
    checkpoint = read("checkpoint")
    return lambda name: checkpoint if name == "checkpoint" else read(name)


def names_in(folder: Path) -> list[str]:
    """Every file in it, by its path with slashes, sorted."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(path.as_posix() for path in found if path.name not in _PASSING)


def address_reader(address: str) -> Read:
    """Reads what a server publishes; None for what it says it does not have."""
    import urllib3  # for an audit from outside alone; the server that checks itself starts without it

    pool = urllib3.PoolManager(timeout=PATIENCE_S, retries=urllib3.Retry(3, redirect=3))

    def read(name: str) -> bytes | None:
        answer = pool.request("GET", f"{address}/{name}", preload_content=False)
        try:
            content = answer.read(LARGEST_ANSWER, decode_content=True)
        finally:
            answer.release_conn()
        if answer.status == 200:
            return content
        if answer.status == 404:
            return None
        raise OSError(f"the server answers {answer.status}")

    return read


class HiddenBytes(ValueError):
    """A zip file holds bytes beside its files."""

    code = "hidden-bytes"


def zip_reader(path: Path) -> tuple[Read, list[str]]:
    """Nothing is unpacked, so that no name can lead anywhere. Raises HiddenBytes unless it is as we write them."""
    with zipfile.ZipFile(path) as archive:
        listed = archive.infolist()
        if any(each.compress_type != zipfile.ZIP_STORED for each in listed):
            raise HiddenBytes(f"{path.name} is not stored as it was")
        content = {each.filename: archive.read(each) for each in listed}
    if len(content) != len(listed) or zipped(content) != path.read_bytes():
        raise HiddenBytes(f"{path.name} holds something beside its files")
    return content.get, list(content)


def zipped(content: dict[str, bytes]) -> bytes:
    """The one zip file that holds this in this order: stored, without dates."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, each in content.items():
            archive.writestr(zipfile.ZipInfo(name), each)
    return written.getvalue()
