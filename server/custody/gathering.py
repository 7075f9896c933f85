"""Gathers the signed entries of one report, the enrolments of its phones, their keys, and their places in the log."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from server.database.cosigned import newest_cosigned
from server.database.entries import EntryRow, PhotoRow, SignatureCheckRow
from server.database.proofs import proofs
from server.database.roster import DeviceRow
from server.problems import Problem
from server.projections.claims import ClaimRow
from server.projections.photo_access import may_see_photo
from sync.checkpoint import Proof, proof_text, read_checkpoint
from sync.entry import read_body
from sync.strict import read_object

ENROLMENT = "device.enrol"


@dataclass(frozen=True)
class Item:
    """One entry with its place in the log. `body` is None where it was left out or erased: its digest is proved."""

    index: int
    id: str
    kind: str
    device: str
    bucket: str
    received_ms: int
    header: bytes
    signature: str
    body: bytes | None
    proof: str
    photos: tuple[tuple[str, str], ...]  # (digest, media type)

    @property
    def name(self) -> str:
        """What its files in the export begin with."""
        return f"entries/{self.index:09}"


@dataclass(frozen=True)
class Gathered:
    """Everything of one export but the words around it."""

    subject: str
    items: list[Item]
    device_keys: list[dict[str, str]]
    photos: list[tuple[str, str]]  # those that are here: (digest, media type)
    missing: list[str]
    checkpoint: str


def gather(session: Session, organisation: str, subject: str, note: str, with_bodies: bool) -> Gathered:
    """Raises Problem not-found when the organisation has no such report, not-yet-logged when the log is behind.

    Bodies of enrolments are always left out: they name the observer. What another organisation's phone wrote about
    this report is not its to hand out.
    """
    connection = session.connection()
    indexes = _indexes(connection, organisation, subject)
    if not indexes:
        raise Problem("not-found")
    rows = _rows(connection, indexes)
    enrolled = _rows(connection, _enrolments(connection, {row.device for row in rows}))
    every = [*rows, *enrolled]
    witnessed = newest_cosigned(connection)
    proved = _proved(connection, every, [witnessed.note] if witnessed else [], note)
    items = [_item(row, proved[row.id], with_bodies) for row in rows] + [
        _item(row, proved[row.id], False) for row in enrolled
    ]
    named = list(dict.fromkeys(photo for item in items for photo in item.photos))
    here = _here(connection, {digest for digest, _ in named})
    photos = [each for each in named if each[0] in here and may_see_photo(session, organisation, each[0], True)]
    return Gathered(
        subject, items, _device_keys(connection, {row.device for row in every}), photos,
        sorted({digest for digest, _ in named} - {digest for digest, _ in photos}), note,
    )  # fmt: skip


def _indexes(connection: Connection, organisation: str, subject: str) -> list[int]:
    own = select(ClaimRow.idx).where(ClaimRow.subject == subject, ClaimRow.organisation == organisation)
    return list(connection.execute(own.order_by(ClaimRow.idx)).scalars())


def _enrolments(connection: Connection, devices: Collection[str]) -> list[int]:
    """Where the server wrote down that these phones joined."""
    rows = connection.execute(
        select(EntryRow.idx, EntryRow.body)
        .join(ClaimRow, ClaimRow.idx == EntryRow.idx)
        .where(ClaimRow.kind == ENROLMENT, ClaimRow.bucket == "live")
    )
    return [row.idx for row in rows if row.body and read_body(bytes(row.body)).get("device") in devices]


def _rows(connection: Connection, indexes: Sequence[int]):
    query = (
        select(EntryRow.__table__, ClaimRow.kind, ClaimRow.bucket, SignatureCheckRow.later_signature)
        .join(ClaimRow, ClaimRow.idx == EntryRow.idx)
        .outerjoin(SignatureCheckRow, SignatureCheckRow.idx == EntryRow.idx)
        .where(EntryRow.idx.in_(list(indexes)))
        .order_by(EntryRow.idx)
    )
    return connection.execute(query).all()


def _proved(connection: Connection, rows, witnessed: Sequence[str], note: str) -> dict[str, Proof]:
    """The proof by id, under a checkpoint that outsiders have seen where there is one; all must be in the log."""
    found: dict[str, Proof] = {}
    for each in (*witnessed, note):
        lacking = [row.id for row in rows if row.id not in found]
        made = proofs(connection, each, read_checkpoint(each), lacking)
        found |= {identity: proof for identity, proof in made.items() if isinstance(proof, Proof)}
    if len(found) < len({row.id for row in rows}):
        raise Problem("not-yet-logged", retry_after_s=1)
    return found


def _item(row, proof: Proof, with_body: bool) -> Item:
    header = bytes(row.header)
    fields, _ = read_object(header.decode("utf-8", "replace"))
    named = fields.get("photos") if fields and row.flaw is None else []
    return Item(
        row.idx, row.id, row.kind, row.device, row.bucket, row.received_ms, header,
        row.later_signature or row.signature, bytes(row.body) if with_body and row.body is not None else None,
        proof_text(proof), tuple((photo[0], photo[2]) for photo in named or ()),
    )  # fmt: skip


def _here(connection: Connection, digests: Collection[str]) -> set[str]:
    return set(connection.execute(select(PhotoRow.digest).where(PhotoRow.digest.in_(list(digests)))).scalars())


def _device_keys(connection: Connection, devices: Collection[str]) -> list[dict[str, str]]:
    rows = connection.execute(select(DeviceRow.jwk).where(DeviceRow.id.in_(list(devices))).order_by(DeviceRow.id))
    return [{part: json.loads(jwk)[part] for part in ("kty", "crv", "x", "y")} for jwk in rows.scalars()]
