"""Hashes the passwords of the desk: slow for a thief, and never so many at once that the server stalls."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from server.normal_letters import normal_letters
from server.problems import Problem

# OWASP's equal of 19 MiB and two passes: 46 MiB, one pass; about 0.1 s of one core.
_HASHER = PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1)
# Two cores: more at once would only take memory and time from the phones.
AT_ONCE = 2
LONGEST_QUEUE = 20
LONGEST_WAIT_S = 10.0
SHORTEST, LONGEST = 12, 128
# Twelve letters of one of these, with digits around it, are guessed first.
_GUESSED_FIRST = frozenset(
    {
        *(
            "password",
            "passw",
            "qwerty",
            "qwertyuiop",
            "asdfghjkl",
            "iloveyou",
            "letmein",
            "welcome",
            "secret",
        ),
        *("admin", "administrator", "coordinator", "observer", "election", "elections", "changeme"),
        *("sanad", "iraq", "baghdad", "abcdefghijkl"),
    }
)

_slots = threading.BoundedSemaphore(AT_ONCE)
_queue = threading.BoundedSemaphore(AT_ONCE + LONGEST_QUEUE)


def hash_password(password: str) -> str:
    """The argon2id hash to keep. Raises Problem busy when too many wait already."""
    with _slot():
        return _HASHER.hash(password)


def is_password(kept: str | None, password: str) -> bool:
    """True when `password` is the one kept. An unknown name (None) takes as long as a wrong password."""
    with _slot():
        try:
            return _HASHER.verify(kept or _nobodys(), password) and kept is not None
        except (VerifyMismatchError, InvalidHashError):
            return False


def refuse_weak(password: str, *context: str) -> None:
    """Raises Problem weak-password: too short or long, a few letters over and over, or a word tried first.

    `context` are words that an attacker knows: the person's name, the organisation. No rules of composition:
    they make passwords that are forgotten, not ones that are strong (ASVS 6.2.5).
    """
    if not SHORTEST <= len(password) <= LONGEST or len(set(password)) < 5:
        raise Problem("weak-password")
    letters = "".join(each for each in normal_letters(password) if each.isalpha())
    known = _GUESSED_FIRST | {normal_letters(word) for word in context if word}
    # Without a letter it is a date, a telephone number or a row of keys.
    if not letters or letters in known or letters in {2 * word for word in known} or _is_sequence(password):
        raise Problem("weak-password")


def _is_sequence(password: str) -> bool:
    steps = {ord(after) - ord(before) for before, after in pairwise(password)}
    return len(steps) == 1


@cache
def _nobodys() -> str:
    return _HASHER.hash("no account has this password")


@contextmanager
def _slot() -> Iterator[None]:
    if not _queue.acquire(blocking=False):
        raise Problem("busy", retry_after_s=5)
    try:
        if not _slots.acquire(timeout=LONGEST_WAIT_S):
            raise Problem("busy", retry_after_s=5)
        try:
            yield
        finally:
            _slots.release()
    finally:
        _queue.release()
