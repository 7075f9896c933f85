"""Whose phones these are: what each organisation confirmed with its own key, and what only the server says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Protocol

from server.audit.findings import Findings
from sync.entry import read_body


class Logged(Protocol):
    """An entry as the audit reads it."""

    id: str
    device: str
    kind: str
    body: bytes | None


def check_confirmed(entries: Sequence[Logged], servers: Iterable[str], found: Findings) -> None:
    """A server can invent observers, but not the signature of an organisation whose key it does not hold."""
    trusted = set(servers)
    said = [(entry, read_body(entry.body)) for entry in entries if entry.body]
    own = {
        str(body.get("device")): str(body.get("organisation"))
        for entry, body in said
        if entry.kind == "organisation.key" and entry.device in trusted
    }
    organisation_by_enrolment = {
        entry.id: str(body.get("organisation"))
        for entry, body in said
        if entry.kind == "device.enrol" and entry.device in trusted
    }
    confirmed = {
        identity
        for entry, body in said
        if entry.kind == "device.countersign" and entry.device in own
        for identity in (body.get("entries") if isinstance(body.get("entries"), list) else ())
        if organisation_by_enrolment.get(str(identity)) == own[entry.device]
    }
    if confirmed:
        found.checked.append(f"{len(confirmed)} phones that their organisations confirmed")
        found.unknown += [f"whether {device} is the key of {name}: ask {name}" for device, name in sorted(own.items())]
    lacking = Counter(name for identity, name in organisation_by_enrolment.items() if identity not in confirmed)
    for name, count in sorted(lacking.items()):
        found.unknown.append(f"whether {count} phones of {name} are real: {name} has not confirmed them")
