"""What is kept of a secret that somebody shows us, and how long a signed-in browser stays signed in."""

from __future__ import annotations

import hashlib

IDLE_MS = 30 * 60 * 1000  # ASVS 7.3.1: a laptop left open at the desk
ABSOLUTE_MS = 12 * 60 * 60 * 1000  # one election-day shift


def digest_token(token: str) -> str:
    """What is kept of a bearer token, cookie or one-time code: 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()
