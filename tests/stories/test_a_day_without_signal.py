"""An observer works all day without a network; in the evening everything arrives, once."""

from __future__ import annotations

from tests.fault_proxy import Clear, FaultProxy, captive_portal
from tests.running_server import RunningServer


def test_what_was_written_without_signal_arrives_in_the_evening(server: RunningServer) -> None:
    phone = server.phone()
    written = [phone.visit(), *(phone.incident(text=f"number {number}") for number in range(40))]
    verdicts = phone.hand_in(written)
    assert {verdict["verdict"] for verdict in verdicts} == {"stored"}
    assert [verdict["id"] for verdict in verdicts] == [each.id for each in written]
    assert phone.have() == {"want": {}, "photos": []}


def test_everything_sent_again_is_a_duplicate_at_the_same_place(server: RunningServer) -> None:
    phone = server.phone()
    written = [phone.incident() for _ in range(5)]
    first = phone.hand_in(written)
    again = phone.hand_in(written)
    assert {verdict["verdict"] for verdict in again} == {"duplicate"}
    assert [verdict["index"] for verdict in again] == [verdict["index"] for verdict in first]


def test_the_newest_may_come_first(server: RunningServer) -> None:
    phone = server.phone()
    written = [phone.incident() for _ in range(6)]
    phone.hand_in(written[3:])
    assert phone.have()["want"] == {phone.device: [[1, 3]]}
    phone.hand_in(written[:3])
    assert phone.have()["want"] == {}


def test_a_clock_that_is_years_off_changes_nothing_that_is_counted(server: RunningServer) -> None:
    right, wrong = server.phone(), server.phone()
    right.hand_in([right.incident(), right.visit()])
    wrong.phone.clock_ms -= 5 * 365 * 24 * 3600 * 1000
    verdicts = wrong.hand_in([wrong.incident(), wrong.visit()])
    assert {verdict["verdict"] for verdict in verdicts} == {"stored"}


def test_a_phone_restored_from_an_older_copy_loses_nothing_and_is_flagged(server: RunningServer) -> None:
    phone = server.phone()
    first = phone.incident(text="before the copy")
    copy = list(phone.phone.chain)
    forgotten = phone.incident(text="after the copy")
    phone.hand_in([first, forgotten])
    phone.phone.chain[:] = copy
    other = phone.incident(text="another second entry")
    answer = phone.send([other.texts]).read()
    assert answer is not None
    assert answer["verdicts"][0]["verdict"] == "stored"
    assert answer["have"][phone.device]["forked"] is True
    assert {verdict["verdict"] for verdict in phone.hand_in([first, forgotten, other])} == {"duplicate"}


def test_a_portal_is_not_mistaken_for_the_server(server: RunningServer, proxy: FaultProxy) -> None:
    phone = server.phone()
    phone.incident()
    phone.through(proxy.url)
    proxy.fault = captive_portal()
    assert not phone.try_to_hand_in()
    assert not phone.phone.acknowledged
    proxy.fault = Clear()
    assert phone.try_to_hand_in()
    assert len(phone.phone.acknowledged) == 1
