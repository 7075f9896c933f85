"""Receives a photo piece by piece; what is whole and right is kept for ever, on disk first, then in the register."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, insert, select

from server.access import Reader
from server.database.engine import reading
from server.database.entries import NamedPhotoRow, PhotoRow
from server.database.machines import note_spooled
from server.database.prepared import Prepared
from server.disk_room import RETRY_PHOTOS_S, has_room_for_photos
from server.photo_store import UploadBusy, WrongDigest
from server.problems import Problem
from server.running import Running
from sync.chunks import MAX_PHOTO_BYTES, Creation, decide_creation, upload_id

# Asked for every piece of every photo, hence put together once.
_SIZES = Prepared(
    select(NamedPhotoRow.size).where(
        NamedPhotoRow.digest == bindparam("digest"), NamedPhotoRow.organisation == bindparam("organisation")
    )
)
_IS_WHOLE = Prepared(select(PhotoRow.size).where(PhotoRow.digest == bindparam("digest")))
_KNOWN = Prepared(select(PhotoRow.digest).where(PhotoRow.digest.in_(bindparam("digests", expanding=True))))
_ADD = Prepared(insert(PhotoRow.__table__))


def begin_photo(held: Running, carrier: Reader, digest: str, length: int) -> int:
    """The offset at which the upload goes on. Only photos that a stored entry names may come (wire.md §5)."""
    upload = upload_id(carrier.id, digest, length)
    sizes = _named_sizes(held, carrier, digest)
    named = length if length in sizes else next(iter(sizes), None)
    is_whole = _whole_size(held, digest) is not None
    decision = decide_creation(length, named, held.photo_store.offset(upload) or 0, is_whole)
    _refuse(decision)
    if decision.outcome == "whole":
        _register(held, digest, length)
        return length
    if decision.offset < length:
        _refuse_without_room(held)
    held.photo_store.begin(upload)
    if decision.offset == length:
        return _receive(held, carrier, digest, length, length, ())
    return decision.offset


def photo_offset(held: Running, carrier: Reader, digest: str) -> tuple[int, int]:
    """(offset, length) of an upload; at full length the photo is kept and registered, whatever happened before.

    Raises Problem photo-not-here when it was never begun or has expired.
    """
    sizes = _named_sizes(held, carrier, digest)
    if not sizes:
        raise Problem("photo-not-named")
    whole = _whole_size(held, digest)
    if whole is not None:
        _register(held, digest, whole)
        return whole, whole
    # Entries may name one digest with several lengths, of which one is true: a lie must not bar the photo itself.
    begun = {size: held.photo_store.offset(upload_id(carrier.id, digest, size)) for size in sizes}
    length, offset = next(((size, at) for size, at in begun.items() if at is not None), (0, None))
    if offset is None:
        raise Problem("photo-not-here")
    if offset == length:
        # All of it came, but the server was killed before it had checked and kept it: a phone that is told "all
        # here" never sends it again, so it is finished before anything is said.
        return _receive(held, carrier, digest, length, length, ()), length
    return offset, length


def receive_photo(held: Running, carrier: Reader, digest: str, offset: int, pieces: Iterable[bytes]) -> int:
    """The new offset. Raises Problem: wrong-offset, wrong-digest (460, back to 0), upload-busy, storage-full."""
    held_bytes, length = photo_offset(held, carrier, digest)
    if offset != held_bytes or offset == length:
        raise Problem("wrong-offset", offset=held_bytes)
    _refuse_without_room(held)
    return _receive(held, carrier, digest, length, offset, pieces)


def receive_begun(held: Running, carrier: Reader, digest: str, length: int, pieces: Iterable[bytes]) -> int:
    """The new offset of an upload that was begun at 0 in this very request, and so was looked at already."""
    return _receive(held, carrier, digest, length, 0, pieces)


def takes_photos(held: Running) -> bool:
    """False while the disk's last tenth is kept for text: photos wait on their phones."""
    # The data folder too, where it is another disk: the register and the desk's pictures grow there with every photo.
    return has_room_for_photos(held.settings.folder, held.photo_store.folder)


def _refuse_without_room(held: Running) -> None:
    if not takes_photos(held):
        raise Problem("storage-full", retry_after_s=RETRY_PHOTOS_S)


def _receive(
    held: Running, carrier: Reader, digest: str, length: int, offset: int, pieces: Iterable[bytes]
) -> int:
    try:
        after = held.photo_store.receive(upload_id(carrier.id, digest, length), digest, length, offset, pieces)
    except UploadBusy as error:
        raise Problem("upload-busy", retry_after_s=1) from error
    except FileNotFoundError as error:
        # Kept by another request at this moment, or begun by nobody.
        raise Problem("wrong-offset", offset=0 if _whole_size(held, digest) is None else length) from error
    except WrongDigest as error:
        raise Problem("wrong-digest") from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Problem("storage-full", retry_after_s=RETRY_PHOTOS_S) from error
        raise
    if after == length:
        _register(held, digest, length, is_new=offset < length)
    return after


def _whole_size(held: Running, digest: str) -> int | None:
    """Bytes of a photo that is kept. A bucket need not be asked: what it holds is registered, the rest lies here."""
    here = held.photo_store.size(digest)
    if here is not None or not held.photo_store.keeps_elsewhere:
        return here
    with reading(held.engine) as connection:
        return next((row.size for row in _IS_WHOLE.ask(connection, digest=digest)), None)


def _named_sizes(held: Running, carrier: Reader, digest: str) -> list[int]:
    """Every length that a stored entry of the carrier's organisation gives this photo."""
    with reading(held.engine) as connection:
        rows = _SIZES.ask(connection, digest=digest, organisation=carrier.organisation)
    return sorted({row.size for row in rows})


def _refuse(decision: Creation) -> None:
    if decision.outcome == "unknown-digest":
        raise Problem("photo-not-named")
    if decision.outcome == "wrong-length":
        raise Problem("wrong-length")
    if decision.outcome == "too-large":
        raise Problem("too-large", max=MAX_PHOTO_BYTES)


@dataclass(frozen=True)
class _Kept:
    """A whole photo whose file is durable, or spooled on the disk of `machine` when it is not `is_settled`."""

    digest: str
    length: int
    stored_ms: int
    is_settled: bool
    machine: str


def _register(held: Running, digest: str, length: int, is_new: bool = False) -> None:
    """After the file is durable: a crash between the two leaves a photo that the next question registers."""
    if not is_new:
        with reading(held.engine) as connection:
            if _IS_WHOLE.ask(connection, digest=digest):
                return
    # Found in its place after a crash, its rename may not be on the disk yet; told "all here", no phone sends it again.
    now_ms = held.clock.now_ms()
    is_settled = held.photo_store.settle(digest, now_ms)
    held.writer.share(_add, _Kept(digest, length, now_ms, is_settled, held.settings.machine))
    if is_settled:
        held.photo_store.forget(digest)


def _add(connection: Connection, photos: Sequence[_Kept]) -> list[None]:
    """Many that became whole at one moment are asked after and written down at once."""
    known = {row.digest for row in _KNOWN.ask(connection, digests=[each.digest for each in photos])}
    new = {each.digest: each for each in photos if each.digest not in known}
    rows = [{"digest": each.digest, "size": each.length, "stored_ms": each.stored_ms} for each in new.values()]
    _ADD.run(connection, rows)
    for each in new.values():
        if not each.is_settled:
            note_spooled(connection, each.digest, each.machine, each.stored_ms)
    return [None] * len(photos)
