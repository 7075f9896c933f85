"""Who is silent: asked only about those who were assigned, and heard means heard."""

import pytest
from sqlalchemy import insert

from server.database import db
from server.database.roster import ContactRow
from server.operations.fold_entries import fold_entries
from server.operations.sign_entry import append_entry
from server.projections.silence import (
    SILENT_AFTER_MS,
    silence_by_governorate,
    silent_observers,
    silent_stations,
)
from tests.builders import BuiltPhone, add_register, desk_reader
from tests.server.small_server import small_server


@pytest.fixture(scope="module")
def held(tmp_path_factory):
    """Four observers: one just heard, one three hours ago, one never, one without an assignment."""
    app, held, _ = small_server(tmp_path_factory.mktemp("silence"))
    add_register(held)
    now_ms = held.clock.now_ms()
    names = ("near", "late", "never", "free")
    phones = {name: BuiltPhone(held, at, f"o-{name}", "shams") for at, name in enumerate(names, 1)}
    for name, station in (("near", "138450-01"), ("late", "138450-02"), ("never", "138450-03")):
        assign(held, f"o-{name}", [station])
    phones["near"].visit("138450-01")
    heard = {"near": now_ms, "late": now_ms - SILENT_AFTER_MS - 1, "free": 1}
    rows = [{"device": phones[name].phone.key.device, "last_ms": last_ms, "app": ""} for name, last_ms in heard.items()]
    held.write(lambda connection: connection.execute(insert(ContactRow), rows) and None)
    with app.app_context():
        yield held


def assign(held, observer, stations):
    reader = desk_reader()
    body = {"observer": observer, "stations": stations}
    held.write(
        lambda connection: append_entry(
            held, connection, kind="assignment.set", subject="", refs=[], body=body, by=reader.id,
            organisation=reader.organisation, role=reader.role,
        )
    )  # fmt: skip
    fold_entries(held)


def test_observers_are_never_heard_long_silent_or_neither(held):
    found = silent_observers(db.session, "shams", held.clock.now_ms())
    assert (found.assigned, found.never, found.long_ago, found.silent) == (3, 1, 1, 2)


def test_the_longest_silent_come_first(held):
    found = silent_observers(db.session, "shams", held.clock.now_ms())
    assert [observer for observer, _, _ in found.first] == ["o-never", "o-late"]


def test_another_organisation_has_no_silent_observers_of_ours(held):
    assert silent_observers(db.session, "tammuz", held.clock.now_ms()).assigned == 0
    assert silence_by_governorate(db.session, "tammuz") == {}


def test_a_station_is_silent_when_it_is_assigned_and_unheard(held):
    found = silence_by_governorate(db.session, "shams")["IQ-KI"]
    assert (found.assigned, found.silent) == (3, 2)


def test_silent_stations_name_who_is_assigned(held):
    found, total = silent_stations(db.session, "shams", "IQ-KI", None, limit=1)
    assert ([(each.code, each.observers, each.was_heard) for each in found], total) == (
        [("138450-02", ("o-late",), False)], 2,
    )  # fmt: skip


def test_a_station_heard_only_before_the_opening_is_silent_after_it(held):
    found, total = silent_stations(db.session, "shams", "IQ-KI", held.clock.now_ms() + 1, limit=9)
    assert total == 3
    assert [each.code for each in found if each.was_heard] == ["138450-01"]
