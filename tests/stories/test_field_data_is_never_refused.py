"""What an enrolled phone has signed is stored whatever it says; what is odd about it reaches a person who can act."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert, select

from server.database.register import StationRow
from server.operations.fold_entries import refold_quarantined
from server.operations.revoke_device import revoke_device
from server.projections.reports import ReportRow
from tests.builders import desk_reader
from tests.running_server import RunningServer
from tests.sync.phones import Key, Phone, Written
from tests.world import MORNING_MS, WirePhone

CHECKLIST = {"station": "138450-03", "checklist": "voting@1", "answers": {}, "started_ms": MORNING_MS}


def report_of(server: RunningServer, written: Written) -> Any:
    server.await_fold()
    with server.held.engine.connect() as connection:
        return connection.execute(select(ReportRow.__table__).where(ReportRow.subject == written.id)).one_or_none()


def verdict_of(phone: WirePhone, written: Written) -> str:
    (verdict,) = phone.hand_in([written])
    return verdict["verdict"]


def marks_of(server: RunningServer, phone: WirePhone) -> dict[str, str]:
    server.await_fold()
    return phone.marks()


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"station": "999999-01"}, "unknown-station"),
        ({"type": "ZZ99"}, "unknown-type"),
        ({"severity": 9}, "malformed-body"),
        ({"station": None}, "no-place"),
    ],
)
def test_a_report_that_does_not_fit_is_stored_and_waits_for_a_person(
    server: RunningServer, fields: dict[str, Any], why: str
) -> None:
    phone = server.phone()
    written = phone.incident(**fields)
    assert verdict_of(phone, written) == "stored"
    assert marks_of(server, phone)[written.id] == f"quarantined {why}"


def test_a_withdrawn_form_is_stored_and_waits_for_a_person(server: RunningServer) -> None:
    phone = server.phone()
    written = phone.phone.write("observation.submit", {**CHECKLIST, "checklist": "voting@99"})
    assert verdict_of(phone, written) == "stored"
    assert marks_of(server, phone)[written.id] == "quarantined unknown-checklist"


def test_a_kind_of_a_newer_phone_is_stored(server: RunningServer) -> None:
    phone = server.phone()
    written = phone.phone.write("rumour.report", {"text": "from next year's phone"})
    assert verdict_of(phone, written) == "stored"
    assert phone.have()["want"] == {}


def test_a_report_outside_the_hours_counts_and_is_flagged(server: RunningServer) -> None:
    phone = server.phone()
    night = MORNING_MS - 30 * 3600 * 1000
    written = phone.incident(occurred_ms=night)
    assert verdict_of(phone, written) == "stored"
    report = report_of(server, written)
    assert report.status == "live"
    assert "outside-hours" in report.flags.split()


def test_a_station_added_later_sets_its_reports_right(server: RunningServer) -> None:
    phone = server.phone()
    written = phone.incident(station="138450-04")
    phone.hand_in([written])
    assert report_of(server, written).status == "quarantined"
    add_station(server, "138450-04")
    refold_quarantined(server.held)
    assert report_of(server, written).status == "live"
    assert marks_of(server, phone)[written.id] == "live"


def test_what_a_phone_wrote_before_it_was_revoked_stands_and_the_rest_is_kept_aside(server: RunningServer) -> None:
    lost, other = server.phone(), server.phone()
    before = lost.incident(text="before")
    lost.hand_in([before])
    revoke_device(server.held, lost.device, "phone lost", desk_reader())
    after = lost.incident(text="after")
    assert lost.send([after.texts]).status == 401
    # Carried by a colleague's phone it arrives all the same: kept, numbered, outside every figure.
    (verdict,) = other.hand_in([after])
    assert (verdict["verdict"], verdict["why"]) == ("quarantined", "revoked-device")
    assert report_of(server, before).status == "live"
    assert report_of(server, after).status == "quarantined"


def test_a_stranger_is_held_and_judged_when_he_is_enrolled(server: RunningServer) -> None:
    carrier = server.phone()
    stranger = Phone(Key(500), "o-5", clock_ms=MORNING_MS)
    written = stranger.write("visit.open", {"station": "138450-01", "at_ms": MORNING_MS})
    (verdict,) = carrier.hand_in([written])
    assert (verdict["verdict"], verdict["why"]) == ("held", "unknown-device")
    enrolled = server.phone("o-5", 500)
    (verdict,) = enrolled.hand_in([written])
    assert verdict["verdict"] == "duplicate"


def add_station(server: RunningServer, code: str) -> None:
    row = {"code": code, "centre": code[:6], "number": code[7:], "governorate": "IQ-KI", "registered": 500}
    server.held.write(lambda connection: connection.execute(insert(StationRow.__table__), [row]) and None)
