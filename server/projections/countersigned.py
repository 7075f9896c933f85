"""Which enrolments and revocations an organisation confirmed with the key that it keeps away from the server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, Connection, Index, Text, func, select
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Table
from server.database.roster import DeviceRow
from server.database.upsert import upsert
from server.projections.claims import ClaimRow
from server.projections.told import COUNTERSIGN, Told, told_at

CONFIRMED_KINDS = ("device.enrol", "device.revoke")


class CountersignedRow(Table):
    """Entry `id`, an enrolment or revocation of `device`, was confirmed by entry `idx` of its organisation's key."""

    __tablename__ = "countersigned"
    id: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    device: Mapped[str] = mapped_column(Text)
    organisation: Mapped[str] = mapped_column(Text)
    idx: Mapped[int] = mapped_column(BigInteger)
    __table_args__ = (Index(None, "organisation", "kind"), Index(None, "device"))


@dataclass(frozen=True)
class Coverage:
    """Of one organisation's phones, how many it has confirmed. `key` is its key's thumbprint, empty if it has none."""

    organisation: str
    key: str
    phones: int
    confirmed: int


def note_countersigned(connection: Connection, told: Sequence[Told]) -> None:
    """Takes in what entries of organisations' own keys confirm; what is not theirs to confirm is passed over."""
    rows: dict[str, dict[str, object]] = {}
    for each in told:
        named = each.body.get("entries")
        if each.header.kind != COUNTERSIGN or not isinstance(named, list):
            continue
        ids = [identity for identity in named if isinstance(identity, str)]
        if not ids or _key_before(connection, each) != each.header.device:
            continue
        # Only what stands before it: whether two entries are folded together or apart must make no difference.
        found = connection.execute(
            select(ClaimRow.idx)
            .outerjoin(CountersignedRow, CountersignedRow.id == ClaimRow.id)
            .where(
                ClaimRow.id.in_(ids), ClaimRow.kind.in_(CONFIRMED_KINDS), ClaimRow.organisation == each.organisation,
                ClaimRow.idx < each.index, CountersignedRow.id.is_(None),
            )
        )  # fmt: skip
        for entry in told_at(connection, found.scalars()):
            if entry.is_server:
                rows.setdefault(entry.id, _row(entry, each.index))
    upsert(connection, CountersignedRow.__table__, list(rows.values()))


def _key_before(connection: Connection, countersign: Told) -> str:
    """The key that its organisation had when this was taken in. One that was replaced confirms nothing any more."""
    found = connection.execute(
        select(ClaimRow.idx)
        .where(
            ClaimRow.kind == "organisation.key", ClaimRow.organisation == countersign.organisation,
            ClaimRow.idx < countersign.index,
        )
    )  # fmt: skip
    keys = [each for each in told_at(connection, found.scalars()) if each.is_server]
    return str(max(keys, key=lambda each: each.index).body.get("device")) if keys else ""


def _row(entry: Told, index: int) -> dict[str, object]:
    return {
        "id": entry.id,
        "kind": entry.header.kind,
        "device": str(entry.body.get("device")),
        "organisation": entry.organisation,
        "idx": index,
    }


def pending(connection: Connection, organisation: str, most: int) -> list[Told]:
    """Enrolments and revocations of `organisation` that its key has not confirmed yet, oldest first."""
    found = connection.execute(
        select(ClaimRow.idx)
        .outerjoin(CountersignedRow, CountersignedRow.id == ClaimRow.id)
        .where(
            ClaimRow.organisation == organisation, ClaimRow.kind.in_(CONFIRMED_KINDS), CountersignedRow.id.is_(None)
        )
        .order_by(ClaimRow.idx)
        .limit(most)
    ).scalars()
    return sorted((each for each in told_at(connection, found) if each.is_server), key=lambda each: each.index)


def confirmed_devices(connection: Connection, devices: Sequence[str]) -> frozenset[str]:
    """Those of `devices` whose enrolment their organisation has confirmed."""
    query = select(CountersignedRow.device).where(
        CountersignedRow.device.in_(devices), CountersignedRow.kind == "device.enrol"
    )
    return frozenset(connection.execute(query).scalars())


def coverage(connection: Connection) -> list[Coverage]:
    """Every organisation that has phones or a key, by name."""
    of_observers = select(DeviceRow.organisation, func.count()).where(DeviceRow.observer != "")
    phones = of_observers.group_by(DeviceRow.organisation)
    confirmed = (
        select(CountersignedRow.organisation, func.count(func.distinct(CountersignedRow.device)))
        .where(CountersignedRow.kind == "device.enrol")
        .group_by(CountersignedRow.organisation)
    )
    keys = (
        select(DeviceRow.organisation, DeviceRow.id)
        .where(DeviceRow.observer == "", DeviceRow.organisation != "")
        .order_by(DeviceRow.enrolled_ms)  # the newest stays in the dictionary
    )
    phones_of, confirmed_of, key_of = (
        {each[0]: each[1] for each in connection.execute(query)} for query in (phones, confirmed, keys)
    )
    return [
        Coverage(each, key_of.get(each, ""), phones_of.get(each, 0), confirmed_of.get(each, 0))
        for each in sorted({*phones_of, *key_of})
    ]
