"""A simulated phone that waits is due when it wrote, whatever became of its network since."""

from random import Random

from server.clock import Clock
from server.field_day.acts import Act
from server.field_day.exchanging import hold_photos
from server.field_day.faults import Fate
from server.field_day.life import Life
from server.field_day.phone import KEPT, Membership, Phone
from server.server_key import make_key

MIDNIGHT_MS = 1_795_294_800_000
NOON_MS = MIDNIGHT_MS + 12 * 60 * 60_000


def test_a_day_taken_up_again_begins_where_it_was_left_and_not_in_1970() -> None:
    member = Membership("o-1", "iq-2026", "token", MIDNIGHT_MS, [])
    phone = Phone(make_key(), member, started_ms=MIDNIGHT_MS)
    phone.write(Clock(), NOON_MS, "visit.open", {"station": "138450-03", "at_ms": NOON_MS})
    phone.acts_done = 1
    act = Act("visit", NOON_MS, "visit.open", {})
    life = Life(phone, [act], Fate(None, 0, None), Random(1), is_calm=True)
    assert life.wakes_ms() == NOON_MS


def test_photos_that_the_server_holds_back_hold_back_no_text() -> None:
    member = Membership("o-1", "iq-2026", "token", MIDNIGHT_MS, [])
    phone = Phone(make_key(), member, started_ms=MIDNIGHT_MS)
    record = phone.write(
        Clock(), NOON_MS, "visit.open", {"station": "138450-03", "at_ms": NOON_MS}, photos=["STATION|1"]
    )
    record.state = KEPT
    phone.acts_done = 1
    life = Life(phone, [Act("visit", NOON_MS, "visit.open", {})], Fate(None, 0, None), Random(1), is_calm=True)
    hold_photos(phone, NOON_MS, Random(1))
    assert life.wakes_ms() >= NOON_MS + 60_000
    phone.write(Clock(), NOON_MS, "visit.open", {"station": "138450-03", "at_ms": NOON_MS})
    assert life.wakes_ms() == NOON_MS
