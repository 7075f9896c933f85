"""The short names under which observers and staff stand in entries: random, so that they tell nothing."""

from __future__ import annotations

# Crockford's base 32 in lower case: read aloud and typed without i, l, o and u being taken for others.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LETTERS = 8  # 40 bits: forty thousand observers meet by chance once in a thousand elections


def pseudonym(prefix: str, chance: bytes) -> str:
    """Such as `o-7k2m9q4d`; `chance` are at least eight random bytes."""
    return f"{prefix}-" + "".join(ALPHABET[each % len(ALPHABET)] for each in chance[:LETTERS])
