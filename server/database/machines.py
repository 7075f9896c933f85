"""What several machines on one database must know of each other: whose key signs, whose disk still holds a photo."""

from __future__ import annotations

from sqlalchemy import BigInteger, Connection, Text, delete, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Table
from server.database.register import ElectionRow
from server.database.upsert import upsert


class ServerKeyRow(Table):
    """The key that every machine of this epoch must hold: two that sign with different ones would fork the journal."""

    __tablename__ = "server_keys"
    epoch: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text, primary_key=True)  # of the file, such as server.pem
    thumbprint: Mapped[str] = mapped_column(Text)


class SpooledPhotoRow(Table):
    """A photo that is acknowledged and lies only on the disk of one machine until the bucket answers again."""

    __tablename__ = "spooled_photos"
    digest: Mapped[str] = mapped_column(Text, primary_key=True)
    machine: Mapped[str] = mapped_column(Text)
    since_ms: Mapped[int] = mapped_column(BigInteger)


class MovedRow(Table):
    """Written into a database when its election lives elsewhere from now on: whoever opens it is told so."""

    __tablename__ = "moved"
    place: Mapped[str] = mapped_column(Text, primary_key=True)
    at_ms: Mapped[int] = mapped_column(BigInteger)


def other_keys(connection: Connection, thumbprints: dict[str, str]) -> list[str]:
    """Names among `thumbprints` whose key is not this epoch's. The first that asks for an epoch sets its keys."""
    epoch = connection.execute(select(ElectionRow.epoch)).scalar()
    if epoch is None:
        return []
    rows = connection.execute(select(ServerKeyRow.name, ServerKeyRow.thumbprint).where(ServerKeyRow.epoch == epoch))
    known = {row.name: row.thumbprint for row in rows}
    new = [
        {"epoch": epoch, "name": name, "thumbprint": each} for name, each in thumbprints.items() if name not in known
    ]
    if new:
        connection.execute(insert(ServerKeyRow.__table__), new)
    return [name for name, each in thumbprints.items() if known.get(name, each) != each]


def note_spooled(connection: Connection, digest: str, machine: str, now_ms: int) -> None:
    upsert(connection, SpooledPhotoRow.__table__, [{"digest": digest, "machine": machine, "since_ms": now_ms}])


def note_carried(connection: Connection, digest: str) -> None:
    connection.execute(delete(SpooledPhotoRow).where(SpooledPhotoRow.digest == digest))


def spooled(connection: Connection) -> dict[str, str]:
    """Machine by digest."""
    return {row.digest: row.machine for row in connection.execute(select(SpooledPhotoRow.__table__))}


def moved_to(connection: Connection) -> str | None:
    return connection.execute(select(MovedRow.place)).scalar()
