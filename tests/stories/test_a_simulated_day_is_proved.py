"""A simulated day with every fault of phones and networks ends with nothing lost and nothing doubled, and says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from server.demo import make_demo
from server.field_day.command import Plan, simulate
from server.field_day.keeping import read_phones
from server.field_day.planning import Planner
from server.operations.check_everything import check_everything
from server.packs import load_pack
from server.running import Running
from tests.servers import Place, ServerProcess, opened

OBSERVERS = 12
PLAN = Plan(speed=0, lively=4, threads=4)


@pytest.fixture
def demo(new_place: Callable[[], Place]) -> Iterator[tuple[Running, ServerProcess]]:
    """A running server with a small invented election."""
    place = new_place()
    with opened(place) as (_, held):
        make_demo(held, stations=80, observers=OBSERVERS)
        process = ServerProcess(place)
        process.start()
        try:
            yield held, process
        finally:
            process.kill()


def test_the_morning_and_the_rest_of_the_day_are_one_day(demo: tuple[Running, ServerProcess]) -> None:
    held, process = demo
    morning = simulate(process.url, replace(PLAN, until="12:30"), held=held)
    kept = read_phones(held.settings.folder / "field_day.json")
    rest = simulate(process.url, PLAN, held=held)
    assert morning.is_clean and rest.is_clean
    assert (rest.waiting, rest.waiting_photos, rest.refused, rest.faults) == (0, 0, 0, {})
    assert rest.photos > 0
    after = read_phones(held.settings.folder / "field_day.json")
    assert {phone.device for phone in kept} == {phone.device for phone in after}
    checked = check_everything(held)
    assert checked["broken"] == []
    # Beside what the phones wrote, the server's own: an assignment and an enrolment each.
    died = morning.died_unsent + rest.died_unsent
    assert checked["entries"] == morning.written + rest.written - died + 2 * OBSERVERS


def test_the_phones_keys_are_for_their_owner_only(demo: tuple[Running, ServerProcess]) -> None:
    held, process = demo
    simulate(process.url, replace(PLAN, until="06:45"), held=held, observers=1)
    assert (held.settings.folder / "field_day.json").stat().st_mode & 0o077 == 0
    assert (held.settings.folder / "demo-staff.json").stat().st_mode & 0o077 == 0


def test_an_election_made_twice_is_made_once(new_place: Callable[[], Place]) -> None:
    with opened(new_place()) as (_, held):
        first = make_demo(held, stations=80, observers=OBSERVERS)
        second = make_demo(held, stations=500, observers=50)
        assert (first.is_new, second.is_new) == (True, False)
        assert replace(second, is_new=True) == first


def test_the_same_seed_plans_the_same_day() -> None:
    stations = [{"code": f"138450-0{number}", "governorate": "IQ-KI", "registered": 500} for number in (1, 2)]
    plans = [Planner(load_pack("iraq"), 0, seed, "o-1", 4).plan(stations) for seed in (1, 1, 2)]
    assert plans[0] == plans[1]
    assert plans[0] != plans[2]
