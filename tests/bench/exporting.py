"""The list of incidents as a spreadsheet: rows by core time, through the whole server, and what writing alone costs."""

from __future__ import annotations

import csv
import io
import json
import time
from random import Random
from typing import Any

from sqlalchemy import insert

from server.operations.add_staff import add_staff
from server.operations.make_staff_token import make_staff_token
from server.projections.reports import ReportRow
from server.running import Running
from tests.bench import load
from tests.bench.cores import Spent, spending
from tests.bench.crowd import REMARKS, begin
from tests.bench.storing import Rate
from tests.servers import Place, ServerProcess, opened
from tests.world import MORNING_MS

ROWS_AT_ONCE = 5_000


def export(place: Place, rows: int) -> Rate:
    """All of them in one answer."""
    with opened(place) as (_, held):
        token = _fill(held, rows)
    process = ServerProcess(place)
    process.start()
    assert process.process is not None
    try:
        ask = load.request("GET", "/incidents.csv", token, Accept="text/csv", Connection="close")
        with spending(process.process.pid) as spent:
            answer = load.read_to_end(process.port, ask)
        assert answer.count(b",o-") == rows, answer[:500]
        return Rate(rows, spent)
    finally:
        process.kill()


def plain_rows(rows: int) -> Rate:
    """The limit: the same cells, taken out of stored JSON and written by the csv module, and nothing else."""
    made = _reports([("100001-01", "IQ-BG")], rows, Random(7), ["VO03"])
    began, before = time.monotonic(), time.process_time()
    written = io.StringIO()
    table = csv.writer(written)
    for row in made:
        value = json.loads(row["value"])
        table.writerow([*list(row.values())[:14], value["text"]])
    return Rate(rows, Spent(time.monotonic() - began, time.process_time() - before))


def _fill(held: Running, rows: int) -> str:
    stations = begin(held)
    made = _reports(stations, rows, Random(7), [each.code for each in held.pack.incident_types])

    def fill(connection) -> None:
        for start in range(0, rows, ROWS_AT_ONCE):
            connection.execute(insert(ReportRow.__table__), made[start : start + ROWS_AT_ONCE])

    held.write(fill)
    staff = add_staff(held, "bench", "shams", "coordinator", held.clock.random_text(24), "ar")
    return make_staff_token(held, staff)


def _reports(stations: list[tuple[str, str]], rows: int, random: Random, types: list[str]) -> list[dict[str, Any]]:
    found = []
    for number in range(rows):
        station, governorate = random.choice(stations)
        at_ms, kind = MORNING_MS + random.randrange(36_000_000), random.choice(types)
        body = {"station": station, "type": kind, "severity": 3, "occurred_ms": at_ms, "text": random.choice(REMARKS)}
        found.append(
            {"subject": f"{number:043}", "author": f"o-{number % 5000}", "kind": "incident.report",
             "organisation": "shams", "device": "d", "first_index": number, "last_index": number,
             "received_ms": at_ms + 60_000, "heads": f"{number:043}", "is_conflicted": False, "disputes": 0,
             "status": "live", "why": None, "finding": "unverified", "is_finding_stale": False, "station": station,
             "governorate": governorate, "at_ms": at_ms, "quarter": 40, "type": kind, "phase": "voting",
             "severity": 3, "is_escalated": False, "photos": 0, "flags": "", "search": "",
             "value": json.dumps(body, ensure_ascii=False), "released_to": ""}
        )  # fmt: skip
    return found
