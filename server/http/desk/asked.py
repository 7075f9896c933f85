"""What a list was asked for, read from the address: the same address always asks the same question."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from flask import g, request
from sqlalchemy import select

from server.access import Reader
from server.database import db
from server.database.register import ElectionRow
from server.normal_letters import normal_letters
from server.projections.report_list import OWN, RELEASED, ReportFilter
from server.running import running

# The names in the address; the map and other pages link with the same ones.
TEXTS = (
    "source", "organisation", "governorate", "group", "type", "phase", "severity", "finding", "status",
    "station", "observer", "from", "until", "q",
)  # fmt: skip
MARKS = ("escalated", "contested", "photos")
STATUSES = ("live", "retracted")
_TIME = re.compile(r"([01]?\d|2[0-3])[: ]([0-5]\d)")
MINUTE_MS = 60_000
# Each word is looked for in every report; nobody remembers more of a sentence than this.
MOST_WORDS = 8


def asked_fields() -> dict[str, str]:
    """The fields of the address that ask something, cleaned of digits of other scripts and of what is too long."""
    found = {name: request.args.get(name, "").replace("\x00", "").strip()[:200] for name in TEXTS}
    found |= {name: "1" for name in MARKS if request.args.get(name)}
    return {name: value for name, value in found.items() if value}


def read_filter(kind: str, fields: Mapping[str, str]) -> ReportFilter:
    """What `fields` ask for; what cannot be understood asks nothing."""
    reader: Reader = g.reader
    severity = fields.get("severity", "")
    status = fields.get("status", "live")
    return ReportFilter(
        kind=kind,
        source=source_of(reader, fields),
        organisation=fields.get("organisation", ""),
        governorate=fields.get("governorate", ""),
        types=_types(fields),
        phase=fields.get("phase", ""),
        severity=int(severity) if severity in ("1", "2", "3", "4", "5") else 0,
        finding=fields.get("finding", ""),
        status=status if status in STATUSES else "live",
        station="-".join(normal_letters(fields.get("station", "")).split()),
        observer=fields.get("observer", ""),
        from_ms=_moment(fields.get("from", "")),
        until_ms=_moment(fields.get("until", "")),
        is_escalated="escalated" in fields,
        is_contested="contested" in fields,
        has_photos="photos" in fields,
        words=tuple(normal_letters(fields.get("q", "")).split()[:MOST_WORDS]),
    )


def source_of(reader: Reader, fields: Mapping[str, str]) -> str:
    """A liaison has no observers: unless asked otherwise, the list is of what was released to them."""
    asked = fields.get("source", "")
    return asked if asked in (OWN, RELEASED) else (RELEASED if reader.role == "liaison" else OWN)


def place(name: str) -> int | None:
    """A place in the log from the address, for the pages of a list."""
    text = request.args.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 16 else None


def query_text(fields: Mapping[str, object]) -> str:
    """`?a=b&c=d`, or nothing."""
    found = {name: value for name, value in fields.items() if value not in ("", None)}
    return "?" + urlencode(found) if found else ""


def _types(fields: Mapping[str, str]) -> tuple[str, ...]:
    if fields.get("type"):
        return (fields["type"],)
    if not fields.get("group"):
        return ()
    # A group nobody knows holds no type, and no report: an empty tuple would ask nothing.
    return tuple(each.code for each in running().pack.incident_types if each.group == fields["group"]) or ("",)


def _moment(text: str) -> int | None:
    """`07:30` of the election's day as ms since 1970."""
    found = _TIME.fullmatch(normal_letters(text))
    if not found:
        return None
    midnight_ms = db.session.execute(select(ElectionRow.midnight_ms)).scalar()
    if midnight_ms is None:
        return None
    return midnight_ms + (int(found[1]) * 60 + int(found[2])) * MINUTE_MS
