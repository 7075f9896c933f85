"""The key that an organisation keeps to itself, and what it signs with it: that these phones are really its own.

Everything here runs on a machine of the organisation, without this server's database: a server that has been taken
over can invent observers, but not this signature.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from server.server_key import ServerKey, make_key
from sync.entry import Entry, compose, digest_of, read_entry
from sync.signature import signing_input
from sync.strict import read_object

BATCH_FORMAT, SIGNED_FORMAT = "sanad-countersign/1", "sanad-countersigned/1"
# 46 bytes an id: this many fill two thirds of a body.
IDS_AN_ENTRY = 450
KINDS = ("device.enrol", "device.revoke")


class BadBatch(ValueError):
    """A file that is not a batch, or one that does not say what it claims; the text says where."""

    code = "bad-batch"


class BadKey(ValueError):
    """No key in this file, or not with this passphrase."""

    code = "bad-key"


@dataclass(frozen=True)
class Line:
    """One enrolment or revocation as the person who signs sees it."""

    id: str
    kind: str
    observer: str
    device: str
    at_ms: int


def keep_organisation_key(path: Path, passphrase: str) -> ServerKey:
    """A new key in `path`, sealed with `passphrase`. FileExistsError when there is a file already."""
    key = make_key()
    sealed = serialization.BestAvailableEncryption(passphrase.encode())
    pem = key.private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, sealed)
    with path.open("xb") as file:
        path.chmod(0o600)
        file.write(pem)
    return key


def open_organisation_key(path: Path, passphrase: str) -> ServerKey:
    """The key in `path`. Raises BadKey."""
    try:
        private = serialization.load_pem_private_key(path.read_bytes(), passphrase.encode())
    except (ValueError, TypeError) as error:
        raise BadKey(f"{path.name} does not open with this passphrase") from error
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise BadKey(f"{path.name} holds another kind of key")
    return make_key(private)


def read_lines(batch: Mapping[str, Any]) -> list[Line]:
    """What a batch asks to be confirmed, each entry checked against its own id. Raises BadBatch."""
    if batch.get("format") != BATCH_FORMAT or not isinstance(batch.get("entries"), list):
        raise BadBatch("this is not a batch of phones to confirm")
    return [_line(batch, number, each) for number, each in enumerate(batch["entries"], 1)]


def _line(batch: Mapping[str, Any], number: int, each: Any) -> Line:
    texts = [str(each.get(part) or "") if isinstance(each, Mapping) else "" for part in ("header", "body")]
    header, body = (read_object(text)[0] for text in texts)
    if header is None or body is None:
        raise BadBatch(f"line {number} is no entry")
    identity = digest_of(texts[0].encode())
    if identity != each.get("id") or header.get("body") != digest_of(texts[1].encode()):
        raise BadBatch(f"line {number} is not the entry that it names")
    # A revocation does not name the organisation in its body; the header of either does.
    theirs = batch.get("organisation")
    named = {header.get("organisation"), body.get("organisation", theirs)}
    if header.get("kind") not in KINDS or named != {theirs}:
        raise BadBatch(f"line {number} is not a phone of {theirs}")
    shown = str(body.get("observer") or body.get("reason") or "")
    return Line(identity, header["kind"], shown, str(body.get("device")), int(header.get("at") or 0))


def sign_batch(batch: Mapping[str, Any], key: ServerKey, now_ms: int, salts: Sequence[str]) -> dict[str, Any]:
    """The batch confirmed: entries of the organisation's own journal, to be brought back. Raises BadBatch.

    `salts` are random texts of 22 characters, one an entry that results: `entries_needed(batch)`.
    """
    if batch.get("device") != key.device:
        raise BadBatch("the batch was made for another key")
    ids = [line.id for line in read_lines(batch)]
    seq, prev, signed = int(batch["seq"]), str(batch["prev"]), []
    for salt, start in zip(salts, range(0, len(ids), IDS_AN_ENTRY), strict=True):
        seq += 1
        header = {
            "v": 1, "election": batch["election"], "device": key.device, "seq": seq, "prev": prev,
            "kind": "device.countersign", "seen": batch["seen"], "at": now_ms,
        }  # fmt: skip
        header_text, body_text = compose(header, {"salt": salt, "entries": ids[start : start + IDS_AN_ENTRY]})
        texts = [header_text, key.sign(signing_input(header_text.encode())), body_text]
        entry = read_entry(texts, str(batch["election"]))
        if not isinstance(entry, Entry) or entry.flaws:
            raise BadBatch("the batch gives no sound entry: its place in the journal is wrong")
        prev = entry.id
        signed.append(texts)
    return {"format": SIGNED_FORMAT, "organisation": batch["organisation"], "entries": signed}


def entries_needed(batch: Mapping[str, Any]) -> int:
    return -(-len(read_lines(batch)) // IDS_AN_ENTRY)


def read_json_file(path: Path) -> dict[str, Any]:
    """The object in a file. Raises BadBatch."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise BadBatch(f"{path.name} is not JSON") from error
    if not isinstance(found, dict):
        raise BadBatch(f"{path.name} is not JSON of ours")
    return found
