"""Thousands of phones that wrote all day without a signal: signed beforehand, so that sending is all that is left."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from random import Random

import orjson

from server.packs import load_pack
from sync.digest import digest_of
from sync.entry import base64url_encode
from tests.bench import load
from tests.bench.crowd import Member, Texts
from tests.world import MORNING_MS

# Enough to spread over; the register's size costs the server nothing here.
STATIONS = [f"{100_001 + centre}-{number:02}" for centre in range(500) for number in (1, 2, 3)]


class Photos:
    """As many photos as are wanted that differ in their last bytes only: noise does not compress, as photos do not."""

    def __init__(self, size: int) -> None:
        self.size, self.noise = size, Random(7).randbytes(size - 8)
        self._digest = hashlib.sha256(self.noise)

    def digest(self, number: int) -> str:
        whole = self._digest.copy()
        whole.update(number.to_bytes(8, "big"))
        return base64url_encode(whole.digest())

    def piece(self, number: int, start: int, end: int) -> bytes:
        if end <= len(self.noise):
            return self.noise[start:end]
        return (self.noise[start:] + number.to_bytes(8, "big"))[: end - start]


@dataclass
class Waiting:
    """What one phone holds when its signal returns: packed frames with the ids in each, and photos by number."""

    token: str
    frames: list[tuple[bytes, list[str]]]
    photos: list[tuple[int, str]] = field(default_factory=list)


def gather(devices: int, entries: int, photos_each: int, photos: Photos) -> tuple[list[Member], list[Waiting]]:
    """The same crowd for the same numbers; signed on every core there is."""
    cores = os.cpu_count() or 1
    shares = [range(1 + core, devices + 1, cores) for core in range(cores)]
    asked = [(share, entries, photos_each, photos.size) for share in shares]
    if devices < 500:
        found = [_write(each) for each in asked]
    else:
        with ProcessPoolExecutor(cores, get_context("spawn")) as pool:
            found = list(pool.map(_write, asked))
    members, waiting = [], []
    for share, held in zip(shares, found, strict=True):
        members += [Member(number, STATIONS, Random(number)) for number in share]
        waiting += held
    return members, waiting


def _write(asked: tuple[range, int, int, int]) -> list[Waiting]:
    numbers, entries, photos_each, photo_bytes = asked
    pack, photos = load_pack("iraq"), Photos(photo_bytes)
    found = []
    for number in numbers:
        member = Member(number, STATIONS, Random(number))
        shots = range(photos_each * number, photos_each * (number + 1))
        pictures = [(shot, photos.digest(shot)) for shot in shots]
        named = [(digest, photo_bytes, "image/jpeg") for _, digest in pictures]
        station = {"station": member.random.choice(STATIONS)}
        member.write("visit.open", {**station, "at_ms": MORNING_MS}, named)
        member.write_day(pack, entries - 1)
        found.append(Waiting(member.token, [_frame(member.token, member.entries)], pictures))
    return found


def _frame(token: str, entries: Sequence[Texts]) -> tuple[bytes, list[str]]:
    return load.exchange(token, entries), [digest_of(header.encode()) for header, _, _ in entries]


def poll(token: str, cursor: str) -> bytes:
    """An exchange that hands in nothing."""
    frame = {"protocol": 1, "app": "closing hour", "entries": [], "cursor": cursor}
    return load.request("POST", "/api/v1/sync", token, orjson.dumps(frame), Content_Type="application/json")
