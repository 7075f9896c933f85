"""Begins the one election that a database observes: its name, day and hours in the pack's time zone."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, select

from server.database.machines import other_keys
from server.database.register import ElectionRow
from server.operations.prepare_database import thumbprints
from server.problems import Problem
from server.running import Running
from server.words import LANGUAGES


def begin_election(held: Running, identity: str, day: str, name: dict[str, str] | None = None) -> bool:
    """True when it began now; False when this database already has its election, which then stays as it is.

    `day` is YYYY-MM-DD. Raises Problem bad-field when it is no date.
    """
    try:
        local_day = date.fromisoformat(day)
    except ValueError as error:
        raise Problem("bad-field", day) from error
    names = name or {}
    settings = held.pack.settings
    zone = ZoneInfo(settings["time_zone"])
    row = {
        "id": identity,
        "epoch": held.clock.random_text(9),
        "date": day,
        "midnight_ms": _ms(local_day, "00:00", zone),
        "opens_ms": _ms(local_day, settings["opens"], zone),
        "closes_ms": _ms(local_day, settings["closes"], zone),
        **{f"name_{each}": names.get(each) or names.get("en") or identity for each in LANGUAGES},
    }
    return held.write(lambda connection: _begin(connection, row, thumbprints(held)))


def _begin(connection: Connection, row: dict[str, object], keys: dict[str, str]) -> bool:
    if connection.execute(select(ElectionRow.id)).first() is not None:
        return False
    connection.execute(insert(ElectionRow.__table__), [row])
    other_keys(connection, keys)
    return True


def _ms(day: date, clock: str, zone: ZoneInfo) -> int:
    return int(datetime.combine(day, time.fromisoformat(clock), zone).timestamp() * 1000)
