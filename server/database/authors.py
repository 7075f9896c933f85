"""Who may author entries: enrolled devices and their keys, answered from memory once read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Connection, bindparam, select

from server.database.entries import EntryRow
from server.database.prepared import Prepared
from server.database.roster import DeviceRow
from server.server_key import is_signed, read_jwk
from sync.reconcile import standing
from sync.signature import Verify

# Asked for every batch, hence put together once.
_DEVICES = Prepared(
    select(
        DeviceRow.id, DeviceRow.organisation, DeviceRow.observer, DeviceRow.jwk, DeviceRow.revoked_ms,
        DeviceRow.revoked_heads,
    ).where(DeviceRow.id.in_(bindparam("devices", expanding=True)))
)  # fmt: skip


@dataclass(frozen=True)
class Author:
    """An enrolled device as a judge needs it."""

    device: str
    organisation: str
    observer: str
    jwk: str
    is_revoked: bool
    revoked_heads: tuple[str, ...]


def authors(connection: Connection, devices: Iterable[str]) -> dict[str, Author]:
    """Those of `devices` that were ever enrolled, by id."""
    rows = _DEVICES.ask(connection, devices=list(devices))
    return {
        row.id: Author(
            row.id, row.organisation, row.observer, row.jwk, row.revoked_ms is not None,
            tuple((row.revoked_heads or "").split()),
        )
        for row in rows
    }


def standing_by_revoked(connection: Connection, known: Mapping[str, Author]) -> dict[str, frozenset[str]]:
    """Per revoked device, the ids that stand: its revocation's heads and their ancestors (wire.md §4)."""
    found = {}
    for author in known.values():
        if author.is_revoked:
            chain = connection.execute(select(EntryRow.id, EntryRow.prev).where(EntryRow.device == author.device))
            found[author.device] = standing(author.revoked_heads, {row.id: row.prev for row in chain})
    return found


def verifier(known: Mapping[str, Author]) -> Verify:
    """Checks ES256 signatures of the devices in `known`."""

    def verify(device: str, message: bytes, signature: bytes) -> bool:
        return is_signed(_key(known[device].jwk), message, signature)

    return verify


@lru_cache(maxsize=65_536)
def _key(jwk: str):
    return read_jwk(jwk)
