"""Where every entry stands: in which bucket, of which report, and why."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Table


class ClaimRow(Table):
    """One entry as the fold sees it. `subject` is never empty here: the first entry of a subject names itself."""

    __tablename__ = "claims"
    idx: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    id: Mapped[str] = mapped_column(Text)
    organisation: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(Text)  # observer's or staff member's pseudonym
    device: Mapped[str] = mapped_column(Text)
    seq: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    refs: Mapped[str] = mapped_column(Text)  # ids joined by spaces
    flaw: Mapped[str | None] = mapped_column(Text)  # the envelope's flaw, from the entry row
    bucket: Mapped[str] = mapped_column(Text)  # live, superseded, retracted, quarantined
    why: Mapped[str | None] = mapped_column(Text)
    received_ms: Mapped[int] = mapped_column(BigInteger)
    __table_args__ = (
        Index(None, "subject"),
        Index(None, "id"),
        Index(None, "organisation", "bucket", "idx"),
        Index(None, "device", "bucket"),
    )


class FoldRow(Table):
    """How far the follower has folded: the index of the next entry, and when the last one folded was received."""

    __tablename__ = "fold"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    next_index: Mapped[int] = mapped_column(BigInteger)
    as_of_ms: Mapped[int] = mapped_column(BigInteger)
    rules: Mapped[str | None] = mapped_column(Text)  # by which rules and pack it was folded
    version: Mapped[int] = mapped_column(BigInteger)  # grows with every fold that changed anything: the map's ETag
