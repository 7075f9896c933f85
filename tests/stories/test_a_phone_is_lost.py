"""A phone that is lost, or turned against its organisation, is revoked: what it said before stands, no more does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import select

from server.operations.check_everything import check_everything
from server.operations.fold_entries import fold_entries
from server.operations.revoke_device import HEADS_AN_ENTRY, revoke_device
from server.operations.store_entries import store_entries
from server.projections.claims import ClaimRow
from server.running import Running
from sync.entry import digest_of, read_entry
from tests.builders import BuiltPhone, desk_reader
from tests.server.small_server import small_server
from tests.sync.phones import ELECTION, Phone, Written


def hand_in(held: Running, *entries: Written) -> None:
    for at in range(0, len(entries), 100):
        readings = [read_entry(list(each.texts), ELECTION) for each in entries[at : at + 100]]
        held.write(lambda connection, readings=readings: store_entries(connection, readings, "carrier", 1))
    fold_entries(held)


def buckets(held: Running) -> dict[str, Any]:
    with held.engine.connect() as connection:
        return {row.id: (row.bucket, row.why) for row in connection.execute(select(ClaimRow.__table__))}


def visit(phone: Phone, **more: Any) -> Written:
    return phone.write("visit.open", {"station": "138450-03", "at_ms": 1}, **more)


def test_what_was_held_before_stands_and_what_comes_after_is_set_aside(tmp_path: Path) -> None:
    _, held, _ = small_server(tmp_path)
    phone = BuiltPhone(held, 1, "amal", "shams").phone
    before, after = visit(phone), visit(phone)
    hand_in(held, before)
    revoke_device(held, phone.key.device, "lost in a taxi", desk_reader("shams"))
    hand_in(held, after)
    found = buckets(held)
    assert found[before.id][1] != "revoked-device"
    assert found[after.id] == ("quarantined", "revoked-device")
    assert check_everything(held)["broken"] == []


def test_a_phone_with_a_thousand_forks_is_revoked_like_any_other(tmp_path: Path) -> None:
    _, held, _ = small_server(tmp_path)
    phone = BuiltPhone(held, 1, "amal", "shams").phone
    many = [visit(phone, prev=digest_of(b"%d" % n)) for n in range(HEADS_AN_ENTRY + 200)]
    hand_in(held, *many)
    revoke_device(held, phone.key.device, "a bell \x07 and half an emoji \ud83d", desk_reader("shams"))
    hand_in(held, late := visit(phone, prev=digest_of(b"late")))
    found = buckets(held)
    assert found[late.id] == ("quarantined", "revoked-device")
    assert "revoked-device" not in {found[each.id][1] for each in many}
    assert check_everything(held)["broken"] == []
