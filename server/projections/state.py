"""The merged state in one spelling: what two servers that hold the same entries must agree on, byte for byte."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, select

from server.database.roster import DeviceRow
from server.projections.claims import ClaimRow
from server.projections.reports import ReportRow
from sync.digest import state_digest

# When and in which order something arrived is not state; neither are names given by this server alone.
_STATE_COLUMNS = (
    "organisation", "author", "kind", "subject", "heads", "is_conflicted", "disputes", "status", "why", "finding",
    "is_finding_stale", "station", "governorate", "at_ms", "type", "phase", "severity", "photos", "flags",
    "released_to",
)  # fmt: skip


def merged_state_digest(connection: Connection) -> str:
    """SHA-256 over every report and the bucket of every entry that a phone wrote."""
    return state_digest({"reports": _reports(connection), "buckets": _buckets(connection)})


def _reports(connection: Connection) -> list[dict[str, Any]]:
    table = ReportRow.__table__
    rows = connection.execute(select(*(table.c[name] for name in _STATE_COLUMNS), table.c.value)).mappings()
    found = [{**row, "value": json.loads(row["value"])} for row in rows]
    # Sorted here and not by the database: two databases sort text differently.
    return sorted(found, key=lambda row: (row["organisation"], row["subject"], row["author"], row["kind"]))


def _buckets(connection: Connection) -> list[list[Any]]:
    rows = connection.execute(
        select(ClaimRow.id, ClaimRow.bucket, ClaimRow.why)
        .join(DeviceRow, DeviceRow.id == ClaimRow.device)
        .where(DeviceRow.observer != "")
    )
    return sorted([row.id, row.bucket, row.why] for row in rows)
