"""The journal of everything anyone recorded: rows are added, never updated or deleted."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Index, Integer, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Table


class EntryRow(Table):
    """One stored entry. `index` is its place in the log, numbered from 0 without gaps."""

    __tablename__ = "entries"
    idx: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    id: Mapped[str] = mapped_column(Text, unique=True)
    device: Mapped[str] = mapped_column(Text)
    seq: Mapped[int] = mapped_column(BigInteger)
    prev: Mapped[str] = mapped_column(Text)
    header: Mapped[bytes] = mapped_column(LargeBinary)
    signature: Mapped[str] = mapped_column(Text)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)  # None once erased
    leaf: Mapped[bytes] = mapped_column(LargeBinary)
    flaw: Mapped[str | None] = mapped_column(Text)  # why the envelope puts it in quarantine
    carrier: Mapped[str] = mapped_column(Text)
    received_ms: Mapped[int] = mapped_column(BigInteger)
    __table_args__ = (Index(None, "device", "seq"),)


class SignatureCheckRow(Table):
    """What the later check of a vouched entry's own signature found; the entry stands as vouched for either way."""

    __tablename__ = "signature_checks"
    idx: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    is_valid: Mapped[bool | None] = mapped_column(Boolean)  # None: vouched for, not yet checked
    later_signature: Mapped[str | None] = mapped_column(Text)  # a valid one that came after a wrong one
    # The follower looks for unchecked ones after every commit, the desk for wrong ones; among a million there are few.
    __table_args__ = (
        Index(None, "idx", sqlite_where=text("is_valid IS NULL"), postgresql_where=text("is_valid IS NULL")),
        Index(
            "ix_signature_checks_wrong",
            "idx",
            sqlite_where=text("is_valid IS 0"),
            postgresql_where=text("is_valid IS false"),
        ),
    )


class JournalRow(Table):
    """What is known of one device's journal, so that an exchange need not read all of it."""

    __tablename__ = "journals"
    device: Mapped[str] = mapped_column(Text, primary_key=True)
    entries: Mapped[int] = mapped_column(BigInteger)
    last_seq: Mapped[int] = mapped_column(BigInteger)
    is_forked: Mapped[bool] = mapped_column(Boolean)


class HeldRow(Table):
    """An entry of an author not enrolled yet: outside the log, judged when the author is enrolled."""

    __tablename__ = "held"
    id: Mapped[str] = mapped_column(Text, primary_key=True)
    device: Mapped[str] = mapped_column(Text, index=True)
    carrier: Mapped[str] = mapped_column(Text, index=True)
    header: Mapped[bytes] = mapped_column(LargeBinary)
    signature: Mapped[str] = mapped_column(Text)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    received_ms: Mapped[int] = mapped_column(BigInteger)


class NamedPhotoRow(Table):
    """A photo that a stored entry names: only these may be uploaded."""

    __tablename__ = "named_photos"
    digest: Mapped[str] = mapped_column(Text, primary_key=True)
    idx: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    device: Mapped[str] = mapped_column(Text)
    organisation: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(Integer)
    media_type: Mapped[str] = mapped_column(Text)
    __table_args__ = (Index(None, "device"), Index(None, "idx"))


class PhotoRow(Table):
    """A whole photo, its digest checked, kept byte for byte in the photo store."""

    __tablename__ = "photos"
    digest: Mapped[str] = mapped_column(Text, primary_key=True)
    size: Mapped[int] = mapped_column(Integer)
    stored_ms: Mapped[int] = mapped_column(BigInteger)


class MarkRow(Table):
    """What a phone is told about one of its entries after the verdict: quarantined, or live again."""

    __tablename__ = "marks"
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    device: Mapped[str] = mapped_column(Text)
    id: Mapped[str] = mapped_column(Text)
    bucket: Mapped[str] = mapped_column(Text)
    why: Mapped[str | None] = mapped_column(Text)
    __table_args__ = (Index(None, "device", "number"),)
