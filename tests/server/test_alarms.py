"""Every alarm is fired by what really happens: a late backup, a full disk, a log set back, a silent station."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from sqlalchemy import delete, insert, update

from server.clock import stopwatch
from server.database.backups import BackupRow
from server.database.cosigned import WitnessRow
from server.database.engine import writing
from server.database.entries import EntryRow, SignatureCheckRow
from server.database.machines import SpooledPhotoRow
from server.database.register import ElectionRow
from server.disk_room import Reserve
from server.operations.seal_checkpoint import seal_checkpoint
from server.projections.claims import FoldRow
from server.projections.inbox import AssignmentRow
from server.watch import measure as measuring
from server.watch.lights import HOUR_MS, MINUTE_MS
from server.watch.measure import measure
from server.watch.write_probe import probe_of
from tests.builders import STATIONS, BuiltPhone, add_register
from tests.server.small_server import ELECTION_MORNING_MS, of_sqlite, small_server
from tests.server.test_lights import light

NOW = ELECTION_MORNING_MS


@pytest.fixture
def held(tmp_path):
    app, held, _ = small_server(tmp_path)
    add_register(held)
    with app.app_context():
        yield held
    held.engine.dispose()


def state_of(held, name: str) -> str:
    return light(measure(held, "shams"), name).state


def write(held, statement, rows=None) -> None:
    held.write(lambda connection: connection.execute(statement, rows) and None)


def phone(held, number: int = 1) -> BuiltPhone:
    return BuiltPhone(held, number, f"o-{number}", "shams")


@of_sqlite
def test_alarm_a_commit_that_does_not_end(held, monkeypatch):
    assert state_of(held, "writing") == "good"
    monkeypatch.setattr("server.watch.write_probe.PATIENCE_S", 0.2)
    monkeypatch.setattr("server.watch.write_probe.FRESH_S", 0.0)
    with writing(held.engine, held.settings.folder / "write.lock"):
        assert state_of(held, "writing") == "bad"
        began = stopwatch()
        assert probe_of(held).took_ms() is None
        assert stopwatch() - began < 0.1, "whoever comes later waits for the hanging one too"


def test_alarm_a_backup_that_is_late(held, monkeypatch):
    phone(held).visit(STATIONS[0])
    assert state_of(held, "backup") == "bad"  # never
    row = {
        "number": 1, "epoch": "", "taken_ms": NOW, "verified_ms": NOW, "size": 0, "root": b"", "photos": 0,
        "missing_photos": 0, "destination": "/mnt/stick",
    }  # fmt: skip
    with held.engine.connect() as connection:
        row["epoch"] = connection.execute(ElectionRow.__table__.select()).one().epoch
    write(held, insert(BackupRow.__table__), [row])
    assert state_of(held, "backup") == "good"
    held.clock.pass_s(16 * 60)
    assert state_of(held, "backup") == "look"
    held.clock.pass_s(45 * 60)
    assert state_of(held, "backup") == "bad"


def test_alarm_a_disk_that_fills(held, monkeypatch):
    monkeypatch.setattr(measuring, "free_share", lambda folder: 0.15)
    assert state_of(held, "disk") == "look"
    # More than the disk has is to be kept free: photos are held back.
    monkeypatch.setattr("server.disk_room.FOR_TEXT_AND_DESK", Reserve(101, 2**62))
    assert state_of(held, "disk") == "bad"


def test_alarm_quarantine_that_fills(held):
    one = phone(held)
    for _ in range(21):
        one.incident(station="000000-99")
    assert state_of(held, "quarantine") == "look"
    assert measure(held).quarantined == 21 and measure(held, "tammuz").quarantined == 0


def test_alarm_stations_that_are_silent(held):
    rows = [{"observer": "o-1", "station": station, "organisation": "shams"} for station in STATIONS]
    write(held, insert(AssignmentRow.__table__), rows)
    phone(held).visit(STATIONS[0])
    found = measure(held, "shams")
    assert (found.assigned, found.silent, light(found, "silence").state) == (6, 5, "bad")
    assert measure(held, "tammuz").assigned == 0


def test_alarm_a_log_that_is_not_signed(held):
    assert state_of(held, "checkpoint") == "unknown"
    one = phone(held)
    one.visit(STATIONS[0])
    seal_checkpoint(held)
    assert state_of(held, "checkpoint") == "good"
    one.visit(STATIONS[1])
    assert state_of(held, "checkpoint") == "good"
    held.clock.pass_s(61)
    assert state_of(held, "checkpoint") == "look"
    held.clock.pass_s(30 * 60)
    assert state_of(held, "checkpoint") == "bad"


def test_alarm_a_database_that_was_set_back(held):
    one = phone(held)
    for station in STATIONS[:3]:
        one.visit(station)
    seal_checkpoint(held)
    write(held, delete(EntryRow).where(EntryRow.idx == 2))
    found = light(measure(held, "shams"), "checkpoint")
    assert (found.state, found.reading) == ("bad", "refused")


def test_alarm_a_clock_that_is_wrong(held):
    for number in range(1, 6):
        one = phone(held, number)
        one.phone.offset_ms = 0
        one.visit(STATIONS[0])
    assert measure(held).phones == 5
    assert state_of(held, "clock") == "good"
    held.clock.pass_s(-3600)
    assert state_of(held, "clock") == "bad"


def test_alarm_photos_that_wait_for_the_store(held):
    write(held, insert(SpooledPhotoRow.__table__), [{"digest": "A" * 43, "machine": "one", "since_ms": NOW}])
    found = measure(held)
    assert (found.spooled, found.spooled_ms) == (1, NOW)
    assert light(replace(found, has_object_store=True, now_ms=NOW + 11 * MINUTE_MS), "spool").state == "look"


def test_alarm_witnesses_that_stay_away_or_object(held, monkeypatch):
    names = {"a", "b"}
    policy = SimpleNamespace(witnesses=dict.fromkeys(names), names=names, is_met=names.__eq__)
    monkeypatch.setattr(held, "policy", policy)
    rows = [{"name": name, "size": 1, "cosigned_ms": NOW, "fault": ""} for name in ("a", "b")]
    write(held, insert(WitnessRow.__table__), rows)
    assert state_of(held, "witnesses") == "good"
    write(held, update(WitnessRow).where(WitnessRow.name == "b").values(cosigned_ms=NOW - HOUR_MS))
    assert state_of(held, "witnesses") == "look"
    write(held, update(WitnessRow).values(fault="inconsistent"))
    assert state_of(held, "witnesses") == "bad"


def test_alarm_a_signature_that_is_wrong(held):
    phone(held).visit(STATIONS[0])
    write(held, insert(SignatureCheckRow.__table__), [{"idx": 0, "is_valid": None, "later_signature": None}])
    held.clock.pass_s(11 * 60)
    assert state_of(held, "signatures") == "look"
    write(held, update(SignatureCheckRow).values(is_valid=False))
    assert state_of(held, "signatures") == "bad"
    assert light(measure(held, "tammuz"), "signatures").state == "good"


def test_alarm_a_fold_that_stands_still(held):
    phone(held).visit(STATIONS[0])
    assert state_of(held, "fold") == "good"
    write(held, update(FoldRow).values(next_index=0))
    held.clock.pass_s(61)
    assert state_of(held, "fold") == "bad"
