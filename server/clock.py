"""The only place where time and chance enter the server; everything below receives them as arguments."""

from __future__ import annotations

import secrets
import time
from base64 import urlsafe_b64encode

# Seconds since some moment, for how long something took; never for when it was.
stopwatch = time.perf_counter


class Clock:
    """The real clock and real chance. Tests hand in another with the same three answers."""

    def now_ms(self) -> int:
        """Milliseconds since 1970, UTC."""
        return time.time_ns() // 1_000_000

    def random_bytes(self, count: int) -> bytes:
        return secrets.token_bytes(count)

    def random_text(self, count: int) -> str:
        """`count` random bytes as base64url without padding."""
        return urlsafe_b64encode(self.random_bytes(count)).decode().rstrip("=")
