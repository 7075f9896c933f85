"""Names things by their content: the same bytes have the same name on every phone and server."""

import json
from binascii import a2b_base64, b2a_base64
from hashlib import sha256

# What `base64.urlsafe_b64encode` does in four calls; every entry is named, and named again, by it.
_TO_URL, _FROM_URL = bytes.maketrans(b"+/", b"-_"), bytes.maketrans(b"-_", b"+/")


def base64url_encode(raw: bytes) -> str:
    """The text of RFC 4648 §5 without padding."""
    return b2a_base64(raw, newline=False).translate(_TO_URL).rstrip(b"=").decode("ascii")


def base64url_decode(text: str) -> bytes:
    """The bytes behind a text of RFC 4648 §5 without padding; ValueError if it is not one."""
    return a2b_base64(text.encode("ascii").translate(_FROM_URL) + b"=" * (-len(text) % 4))


def digest_of(raw: bytes) -> str:
    """SHA-256 of the bytes in 43 characters of base64url."""
    return base64url_encode(sha256(raw).digest())


def state_digest(state: object) -> str:
    """SHA-256 in hexadecimal of a state written as JSON with sorted keys and no spaces.

    Two servers that hold the same entries give the same digest. Floats are refused with
    ValueError only when they are not numbers; sets are refused with TypeError.
    """
    text = json.dumps(state, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return sha256(text.encode()).hexdigest()
