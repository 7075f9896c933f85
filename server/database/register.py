"""The register of polling centres and stations, as the commission lists them; and the one election they belong to."""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Table


class ElectionRow(Table):
    """The one polling event this database observes. `epoch` changes when a database is restored or begun anew."""

    __tablename__ = "election"
    id: Mapped[str] = mapped_column(Text, primary_key=True)
    epoch: Mapped[str] = mapped_column(Text)
    name_ar: Mapped[str] = mapped_column(Text)
    name_ckb: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    date: Mapped[str] = mapped_column(Text)  # YYYY-MM-DD, local
    midnight_ms: Mapped[int] = mapped_column(BigInteger)  # local midnight; quarters of the day count from it
    opens_ms: Mapped[int] = mapped_column(BigInteger)
    closes_ms: Mapped[int] = mapped_column(BigInteger)


class CentreRow(Table):
    """A polling centre. Codes are text, always: leading zeros mean something."""

    __tablename__ = "centres"
    code: Mapped[str] = mapped_column(Text, primary_key=True)
    governorate: Mapped[str] = mapped_column(Text, index=True)
    name_ar: Mapped[str] = mapped_column(Text)
    name_ckb: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    longitude_e6: Mapped[int | None] = mapped_column(Integer)
    latitude_e6: Mapped[int | None] = mapped_column(Integer)


class StationRow(Table):
    """One ballot box in a centre; `code` is centre-number, such as 138450-03."""

    __tablename__ = "stations"
    code: Mapped[str] = mapped_column(Text, primary_key=True)
    centre: Mapped[str] = mapped_column(Text, index=True)
    number: Mapped[str] = mapped_column(Text)
    governorate: Mapped[str] = mapped_column(Text, index=True)
    registered: Mapped[int | None] = mapped_column(Integer)
