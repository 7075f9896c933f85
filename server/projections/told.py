"""Stored entries as the fold reads them: who said what about which subject, under whose name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, select

from server.database.authors import Author, authors
from server.database.entries import EntryRow
from server.database.prepared import Prepared
from sync.entry import read_body
from sync.header import Header, read_header
from sync.strict import read_object

# What only the server's own journal may say; from a phone it is kept, shown, and has no effect.
DESK_KINDS = frozenset(
    {"review", "release", "assignment.set", "device.enrol", "device.revoke", "organisation.key", "message.send"}
    | {"custody.export"}
)
# The one thing that an organisation's own key may say, and nobody else.
COUNTERSIGN = "device.countersign"

_ENTRIES = select(
    EntryRow.idx, EntryRow.id, EntryRow.device, EntryRow.header, EntryRow.body, EntryRow.flaw, EntryRow.received_ms
)
_BETWEEN = Prepared(
    _ENTRIES.where(EntryRow.idx >= bindparam("first")).order_by(EntryRow.idx).limit(bindparam("limit"))
)
_AT = Prepared(_ENTRIES.where(EntryRow.idx.in_(bindparam("indexes", expanding=True))))
_UNSTORABLE = re.compile("[\\x00\\ud800-\\udfff]")


@dataclass(frozen=True)
class Told:
    """One stored entry with its author's name and organisation."""

    index: int
    id: str
    header: Header
    body: Mapping[str, Any]
    flaw: str | None
    author: str
    organisation: str
    is_server: bool
    is_organisation: bool  # written with the key that an organisation keeps to itself
    received_ms: int

    @property
    def subject(self) -> str:
        return self.header.subject or self.id


def told_between(connection: Connection, first: int, limit: int) -> list[Told]:
    """Entries from index `first` on, in order, at most `limit`."""
    return _read(connection, _BETWEEN.ask(connection, first=first, limit=limit))


def told_at(connection: Connection, indexes: Iterable[int]) -> list[Told]:
    return _read(connection, _AT.ask(connection, indexes=list(indexes)))


def _read(connection: Connection, rows) -> list[Told]:
    people = authors(connection, {row.device for row in rows})
    return [_one(row, people[row.device]) for row in rows]


def _one(row, author: Author) -> Told:
    header = _header(row)
    is_server = not author.observer and not author.organisation
    is_organisation = not author.observer and not is_server
    return Told(
        index=row.idx,
        id=row.id,
        header=header,
        body=_body(row.body),
        flaw=row.flaw,
        author=(header.by or "server") if is_server else author.observer or f"key-{author.device[:8]}",
        organisation=(header.organisation or "") if is_server else author.organisation,
        is_server=is_server,
        is_organisation=is_organisation,
        received_ms=row.received_ms,
    )


def _header(row) -> Header:
    text = bytes(row.header)
    fields = orjson.loads(text) if row.flaw is None else (read_object(text.decode())[0] or {})
    # The election was judged when the entry came in; here its own word is taken so that nothing is judged twice.
    election = fields.get("election")
    return read_header(fields, 0, election if isinstance(election, str) else "", set())


def _body(stored: bytes | None) -> Mapping[str, Any]:
    if stored is None:
        return {}
    text = bytes(stored)
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return storable(read_body(text))
    if not isinstance(found, dict):
        return {}
    return storable(found) if b"\\u" in text else found


def storable(value: Any) -> Any:
    """The value with a replacement character for what no database column takes: half an emoji, and NUL.

    One such letter in a station's code would otherwise stop the follower at this entry for ever. What was signed
    stays as it is in the entry.
    """
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, list):
        return [storable(each) for each in value]
    if isinstance(value, dict):
        return {storable(name): storable(each) for name, each in value.items()}
    return value
