"""Two observers at one station are never merged into each other, and the order of arrival never matters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import islice, permutations
from pathlib import Path
from random import Random

import pytest
from flask import Flask
from sqlalchemy import Connection, delete, select

from server.comparison import compare
from server.database.entries import EntryRow, JournalRow, MarkRow, SignatureCheckRow
from server.operations.check_everything import check_everything
from server.operations.fold_entries import fold_entries
from server.projections.counts import VisitRow
from server.projections.reports import ReportRow
from server.running import Running
from server.tables import PROJECTIONS
from tests.builders import store
from tests.postgresql import Cluster
from tests.running_server import RunningServer
from tests.servers import Place, is_long_run, opened
from tests.sync.phones import Key, Phone, Written
from tests.world import MORNING_MS, add_device, make_world

# Keys of the three phones: two of observer o-1, one of o-3, their colleague.
FIRST, SECOND, OTHER = 101, 103, 102
# All 120 orders in the long run, every fifth in the quick one.
EVERY = 1 if is_long_run() else 5


def incident(phone: Phone, text: str, subject: str = "", refs: Sequence[str] = ()) -> Written:
    body = {
        "station": "138450-03", "type": "VO03", "severity": 3, "occurred_ms": MORNING_MS, "text": text,
        "basis": "direct", "captured": "here",
    }  # fmt: skip
    return phone.write("incident.report", body, subject=subject, refs=refs)


def a_dispute() -> dict[int, list[Written]]:
    """What three phones wrote, by key: a report corrected on both phones of its observer, and another's account."""
    first, second, other = (Phone(Key(n), f"o-{3 if n == OTHER else 1}") for n in (FIRST, SECOND, OTHER))
    report = incident(first, "three people in one booth")
    incident(first, "two people in one booth", report.id, [report.id])
    incident(second, "four people in one booth", report.id, [report.id])
    incident(other, "nothing unusual")
    other.write("retract", {"reason": "not so"}, subject=report.id, refs=[report.id])
    return {FIRST: first.chain, SECOND: second.chain, OTHER: other.chain}


def begin_again(held: Running) -> None:
    """Forgets every entry, so that the next order starts from the same emptiness."""

    def job(connection: Connection) -> None:
        for table in (EntryRow, JournalRow, MarkRow, SignatureCheckRow, *PROJECTIONS):
            connection.execute(delete(table))

    held.write(job)


def digest_after(held: Running, batches: Sequence[Sequence[Written]], fold_each: bool) -> str:
    begin_again(held)
    for batch in batches:
        store(held, batch, "carrier")
        if fold_each:
            fold_entries(held)
    checked = check_everything(held)
    assert checked["broken"] == []
    return checked["state_digest"]


@pytest.fixture
def both(cluster: Cluster, tmp_path: Path) -> Iterator[list[Running]]:
    """The small world on SQLite and on PostgreSQL side by side, with the same three phones enrolled."""
    places = [Place(tmp_path / "sqlite"), Place(tmp_path / "postgresql", cluster.new_database())]
    with ExitStack() as stack:
        yield [enrolled(stack.enter_context(opened(place))) for place in places]


def enrolled(running: tuple[Flask, Running]) -> Running:
    _, held = running
    make_world(held)
    for number in (FIRST, SECOND, OTHER):
        add_device(held, Key(number), "o-3" if number == OTHER else "o-1")
    return held


def test_every_order_of_arrival_gives_the_same_state(both: list[Running]) -> None:
    written = [entry for chain in a_dispute().values() for entry in chain]
    assert len(written) == 5
    digests = {
        digest_after(held, [[entry] for entry in order], fold_each=place % 2 == 0)
        for held in both
        for place, order in enumerate(islice(permutations(written), None, None, EVERY))
    }
    assert len(digests) == 1


def test_batches_and_repetitions_give_the_same_state(both: list[Running]) -> None:
    written = [entry for chain in a_dispute().values() for entry in chain]
    random = Random(7)
    digests = {digest_after(held, [written], fold_each=False) for held in both}
    for _ in range(6):
        several = [random.choices(written, k=3) for _ in range(4)] + [written]
        digests |= {digest_after(held, several, fold_each=True) for held in both}
    assert len(digests) == 1


def test_arriving_all_at_once_gives_the_same_state(server: RunningServer, tmp_path: Path) -> None:
    dispute = a_dispute()
    with opened(Place(tmp_path / "alone")) as alone:
        held = enrolled(alone)
        expected = digest_after(held, list(dispute.values()), fold_each=False)
    phones = {number: server.phone("o-3" if number == OTHER else "o-1", number) for number in dispute}
    one_by_one = [(number, entry) for number, chain in dispute.items() for entry in (*chain, *chain)]
    Random(3).shuffle(one_by_one)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda each: phones[each[0]].hand_in([each[1]]), one_by_one))
    server.await_fold()
    assert check_everything(server.held)["state_digest"] == expected


def test_each_keeps_their_own_account(both: list[Running]) -> None:
    for held in both:
        digest_after(held, list(a_dispute().values()), fold_each=False)
        with held.engine.connect() as connection:
            rows = {row.author: row for row in connection.execute(select(ReportRow.__table__))}
        assert set(rows) == {"o-1", "o-3"}
        assert rows["o-1"].disputes == 1
        assert rows["o-1"].status == rows["o-3"].status == "live"


def test_two_phones_of_one_observer_that_differ_are_a_conflict_with_himself(both: list[Running]) -> None:
    for held in both:
        digest_after(held, list(a_dispute().values()), fold_each=False)
        with held.engine.connect() as connection:
            row = connection.execute(select(ReportRow.__table__).where(ReportRow.author == "o-1")).one()
            visits = connection.execute(select(VisitRow.__table__)).all()
        assert row.is_conflicted
        assert len(row.heads.split()) == 2
        # Two phones are still one pair of eyes: never two visits, never two confirmations.
        assert len({(visit.observer, visit.station) for visit in visits}) == 2


def test_an_old_correction_that_comes_late_does_not_replace_a_newer_one(both: list[Running]) -> None:
    phone = Phone(Key(FIRST), "o-1")
    report = incident(phone, "first")
    older = incident(phone, "older", report.id, [report.id])
    newer = incident(phone, "newer", report.id, [older.id])
    for held in both:
        digest_after(held, [[report], [newer], [older]], fold_each=True)
        with held.engine.connect() as connection:
            row = connection.execute(select(ReportRow.__table__)).one()
        assert row.heads == newer.id
        assert not row.is_conflicted


@pytest.mark.parametrize("ticked", [([1], [1, 2]), ([1, 2], [1]), (["a"], []), ([2, 1], [1, 3])])
def test_lists_of_ticks_are_compared_both_ways(ticked: tuple[list, list]) -> None:
    (line,) = compare([{"VO3": ticked[0]}, {"VO3": ticked[1]}], ["VO3"])
    assert line.is_contested


def test_the_order_of_ticks_means_nothing() -> None:
    (line,) = compare([{"VO3": [1, 2]}, {"VO3": [2, 1]}], ["VO3"])
    assert not line.is_contested
