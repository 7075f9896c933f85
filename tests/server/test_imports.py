"""A list is looked at first, taken in when confirmed, and the second time changes nothing."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select, update

from server.database.engine import reading
from server.database.entries import EntryRow
from server.database.imports import DONE, FAILED, RUNNING, import_by_id
from server.database.organisations import ImportRow
from server.database.register import CentreRow, StationRow
from server.database.roster import ObserverRow
from server.operations import run_import as running_import
from server.operations.add_organisation import add_organisation
from server.operations.begin_election import begin_election
from server.operations.preview_import import Uploaded, preview_import, rows_file
from server.operations.run_import import confirm_import, resume_imports, run_import
from server.problems import Problem
from server.projections.inbox import AssignmentRow
from tests.server.lists import STATIONS, with_rows
from tests.servers import opened

SOME = "badge,stations\nB-1,138450-01 138450-3\nB-2,138450-03\n"


@pytest.fixture
def held(new_place):
    with opened(new_place()) as (_, held):
        begin_election(held, "iq-2026", "2026-11-22")
        for organisation in ("shams", "tammuz"):
            add_organisation(held, organisation)
        yield held


def preview(held, content, kind="stations", own="shams"):
    content = content.encode() if isinstance(content, str) else content
    return preview_import(held, Uploaded(kind, "list.csv", content, "shams", "s-admin", own))


def take_in(held, content, kind="stations", own="shams"):
    identity = preview(held, content, kind, own)
    run_import(held, identity)
    return report(held, identity)


def report(held, identity):
    with reading(held.engine) as connection:
        row = import_by_id(connection, identity)
    kept = json.loads(row.report)
    return {"state": row.state, **{key: kept[key] for key in ("new", "changed", "unchanged", "refused")}}


def count(held, table):
    with reading(held.engine) as connection:
        return len(connection.execute(select(table.__table__)).all())


def stations_of(held, badge):
    with reading(held.engine) as connection:
        query = select(AssignmentRow.station).join(ObserverRow, ObserverRow.id == AssignmentRow.observer)
        return set(connection.execute(query.where(ObserverRow.badge == badge)).scalars())


def test_a_preview_stores_nothing_of_the_list(held):
    identity = preview(held, STATIONS)
    assert report(held, identity) == {"state": "previewed", "new": 2, "changed": 0, "unchanged": 0, "refused": 0}
    assert count(held, StationRow) == 0


def test_the_second_time_nothing_is_new_and_nothing_written(held):
    assert take_in(held, STATIONS) == {"state": DONE, "new": 2, "changed": 0, "unchanged": 0, "refused": 0}
    assert (count(held, StationRow), count(held, CentreRow)) == (2, 1)
    assert take_in(held, STATIONS) == {"state": DONE, "new": 0, "changed": 0, "unchanged": 2, "refused": 0}


def test_a_changed_figure_changes_its_station_and_an_empty_cell_nothing(held):
    take_in(held, STATIONS)
    assert take_in(held, STATIONS.replace("512", "520"))["changed"] == 1
    assert take_in(held, with_rows("138450,03,,,,IQ-KI,,,"))["unchanged"] == 1
    with reading(held.engine) as connection:
        assert connection.execute(select(StationRow.registered).order_by(StationRow.code)).scalars().all() == [498, 520]
        assert connection.execute(select(CentreRow.name_en)).scalar_one() == "Al-Noor School"


def test_a_centre_that_moves_takes_its_other_stations_along(held):
    take_in(held, STATIONS)
    assert take_in(held, with_rows("138450,03,,,,IQ-SU,,,"))["changed"] == 1
    with reading(held.engine) as connection:
        assert set(connection.execute(select(StationRow.governorate)).scalars()) == {"IQ-SU"}


def test_a_bad_row_takes_no_other_along(held):
    assert take_in(held, STATIONS + ",,,,,Atlantis,,,\n")["refused"] == 1
    assert count(held, StationRow) == 2


def test_a_wrong_file_is_refused_by_name_and_nothing_is_kept(held):
    with pytest.raises(Problem) as caught:
        preview(held, b"%PDF-1.7")
    assert (caught.value.code, caught.value.extra["fault"]) == ("bad-file", "file-not-a-table")
    assert count(held, ImportRow) == 0


def test_observers_get_pseudonyms_and_their_stations_by_signed_entries(held):
    take_in(held, STATIONS)
    assert take_in(held, SOME, "observers")["new"] == 2
    assert stations_of(held, "B-1") == {"138450-01", "138450-03"}
    with reading(held.engine) as connection:
        assert all(
            each.startswith("o-") and len(each) == 10 for each in connection.execute(select(ObserverRow.id)).scalars()
        )
    assert count(held, EntryRow) == 2


def test_an_assignment_is_written_only_when_it_changes(held):
    take_in(held, STATIONS)
    take_in(held, SOME, "observers")
    assert take_in(held, SOME, "observers") == {"state": DONE, "new": 0, "changed": 0, "unchanged": 2, "refused": 0}
    assert count(held, EntryRow) == 2
    assert take_in(held, "badge,stations\nB-2,138450-01|138450-03\n", "observers")["changed"] == 1
    assert stations_of(held, "B-2") == {"138450-01", "138450-03"} and count(held, EntryRow) == 3


def test_an_organisation_cannot_hand_in_observers_of_another(held):
    take_in(held, STATIONS)
    content = "badge,organisation,stations\nB-1,tammuz,138450-01\nB-2,shams,138450-01\n"
    assert take_in(held, content, "observers") == {"state": DONE, "new": 1, "changed": 0, "unchanged": 0, "refused": 1}
    assert take_in(held, content, "observers", own="")["new"] == 1


def test_an_unknown_station_is_named_and_the_others_assigned(held):
    take_in(held, STATIONS)
    identity = preview(held, "badge,stations\nB-1,138450-01 999999-01\n", "observers")
    with reading(held.engine) as connection:
        remarks = json.loads(import_by_id(connection, identity).report)["remarks"]
    assert remarks == [{"row": 2, "why": "unknown-stations", "value": "999999-01"}]


def test_an_interrupted_import_goes_on_where_it_was(held, monkeypatch):
    identity = preview(held, STATIONS)
    monkeypatch.setattr(running_import, "STATIONS_A_CHUNK", 1)
    write, written = running_import._write_register, []

    def stop_after_one(*parts):
        if written:
            raise KeyboardInterrupt
        written.append(parts)
        write(*parts)

    monkeypatch.setattr(running_import, "_write_register", stop_after_one)
    with pytest.raises(KeyboardInterrupt):
        run_import(held, identity)
    monkeypatch.setattr(running_import, "_write_register", write)
    assert report(held, identity)["state"] == FAILED and count(held, StationRow) == 1
    held.write(lambda connection: connection.execute(update(ImportRow).values(state=RUNNING)).rowcount)
    assert resume_imports(held) == 1
    wait_until(lambda: report(held, identity)["state"] == DONE)
    assert report(held, identity)["new"] == 2 and count(held, StationRow) == 2


def test_confirming_twice_takes_in_once_and_leaves_no_copy_of_the_list(held):
    identity = preview(held, STATIONS)
    confirm_import(held, identity, "shams")
    confirm_import(held, identity, "shams")
    wait_until(lambda: report(held, identity)["state"] == DONE)
    wait_until(lambda: not rows_file(held, identity).exists())
    with pytest.raises(Problem, match="not-found"):
        confirm_import(held, identity, "tammuz")


def wait_until(is_so):
    import threading

    for _ in range(500):
        if is_so():
            return
        threading.Event().wait(0.01)
    raise AssertionError("it did not happen within five seconds")
