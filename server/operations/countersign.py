"""Takes in an organisation's own key, and what it confirmed with it, away from this server."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from server.database.engine import lock_numbering, reading
from server.database.entries import EntryRow
from server.database.journals import last_place
from server.database.organisations import OrganisationRow
from server.database.register import ElectionRow
from server.database.roster import DeviceRow
from server.database.upsert import upsert
from server.operations.fold_entries import fold_entries
from server.operations.sign_entry import append_entry
from server.operations.store_entries import store_entries
from server.organisation_key import BATCH_FORMAT, SIGNED_FORMAT, BadBatch
from server.projections.countersigned import pending
from server.running import Running
from server.server_key import read_public_key
from sync.checkpoint import read_checkpoint
from sync.entry import base64url_encode, read_entry
from sync.signature import thumbprint

# One file a person can look through; what is more waits for the next.
MOST_A_BATCH = 5_000


class KeyKnown(ValueError):
    """The organisation has another key already."""

    code = "key-known"


def trust_organisation_key(held: Running, organisation: str, jwk: Mapping[str, Any], is_new: bool = False) -> str:
    """Lets `organisation` confirm its phones with this public key; the key's thumbprint.

    It is an entry of the server's journal, so that a key put in its place by somebody else is seen. Raises ValueError
    for what is no P-256 key, KeyKnown when another key is there and `is_new` does not say that it is to be replaced.
    """
    public = {name: str(jwk.get(name)) for name in ("kty", "crv", "x", "y")}
    read_public_key(public)
    device = thumbprint(public)
    held.write(lambda connection: _trust(held, connection, organisation, public, device, is_new))
    fold_entries(held)
    return device


def _trust(
    held: Running, connection: Connection, organisation: str, jwk: dict[str, str], device: str, is_new: bool
) -> None:
    lock_numbering(connection)
    if connection.execute(select(OrganisationRow.id).where(OrganisationRow.id == organisation)).first() is None:
        raise BadBatch(f"there is no organisation called {organisation}")
    former = organisation_key(connection, organisation)
    if former == device:
        return
    if former and not is_new:
        raise KeyKnown(f"{organisation} has the key {former} already")
    known = connection.execute(select(DeviceRow.id).where(DeviceRow.id == device)).first()
    if known is not None or device == held.key.device:
        raise KeyKnown("this key belongs to a phone, to this server or to another organisation")
    row = {
        "id": device, "jwk": json.dumps(jwk, sort_keys=True), "observer": "", "organisation": organisation,
        "token_digest": f"none:{device}", "enrolled_ms": _moment(held, connection, former),
        "revoked_ms": None, "revoked_heads": None,
    }  # fmt: skip
    upsert(connection, DeviceRow.__table__, [row])
    body = {"organisation": organisation, "device": device, "jwk": jwk, "instead_of": former}
    append_entry(
        held, connection, kind="organisation.key", body=body, by="server", organisation=organisation, role="server"
    )


def _moment(held: Running, connection: Connection, former: str) -> int:
    """Now, but after the former key's: the newest counts, even when the clock was set back between the two."""
    before = connection.execute(select(DeviceRow.enrolled_ms).where(DeviceRow.id == former)).scalar()
    return held.clock.now_ms() if before is None else max(held.clock.now_ms(), before + 1)


def organisation_key(connection: Connection, organisation: str) -> str:
    """The thumbprint of the newest key of `organisation`, or "" when it has none."""
    query = (
        select(DeviceRow.id)
        .where(DeviceRow.observer == "", DeviceRow.organisation == organisation)
        .order_by(DeviceRow.enrolled_ms.desc())
    )
    return connection.execute(query).scalar() or ""


def unconfirmed_batch(held: Running, organisation: str) -> dict[str, Any]:
    """What the organisation has not confirmed yet, as the file it takes to its own machine. Raises BadBatch."""
    fold_entries(held)
    note = held.log_store.checkpoint()
    checkpoint = read_checkpoint(note) if note else None
    with reading(held.engine) as connection:
        device = organisation_key(connection, organisation)
        if not device:
            raise BadBatch(f"{organisation} has no key here yet: `sanad organisation trust`")
        told = pending(connection, organisation, MOST_A_BATCH)
        rows = connection.execute(
            select(EntryRow.id, EntryRow.header, EntryRow.body)
            .where(EntryRow.idx.in_([each.index for each in told]))
            .order_by(EntryRow.idx)
        ).all()
        seq, prev = last_place(connection, device)
        election = connection.execute(select(ElectionRow.id)).scalar_one()
    entries = [
        {"id": row.id, "header": bytes(row.header).decode(), "body": bytes(row.body).decode()}
        for row in rows
        if row.body is not None
    ]
    return {
        "format": BATCH_FORMAT, "election": election, "organisation": organisation, "device": device,
        "seq": seq, "prev": prev, "entries": entries,
        "seen": [checkpoint.size, base64url_encode(checkpoint.root)] if checkpoint else [0, ""],
    }  # fmt: skip


def bring_confirmed(held: Running, signed: Mapping[str, Any]) -> list[dict[str, object]]:
    """The verdict on each entry of a signed batch; one that is brought twice is a duplicate. Raises BadBatch."""
    texts = signed.get("entries")
    if signed.get("format") != SIGNED_FORMAT or not isinstance(texts, list):
        raise BadBatch("this is not a signed batch")
    with reading(held.engine) as connection:
        election = connection.execute(select(ElectionRow.id)).scalar_one()
        device = organisation_key(connection, str(signed.get("organisation")))
    readings = [read_entry(each, election) for each in texts]
    now_ms = held.clock.now_ms()
    verdicts = held.write(lambda connection: store_entries(connection, readings, device, now_ms))
    fold_entries(held)
    return verdicts
