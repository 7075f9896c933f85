"""What a finding may correct on a report: its type, its severity and the station it belongs to."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, select

from server.database.register import StationRow
from server.packs import Pack
from server.problems import Problem

SEVERITIES = range(1, 6)


def read_correction(
    connection: Connection, pack: Pack, kind: str, value: Mapping[str, object]
) -> dict[str, object]:
    """The corrected fields of `value`, checked. Raises Problem bad-field naming the one that is wrong or missing."""
    corrected: dict[str, object] = {}
    if kind == "incident.report":
        corrected |= _type(pack, value) | _severity(value)
    corrected |= _station(connection, value)
    if not corrected:
        raise Problem("bad-field", detail="value")
    return corrected


def _type(pack: Pack, value: Mapping[str, object]) -> dict[str, object]:
    code = value.get("type")
    if not code:
        return {}
    if code not in pack.types_by_code:
        raise Problem("bad-field", detail="type")
    return {"type": code}


def _severity(value: Mapping[str, object]) -> dict[str, object]:
    severity = value.get("severity")
    if severity in (None, ""):
        return {}
    if not str(severity).isdecimal() or int(str(severity)) not in SEVERITIES:
        raise Problem("bad-field", detail="severity")
    return {"severity": int(str(severity))}


def _station(connection: Connection, value: Mapping[str, object]) -> dict[str, object]:
    code = str(value.get("station") or "").strip()
    if not code:
        return {}
    if connection.execute(select(StationRow.code).where(StationRow.code == code)).first() is None:
        raise Problem("bad-field", detail="station")
    return {"station": code}
