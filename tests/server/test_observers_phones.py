"""One code for one phone, and a phone that is lost can be shut out without losing what it said."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import insert, select

from server.access import Reader
from server.database.engine import reading
from server.database.entries import EntryRow
from server.database.roster import DeviceRow, EnrolmentCodeRow, ObserverRow
from server.operations.make_enrolment_code import make_enrolment_code
from server.operations.revoke_device import revoke_device
from server.operations.send_message import send_message
from server.problems import Problem
from server.projections.inbox import InboxRow
from server.tokens import digest_token
from tests.server.small_server import small_server

COORDINATOR = Reader("desk", "s-coord", "shams", "coordinator")
STRANGER = Reader("desk", "s-other", "tammuz", "coordinator")


@pytest.fixture(scope="module")
def held(tmp_path_factory):
    held = small_server(tmp_path_factory.mktemp("phones"))[1]
    observer = {"id": "o-1", "organisation": "shams", "badge": "B-1", "governorate": "IQ-KI", "created_ms": 0}
    phones = [
        {
            "id": each * 43,
            "jwk": "{}",
            "observer": "o-1",
            "organisation": "shams",
            "token_digest": each,
            "enrolled_ms": 0,
        }
        for each in "AB"
    ]

    def add(connection):
        connection.execute(insert(ObserverRow.__table__), [observer])
        connection.execute(insert(DeviceRow.__table__), phones)

    held.write(add)
    return held


def refused(code, act):
    with pytest.raises(Problem) as caught:
        act()
    assert caught.value.code == code


def test_a_code_travels_in_the_fragment_and_only_its_digest_is_kept(held):
    made = make_enrolment_code(held, "o-1", "s-coord", "shams")
    assert made.link == f"http://127.0.0.1:8000/join#{made.code}"
    assert made.expires_ms == held.clock.now_ms() + 10 * 60_000
    with reading(held.engine) as connection:
        assert digest_token(made.code) in connection.execute(select(EnrolmentCodeRow.code_digest)).scalars().all()


def test_a_new_code_ends_the_unused_one(held):
    former = make_enrolment_code(held, "o-1", "s-coord")
    make_enrolment_code(held, "o-1", "s-coord")
    with reading(held.engine) as connection:
        of_former = EnrolmentCodeRow.code_digest == digest_token(former.code)
        assert connection.execute(select(EnrolmentCodeRow.cancelled).where(of_former)).scalar_one()


def test_an_observer_of_another_organisation_is_not_there(held):
    refused("not-found", lambda: make_enrolment_code(held, "o-1", "s-other", "tammuz"))
    refused("not-found", lambda: send_message(held, "o-1", "Hello", STRANGER))
    refused("not-found", lambda: revoke_device(held, "A" * 43, "lost", STRANGER))
    refused("not-found", lambda: revoke_device(held, held.key.device, "the server's own key", COORDINATOR))


def test_a_message_waits_for_the_observers_phones(held):
    entry = send_message(held, "o-1", "Please call the desk", COORDINATOR)
    with reading(held.engine) as connection:
        index = connection.execute(select(EntryRow.idx).where(EntryRow.id == entry)).scalar_one()
        assert connection.execute(select(InboxRow.idx).where(InboxRow.observer == "o-1")).scalars().all() == [index]
    refused("bad-field", lambda: send_message(held, "o-1", "   ", COORDINATOR))


def test_a_revocation_needs_a_reason_names_the_heads_and_happens_once(held):
    refused("bad-field", lambda: revoke_device(held, "A" * 43, " ", COORDINATOR))
    entry = revoke_device(held, "A" * 43, "left in a taxi", COORDINATOR)
    with reading(held.engine) as connection:
        row = connection.execute(select(EntryRow.__table__).where(EntryRow.id == entry)).one()
        revoked = connection.execute(select(DeviceRow.revoked_ms).where(DeviceRow.id == "A" * 43)).scalar_one()
    body, header = json.loads(row.body), json.loads(row.header)
    assert (body["device"], body["heads"], body["reason"]) == ("A" * 43, [], "left in a taxi")
    assert (header["by"], header["organisation"]) == ("s-coord", "shams")
    assert revoked == held.clock.now_ms()
    refused("already-revoked", lambda: revoke_device(held, "A" * 43, "again", COORDINATOR))
