"""Whose phones these are: what each organisation confirmed with its own key, and what only the server says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Protocol

from server.audit.findings import Findings
from sync.entry import read_body


class Logged(Protocol):
    """An entry as the audit reads it."""

    @property
    def id(self) -> str: ...
    @property
    def device(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def body(self) -> bytes | None: ...


def check_confirmed(entries: Sequence[Logged], servers: Iterable[str], found: Findings) -> None:
    """A server can invent observers, but not the signature of an organisation whose key it does not hold."""
    trusted = set(servers)
    said = [(entry, read_body(entry.body)) for entry in entries if entry.body]
    own: dict[str, str] = {}
    newest: dict[str, str] = {}
    organisation_by_enrolment: dict[str, str] = {}
    confirmed: set[str] = set()
    for entry, body in said:
        organisation = str(body.get("organisation"))
        if entry.kind == "organisation.key" and entry.device in trusted:
            # One that was replaced confirms nothing any more, and nobody what comes after.
            own[str(body.get("device"))] = organisation
            newest[organisation] = str(body.get("device"))
        elif entry.kind == "device.enrol" and entry.device in trusted:
            organisation_by_enrolment[entry.id] = organisation
        elif entry.kind == "device.countersign" and entry.device in newest.values():
            named = body.get("entries")
            ids = {str(each) for each in named} if isinstance(named, list) else set()
            confirmed |= {each for each in ids if organisation_by_enrolment.get(each) == own[entry.device]}
    if confirmed:
        found.checked.append(f"{len(confirmed)} phones that their organisations confirmed")
        found.unknown += [f"whether {device} is the key of {name}: ask {name}" for device, name in sorted(own.items())]
    lacking = Counter(name for identity, name in organisation_by_enrolment.items() if identity not in confirmed)
    for name, count in sorted(lacking.items()):
        found.unknown.append(f"whether {count} phones of {name} are real: {name} has not confirmed them")
