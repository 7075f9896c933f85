"""Invented observers and the stations they cover: a few close together, some covered by two organisations."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nsmallest
from random import Random

from maps.position import project
from server.demo.names import ORGANISATIONS
from server.demo.places import DemoCentre, share_out
from server.packs import Pack

# Invented shares: three networks of the alliance of 2025, of different size.
SHARES = (45, 33, 22)
# One observer in eight is sent to a station that another organisation covers: what two see can be compared.
SHARED_STATIONS = 0.125
# No vowels and no look-alikes: a pseudonym is read out over the telephone and must not spell anything.
LETTERS = "23456789bcdfghjkmnpqrstvwxz"


@dataclass(frozen=True)
class DemoObserver:
    id: str
    organisation: str
    badge: str
    governorate: str
    stations: tuple[str, ...]


def make_observers(pack: Pack, centres: Sequence[DemoCentre], count: int, seed: int) -> list[DemoObserver]:
    """`count` observers, spread like the registered voters."""
    random = Random(f"observers {seed}")
    by_governorate: dict[str, list[DemoCentre]] = defaultdict(list)
    for centre in centres:
        by_governorate[centre.governorate].append(centre)
    homes = _homes(pack, count, random)
    organisations = _organisations(count, random)
    observers: list[DemoObserver] = []
    covered: dict[str, list[DemoObserver]] = defaultdict(list)
    for place, (home, organisation) in enumerate(zip(homes, organisations, strict=True)):
        stations = _shared(covered[home], organisation, random) or _stations(by_governorate[home], random)
        badge = f"{organisation[:2].upper()}-{place + 1:05d}"
        observer = DemoObserver(_pseudonym(seed, place), organisation, badge, home, stations)
        observers.append(observer)
        covered[home].append(observer)
    return observers


def _homes(pack: Pack, count: int, random: Random) -> list[str]:
    parts = share_out(count, [each.registered for each in pack.governorates])
    homes = [each.code for each, part in zip(pack.governorates, parts, strict=True) for _ in range(part)]
    random.shuffle(homes)
    return homes[:count]


def _organisations(count: int, random: Random) -> list[str]:
    parts = share_out(count, SHARES)
    found = [code for (code, _), part in zip(ORGANISATIONS, parts, strict=True) for _ in range(part)]
    random.shuffle(found)
    return found[:count]


def _shared(present: Sequence[DemoObserver], organisation: str, random: Random) -> tuple[str, ...]:
    """Stations of a colleague of another organisation, or none."""
    others = [each for each in present if each.organisation != organisation]
    return random.choice(others).stations if others and random.random() < SHARED_STATIONS else ()


def _stations(centres: Sequence[DemoCentre], random: Random) -> tuple[str, ...]:
    """One to three stations: of a random centre and, where that has too few, of those next to it."""
    wanted = random.choice((1, 2, 2, 3))
    first = random.choice(centres)
    x, y = project(first.longitude, first.latitude)

    def nearness(centre: DemoCentre) -> float:
        other_x, other_y = project(centre.longitude, centre.latitude)
        return (other_x - x) ** 2 + (other_y - y) ** 2

    codes = first.station_codes()
    if len(codes) < wanted:
        codes = [code for centre in nsmallest(wanted, centres, nearness) for code in centre.station_codes()]
    return tuple(codes[:wanted])


def _pseudonym(seed: int, place: int) -> str:
    """Eight letters that follow from the seed, so that the same demonstration has the same observers."""
    digest = hashlib.sha256(f"observer {seed} {place}".encode()).digest()
    return "o-" + "".join(LETTERS[byte % len(LETTERS)] for byte in digest[:8])
