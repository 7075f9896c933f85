"""Audits whatever is named: the address of a server, a log, a copy of a data folder, or a custody export."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from server.audit.copy_audit import audit_copy
from server.audit.export_audit import audit_export
from server.audit.findings import Findings
from server.audit.log_audit import audit_log, read_keys
from server.audit.manifest import NAME, check_manifest
from server.audit.places import address_reader, folder_reader, names_in, zip_reader


def audit_place(place: str, given: Sequence[str] = (), old: bytes | None = None) -> Findings:
    """`given` are keys of the log from somewhere else, `old` an earlier checkpoint that it must have grown from."""
    found, path = Findings(), Path(place)
    with found.reading(place):
        if place.startswith(("http://", "https://")):
            address = place.rstrip("/")
            audit_log(address_reader(address if "/log" in address else f"{address}/log"), given, old, found)
        elif path.is_file() or (path / "entries").is_dir():
            read, names = zip_reader(path) if path.is_file() else (folder_reader(path), names_in(path))
            keys = read_keys(read, given, found)
            with found.reading(NAME):
                check_manifest(read, names, keys, found)
            audit_export(read, names, keys, found)
        else:
            _audit_folder(path, given, old, found)
    return found


def _audit_folder(path: Path, given: Sequence[str], old: bytes | None, found: Findings) -> None:
    if (path / NAME).exists():
        with found.reading(NAME):
            keys = read_keys(folder_reader(path / "log"), given, found)
            check_manifest(folder_reader(path), names_in(path), keys, found)
    else:
        found.unknown.append("whether bytes changed that carry nothing: no signed list of files lies here")
    if (path / "sanad.db").exists() or (path / "photos").is_dir():
        audit_copy(path, list(given), old, found)
    else:
        audit_log(folder_reader(path), given, old, found)
