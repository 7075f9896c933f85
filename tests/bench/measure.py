"""The measurements of one run, each as lines of the page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.bench import exporting, following, map_answers, phone_start, photos, starting, wire
from tests.bench.crowd import Member
from tests.bench.page import Line
from tests.bench.storing import Rate, middle, raw_rows, store
from tests.postgresql import Cluster, postgresql
from tests.servers import Place

# As many phones at once as a busy minute has: what waits together shares a commit.
LANES = 32
# Entries by core-second, durable and authenticated, by how many a phone hands in at once.
STORED_AIMS, POSTGRESQL_AIMS = {50: 20_000, 1: 4_000}, {50: 10_000, 1: 3_000}
MAP_AIM_MS, MAP_SAME_AIM_MS = 25, 3
PHOTO_AIM, CSV_AIM = 0.7, 40_000
START_AIM_S, IDLE_AIM_MB, LOADED_AIM_MB = 0.8, 70, 160
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
    aim = f"{STORED_AIMS[batch]:,}", path.per_core_s >= STORED_AIMS[batch]
    held = path.memory_bytes / 1e6
    share = f"{_percent(bare, path)} of Flask answering 204, {_percent(raw, path)} of raw rows"
    return [
        Line(STORING, f"{of}: request, by core-second", path.per_core_s, "entries", share, *aim),
        Line(STORING, f"{of}: request, by the clock", path.per_s, "a second"),
        Line(STORING, f"{of}: request, fold and signature checks, by core-second", whole.per_core_s, "entries",
             _percent(raw, whole) + " of raw rows"),
        Line(STORING, f"{of}: request, fold and signature checks, by the clock", whole.per_s, "a second"),
        Line(STORING, f"{of}: limit, Granian and Flask answering 204", bare.per_core_s, "entries"),
        Line(STORING, f"{of}: limit, the same rows into SQLite and nothing else", raw.per_core_s, "entries"),
        Line("Memory", f"after {path.entries:,} entries, {of}", held, "MB", "", f"{LOADED_AIM_MB}",
             held <= LOADED_AIM_MB),
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
            aim = f"{POSTGRESQL_AIMS[batch]:,}", rate.per_core_s >= POSTGRESQL_AIMS[batch]
            found.append(Line(STORING, what, rate.per_core_s, "entries", "its own processes counted in", *aim))
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
    server = photos.receive(Place(folder / "server"), made, 1 << 20, "raw_photos")
    found = []
    for piece, what in ((photos.PIECE_BYTES, "in pieces of 64 KB, as the phone sends them"), (1 << 20, "in one piece")):
        rate = photos.receive(Place(folder / str(piece)), made, piece)
        share = f"{_percent(server, rate)} of Granian alone, {_percent(raw, rate)} of the disk"
        aim = (f"{PHOTO_AIM:.0%} of Granian alone", rate.per_core_s >= PHOTO_AIM * server.per_core_s)
        found.append(Line(section, f"{what}, by core-second", _megabytes(rate.per_core_s), "MB", share, *aim))
        found.append(Line(section, f"{what}, by the clock", _megabytes(rate.per_s), "MB a second"))
    limit = "limit: written, synced and renamed, nothing else"
    alone = "limit: the same Granian reads, hashes, writes, syncs and renames"
    return [
        *found,
        Line(section, f"{alone}, by core-second", _megabytes(server.per_core_s), "MB"),
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
            is_quick = new <= MAP_AIM_MS and same <= MAP_SAME_AIM_MS
            aim = (f"{MAP_AIM_MS}, 304 {MAP_SAME_AIM_MS}", is_quick) if incidents == 1_000_000 else ("", None)
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
        Line("Start", "from `sanad serve` to the first answer", seconds, "s", "", f"{START_AIM_S}",
             seconds <= START_AIM_S),
        Line("Memory", "idle, after the first answer", held / 1e6, "MB", "", f"{IDLE_AIM_MB}",
             held / 1e6 <= IDLE_AIM_MB),
    ]  # fmt: skip


def the_export(folder: Path, rows: int) -> list[Line]:
    folder.mkdir(parents=True)
    rate, raw = exporting.export(Place(folder), rows), exporting.plain_rows(rows)
    section, share = "Export", f"{_percent(raw, rate)} of json and csv alone"
    what = f"{rows:,} incidents as a spreadsheet"
    return [
        Line(section, f"{what}, by core-second", rate.per_core_s, "rows", share, f"{CSV_AIM:,}",
             rate.per_core_s >= CSV_AIM),
        Line(section, f"{what}, by the clock", rate.per_s, "a second"),
        Line(section, "limit: the same cells from JSON by the csv module", raw.per_core_s, "rows"),
    ]  # fmt: skip


def the_follower(folder: Path, crowd: Sequence[Member]) -> list[Line]:
    names = {"fold": "folded", "check": "signatures checked", "rebuild": "folded again in a rebuild"}
    return [
        Line("The follower", f"entries {names[each]}, by core-second", rate.per_core_s, "entries")
        for each, rate in following.follow(Place(folder), crowd).items()
    ]


def _percent(limit: Rate, rate: Rate) -> str:
    return f"{rate.per_core_s / limit.per_core_s:.0%}"
