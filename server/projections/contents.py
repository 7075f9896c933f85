"""What a report's body says once it is read against the pack and the register, and why it may have to wait."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from schemas.base import WrongBody, read
from schemas.incident import IncidentSchema
from schemas.observation import ObservationSchema
from schemas.tape import TapeSchema
from schemas.visit import VisitSchema
from server.normal_letters import normal_letters
from server.projections.register_view import RegisterView
from server.tape_sums import check_sums, integers

VISIT_OPEN, VISIT_CLOSE = "visit.open", "visit.close"
INCIDENT, OBSERVATION, TAPE, TRANSCRIPTION = "incident.report", "observation.submit", "tape.submit", "tape.transcribe"
REPORT_KINDS = frozenset({VISIT_OPEN, VISIT_CLOSE, INCIDENT, OBSERVATION, TAPE})
# Kinds whose live reports make an observer present at a station (wire.md §6).
PRESENCE_KINDS = frozenset({VISIT_OPEN, INCIDENT, OBSERVATION, TAPE})
# Checklists and tapes may be typed up hours later; an incident a day off is a mistyped date or a wrong clock.
HOURS_AROUND_MS = 6 * 3600 * 1000
ESCALATED_SEVERITY = 5

_SCHEMAS = {
    VISIT_OPEN: VisitSchema(),
    VISIT_CLOSE: VisitSchema(),
    INCIDENT: IncidentSchema(),
    OBSERVATION: ObservationSchema(),
    TAPE: TapeSchema(),
}


@dataclass(frozen=True)
class Content:
    """A body as it is understood. `why` is the reason for quarantine, None when it stands."""

    value: Mapping[str, Any]
    why: str | None = None
    station: str | None = None
    governorate: str | None = None
    at_ms: int = 0
    type: str | None = None
    phase: str | None = None
    severity: int = 0
    is_escalated: bool = False
    flags: tuple[str, ...] = ()
    search: str = ""


def understand(
    kind: str, body: Mapping[str, Any], correction: Mapping[str, Any], at_ms: int, view: RegisterView
) -> Content:
    """The body of a report kind with a finding's `correction` laid over it. `at_ms` is the header's own time."""
    value = {key: each for key, each in body.items() if key != "salt"}
    try:
        read_body = read(_SCHEMAS[kind], {**value, **correction})
    except WrongBody:
        return Content(value, "malformed-body", at_ms=at_ms)
    content = _READERS[kind](read_body, at_ms, view)
    station = read_body.get("station")
    if content.why is None and station is not None and content.governorate is None:
        return Content(value, "unknown-station", station, None, content.at_ms)
    return Content(
        value, content.why, station, content.governorate, content.at_ms, content.type, content.phase,
        content.severity, content.is_escalated, content.flags, content.search,
    )


def value_text(value: Mapping[str, Any]) -> str:
    """The value as the report row keeps it: one spelling, so that equal values are equal texts."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    # Half of an emoji is no text to a database; what was signed stays as it is in the entry.
    return text.encode("utf-8", "backslashreplace").decode()


def _incident(body: Mapping[str, Any], _: int, view: RegisterView) -> Content:
    at_ms, type_code = body["occurred_ms"], body["type"]
    known = view.pack.types_by_code.get(type_code)
    flags = ["outside-hours"] if _is_outside(at_ms, view) else []
    governorate, place_flags = _where(body, view)
    if known is None:
        return Content(body, "unknown-type", governorate=governorate, at_ms=at_ms, type=type_code)
    if governorate is None and body["station"] is None:
        return Content(body, "no-place", at_ms=at_ms, type=type_code)
    severity = body["severity"]
    words = [body["text"], body["station"] or "", type_code, *known.label.values()]
    return Content(
        body,
        governorate=governorate,
        at_ms=at_ms,
        type=type_code,
        phase=known.phase,
        severity=severity,
        is_escalated=known.escalate or severity >= ESCALATED_SEVERITY,
        flags=tuple(flags + place_flags),
        search=normal_letters(" ".join(words)),
    )


def _where(body: Mapping[str, Any], view: RegisterView) -> tuple[str | None, list[str]]:
    """A station's governorate is the register's; a position decides only where no station is named."""
    if body["station"] is not None:
        return view.governorate_by_station.get(body["station"]), []
    place = body.get("place")
    if not place:
        return None, []
    from maps.containment import governorate_at  # geometry is loaded where it is needed (packs/shape.py)

    found = governorate_at(view.pack.boundaries, place[0] / 1e6, place[1] / 1e6)
    if found is None:
        return None, []
    return found.code, ["place-outside"] if found.outside else []


def _observation(body: Mapping[str, Any], _: int, view: RegisterView) -> Content:
    form = view.pack.checklists_by_id.get(body["checklist"])
    withdrawn = body["checklist"] in view.pack.settings.get("withdrawn_checklists", {})
    phase = form.phase if form else view.pack.settings.get("withdrawn_checklists", {}).get(body["checklist"])
    return Content(
        body,
        None if form or withdrawn else "unknown-checklist",
        governorate=view.governorate_by_station.get(body["station"]),
        at_ms=body["started_ms"],
        type=body["checklist"],
        phase=phase,
        flags=("withdrawn-form",) if withdrawn else (),
        search=normal_letters(f"{body['station']} {body['checklist']}"),
    )


def _tape(body: Mapping[str, Any], at_ms: int, view: RegisterView) -> Content:
    sums = check_sums(integers(body["figures"]), integers(body["votes"]))
    return Content(
        body,
        governorate=view.governorate_by_station.get(body["station"]),
        at_ms=at_ms,
        type=body["count"],
        phase="counting",
        flags=tuple(f"sum-{each.name}" for each in sums if not each.holds),
        search=normal_letters(body["station"]),
    )


def _visit(body: Mapping[str, Any], _: int, view: RegisterView) -> Content:
    return Content(body, governorate=view.governorate_by_station.get(body["station"]), at_ms=body["at_ms"])


def _is_outside(at_ms: int, view: RegisterView) -> bool:
    return not view.opens_ms - HOURS_AROUND_MS <= at_ms <= view.closes_ms + HOURS_AROUND_MS


_READERS: Mapping[str, Callable[[Mapping[str, Any], int, RegisterView], Content]] = {
    VISIT_OPEN: _visit,
    VISIT_CLOSE: _visit,
    INCIDENT: _incident,
    OBSERVATION: _observation,
    TAPE: _tape,
}
