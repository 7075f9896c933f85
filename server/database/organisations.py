"""Who observes and who sits at the desk: organisations, their staff, and the staff's sessions and tokens."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Table


class OrganisationRow(Table):
    """A civil-society organisation (`cso`) or the commission (`commission`). `id` is a short code."""

    __tablename__ = "organisations"
    id: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    name_ar: Mapped[str] = mapped_column(Text)
    name_ckb: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)


class StaffRow(Table):
    """One person at a desk. `id` is the pseudonym that entries carry; `name` is what they sign in with."""

    __tablename__ = "staff"
    id: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    organisation: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text, default="ar")
    disabled: Mapped[bool] = mapped_column(Boolean, default=False)
    created_ms: Mapped[int] = mapped_column(BigInteger)


class StaffSessionRow(Table):
    """One signed-in browser. Only the SHA-256 of the cookie's token is kept."""

    __tablename__ = "staff_sessions"
    token_digest: Mapped[str] = mapped_column(Text, primary_key=True)
    staff: Mapped[str] = mapped_column(Text, index=True)
    csrf: Mapped[str] = mapped_column(Text)
    created_ms: Mapped[int] = mapped_column(BigInteger)
    seen_ms: Mapped[int] = mapped_column(BigInteger)


class StaffTokenRow(Table):
    """A bearer token for scripts, with its owner's rights. Only its SHA-256 is kept."""

    __tablename__ = "staff_tokens"
    token_digest: Mapped[str] = mapped_column(Text, primary_key=True)
    staff: Mapped[str] = mapped_column(Text, index=True)
    label: Mapped[str] = mapped_column(Text)
    created_ms: Mapped[int] = mapped_column(BigInteger)


class LimitRow(Table):
    """One leaky bucket of a named rate limit, shared by all workers. `key` is hashed, never an address in the clear."""

    __tablename__ = "limits"
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    level: Mapped[int] = mapped_column(BigInteger)  # thousandths of one permitted act
    changed_ms: Mapped[int] = mapped_column(BigInteger)


class CheckoutRow(Table):
    """A coordinator is working on this report until `until_ms`; others see it and leave it alone."""

    __tablename__ = "checkouts"
    organisation: Mapped[str] = mapped_column(Text, primary_key=True)
    subject: Mapped[str] = mapped_column(Text, primary_key=True)
    staff: Mapped[str] = mapped_column(Text)
    until_ms: Mapped[int] = mapped_column(BigInteger)


class ImportRow(Table):
    """One uploaded list (stations or observers): previewed, confirmed, then taken in by the background."""

    __tablename__ = "imports"
    id: Mapped[str] = mapped_column(Text, primary_key=True)
    organisation: Mapped[str] = mapped_column(Text)
    staff: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)  # previewed, running, done, failed
    total: Mapped[int] = mapped_column(BigInteger, default=0)
    done: Mapped[int] = mapped_column(BigInteger, default=0)
    report: Mapped[str] = mapped_column(Text, default="{}")  # JSON of what was found
    created_ms: Mapped[int] = mapped_column(BigInteger)
    __table_args__ = (Index(None, "organisation", "created_ms"),)
