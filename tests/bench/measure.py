"""The measurements of one run, each as lines of the page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.bench import following, map_answers, phone_start, photos, starting, wire
from tests.bench.crowd import Member
from tests.bench.page import Line
from tests.bench.storing import Rate, middle, raw_rows, store
from tests.postgresql import Cluster, postgresql
from tests.servers import Place

LANES = 8
# Entries by core-second, durable and authenticated, in batches of 50.
STORED_AIM = 5_000
MAP_AIM_MS = 50
PHONE_AIM_S = 3
BUNDLE_AIM_BYTES = 100_000
STORING = "Entries stored"


def storing(folder: Path, crowd: Sequence[Member], batch: int, repeats: int) -> list[Line]:
    """The path of a request, the same with all that follows, and both limits."""
    places = [Place(folder / f"{batch}-{each}") for each in range(repeats)]
    path = middle([store(place, crowd, batch, LANES, "without_follower") for place in places])
    whole = store(Place(folder / f"{batch}-whole"), crowd, batch, LANES)
    bare = store(Place(folder / f"{batch}-bare"), crowd, batch, LANES, "bare")
    raw = raw_rows(folder / f"{batch}-raw", crowd, batch)
    of = f"batches of {batch}" if batch > 1 else "one by one"
    aim = (f"{STORED_AIM:,}", path.per_core_s >= STORED_AIM) if batch == 50 else ("", None)
    whole_aim = (f"{STORED_AIM:,}", whole.per_core_s >= STORED_AIM) if batch == 50 else ("", None)
    share = f"{_percent(bare, path)} of Flask answering 204, {_percent(raw, path)} of raw rows"
    return [
        Line(STORING, f"{of}: request, by core-second", path.per_core_s, "entries", share, *aim),
        Line(STORING, f"{of}: request, by the clock", path.per_s, "a second"),
        Line(STORING, f"{of}: request, fold and signature checks, by core-second", whole.per_core_s, "entries",
             _percent(raw, whole) + " of raw rows", *whole_aim),
        Line(STORING, f"{of}: request, fold and signature checks, by the clock", whole.per_s, "a second"),
        Line(STORING, f"{of}: limit, Granian and Flask answering 204", bare.per_core_s, "entries"),
        Line(STORING, f"{of}: limit, the same rows into SQLite and nothing else", raw.per_core_s, "entries"),
        Line("Memory", f"after {path.entries:,} entries, {of}", path.memory_bytes / 1e6, "MB"),
        Line("Memory", f"after {whole.entries:,} entries, {of}, folded and checked", whole.memory_bytes / 1e6, "MB"),
    ]  # fmt: skip


def storing_on_postgresql(folder: Path, crowd: Sequence[Member], few: Sequence[Member]) -> list[Line]:
    """The path of a request with the database's own processes counted in."""
    found = []
    with postgresql() as cluster:
        for batch, some in ((50, crowd), (1, few)):
            place = Place(folder / f"pg-{batch}", cluster.new_database())
            rate = store(place, some, batch, LANES, "without_follower", _root(cluster))
            what = f"PostgreSQL, {f'batches of {batch}' if batch > 1 else 'one by one'}: request, by core-second"
            found.append(Line(STORING, what, rate.per_core_s, "entries", "its own processes counted in"))
    return found


def _root(cluster: Cluster) -> int:
    return int((cluster.folder / "cluster" / "postmaster.pid").read_text().splitlines()[0])


def on_the_wire(crowd: Sequence[Member]) -> list[Line]:
    section, bundle = "On the wire", wire.bundle_bytes()
    aims = {10: 350, 50: 260}
    found = [Line(section, "an entry as it is", wire.bytes_unpacked(crowd), "bytes")]
    for batch, size in wire.bytes_an_entry(crowd).items():
        aim = (f"{aims[batch]}", size <= aims[batch]) if batch in aims else ("", None)
        what = f"an entry in a packed batch of {batch}"
        found.append(Line(section, what, size, "bytes", "", *aim))
    is_small = bundle["code"] <= BUNDLE_AIM_BYTES
    found.append(
        Line(section, "the phone app's scripts and styles, packed", bundle["code"] / 1000, "KB", "", "100", is_small)
    )
    return [*found, Line(section, "everything a phone loads once, packed", bundle["whole"] / 1000, "KB")]


def photos_received(folder: Path, count: int) -> list[Line]:
    section, made = "Photos of 300 KB", photos.make_photos(count)
    raw = photos.raw_files(folder / "raw", made)
    found = []
    for piece, what in ((photos.PIECE_BYTES, "in pieces of 64 KB, as the phone sends them"), (1 << 20, "in one piece")):
        rate = photos.receive(Place(folder / str(piece)), made, piece)
        share = f"{_percent(raw, rate)}; by the clock {rate.per_s / raw.per_s:.0%}"
        found.append(Line(section, f"{what}, by core-second", _megabytes(rate.per_core_s), "MB", share))
        found.append(Line(section, f"{what}, by the clock", _megabytes(rate.per_s), "MB a second"))
    limit = "limit: written, synced and renamed, nothing else"
    return [
        *found,
        Line(section, f"{limit}, by core-second", _megabytes(raw.per_core_s), "MB"),
        Line(section, f"{limit}, by the clock", _megabytes(raw.per_s), "MB a second"),
    ]


def _megabytes(photos_: float) -> float:
    return photos_ * photos.PHOTO_BYTES / 1e6


def the_map(folder: Path) -> list[Line]:
    found = []
    for incidents in (100_000, 1_000_000):
        place = Place(folder / str(incidents))
        place.folder.mkdir(parents=True)
        for question, (new, same) in map_answers.answer_times(place, incidents).items():
            aim = (f"{MAP_AIM_MS}", new <= MAP_AIM_MS) if incidents == 1_000_000 else ("", None)
            section, shown = f"The map's figures of {incidents:,} incidents", f"304 after {same:.1f} ms"
            found.append(Line(section, f"{question}, after a change", new, "ms", shown, *aim))
    return found


def the_phone(folder: Path) -> list[Line]:
    folder.mkdir(parents=True)
    seconds = phone_start.cold_start_s(folder)
    what = f"the app without a network, processor {phone_start.SLOWER} times slower"
    return [Line("Start", what, seconds, "s", "", f"{PHONE_AIM_S}", seconds <= PHONE_AIM_S)]


def the_start(folder: Path) -> list[Line]:
    seconds, held = starting.start_times(folder)
    return [
        Line("Start", "from `sanad serve` to the first answer", seconds, "s"),
        Line("Memory", "idle, after the first answer", held / 1e6, "MB"),
    ]


def the_follower(folder: Path, crowd: Sequence[Member]) -> list[Line]:
    names = {"fold": "folded", "check": "signatures checked", "rebuild": "folded again in a rebuild"}
    return [
        Line("The follower", f"entries {names[each]}, by core-second", rate.per_core_s, "entries")
        for each, rate in following.follow(Place(folder), crowd).items()
    ]


def _percent(limit: Rate, rate: Rate) -> str:
    return f"{rate.per_core_s / limit.per_core_s:.0%}"
