"""Decides how far a photo has arrived and what its next piece may be (tus 1.0.0)."""

from dataclasses import dataclass
from typing import Literal

from sync.digest import digest_of

# A phone photo scaled for evidence is under 1 MiB; this leaves room for an original.
MAX_PHOTO_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Creation:
    """The answer to the wish to upload: go on at offset, or why not."""

    outcome: Literal["open", "whole", "unknown-digest", "wrong-length", "too-large"]
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Append:
    """The answer to a piece: offset is what is held after it, unchanged if it is not taken."""

    outcome: Literal["partial", "complete", "conflict", "too-long"]
    offset: int


def upload_id(carrier: str, digest: str, length: int) -> str:
    """The name of an upload, the same for every attempt of one carrier at one photo of that length."""
    return digest_of(f"{carrier}.{digest}.{length}".encode())


def decide_creation(length: int, named_size: int | None, held: int, is_whole: bool) -> Creation:
    """Whether an upload of `length` bytes may begin or go on.

    named_size: the size that a stored entry gives this digest, None if none names it;
    held: bytes that arrived before; is_whole: the photo is already kept under its digest.
    """
    if named_size is None:
        return Creation("unknown-digest")
    if length > MAX_PHOTO_BYTES:
        return Creation("too-large")
    if length != named_size:
        return Creation("wrong-length")
    return Creation("whole", length) if is_whole else Creation("open", held)


def decide_append(length: int, held: int, offset: int, received: int) -> Append:
    """What becomes of `received` bytes that claim to start at `offset` of `length`.

    Fewer bytes than announced are kept too: on a bad line every piece counts.
    """
    if offset != held:
        return Append("conflict", held)
    if offset + received > length:
        return Append("too-long", held)
    after = offset + received
    return Append("complete" if after == length else "partial", after)


def is_kept(digest: str, found: str) -> bool:
    """Whether a whole upload is the photo that was named; if not it starts again at 0 (460)."""
    return digest == found
