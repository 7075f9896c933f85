"""The map's figures, kept as entries are folded, so that a question about a million incidents reads a few rows."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Table


class IncidentCountRow(Table):
    """How many live incidents share these marks.

    `scope` is the organisation that may see them, `organisation` the one whose observers reported them. Four grains
    stand side by side, all by finding: by quarter (type '', severity 0), by type and severity (quarter -1), by severity
    and quarter (type ''), and by all.
    """

    __tablename__ = "incident_counts"
    scope: Mapped[str] = mapped_column(Text, primary_key=True)
    grain: Mapped[str] = mapped_column(Text, primary_key=True)  # quarter, type, severity, both
    type: Mapped[str] = mapped_column(Text, primary_key=True)
    severity: Mapped[int] = mapped_column(Integer, primary_key=True)
    quarter: Mapped[int] = mapped_column(Integer, primary_key=True)
    finding: Mapped[str] = mapped_column(Text, primary_key=True)
    governorate: Mapped[str] = mapped_column(Text, primary_key=True)
    organisation: Mapped[str] = mapped_column(Text, primary_key=True)
    incidents: Mapped[int] = mapped_column(BigInteger)
    # Kept in the order of the key, the counts a question adds up lie side by side: three times faster to read.
    __table_args__ = ({"sqlite_with_rowid": False},)


class VisitRow(Table):
    """One pair (observer, station) with at least one live visit, observation, incident or tape, as `scope` may see."""

    __tablename__ = "visits"
    scope: Mapped[str] = mapped_column(Text, primary_key=True)
    observer: Mapped[str] = mapped_column(Text, primary_key=True)
    station: Mapped[str] = mapped_column(Text, primary_key=True)
    organisation: Mapped[str] = mapped_column(Text)
    governorate: Mapped[str] = mapped_column(Text)
    quarter: Mapped[int] = mapped_column(Integer)  # the earliest of the pair
    __table_args__ = (Index(None, "scope", "station"), Index(None, "observer", "station"))


class VisitCountRow(Table):
    """Visits, and stations first covered, by quarter."""

    __tablename__ = "visit_counts"
    scope: Mapped[str] = mapped_column(Text, primary_key=True)
    organisation: Mapped[str] = mapped_column(Text, primary_key=True)
    governorate: Mapped[str] = mapped_column(Text, primary_key=True)
    quarter: Mapped[int] = mapped_column(Integer, primary_key=True)
    visits: Mapped[int] = mapped_column(BigInteger)


class CoveredRow(Table):
    """A station with at least one visit in `scope`, and the earliest quarter of any."""

    __tablename__ = "covered"
    scope: Mapped[str] = mapped_column(Text, primary_key=True)
    station: Mapped[str] = mapped_column(Text, primary_key=True)
    governorate: Mapped[str] = mapped_column(Text)
    quarter: Mapped[int] = mapped_column(Integer)
    __table_args__ = (Index(None, "scope", "governorate", "quarter"),)
