"""What an entry weighs on the wire, and what a phone is sent: in bytes, as packed as the phone packs it."""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean

from tests.bench import load
from tests.bench.crowd import Member

BATCHES = (1, 10, 50)
BUILT = Path(__file__).parents[2] / "web" / "dist" / "phone"


def bytes_an_entry(crowd: Sequence[Member]) -> Mapping[int, float]:
    """By size of the batch: bytes of the request's body for each entry."""
    return {batch: mean(_weights(crowd, batch)) for batch in BATCHES}


def bytes_unpacked(crowd: Sequence[Member]) -> float:
    return mean(len("".join(texts).encode()) for member in crowd for texts in member.entries)


def _weights(crowd: Sequence[Member], batch: int) -> list[float]:
    found = []
    for member in crowd[:4]:
        for start in range(0, len(member.entries) - batch + 1, batch):
            whole = load.exchange(member.token, member.entries[start : start + batch])
            found.append(len(whole.partition(b"\r\n\r\n")[2]) / batch)
    return found


def bundle_bytes() -> Mapping[str, int]:
    """What a phone loads at its first visit, by kind, packed: scripts and styles, and everything."""
    files = [each for each in BUILT.rglob("*") if each.is_file() and each.suffix != ".gz"]
    packed = {each: _packed(each) for each in files}
    code = sum(size for each, size in packed.items() if each.suffix in (".js", ".css"))
    return {"code": code, "whole": sum(packed.values())}


def _packed(path: Path) -> int:
    beside = path.with_name(path.name + ".gz")
    return beside.stat().st_size if beside.is_file() else len(gzip.compress(path.read_bytes(), 9))
