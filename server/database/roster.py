"""Accredited observers under pseudonyms, their enrolled phones, and the one-time codes that enrol a phone."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Table


class ObserverRow(Table):
    """An accredited observer. No name is held: `badge` is the organisation's own number, the link stays with it."""

    __tablename__ = "observers"
    id: Mapped[str] = mapped_column(Text, primary_key=True)  # pseudonym, such as o-7k2m9q4d
    organisation: Mapped[str] = mapped_column(Text)
    badge: Mapped[str] = mapped_column(Text)
    governorate: Mapped[str] = mapped_column(Text, default="")
    created_ms: Mapped[int] = mapped_column(BigInteger)
    __table_args__ = (Index(None, "organisation", "badge", unique=True),)


class DeviceRow(Table):
    """An author of entries: an enrolled phone, or this server itself (`observer` empty)."""

    __tablename__ = "devices"
    id: Mapped[str] = mapped_column(Text, primary_key=True)  # RFC 7638 thumbprint
    jwk: Mapped[str] = mapped_column(Text)
    observer: Mapped[str] = mapped_column(Text, index=True)
    organisation: Mapped[str] = mapped_column(Text)
    token_digest: Mapped[str] = mapped_column(Text, unique=True)
    enrolled_ms: Mapped[int] = mapped_column(BigInteger)
    revoked_ms: Mapped[int | None] = mapped_column(BigInteger)
    revoked_heads: Mapped[str | None] = mapped_column(Text)  # ids the revocation names, joined by spaces (wire.md §4)


class ContactRow(Table):
    """When a phone was last heard and what it said it still holds. Kept in memory between writes: it proves nothing."""

    __tablename__ = "contacts"
    device: Mapped[str] = mapped_column(Text, primary_key=True)
    last_ms: Mapped[int] = mapped_column(BigInteger)
    app: Mapped[str] = mapped_column(Text)
    waiting_entries: Mapped[int | None] = mapped_column(BigInteger)
    waiting_photos: Mapped[int | None] = mapped_column(BigInteger)


class EnrolmentCodeRow(Table):
    """A one-time code, kept only as its SHA-256. Used once: by the device that is then named here."""

    __tablename__ = "enrolment_codes"
    code_digest: Mapped[str] = mapped_column(Text, primary_key=True)
    observer: Mapped[str] = mapped_column(Text, index=True)
    expires_ms: Mapped[int] = mapped_column(BigInteger)
    device: Mapped[str | None] = mapped_column(Text)
    made_by: Mapped[str] = mapped_column(Text)
    cancelled: Mapped[bool] = mapped_column(Boolean, default=False)
