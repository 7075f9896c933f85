"""Checks a custody export: each entry by its device's key and its proof, each photo by the digest an entry names."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from server.audit.findings import Findings
from server.audit.log_audit import signed_checkpoint
from server.audit.places import Read
from server.server_key import is_signed, read_public_key
from sync.checkpoint import VerifierKey, read_proof
from sync.entry import base64url_decode, digest_of
from sync.signature import signing_input, thumbprint
from sync.tree import check_inclusion, leaf_hash

HEADER = ".header"


def audit_export(read: Read, names: Sequence[str], keys: Sequence[VerifierKey], found: Findings) -> None:
    public = {thumbprint(jwk): read_public_key(jwk) for jwk in json.loads(read("keys.json") or b"")}
    headers = [name.removesuffix(HEADER) for name in sorted(names) if name.endswith(HEADER)]
    photos: set[str] = set()
    for name in headers:
        with found.reading(name):
            photos |= _audit_entry(name, read, public, keys, found)
    for digest in sorted(photos):
        content = read(f"photos/{digest}")
        if content is None:
            found.unknown.append(f"photo {digest}: it is not in this export")
        elif digest_of(content) != digest:
            found.wrong.append(f"photo {digest} is not what its digest says")
    found.checked.append(f"{len(headers)} entries: signatures and places in the log; {len(photos)} photos")
    found.unknown.append("who held the phones; and whether others were shown another log: ask its witnesses")


def _audit_entry(
    name: str, read: Read, public: dict[str, Any], keys: Sequence[VerifierKey], found: Findings
) -> set[str]:
    """The digests of its photos."""
    header, body = read(f"{name}{HEADER}") or b"", read(f"{name}.body")
    fields = json.loads(header.decode())
    if body is None:
        found.unknown.append(f"what {name}.body said: it was left out, its digest is proved")
    elif digest_of(body) != fields["body"]:
        found.wrong.append(f"{name}: the body is not the one that was signed")
    signature = (read(f"{name}.signature") or b"").decode()
    key = public.get(fields["device"])
    if key is None or not is_signed(key, signing_input(header), base64url_decode(signature)):
        found.wrong.append(f"{name} is not signed by its device")
    proof = read_proof((read(f"{name}.tlog-proof") or b"").decode())
    checkpoint = signed_checkpoint(proof.checkpoint.encode(), keys, f"the checkpoint in {name}.tlog-proof", found)
    leaf = b"\x01" + base64url_decode(digest_of(header)) + base64url_decode(fields["body"])
    if not check_inclusion(leaf_hash(leaf), proof.index, checkpoint.size, proof.path, checkpoint.root):
        found.wrong.append(f"{name}.tlog-proof does not prove that the entry is in the log")
    return {photo[0] for photo in fields["photos"]}
