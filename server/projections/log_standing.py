"""How the log stands before the public: how many entries are signed, who outside has seen it, who confirmed phones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from server.database.backups import handovers
from server.database.cosigned import newest_cosigned, witness_rows
from server.database.organisations import OrganisationRow
from server.projections.countersigned import Coverage, coverage
from sync.policy import Policy


@dataclass(frozen=True)
class WitnessStanding:
    """One outside witness: what it last cosigned and when (None: never), and what is amiss ("" when nothing is)."""

    name: str
    size: int
    cosigned_ms: int | None
    fault: str


@dataclass(frozen=True)
class LogStanding:
    """`witnessed` is the size that enough witnesses have seen, None when there is none."""

    witnessed: int | None
    witnessed_ms: int | None
    witnesses: tuple[WitnessStanding, ...]
    organisations: tuple[tuple[Mapping[str, str], Coverage], ...]
    handovers: tuple[str, ...]


def log_standing(connection: Connection, policy: Policy) -> LogStanding:
    cosigned, rows = newest_cosigned(connection), witness_rows(connection)
    names = {row.id: row for row in connection.execute(select(OrganisationRow.__table__))}
    return LogStanding(
        witnessed=cosigned.size if cosigned else None,
        witnessed_ms=cosigned.at_ms if cosigned else None,
        witnesses=tuple(_witness(name, rows.get(name)) for name in policy.witnesses),
        organisations=tuple(
            (_names(names[each.organisation]), each)
            for each in coverage(connection)
            if each.organisation in names
        ),
        handovers=tuple(handovers(connection)),
    )


def _names(row) -> dict[str, str]:
    return {"ar": row.name_ar, "ckb": row.name_ckb, "en": row.name_en}


def _witness(name: str, row) -> WitnessStanding:
    return WitnessStanding(name, row.size, row.cosigned_ms, row.fault) if row else WitnessStanding(name, 0, None, "")
