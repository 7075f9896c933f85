"""Reads every entry again from its signed bytes: what it is called, where it stands, who signed it, who let them in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives import serialization

from server.audit.confirmed import check_confirmed
from server.audit.findings import Findings
from server.log_keys import is_signed_by
from server.server_key import is_signed, read_public_key
from sync.checkpoint import ECDSA_P256, VerifierKey, read_note, signers
from sync.entry import Entry, base64url_decode, base64url_encode, leaf, leaf_of, read_body, read_entry
from sync.handover import read_handover
from sync.signature import signing_input, thumbprint

ENROLMENT, ORGANISATION_KEY, COUNTERSIGN = "device.enrol", "organisation.key", "device.countersign"
# What lets a key write entries: an observer's phone, or the key that an organisation keeps to itself.
LET_IN = (ENROLMENT, ORGANISATION_KEY)
# The column of the register of named photos cannot hold more (server/operations/store_entries.py).
_LARGEST_NAMED_BYTES = 2**31 - 1
_COLUMNS = "idx, id, device, seq, prev, header, signature, body, leaf, flaw"


@dataclass(frozen=True)
class Stored:
    """One row of the journal. `leaf` is the stored one: that is what was logged, right or wrong."""

    index: int
    id: str
    device: str
    prev: str
    kind: str
    header: bytes
    signature: str
    body: bytes | None
    leaf: bytes
    seen: tuple[int, str] = (0, "")
    photos: dict[str, tuple[int, str]] = field(default_factory=dict)


def read_rows(ask: Callable[[str], Iterable[Any]], found: Findings) -> list[Stored]:
    """Every entry up to the first gap: what stands behind one stands at another place and proves nothing."""
    entries: list[Stored] = []
    elections = [row[0] for row in ask("SELECT id FROM election")]
    if len(elections) != 1:
        found.wrong.append(f"there are {len(elections)} elections in this database")
    for row in ask(f"SELECT {_COLUMNS} FROM entries ORDER BY idx"):
        if row[0] != len(entries):
            found.wrong.append(f"entry {len(entries)} is missing: the next one is {row[0]!r}")
            break
        entry = Stored(row[0], str(row[1]), str(row[2]), str(row[4]), "", b"", "", None, b"")
        with found.reading(f"entry {row[0]}"):
            entry = _read(row, elections[0] if elections else "", found)
        entries.append(entry)
    return entries


def _read(row: Any, election: str, found: Findings) -> Stored:
    index, identity, device, seq, prev, header, signature, body, stored_leaf, flaw = row
    header, stored_leaf = bytes(header), bytes(stored_leaf)
    what = f"entry {index}"
    if body is None:
        found.wrong.append(f"{what}: the body is missing; its leaf still proves what it was")
        if base64url_encode(sha256(header).digest()) != identity or stored_leaf[:33] != leaf(header, b"")[:33]:
            found.wrong.append(f"{what}: id or leaf are not those of its header")
        return Stored(index, identity, device, prev, "", header, signature, None, stored_leaf)
    read = read_entry([header.decode(), signature, bytes(body).decode()], election)
    if not isinstance(read, Entry):
        found.wrong.append(f"{what}: header and body are not what was signed ({read.why})")
        return Stored(index, identity, device, prev, "", header, signature, bytes(body), stored_leaf)
    said = read.header
    if (read.id, leaf_of(read)) != (identity, stored_leaf):
        found.wrong.append(f"{what}: id or leaf are not those of its bytes")
    if (said.device, said.seq, said.prev) != (device, seq, prev):
        found.wrong.append(f"{what}: device or place in the table are not those that were signed")
    if (read.flaws[0] if read.flaws else None) != flaw:
        found.wrong.append(f"{what}: the flaw in the table is not that of its bytes")
    photos = {each.digest: (min(each.size, _LARGEST_NAMED_BYTES), each.media_type) for each in said.photos}
    return Stored(
        index, read.id, said.device, said.prev, said.kind, header, signature, bytes(body), stored_leaf, said.seen,
        photos,
    )  # fmt: skip


def check_authors(
    ask: Callable[[str], Iterable[Any]], entries: Sequence[Stored], keys: Sequence[VerifierKey], found: Findings
) -> list[int]:
    """Each entry by the key of its device, each device let in by an entry that a key of the log signed.

    Answers with the sizes from which this server was restored.
    """
    rows = {device: (jwk, observer, organisation) for device, jwk, observer, organisation in ask(
        "SELECT id, jwk, observer, organisation FROM devices")}  # fmt: skip
    public = {}
    for device, (jwk, _, _) in rows.items():
        with found.reading(f"the key of device {device}"):
            if thumbprint(json.loads(jwk)) != device or json.dumps(json.loads(jwk), sort_keys=True) != jwk:
                found.wrong.append(f"device {device}: the key is not the one it is named by")
            public[device] = read_public_key(json.loads(jwk))
    _check_signatures(ask, entries, public, found)
    servers, lost_from = _handed_over(ask, {device_of(key) for key in keys if key.kind == ECDSA_P256}, public)
    enrolled = _enrolments(entries, servers)
    check_confirmed(entries, servers, found)
    for device in sorted({entry.device for entry in entries} - servers - set(enrolled)):
        found.wrong.append(f"device {device} wrote entries, and nothing that the log's key signed enrols it")
    for device, body in enrolled.items():
        if rows.get(device, ("", "", ""))[1:] != (body.get("observer", ""), body.get("organisation")):
            found.wrong.append(f"device {device}: the table says another observer than its enrolment")
    return lost_from


def _handed_over(
    ask: Callable[[str], Iterable[Any]], servers: set[str], public: dict[str, Any]
) -> tuple[set[str], list[int]]:
    """The servers from which this one was restored as well, and from how many entries: each named the next."""
    trusted, lost_from = set(servers), []
    for (text,) in ask("SELECT note FROM handovers ORDER BY number DESC"):
        note = read_note(text)
        handover = read_handover(note)
        name = handover.old.origin
        candidates = {device: VerifierKey(name, ECDSA_P256, _spki(key)) for device, key in public.items()}
        signed_by = signers(note, candidates.values(), is_signed_by)
        if signed_by and device_of(handover.p256) in trusted:
            trusted |= {device for device, key in candidates.items() if key in signed_by}
            lost_from.append(handover.old.size)
    return trusted, lost_from


def _spki(key: Any) -> bytes:
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def device_of(key: VerifierKey) -> str:
    """The name under which the P-256 key of a log writes entries of its own."""
    x, y = (base64url_encode(key.public[start:end]) for start, end in ((-64, -32), (-32, None)))
    return thumbprint({"kty": "EC", "crv": "P-256", "x": x, "y": y})


def _enrolments(entries: Sequence[Stored], servers: set[str]) -> dict[str, dict[str, Any]]:
    bodies = [read_body(e.body) for e in entries if e.kind in LET_IN and e.device in servers and e.body]
    return {body["device"]: body for body in bodies if isinstance(body.get("device"), str)}


def _check_signatures(
    ask: Callable[[str], Iterable[Any]], entries: Sequence[Stored], public: dict[str, Any], found: Findings
) -> None:
    checks = {idx: (is_valid, later) for idx, is_valid, later in ask(
        "SELECT idx, is_valid, later_signature FROM signature_checks")}  # fmt: skip
    followed = {(entry.device, entry.prev) for entry in entries}
    for entry in entries:
        is_valid, later = checks.get(entry.index, (True, None))
        if later is not None and not _signed(entry, later, public):
            found.wrong.append(f"entry {entry.index}: the later signature is not its device's")
        is_right = _signed(entry, entry.signature, public)
        if is_right and is_valid is not None and not is_valid:
            found.wrong.append(f"entry {entry.index}: its signature is right and is noted as wrong")
        if is_right:
            continue
        if not is_valid and (entry.device, entry.id) in followed:
            found.unknown.append(f"who signed entry {entry.index}: only the next one of its device vouches for it")
        else:
            found.wrong.append(f"entry {entry.index} is not signed by its device")


def _signed(entry: Stored, signature: str, public: dict[str, Any]) -> bool:
    key = public.get(entry.device)
    try:
        raw = base64url_decode(signature)
    except (ValueError, TypeError):
        return False
    # One spelling a signature: the last letter carries two bits, and a changed spare bit must not pass.
    if key is None or base64url_encode(raw) != signature:
        return False
    return is_signed(key, signing_input(entry.header), raw)
