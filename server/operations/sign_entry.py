"""Writes what the desk decides as an entry of the server's own journal, signed with the server's key."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, insert, select

from server.database.engine import lock_numbering
from server.database.entries import EntryRow
from server.database.journals import last_place, note_places
from server.database.register import ElectionRow
from server.database.roster import DeviceRow
from server.database.upsert import upsert
from server.running import Running
from sync.entry import Entry, compose, leaf_of, read_entry
from sync.signature import signing_input


def append_entry(
    held: Running,
    connection: Connection,
    *,
    kind: str,
    body: Mapping[str, object],
    subject: str = "",
    refs: Sequence[str] = (),
    by: str,
    organisation: str,
    role: str,
) -> str:
    """The id of the new entry. Runs inside a write transaction and does not commit.

    `by` is the pseudonym of who decided, `organisation` the one whose rows the entry concerns.
    """
    lock_numbering(connection)
    election = connection.execute(select(ElectionRow.id)).scalar_one()
    seq, prev = last_place(connection, held.key.device)
    if seq == 0:
        _introduce(held, connection)
    now_ms = held.clock.now_ms()
    header = {
        "v": 1, "election": election, "device": held.key.device, "seq": seq + 1, "prev": prev, "kind": kind,
        "subject": subject, "refs": list(refs), "at": now_ms, "by": by, "organisation": organisation, "role": role,
    }  # fmt: skip
    header_text, body_text = compose(header, {"salt": held.clock.random_text(16), **_carried(body)})
    signature = held.key.sign(signing_input(header_text.encode()))
    entry = read_entry([header_text, signature, body_text], election)
    if not isinstance(entry, Entry) or entry.flaws:
        raise ValueError(f"the server wrote an entry it would not accept: {kind}")
    _insert(connection, entry, held.key.device, now_ms)
    return entry.id


def _carried(value: Any) -> Any:
    """What the wire carries of typed words: no control characters but line ends, no half of an emoji."""
    if isinstance(value, str):
        kept = value.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "ignore").decode()
        return "".join(each for each in kept if each in "\n\t" or (each >= " " and each != "\x7f"))
    if isinstance(value, Mapping):
        return {name: _carried(each) for name, each in value.items()}
    return [_carried(each) for each in value] if isinstance(value, list | tuple) else value


def _introduce(held: Running, connection: Connection) -> None:
    """The server is an author like any other: its key stands among the devices, with no observer behind it."""
    row = {
        "id": held.key.device,
        "jwk": json.dumps(held.key.jwk, sort_keys=True),
        "observer": "",
        "organisation": "",
        "token_digest": f"none:{held.key.device}",
        "enrolled_ms": held.clock.now_ms(),
        "revoked_ms": None,
        "revoked_heads": None,
    }
    upsert(connection, DeviceRow.__table__, [row])


def _insert(connection: Connection, entry: Entry, carrier: str, now_ms: int) -> None:
    index = connection.execute(select(func.coalesce(func.max(EntryRow.idx), -1))).scalar_one() + 1
    row = {
        "idx": index,
        "id": entry.id,
        "device": entry.header.device,
        "seq": entry.header.seq,
        "prev": entry.header.prev,
        "header": entry.header_bytes,
        "signature": entry.signature,
        "body": entry.body_bytes,
        "leaf": leaf_of(entry),
        "flaw": None,
        "carrier": carrier,
        "received_ms": now_ms,
    }
    connection.execute(insert(EntryRow.__table__), [row])
    note_places(connection, [entry])
