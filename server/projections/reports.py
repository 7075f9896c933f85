"""Every report as it now stands: one observer's account of one subject, with its finding beside it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Index, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Table


class ReportRow(Table):
    """One report: (author, subject, kind). Values are those of the shown head, corrected where a finding corrects.

    status   live, retracted or quarantined (no head stands)
    finding  unverified, verified (uphold), doubted, corrected or contested
    value    JSON of the shown head's body without its salt; `effective` fields stand in the columns
    """

    __tablename__ = "reports"
    subject: Mapped[str] = mapped_column(Text, primary_key=True)
    author: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    organisation: Mapped[str] = mapped_column(Text)
    device: Mapped[str] = mapped_column(Text)
    first_index: Mapped[int] = mapped_column(BigInteger)
    last_index: Mapped[int] = mapped_column(BigInteger)
    received_ms: Mapped[int] = mapped_column(BigInteger)  # of the first entry
    heads: Mapped[str] = mapped_column(Text)  # live ids joined by spaces
    is_conflicted: Mapped[bool] = mapped_column(Boolean)  # more than one head: the observer contradicts himself
    disputes: Mapped[int] = mapped_column(Integer)  # references by others, visible and without effect
    status: Mapped[str] = mapped_column(Text)
    why: Mapped[str | None] = mapped_column(Text)
    finding: Mapped[str] = mapped_column(Text)
    is_finding_stale: Mapped[bool] = mapped_column(Boolean)  # the observer changed the report since it was judged
    station: Mapped[str | None] = mapped_column(Text)
    governorate: Mapped[str | None] = mapped_column(Text)
    at_ms: Mapped[int | None] = mapped_column(BigInteger)  # when it happened, by the observer's word
    quarter: Mapped[int] = mapped_column(Integer)  # 15-minute step of the election day, 0..95
    type: Mapped[str | None] = mapped_column(Text)  # incident type, checklist id or tape count
    phase: Mapped[str | None] = mapped_column(Text)
    severity: Mapped[int] = mapped_column(Integer)
    is_escalated: Mapped[bool] = mapped_column(Boolean)
    photos: Mapped[int] = mapped_column(Integer)
    flags: Mapped[str] = mapped_column(Text)  # such as outside-hours withdrawn-form wrong-sums, joined by spaces
    search: Mapped[str] = mapped_column(Text)  # normalised words, for the list's search
    value: Mapped[str] = mapped_column(Text)
    released_to: Mapped[str] = mapped_column(Text)  # organisations, and "public", joined by spaces
    __table_args__ = (
        Index(None, "organisation", "kind", "status", "first_index"),
        Index(None, "organisation", "kind", "governorate", "status"),
        Index(None, "station", "kind"),
        Index(None, "author", "station"),
    )


class ReleaseRow(Table):
    """A report another organisation may see, because its own organisation released it."""

    __tablename__ = "releases"
    scope: Mapped[str] = mapped_column(Text, primary_key=True)  # the organisation it was released to
    subject: Mapped[str] = mapped_column(Text, primary_key=True)
    idx: Mapped[int] = mapped_column(BigInteger)
