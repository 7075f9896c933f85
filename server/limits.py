"""How often something may be tried: leaky buckets, decided here and kept in the database for all workers."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass

# Levels are kept in thousandths of one attempt, so that slow leaks need no fractions.
ONE = 1000


@dataclass(frozen=True)
class Limit:
    """`at_once` attempts, then one more for every `refill_ms`."""

    name: str
    at_once: int
    refill_ms: int


# Deep, so that nobody on one network can shut a coordinator out by guessing at her account: the bucket of the network
# is empty long before. Four thousand guesses a day from everywhere find no password of twelve characters.
SIGN_IN_BY_NAME = Limit("sign-in-name", 20, 20_000)
# An office behind one address shares this bucket; attempts that succeed are given back.
SIGN_IN_BY_ADDRESS = Limit("sign-in-address", 5, 60_000)
# Enrolment has none: a code of 256 bits cannot be guessed, and thousands of phones share one address.
EXPORT = Limit("export", 5, 600_000)


@dataclass(frozen=True)
class Pour:
    """What one more attempt does to a bucket. A refused one leaves the level, and so the wait, as it was."""

    level: int
    is_allowed: bool
    retry_after_s: int = 0


def pour(limit: Limit, level: int, changed_ms: int, now_ms: int) -> Pour:
    """One more attempt at `now_ms`, when the bucket stood at `level` at `changed_ms`.

    A clock that went back leaks nothing, so that setting it does not open the bucket.
    """
    leaked = max(0, now_ms - changed_ms) * ONE // limit.refill_ms
    left = max(0, level - leaked)
    if left + ONE > limit.at_once * ONE:
        over = left + ONE - limit.at_once * ONE
        return Pour(left, False, -(-over * limit.refill_ms // (ONE * 1000)))
    return Pour(left + ONE, True)


def hashed(key: str, pepper: bytes) -> str:
    """What is kept of a name or address: without the pepper of this run, nobody can tell whose it was."""
    return hmac.new(pepper, key.encode(), hashlib.sha256).hexdigest()[:32]


def network_of(address: str) -> str:
    """The /24 or /56 an address belongs to: whoever holds one address usually holds its neighbours."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    length = 24 if parsed.version == 4 else 56
    return str(ipaddress.ip_network(f"{parsed}/{length}", strict=False))
