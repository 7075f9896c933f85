"""Makes the demonstration election: all its people and places in one transaction, or none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, insert, select

from server.database import Base
from server.database.organisations import OrganisationRow, StaffRow
from server.database.register import CentreRow, ElectionRow, StationRow
from server.database.roster import ObserverRow
from server.demo.names import COMMISSION, ELECTION, ORGANISATIONS
from server.demo.people import DemoObserver, make_observers
from server.demo.places import DemoCentre, make_centres
from server.demo.staff import DemoStaff, open_staff
from server.operations.begin_election import begin_election
from server.operations.fold_entries import fold_entries
from server.operations.sign_entry import append_entry
from server.passwords import hash_password
from server.running import Running

ELECTION_ID = "iq-demo"
DEFAULT_STATIONS, DEFAULT_OBSERVERS = 1_200, 150
# SQLite takes at most 32,766 values in one statement; the widest of these rows has eight.
ROWS_A_STATEMENT = 2_000


class RealElection(RuntimeError):
    """The database observes an election that is not the demonstration."""

    code = "real-election"


@dataclass(frozen=True)
class DemoElection:
    """What is there now. `is_new` is false when it was there before and nothing was touched."""

    id: str
    date: str
    centres: int
    stations: int
    observers: int
    is_new: bool
    staff: list[DemoStaff] = field(repr=False)


def make_demo(
    held: Running, stations: int = DEFAULT_STATIONS, observers: int = DEFAULT_OBSERVERS, seed: int = 1
) -> DemoElection:
    """An election of today's date; what an earlier call made stays as it is.

    The same `seed`, sizes and pack give the same centres, stations, observers and assignments. Raises
    RealElection when the database observes another: invented stations must never stand beside real ones.
    """
    begin_election(held, ELECTION_ID, _today(held), dict(ELECTION))
    if held.write(lambda connection: connection.execute(select(ElectionRow.id)).scalar_one()) != ELECTION_ID:
        raise RealElection("this database observes a real election")
    staff = open_staff(held.settings.folder / "demo-staff.json", held.clock)
    is_new = held.write(_is_empty)
    if is_new:
        centres = make_centres(held.pack, stations, Random(f"register {seed}"))
        people = make_observers(held.pack, centres, observers, seed)
        hashed = [(each, hash_password(each.password)) for each in staff]
        is_new = held.write(lambda connection: _fill(held, connection, centres, people, hashed), alone=True)
        # Phones enrolled in the next second are to find their stations.
        fold_entries(held)
    return held.write(lambda connection: _describe(connection, is_new, staff))


def _is_empty(connection: Connection) -> bool:
    return connection.execute(select(func.count()).select_from(StationRow)).scalar_one() == 0


def _describe(connection: Connection, is_new: bool, staff: list[DemoStaff]) -> DemoElection:
    election = connection.execute(select(ElectionRow.id, ElectionRow.date)).one()
    centres, stations, observers = (
        connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in (CentreRow, StationRow, ObserverRow)
    )
    return DemoElection(election.id, election.date, centres, stations, observers, is_new, staff)


def _fill(
    held: Running,
    connection: Connection,
    centres: Sequence[DemoCentre],
    people: Sequence[DemoObserver],
    staff: Sequence[tuple[DemoStaff, str]],
) -> bool:
    """False when somebody else filled it in the meantime: theirs stays."""
    if not _is_empty(connection):
        return False
    now_ms = held.clock.now_ms()
    _add(connection, OrganisationRow, _organisations())
    _add(connection, StaffRow, (_staff_row(each, hashed, now_ms) for each, hashed in staff))
    _add(connection, CentreRow, map(_centre_row, centres))
    _add(connection, StationRow, (row for centre in centres for row in _station_rows(centre)))
    _add(connection, ObserverRow, (_observer_row(each, now_ms) for each in people))
    coordinators = {each.organisation: each.id for each, _ in staff if each.role == "coordinator"}
    for each in people:
        append_entry(
            held,
            connection,
            kind="assignment.set",
            body={"observer": each.id, "stations": list(each.stations)},
            by=coordinators[each.organisation],
            organisation=each.organisation,
            role="coordinator",
        )
    return True


def _today(held: Running) -> str:
    """YYYY-MM-DD in the pack's own time zone."""
    zone = ZoneInfo(held.pack.settings["time_zone"])
    return datetime.fromtimestamp(held.clock.now_ms() / 1000, UTC).astimezone(zone).date().isoformat()


def _organisations() -> Iterator[dict[str, object]]:
    for code, names in ORGANISATIONS:
        yield {"id": code, "kind": "cso", **_named(names)}
    yield {"id": COMMISSION[0], "kind": "commission", **_named(COMMISSION[1])}


def _named(names: Mapping[str, str]) -> dict[str, object]:
    return {f"name_{language}": name for language, name in names.items()}


def _staff_row(each: DemoStaff, hashed: str, now_ms: int) -> dict[str, object]:
    return {
        "id": each.id,
        "name": each.name,
        "organisation": each.organisation,
        "role": each.role,
        "password_hash": hashed,
        "language": "ar",
        "disabled": False,
        "created_ms": now_ms,
    }


def _centre_row(centre: DemoCentre) -> dict[str, object]:
    return {
        "code": centre.code,
        "governorate": centre.governorate,
        **_named(centre.name),
        "longitude_e6": round(centre.longitude * 1_000_000),
        "latitude_e6": round(centre.latitude * 1_000_000),
    }


def _station_rows(centre: DemoCentre) -> Iterator[dict[str, object]]:
    for number, registered in centre.stations:
        yield {
            "code": f"{centre.code}-{number}",
            "centre": centre.code,
            "number": number,
            "governorate": centre.governorate,
            "registered": registered,
        }


def _observer_row(each: DemoObserver, now_ms: int) -> dict[str, object]:
    return {
        "id": each.id,
        "organisation": each.organisation,
        "badge": each.badge,
        "governorate": each.governorate,
        "created_ms": now_ms,
    }


def _add(connection: Connection, table: type[Base], rows: Iterable[dict[str, object]]) -> None:
    every = list(rows)
    for start in range(0, len(every), ROWS_A_STATEMENT):
        connection.execute(insert(table.__table__), every[start : start + ROWS_A_STATEMENT])  # type: ignore[arg-type]
