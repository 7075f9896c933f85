"""The signed line of an entry: who wrote it, where it stands in the journal and what it names."""

import re
from typing import Any, NamedTuple

from sync.errors import BAD_SEQUENCE, MALFORMED_HEADER, WRONG_ELECTION, WRONG_VERSION
from sync.strict import MAX_SAFE_INTEGER

VERSION = 1
# One entry is one act of one person: more references or photos than this is a fault of the program.
MAX_REFS = 32
MAX_PHOTOS = 24

# 256 bits in 43 characters: the last one carries four bits, so only sixteen letters can stand there.
DIGEST = re.compile(r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]")
_KIND = re.compile(r"[a-z0-9._-]{1,64}")
_ELECTION = re.compile(r"[A-Za-z0-9._-]{1,64}")
_MEDIA_TYPE = re.compile(r"[a-z0-9.+-]{1,40}/[a-z0-9.+-]{1,40}")
_NAME = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{0,128}")


class Photo(NamedTuple):
    """A photo that belongs to an entry, named by the digest of its bytes; size in bytes."""

    digest: str
    size: int
    media_type: str


class Header(NamedTuple):
    """What a device signed. Clocks (at, mono, offset, in ms) are testimony and decide nothing."""

    v: int
    election: str
    device: str
    seq: int
    prev: str
    kind: str
    subject: str
    refs: tuple[str, ...]
    body: str
    body_size: int
    photos: tuple[Photo, ...]
    seen: tuple[int, str]
    at: int
    mono: int
    offset: int
    by: str | None = None
    organisation: str | None = None
    role: str | None = None


def is_digest(value: object) -> bool:
    """Whether a value is a SHA-256 in its one spelling of base64url."""
    return isinstance(value, str) and DIGEST.fullmatch(value) is not None


def read_header(fields: dict[str, Any], body_size: int, election: str, flaws: set[str]) -> Header:
    """The header behind parsed fields. What is amiss is added to the flaws and replaced by a
    value that can be stored (0, empty text, empty list), so that a flawed entry is kept too.

    The device and the digest of the body have been checked before. Fields it does not know are
    left alone: a newer phone may send them.
    """
    seq = _sequence(fields, flaws)
    # If the size is no integer, the size of the body that the digest binds stands in for it.
    _integer(fields, "body_size", flaws)
    return Header(
        v=_version(fields, flaws),
        election=_election(fields, election, flaws),
        device=fields["device"],
        seq=seq,
        prev=_previous(fields, seq, flaws),
        kind=_matching(fields.get("kind"), _KIND, flaws),
        subject=_id_or_empty(fields.get("subject"), flaws),
        refs=_refs(fields.get("refs"), flaws),
        body=fields["body"],
        body_size=body_size,
        photos=_photos(fields.get("photos"), flaws),
        seen=_seen(fields.get("seen"), flaws),
        at=_integer(fields, "at", flaws),
        mono=_integer(fields, "mono", flaws),
        offset=_integer(fields, "offset", flaws),
        by=_name(fields, "by", flaws),
        organisation=_name(fields, "organisation", flaws),
        role=_name(fields, "role", flaws),
    )


def _integer(fields: dict[str, Any], name: str, flaws: set[str]) -> int:
    value = fields.get(name)
    # True is an int in Python and not in JSON.
    if type(value) is int:
        return value
    flaws.add(MALFORMED_HEADER)
    return 0


def _version(fields: dict[str, Any], flaws: set[str]) -> int:
    version = _integer(fields, "v", flaws)
    if version != VERSION:
        flaws.add(WRONG_VERSION)
    return version


def _election(fields: dict[str, Any], election: str, flaws: set[str]) -> str:
    named = fields.get("election")
    if named == election:
        return election
    flaws.add(WRONG_ELECTION)
    return _matching(named, _ELECTION, flaws)


def _sequence(fields: dict[str, Any], flaws: set[str]) -> int:
    seq = _integer(fields, "seq", flaws)
    if seq < 1:
        flaws.add(BAD_SEQUENCE)
        return 0
    return seq


def _previous(fields: dict[str, Any], seq: int, flaws: set[str]) -> str:
    prev = _id_or_empty(fields.get("prev"), flaws)
    if seq and (seq == 1) != (prev == ""):
        flaws.add(BAD_SEQUENCE)
    return prev


def _matching(value: object, pattern: re.Pattern[str], flaws: set[str]) -> str:
    if isinstance(value, str) and pattern.fullmatch(value):
        return value
    flaws.add(MALFORMED_HEADER)
    return ""


def _id_or_empty(value: object, flaws: set[str]) -> str:
    return "" if value == "" else _matching(value, DIGEST, flaws)


def _refs(value: object, flaws: set[str]) -> tuple[str, ...]:
    if isinstance(value, list) and len(value) <= MAX_REFS and all(map(is_digest, value)):
        return tuple(value)
    flaws.add(MALFORMED_HEADER)
    return ()


def _photos(value: object, flaws: set[str]) -> tuple[Photo, ...]:
    if isinstance(value, list) and len(value) <= MAX_PHOTOS and all(map(_is_photo, value)):
        return tuple(Photo(*photo) for photo in value)
    flaws.add(MALFORMED_HEADER)
    return ()


def _is_photo(value: object) -> bool:
    if not isinstance(value, list) or len(value) != 3:
        return False
    digest, size, media_type = value
    return (
        is_digest(digest)
        and type(size) is int
        and 0 < size <= MAX_SAFE_INTEGER
        and isinstance(media_type, str)
        and _MEDIA_TYPE.fullmatch(media_type) is not None
    )


def _seen(value: object, flaws: set[str]) -> tuple[int, str]:
    if isinstance(value, list) and len(value) == 2:
        size, root = value
        if type(size) is int and size >= 0 and (root == "" or is_digest(root)):
            return size, root
    flaws.add(MALFORMED_HEADER)
    return 0, ""


def _name(fields: dict[str, Any], name: str, flaws: set[str]) -> str | None:
    return _matching(fields[name], _NAME, flaws) if name in fields else None
