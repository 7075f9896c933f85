"""Decides how hard phones may press: what each of them is told, and who is to come again when all come at once.

A text is worth more than a photo, and a thread is what both need. The server has 64 (server/cli/serving.py); photos get
at most 24 of them, and fewer new ones the more texts there are. Texts are asked to come again only when those inside
would wait for ten seconds, or have stood in most of the other threads for as long, which is the server's own sign that
more wait outside than it can see.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from server.clock import Clock

# 40 texts and 24 photos are the 64 threads. A text holds its thread until its commit, so texts in hand are also the
# writer's queue: one commit takes them all.
MOST_TEXTS, MOST_PHOTOS = 40, 24
# More disks than one are not expected: 12 pieces at once keep it busy, and leave room for uploads that have begun,
# which would otherwise send their piece in vain.
MOST_NEW_PHOTOS = 12
# A quarter of what texts may have, over some seconds: a wave. Then photos wait: they have all night.
TEXTS_BEFORE_PHOTOS = MOST_TEXTS // 4
# With every commit all that are in leave at once and others fill the threads: it is the mean that tells a crowd.
CROWD_FORGETS_S, CROWD = 1.0, MOST_TEXTS * 0.75
# Whoever is sent away comes back alone and costs a commit of its own, where those who wait share one: in a burst of
# 3,000 phones all were through in 26 s when nobody was refused, in 82 s when half were. So only what would last is
# broken up, well before the half minute after which the server and the minute after which the phone give up a line.
CROWDED_S = 10.0
# The same for those who are in.
MOST_WAIT_S = 10.0
# One slow commit with a handful of texts in it is no crowd.
A_HANDFUL = 8
# While texts come the follower rests so long between two folds: the map may be a minute late, an answer may not.
FOLD_REST_S = 0.5
# How fast the figures forget: a few seconds, so that one slow commit changes nothing and a wave is seen.
FORGETS_S = 5.0
# Phones send a frame again after a minute of silence. One that takes a twentieth of that is to get smaller.
SLOW_TEXT_S = 3.0
MOST_ENTRIES, FEW_ENTRIES = 100, 25
# Not longer: a coordinator waits for a tape.
MOST_SPREAD_S = 60


@dataclass(frozen=True)
class Measured:
    """What the server knows of itself at one moment.

    `mean_texts` in hand, over some seconds; `crowd` the same over the last one; `text_s` what one takes; `gap_s`
    between two that leave; `crowded_s` how long there has been a crowd; `reasons` of others for holding photos back.
    """

    texts: int = 0
    photos: int = 0
    mean_texts: float = 0.0
    text_s: float = 0.0
    crowded_s: float = 0.0
    gap_s: float = 0.0
    crowd: float = 0.0
    reasons: frozenset[str] = frozenset()

    @property
    def is_crowded(self) -> bool:
        is_full = self.texts >= MOST_TEXTS and self.crowd >= CROWD and self.crowded_s >= CROWDED_S
        return is_full or (self.texts > A_HANDFUL and self.texts * self.gap_s >= MOST_WAIT_S)


@dataclass(frozen=True)
class Hints:
    """What a phone is told in each answer (wire.md §3)."""

    max_entries: int
    spread_s: int
    photos: str


def hints(now: Measured) -> Hints:
    share = min(1.0, max(now.mean_texts, now.crowd) / MOST_TEXTS)
    # Under a quarter nothing is said, so that on a quiet day nobody waits for anything.
    spread_s = 0 if share < 0.25 else round(share * MOST_SPREAD_S)
    is_held = bool(now.reasons) or now.mean_texts >= TEXTS_BEFORE_PHOTOS or now.photos >= MOST_PHOTOS
    return Hints(
        max_entries=FEW_ENTRIES if now.text_s > SLOW_TEXT_S else MOST_ENTRIES,
        spread_s=spread_s,
        photos="hold" if is_held or now.is_crowded else "go",
    )


def text_waits_s(now: Measured, chance: float) -> int:
    """0: come in. Otherwise when to come again, spread out, later the longer it has been crowded."""
    if not now.is_crowded:
        return 0
    return 2 + round(chance * min(MOST_SPREAD_S, 6 + 4 * now.crowded_s))


def photo_waits_s(now: Measured, is_begun: bool, chance: float) -> int:
    """0: come in. An upload that has begun is let on as long as anything is: its piece has already come all the way."""
    if is_begun:
        is_in = now.photos < MOST_PHOTOS and not now.is_crowded
        return 0 if is_in else 2 + round(chance * 10)
    is_in = now.photos < MOST_NEW_PHOTOS and now.mean_texts < TEXTS_BEFORE_PHOTOS and not now.is_crowded
    return 0 if is_in else 5 + round(chance * 25)


class TooMany(Exception):
    """Come again in `after_s` seconds."""

    code = "busy"

    def __init__(self, after_s: int) -> None:
        super().__init__(after_s)
        self.after_s = after_s


class Pacing:
    """One a process: counts who is in, and lets in or not. Any thread may ask at any time."""

    def __init__(self, clock: Clock) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._texts = self._photos = 0
        self._mean_texts = self._crowd = self._text_s = self._gap_s = 0.0
        self._changed_ms = self._left_ms = clock.now_ms()
        self._crowded_since_ms: int | None = None
        self._reasons: set[str] = set()
        self._never = threading.Event()

    def hold_photos(self, reason: str, is_so: bool) -> None:
        """Photos are held back as long as any reason stands, such as "disk"."""
        with self._lock:
            (self._reasons.add if is_so else self._reasons.discard)(reason)

    def let_texts_first(self) -> None:
        """Called between two folds: waits a moment while texts are coming in."""
        if self.measured().mean_texts > A_HANDFUL:
            self._never.wait(FOLD_REST_S)

    def measured(self) -> Measured:
        with self._lock:
            return self._measured(self._clock.now_ms())

    @contextmanager
    def text(self) -> Iterator[None]:
        """While an exchange is answered. Raises TooMany."""
        began_ms = self._enter_text()
        try:
            yield
        finally:
            self._leave_text(began_ms)

    @contextmanager
    def photo(self, is_begun: bool) -> Iterator[None]:
        """While a piece of a photo is taken in. Raises TooMany."""
        with self._lock:
            now = self._measured(self._clock.now_ms())
            if photo_waits_s(now, is_begun, 0.0):
                raise TooMany(photo_waits_s(now, is_begun, self._chance()))
            self._photos += 1
        try:
            yield
        finally:
            with self._lock:
                self._photos -= 1

    def _enter_text(self) -> int:
        with self._lock:
            now_ms = self._clock.now_ms()
            now = self._measured(now_ms)
            if text_waits_s(now, 0.0):
                raise TooMany(text_waits_s(now, self._chance()))
            if not self._texts:
                self._left_ms = now_ms
            self._texts += 1
            return now_ms

    def _leave_text(self, began_ms: int) -> None:
        with self._lock:
            now_ms = self._clock.now_ms()
            self._remember(now_ms)
            self._texts -= 1
            self._text_s += 0.1 * (max(0, now_ms - began_ms) / 1000 - self._text_s)
            # Many leave with one commit: the mean is over several commits.
            self._gap_s += 0.01 * (min(FORGETS_S, max(0, now_ms - self._left_ms) / 1000) - self._gap_s)
            self._left_ms = now_ms

    def _remember(self, now_ms: int) -> None:
        """Moves the mean towards how many there were since it was last looked at."""
        # A clock that was set back, or far ahead, counts as no time at all or as long enough.
        passed_s = max(0, now_ms - self._changed_ms) / 1000
        self._mean_texts += min(1.0, passed_s / FORGETS_S) * (self._texts - self._mean_texts)
        self._crowd += min(1.0, passed_s / CROWD_FORGETS_S) * (self._texts - self._crowd)
        self._changed_ms = now_ms
        if self._crowd >= CROWD and self._crowded_since_ms is None:
            self._crowded_since_ms = now_ms
        if self._crowd < CROWD / 2:
            self._crowded_since_ms = None

    def _measured(self, now_ms: int) -> Measured:
        self._remember(now_ms)
        since_ms = self._crowded_since_ms
        crowded_s = 0.0 if since_ms is None else max(0, now_ms - since_ms) / 1000
        figures = (self._mean_texts, self._text_s, crowded_s, self._gap_s, self._crowd)
        return Measured(self._texts, self._photos, *figures, frozenset(self._reasons))

    def _chance(self) -> float:
        return self._clock.random_bytes(1)[0] / 256
