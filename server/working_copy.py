"""The picture of a photo that the desk looks at: made once by a limited child process, then kept."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import BinaryIO

from server.object_store import StoreAway
from server.photo_store import PhotoStore, WrongDigest
from server.problems import Problem

_CHILD = Path(__file__).with_name("decode_photo.py")
# Each child may take 512 MB and a whole core for seconds; more of them at once would starve the exchanges.
_AT_ONCE = threading.BoundedSemaphore(2)
PATIENCE_S = 20
CHILD_S = 30


def working_copy(store: PhotoStore, folder: Path, digest: str) -> Path | None:
    """The file of the picture in `folder`, made if need be; None when this photo cannot be shown.

    Raises Problem photo-not-here when it has not arrived, busy when too many are being made.
    """
    made = folder / digest[:2] / f"{digest}.jpg"
    if not made.exists():
        if not _AT_ONCE.acquire(timeout=PATIENCE_S):
            raise Problem("busy", retry_after_s=10)
        try:
            if not made.exists():
                with open_photo(store, digest) as photo:
                    _make(photo, made)
        finally:
            _AT_ONCE.release()
    # An empty file remembers that this photo cannot be shown, so that a hostile one costs its seconds once.
    return made if made.stat().st_size else None


def open_photo(store: PhotoStore, digest: str) -> BinaryIO:
    """The original. Raises Problem when it has not arrived or cannot be fetched now."""
    try:
        return store.read(digest)
    except (FileNotFoundError, WrongDigest) as error:
        # Another picture under its name is not the observer's: `sanad check` names it, nobody is shown it.
        raise Problem("photo-not-here") from error
    except StoreAway as error:
        raise Problem("photos-away", retry_after_s=60) from error


def _make(photo: BinaryIO, made: Path) -> None:
    made.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, partial = tempfile.mkstemp(dir=made.parent, prefix=".making-")
    try:
        with os.fdopen(descriptor, "wb") as output:
            if not _decode(photo, output):
                output.seek(0)
                output.truncate()
        os.replace(partial, made)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise


def _decode(photo: BinaryIO, output) -> bool:
    # -I: neither the working folder nor the environment decides what the child imports.
    child = subprocess.Popen(
        [sys.executable, "-I", str(_CHILD)],
        stdin=photo,
        stdout=output,
        stderr=subprocess.DEVNULL,
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
        close_fds=True,
    )
    try:
        return child.wait(CHILD_S) == 0
    except subprocess.TimeoutExpired as error:
        # The processor was busy, the photo may be innocent: nothing is remembered.
        raise Problem("busy", retry_after_s=30) from error
    finally:
        child.kill()
        child.wait()
