"""What waits for an observer's phone: assignments, messages and findings, each an entry of the server's journal."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Table


class InboxRow(Table):
    """Entry `index` is to be handed to every phone of `observer`."""

    __tablename__ = "inbox"
    observer: Mapped[str] = mapped_column(Text, primary_key=True)
    idx: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


class AssignmentRow(Table):
    """Who covers which station, by the last assignment entry."""

    __tablename__ = "assignments"
    observer: Mapped[str] = mapped_column(Text, primary_key=True)
    station: Mapped[str] = mapped_column(Text, primary_key=True)
    organisation: Mapped[str] = mapped_column(Text)
    __table_args__ = (Index(None, "station"), Index(None, "organisation"))
