"""What outside witnesses said: the checkpoints they cosigned, and how far each of them is."""

from __future__ import annotations

from sqlalchemy import BigInteger, Connection, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Table
from server.database.prepared import Prepared


class CosignedRow(Table):
    """A checkpoint with the lines of those who cosigned it; `witnesses` are their names in the policy, by spaces."""

    __tablename__ = "cosigned"
    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    note: Mapped[str] = mapped_column(Text)
    witnesses: Mapped[str] = mapped_column(Text)
    at_ms: Mapped[int] = mapped_column(BigInteger)


class WitnessRow(Table):
    """The last size a witness has cosigned, when that was, and what went wrong since ("" when nothing did)."""

    __tablename__ = "witnesses"
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    cosigned_ms: Mapped[int | None] = mapped_column(BigInteger)
    fault: Mapped[str] = mapped_column(Text)


_NEWEST = Prepared(
    select(CosignedRow.size, CosignedRow.note, CosignedRow.witnesses, CosignedRow.at_ms)
    .order_by(CosignedRow.size.desc())
    .limit(1)
)
_WITNESSES = Prepared(select(WitnessRow.name, WitnessRow.size, WitnessRow.cosigned_ms, WitnessRow.fault))


def newest_cosigned(connection: Connection):
    """The newest checkpoint that enough witnesses cosigned, as a row, or None."""
    found = _NEWEST.ask(connection)
    return found[0] if found else None


def witness_rows(connection: Connection) -> dict[str, WitnessRow]:
    return {row.name: row for row in _WITNESSES.ask(connection)}
