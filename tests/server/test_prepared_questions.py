"""A prepared question gives what SQLAlchemy itself would give, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, bindparam, delete, insert, select, tuple_, update
from sqlalchemy.exc import IntegrityError

from server.database.entries import HeldRow
from server.database.prepared import Prepared

ROWS = [
    {"id": f"id {number}", "device": f"device {number % 3}", "carrier": "c", "header": b"100% \x00", "signature": "s",
     "body": b"", "received_ms": number}
    for number in range(9)
]  # fmt: skip
HELD = select(HeldRow.id, HeldRow.device, HeldRow.header, HeldRow.received_ms).order_by(HeldRow.id)
ADD = Prepared(insert(HeldRow.__table__))
EVERY = Prepared(HELD)
AMONG = Prepared(HELD.where(HeldRow.id.in_(bindparam("ids", expanding=True))))
PAIRS = Prepared(HELD.where(tuple_(HeldRow.id, HeldRow.device).in_(bindparam("pairs", expanding=True))))
OF_DEVICE = Prepared(
    HELD.where(HeldRow.device == bindparam("device"), HeldRow.received_ms > 0).limit(bindparam("limit"))
)


@pytest.fixture
def connection(world) -> Connection:
    with world[1].engine.connect() as opened:
        ADD.run(opened, ROWS)
        yield opened


def ids(rows) -> list[str]:
    return [row.id for row in rows]


def test_rows_have_their_columns_as_attributes_and_their_bytes_unchanged(connection):
    rows = EVERY.ask(connection)
    assert [tuple(row) for row in rows] == [tuple(row) for row in connection.execute(HELD)]
    assert (rows[0].header, rows[0].received_ms) == (b"100% \x00", 0)


@pytest.mark.parametrize("count", range(6))
def test_a_list_of_any_length_finds_its_members_and_no_others(connection, count):
    wanted = [row["id"] for row in ROWS[:count]]
    assert ids(AMONG.ask(connection, ids=[*wanted])) == wanted
    assert ids(AMONG.ask(connection, ids=[*wanted, "nobody"])) == wanted


@pytest.mark.parametrize("count", range(4))
def test_a_pair_is_found_only_whole(connection, count):
    pairs = [(row["id"], row["device"]) for row in ROWS[:count]]
    assert ids(PAIRS.ask(connection, pairs=pairs)) == [row["id"] for row in ROWS[:count]]
    assert PAIRS.ask(connection, pairs=[("id 0", "device 1"), ("id 1", "device 0")]) == []


def test_constants_of_the_statement_stay_beside_the_values_of_each_asking(connection):
    assert ids(OF_DEVICE.ask(connection, device="device 0", limit=5)) == ["id 3", "id 6"]
    assert ids(OF_DEVICE.ask(connection, device="device 1", limit=1)) == ["id 1"]


def test_rows_are_changed_and_removed_one_by_one(connection):
    move = Prepared(update(HeldRow).where(HeldRow.id == bindparam("at")).values(device=bindparam("to")))
    move.run(connection, [{"at": "id 1", "to": "x"}, {"at": "id 2", "to": "y"}])
    Prepared(delete(HeldRow).where(HeldRow.id == bindparam("at"))).run(connection, [{"at": "id 0"}])
    assert [row.device for row in EVERY.ask(connection)[:2]] == ["x", "y"]
    ADD.run(connection, [])


def test_it_is_part_of_the_transaction(connection):
    connection.rollback()
    assert EVERY.ask(connection) == []


def test_an_error_is_sqlalchemys_and_tells_no_values(connection):
    with pytest.raises(IntegrityError) as refused:
        ADD.run(connection, [{**ROWS[0], "signature": "a secret"}])
    assert "a secret" not in str(refused.value)
