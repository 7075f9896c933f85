"""A power cut at any moment leaves every acknowledged entry in the database, and no batch by half."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from sqlalchemy import text

from server.database.engine import SAFE_SQLITE
from tests.durability import apsw_driver
from tests.durability.power_cuts import Recording, cut, on_recorded_disk, record
from tests.durability.recorded_disk import RecordedDisk
from tests.durability.torn import FATES, SECTOR, TornFile
from tests.servers import Place, how_often, opened

CUTS = how_often(60, 200, 5000)
CONTROL_CUTS = how_often(15, 40, 500)
EXCHANGES = how_often(120, 260, 260)
PRAGMAS = ("journal_mode", "synchronous", "wal_autocheckpoint", "page_size", "locking_mode", "mmap_size", "cache_size")


@pytest.fixture(scope="module")
def recording() -> Recording:
    return record(exchanges=EXCHANGES)


@pytest.mark.timeout(1800)
def test_a_power_cut_loses_nothing_that_was_acknowledged(recording: Recording) -> None:
    verdict = cut(recording, CUTS)
    assert verdict.is_ok and verdict.runs == CUTS, str(verdict)


def test_the_recording_is_of_a_server_that_wrote_its_log_back_more_than_once(recording: Recording) -> None:
    rounds = [asked for asked in recording.asked if (asked.kind, asked.file, asked.at) == ("write", "sanad.db-wal", 0)]
    assert len(rounds) > 1, "the write-ahead log never began anew: the cuts would not meet a checkpoint"


def test_without_full_sync_acknowledged_entries_are_lost() -> None:
    """The control: a harness that finds nothing here would find nothing anywhere."""
    verdict = cut(record("NORMAL", exchanges=60), CONTROL_CUTS)
    assert verdict.lost > 0 and verdict.corrupt == 0, str(verdict)


def test_a_database_whose_pages_are_torn_is_called_corrupt(recording: Recording) -> None:
    """The second control: syncs that never reach the disk tear the database itself."""
    lying = [each for each in recording.asked if each.kind != "sync" or each.file != "sanad.db"]
    assert cut(Recording(lying, recording.rows, recording.commits), CONTROL_CUTS, seed=3).corrupt > 0


def test_the_recorded_server_opens_its_database_as_the_real_one_does(tmp_path: Path) -> None:
    disk = RecordedDisk()
    with opened(Place(tmp_path / "real")) as (_, real):
        found = _pragmas(real.engine)
    with on_recorded_disk(disk, "FULL"), opened(Place(tmp_path / "recorded")) as (_, recorded):
        assert _pragmas(recorded.engine) == found
    assert disk.asked and apsw_driver.sqlite_version_info >= SAFE_SQLITE


def _pragmas(engine) -> dict[str, object]:
    with engine.connect() as connection:
        return {name: connection.execute(text(f"PRAGMA {name}")).scalar() for name in PRAGMAS}


def test_what_was_synced_survives_every_fate() -> None:
    file = TornFile()
    file.write(0, b"a" * 2000)
    file.sync()
    file.write(1000, b"b" * 5 * SECTOR)
    found = {fate: file.after_cut(fate, Random(1)) for fate in FATES}
    assert found["dropped"] == b"a" * 2000
    assert found["kept"] == b"a" * 1000 + b"b" * 5 * SECTOR
    assert all(each[:1000] == b"a" * 1000 for each in found.values())
    assert found["torn"] not in (found["dropped"], found["kept"])
