"""Joins a list that was read with what the database holds: the plan that is previewed and later carried out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from server.database.organisations import OrganisationRow
from server.database.register_list import centres_by_code, governorate_by_station, stations_by_code
from server.database.roster import ObserverRow
from server.imports.columns import STATIONS
from server.imports.observer_list import make_roster, read_observers
from server.imports.observer_plan import Key, Known, ObserverPlan, plan_observers
from server.imports.station_list import read_stations
from server.imports.station_plan import StationPlan, plan_stations
from server.imports.table import Remark, Table
from server.packs import Pack
from server.projections.inbox import AssignmentRow


@dataclass(frozen=True)
class Planned:
    """The plan of one kind, and the remarks on the rows it came from."""

    stations: StationPlan | None
    observers: ObserverPlan | None
    refused: Sequence[Remark]
    remarks: Sequence[Remark]
    repeated: int

    @property
    def _plan(self) -> StationPlan | ObserverPlan:
        plan = self.stations or self.observers
        assert plan is not None
        return plan

    @property
    def new(self) -> int:
        return self._plan.new

    @property
    def changed(self) -> int:
        return self._plan.changed

    @property
    def unchanged(self) -> int:
        return self._plan.unchanged

    @property
    def total(self) -> int:
        """Rows that are to be written."""
        return self.new + self.changed


def plan_import(connection: Connection, pack: Pack, kind: str, own: str, table: Table) -> Planned:
    if kind == STATIONS:
        listed = read_stations(table, pack)
        plan = plan_stations(listed.lines, centres_by_code(connection), stations_by_code(connection))
        return Planned(plan, None, listed.refused, listed.remarks, listed.repeated)
    governorates = governorate_by_station(connection)
    found = read_observers(table, make_roster(pack, own, _organisations(connection), governorates))
    observers = plan_observers(found.lines, _known(connection), governorates)
    return Planned(None, observers, found.refused, found.remarks, found.repeated)


def _organisations(connection: Connection) -> dict[str, tuple[str, ...]]:
    rows = connection.execute(select(OrganisationRow.__table__))
    return {row.id: (row.name_ar, row.name_ckb, row.name_en) for row in rows}


def _known(connection: Connection) -> dict[Key, Known]:
    stations = defaultdict(set)
    for row in connection.execute(select(AssignmentRow.observer, AssignmentRow.station)):
        stations[row.observer].add(row.station)
    return {
        (row.organisation, row.badge): Known(row.id, row.governorate, frozenset(stations[row.id]))
        for row in connection.execute(select(ObserverRow.__table__))
    }
