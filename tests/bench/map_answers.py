"""The map's live answer over as many incidents as an election could bring, read by a desk that has nothing yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from random import Random
from statistics import median

from sqlalchemy import insert, update

from server.operations.add_staff import add_staff
from server.operations.make_staff_token import make_staff_token
from server.packs import Pack
from server.projections.claims import FoldRow
from server.projections.counts import CoveredRow, IncidentCountRow, VisitCountRow, VisitRow
from server.projections.tallies import cells
from server.running import Running
from tests.bench import load
from tests.bench.crowd import begin
from tests.servers import Place, ServerProcess, opened
from tests.world import MORNING_MS

# Iraq's register of 2025; a station in three is visited by two observers.
STATIONS = 39_000
OBSERVERS = 13_000
QUESTIONS = {
    "everything": "",
    "one type": "type=VO03",
    "from severity 4": "severity=4",
    "until 14:30": "until=57",
    "one type until 14:30": "type=VO03&until=57",
    "from severity 4 until 14:30": "severity=4&until=57",
}
ASKED = 9
_MARKS = ("organisation", "governorate", "type", "severity", "quarter", "finding")


def answer_times(place: Place, incidents: int) -> Mapping[str, tuple[float, float]]:
    """By question: milliseconds until a new answer is there and until "nothing new" is, in the middle of nine."""
    with opened(place) as (_, held):
        token = _fill(held, incidents)
        process = ServerProcess(place)
        process.start()
        try:
            return {name: _ask(held, process.port, token, question) for name, question in QUESTIONS.items()}
        finally:
            process.kill()


def _ask(held: Running, port: int, token: str, question: str) -> tuple[float, float]:
    ask = load.request("GET", f"/map/figures?{question}", token, Accept="application/json")
    new, same = [], []
    for _ in range(ASKED):
        # As after every fold: nothing that was remembered counts any more.
        held.write(lambda connection: connection.execute(update(FoldRow).values(version=FoldRow.version + 1)) and None)
        first = load.send_here(port, [ask])
        assert first.answers[0][0] == 200
        ask_again = load.request("GET", f"/map/figures?{question}", token, If_None_Match=first.tags[0])
        again = load.send_here(port, [ask_again] * 2)
        assert [status for status, _ in again.answers] == [304, 304]
        new += first.waits_ms
        same += again.waits_ms
    return median(new), median(same)


def _fill(held: Running, incidents: int) -> str:
    """The rollups as the fold would have left them, and a coordinator's token."""
    stations = begin(held, STATIONS)
    random = Random(5)
    tables = {
        IncidentCountRow: _incident_counts(held.pack, incidents, random),
        **_visits(stations, random),
        FoldRow: [{"id": 1, "next_index": 0, "as_of_ms": MORNING_MS, "version": 1}],
    }

    def fill(connection) -> None:
        for table, rows in tables.items():
            connection.execute(insert(table.__table__), rows)

    held.write(fill)
    staff = add_staff(held, "bench", "shams", "coordinator", held.clock.random_text(24), "ar")
    return make_staff_token(held, staff)


def _incident_counts(pack: Pack, incidents: int, random: Random) -> list[dict[str, object]]:
    """Spread as stations are, over all types but mostly the common ones, by day, and mostly minor."""
    areas = pack.governorates
    drawn = zip(
        random.choices(("shams", "tammuz"), (3, 1), k=incidents),
        random.choices([each.code for each in areas], [each.stations for each in areas], k=incidents),
        random.choices([each.code for each in pack.incident_types], _falling(len(pack.incident_types)), k=incidents),
        random.choices((1, 2, 3, 4, 5), (30, 30, 25, 10, 5), k=incidents),
        random.choices(range(96), [1] * 28 + [20] * 44 + [4] * 24, k=incidents),
        random.choices(("unverified", "verified", "doubted", "corrected"), (60, 30, 5, 5), k=incidents),
        strict=True,
    )
    counts: Counter = Counter()
    for marks, count in Counter(drawn).items():
        row = {**dict(zip(_MARKS, marks, strict=True)), "kind": "incident.report", "status": "live", "released_to": ""}
        for cell in cells(row):
            counts[cell] += count
    names = ("scope", "grain", "type", "severity", "quarter", "finding", "governorate", "organisation")
    return [{**dict(zip(names, cell, strict=True)), "incidents": count} for cell, count in counts.items()]


def _falling(count: int) -> list[float]:
    """Weights after Zipf: the second kind of anything is half as common as the first."""
    return [1 / place for place in range(1, count + 1)]


def _visits(stations: list[tuple[str, str]], random: Random) -> dict:
    visits, covered = [], []
    counts: Counter[tuple[str, str, int]] = Counter()
    for number, (station, governorate) in enumerate(stations):
        first = 95
        for observer in range(number % 3 == 0, 2):
            quarter = random.randint(28, 72)
            first = min(first, quarter)
            counts["shams", governorate, quarter] += 1
            visits.append(
                {"scope": "shams", "observer": f"o-{(number + observer * 7) % OBSERVERS}", "station": station,
                 "organisation": "shams", "governorate": governorate, "quarter": quarter}
            )  # fmt: skip
        covered.append({"scope": "shams", "station": station, "governorate": governorate, "quarter": first})
    tallied = [
        {"scope": scope, "organisation": scope, "governorate": governorate, "quarter": quarter, "visits": count}
        for (scope, governorate, quarter), count in counts.items()
    ]
    return {VisitRow: visits, CoveredRow: covered, VisitCountRow: tallied}
