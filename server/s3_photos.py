"""Photos in a bucket: on this machine's disk first, as ever, then in the bucket, and only then away from here."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

import structlog

from server.object_store import ObjectStore, OtherObject, StoreAway
from server.photo_store import PhotoStore, WrongDigest, photos_in
from sync.entry import base64url_encode

_log = structlog.get_logger("sanad.photos")
# More requests than these leave their photo to be carried later: the others answer phones meanwhile.
PUTS_AT_ONCE = 8
FIRST_REST_MS, LONGEST_REST_MS = 1_000, 60_000


class S3Photos(PhotoStore):
    """`folder` is the spool: a photo lies in it, durable and acknowledged, until the bucket is known to hold it."""

    keeps_elsewhere = True

    def __init__(self, spool: Path, uploads: Path, objects: ObjectStore) -> None:
        super().__init__(spool, uploads)
        self._objects = objects
        self._puts = threading.BoundedSemaphore(PUTS_AT_ONCE)
        self._failures = 0
        self._rests_until_ms = 0

    def settle(self, digest: str, now_ms: int) -> bool:
        self.make_durable(digest)
        # Once the bucket was away, only the carrier finds out that it is back: no phone waits for that.
        if self._failures or not self._puts.acquire(blocking=False):
            return False
        try:
            self.carry(digest, now_ms)
            return True
        except (StoreAway, OtherObject):
            return False
        finally:
            self._puts.release()

    def carry(self, digest: str, now_ms: int) -> None:
        """Puts one photo of the spool into the bucket and looks what stands there. Raises StoreAway, OtherObject."""
        try:
            with super().read(digest) as file:
                content = file.read()
        except FileNotFoundError:
            # Whoever was quicker forgets it only when the bucket holds it.
            return
        if _digest(content) != digest:
            _log.error("spooled-photo-spoiled")
            raise OtherObject(digest)
        try:
            self._objects.put_once(_name(digest), content)
        except StoreAway:
            self._rest(now_ms)
            raise
        except OtherObject:
            _log.error("other-photo-in-bucket")
            raise
        self._failures, self._rests_until_ms = 0, 0

    def is_due(self, now_ms: int) -> bool:
        """False while the bucket is given a rest; a clock that was set back must not make that rest long."""
        return not now_ms < self._rests_until_ms <= now_ms + LONGEST_REST_MS

    def _rest(self, now_ms: int) -> None:
        if not self._failures:
            _log.warning("bucket-away")
        rest_ms = min(FIRST_REST_MS << min(self._failures, 10), LONGEST_REST_MS)
        self._failures, self._rests_until_ms = self._failures + 1, now_ms + rest_ms

    def waiting(self) -> list[str]:
        """Digests of the photos in the spool."""
        return [each.name for each in photos_in(self.folder)]

    def is_contradicted(self, digest: str) -> bool:
        """True when the bucket holds something else under this name. Raises StoreAway."""
        content = self._objects.read(_name(digest))
        return content is not None and _digest(content) != digest

    def forget(self, digest: str) -> None:
        self.path_of(digest).unlink(missing_ok=True)

    def read(self, digest: str) -> BinaryIO:
        """From the spool or from the bucket. Raises FileNotFoundError, StoreAway, WrongDigest."""
        try:
            return super().read(digest)
        except FileNotFoundError:
            content = self._objects.read(_name(digest))
        if content is None:
            raise FileNotFoundError(digest)
        if _digest(content) != digest:
            raise WrongDigest(digest)
        # A real file, because the child that makes the picture reads one.
        file = TemporaryFile()  # noqa: SIM115 (whoever asked closes it)
        file.write(content)
        file.seek(0)
        return file


def _name(digest: str) -> str:
    return f"photos/{digest}"


def _digest(content: bytes) -> str:
    return base64url_encode(hashlib.sha256(content).digest())
