"""An entry: what one person recorded once, signed by the device it was written on, never changed."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sync.composed import is_plain_object, read_composed_header
from sync.digest import base64url_decode, base64url_encode, digest_of
from sync.errors import (
    NO_AUTHOR,
    NO_SALT,
    NOT_JSON,
    NOT_TEXT,
    TOO_DEEP,
    TOO_LARGE,
    WRONG_DIGEST,
    in_order,
)
from sync.header import Header, Photo, is_digest, read_header
from sync.strict import MAX_SAFE_INTEGER, is_too_deep, read_object

__all__ = [
    "MAX_BODY_BYTES",
    "MAX_HEADER_BYTES",
    "MAX_SAFE_INTEGER",
    "Entry",
    "Header",
    "Photo",
    "Refusal",
    "base64url_decode",
    "base64url_encode",
    "compose",
    "digest_of",
    "leaf",
    "leaf_of",
    "read_body",
    "read_entry",
]

# A header with 24 photos and 32 references stays under this; a log tile holds far more.
MAX_HEADER_BYTES = 4096
# The longest checklist with every remark filled in is a quarter of this.
MAX_BODY_BYTES = 32768

# 16 random bytes in 22 characters, first of all fields: a digest of a short body cannot be guessed.
_SALT = re.compile(r'[ \t\r\n]*\{[ \t\r\n]*"salt"[ \t\r\n]*:[ \t\r\n]*"[A-Za-z0-9_-]{22}"')
# 64 bytes in 86 characters: the last one carries two bits.
_SIGNATURE = re.compile(r"[A-Za-z0-9_-]{85}[AQgw]")
# RFC 9162 gives leaves the prefix 0 and nodes 1 when they are hashed; this 1 names our leaf format.
_LEAF_FORMAT = b"\x01"

_BLANK_HEADER: Mapping[str, Any] = {
    "v": 1, "election": "", "device": "", "seq": 1, "prev": "", "kind": "", "subject": "", "refs": [],
    "body": "", "body_size": 0, "photos": [], "seen": [0, ""], "at": 0, "mono": 0, "offset": 0,
}  # fmt: skip


class Entry(NamedTuple):
    """One entry as it arrived. The signature is 86 characters, or empty if it was no such text.

    An entry with flaws is stored and quarantined; its header then holds stand-ins for what
    could not be read, while header_bytes hold what was signed.
    """

    id: str
    header: Header
    header_bytes: bytes
    signature: str
    body_bytes: bytes
    flaws: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """One position of a batch that is not stored, with its id where one can be computed."""

    id: str | None
    why: str


def read_entry(texts: object, election: str) -> Entry | Refusal:
    """One position of a batch judged by itself, before author and signature are looked at."""
    if not isinstance(texts, list | tuple) or len(texts) != 3 or not all(type(t) is str for t in texts):
        return Refusal(None, NOT_TEXT)
    header_text, signature, body_text = texts
    try:
        header_bytes = header_text.encode()
    except UnicodeEncodeError:
        return Refusal(None, NOT_TEXT)
    identity = digest_of(header_bytes)
    try:
        body_bytes = body_text.encode()
    except UnicodeEncodeError:
        return Refusal(identity, NOT_TEXT)
    if len(header_bytes) > MAX_HEADER_BYTES or len(body_bytes) > MAX_BODY_BYTES:
        return Refusal(identity, TOO_LARGE)
    body_digest = digest_of(body_bytes)
    flaws: set[str] = set()
    header = read_composed_header(header_text, election, body_digest, len(body_bytes))
    if header is not None:
        why = _body_flaws(body_text, flaws)
    else:
        if is_too_deep(header_text):
            return Refusal(identity, TOO_DEEP)
        fields, flaws = read_object(header_text)
        why = _bindings(fields, body_bytes, body_digest) or _body_flaws(body_text, flaws)
        header = read_header(fields, len(body_bytes), election, flaws) if fields is not None and not why else None
    if header is None or why:
        return Refusal(identity, why or NOT_JSON)
    kept_signature = signature if _SIGNATURE.fullmatch(signature) else ""
    return Entry(identity, header, header_bytes, kept_signature, body_bytes, in_order(flaws) if flaws else ())


def _bindings(fields: dict[str, Any] | None, body_bytes: bytes, body_digest: str) -> str | None:
    if fields is None:
        return NOT_JSON
    if not is_digest(fields.get("device")):
        return NO_AUTHOR
    if fields.get("body") != body_digest:
        return WRONG_DIGEST
    size = fields.get("body_size")
    # A size that is no integer is a flaw of the header; the digest already binds the body.
    if type(size) is int and size != len(body_bytes):
        return WRONG_DIGEST
    return None


def _body_flaws(body_text: str, flaws: set[str]) -> str | None:
    if is_too_deep(body_text):
        # Never parsed: a body nested without end would exhaust the stack of whoever reads it.
        flaws.add(TOO_DEEP)
        if not body_text.lstrip(" \t\r\n").startswith("{"):
            return NOT_JSON
    elif not is_plain_object(body_text):
        body, found = read_object(body_text)
        if body is None:
            return NOT_JSON
        flaws |= found
    if not _SALT.match(body_text):
        flaws.add(NO_SALT)
    return None


def read_body(body_bytes: bytes) -> dict[str, Any]:
    """The fields of a stored body, for the fold; empty if it cannot be read."""
    try:
        text = body_bytes.decode()
    except UnicodeDecodeError:
        return {}
    return {} if is_too_deep(text) else (read_object(text)[0] or {})


def leaf(header_bytes: bytes, body_bytes: bytes) -> bytes:
    """The 65 bytes the log holds for an entry: either half can be opened without the other."""
    return _LEAF_FORMAT + base64url_decode(digest_of(header_bytes)) + base64url_decode(digest_of(body_bytes))


def leaf_of(entry: Entry) -> bytes:
    """The same 65 bytes for an entry that was read: its digests were compared with its bytes then."""
    return _LEAF_FORMAT + base64url_decode(entry.id) + base64url_decode(entry.header.body)


def compose(header: Mapping[str, Any], body: Mapping[str, Any]) -> tuple[str, str]:
    """Header text and body text of a new entry; the digest and size of the body are filled in.

    Fields the header does not give are blank; the body must bring its own salt, which is put first.
    """
    salted = {"salt": body["salt"], **body} if "salt" in body else body
    body_text = _text_of(salted)
    body_bytes = body_text.encode()
    filled = {**_BLANK_HEADER, **header, "body": digest_of(body_bytes), "body_size": len(body_bytes)}
    return _text_of(filled), body_text


def _text_of(fields: Mapping[str, Any]) -> str:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
