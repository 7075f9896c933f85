"""What was saved elsewhere, how far, and from which servers this one was restored."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import BigInteger, Connection, LargeBinary, Text, func, select
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Table
from server.database.prepared import Prepared
from server.database.register import ElectionRow
from server.database.upsert import upsert


class BackupRow(Table):
    """One verified backup: it holds the entries 0 to `size` - 1, whose root is `root`, and `photos` photos."""

    __tablename__ = "backups"
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    epoch: Mapped[str] = mapped_column(Text)
    taken_ms: Mapped[int] = mapped_column(BigInteger)
    verified_ms: Mapped[int] = mapped_column(BigInteger)
    size: Mapped[int] = mapped_column(BigInteger)
    root: Mapped[bytes] = mapped_column(LargeBinary)
    photos: Mapped[int] = mapped_column(BigInteger)
    missing_photos: Mapped[int] = mapped_column(BigInteger)  # known as whole, and could not be read
    destination: Mapped[str] = mapped_column(Text)


class SavedPhotoRow(Table):
    """A photo that lies in a verified backup of this database."""

    __tablename__ = "saved_photos"
    digest: Mapped[str] = mapped_column(Text, primary_key=True)


class HandoverRow(Table):
    """The note by which a server that is gone handed its log and its name over to the one restored from it."""

    __tablename__ = "handovers"
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    made_ms: Mapped[int] = mapped_column(BigInteger)
    note: Mapped[str] = mapped_column(Text)


_HANDOVERS = Prepared(select(HandoverRow.note).order_by(HandoverRow.number))


def last_backup(connection: Connection):
    """The newest BackupRow of this epoch, or None: what was saved of a server before it was restored says nothing."""
    table = BackupRow.__table__
    return connection.execute(
        select(table)
        .where(table.c.epoch == select(ElectionRow.epoch).scalar_subquery())
        .order_by(table.c.number.desc())
        .limit(1)
    ).first()


def note_backup(connection: Connection, row: dict[str, object], digests: Sequence[str]) -> None:
    """Writes `row` (without its number) and the photos that were not saved before. Does not commit."""
    number = connection.execute(select(func.coalesce(func.max(BackupRow.number), 0))).scalar_one() + 1
    connection.execute(BackupRow.__table__.insert(), [{**row, "number": number}])
    known = set(connection.execute(select(SavedPhotoRow.digest)).scalars())
    upsert(connection, SavedPhotoRow.__table__, [{"digest": each} for each in digests if each not in known])


def handovers(connection: Connection) -> list[str]:
    """The notes, oldest first: each is signed by the keys that the one before it names."""
    return [row.note for row in _HANDOVERS.ask(connection)]


def add_handover(connection: Connection, note: str, now_ms: int) -> None:
    number = connection.execute(select(func.coalesce(func.max(HandoverRow.number), 0))).scalar_one() + 1
    connection.execute(HandoverRow.__table__.insert(), [{"number": number, "made_ms": now_ms, "note": note}])
