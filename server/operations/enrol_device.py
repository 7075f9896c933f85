"""Enrols a phone: code consumed, key stored and enrolment written into the journal, all in one transaction."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from server.database.engine import lock_numbering, reading
from server.database.entries import HeldRow
from server.database.organisations import OrganisationRow
from server.database.register import ElectionRow
from server.database.roster import DeviceRow, EnrolmentCodeRow, ObserverRow
from server.operations.sign_entry import append_entry
from server.operations.store_entries import store_entries
from server.problems import Problem
from server.projections.observers_pack import observers_pack
from server.running import Running
from server.server_key import is_signed, read_public_key
from sync.entry import base64url_decode, read_entry
from sync.signature import thumbprint


@dataclass(frozen=True)
class Joining:
    """What a phone that joins has shown, its proof already checked."""

    code_digest: str
    device: str
    jwk: dict
    # Of a phone that joins again: election, organisation and observer under which it has recorded until now.
    expects: tuple[str, str, str] | None = None


def enrol_device(held: Running, asked: Mapping[str, object]) -> dict[str, object]:
    """The answer of wire.md §4. Raises Problem: bad-frame, bad-proof, code-unknown, code-used, code-expired,
    code-for-another.

    The same code, key and proof within the code's time give the same device and a new token: an answer lost on
    the way must not lock a phone out.
    """
    joining = _read(asked)
    _refuse_guess(held, joining)
    token = held.clock.random_text(32)
    now_ms = held.clock.now_ms()
    observer = held.write(lambda connection: _enrol(held, connection, joining, token, now_ms))
    with reading(held.engine) as connection:
        return _answer(held, connection, joining, token, observer)


def _read(asked: Mapping[str, object]) -> Joining:
    code, jwk, proof = asked.get("code"), asked.get("jwk"), asked.get("proof")
    if not isinstance(code, str) or not isinstance(jwk, dict) or not isinstance(proof, str) or len(code) > 128:
        raise Problem("bad-frame")
    public = {name: jwk.get(name) for name in ("kty", "crv", "x", "y")}
    try:
        device, key = thumbprint(public), read_public_key(public)
        is_proved = is_signed(key, code.encode(), base64url_decode(proof))
    except ValueError as error:
        raise Problem("bad-proof") from error
    if not is_proved:
        raise Problem("bad-proof")
    return Joining(hashlib.sha256(code.encode()).hexdigest(), device, public, _read_expected(asked.get("expects")))


def _read_expected(value: object) -> tuple[str, str, str] | None:
    if value is None:
        return None
    named = [value.get(name) for name in ("election", "organisation", "observer")] if isinstance(value, dict) else []
    texts = [each for each in named if isinstance(each, str)]
    if len(texts) != 3:
        raise Problem("bad-frame")
    return texts[0], texts[1], texts[2]


def _refuse_guess(held: Running, joining: Joining) -> None:
    """Anybody may ask: a code that was never made must not take the one writer from the phones that wait for it."""
    known = select(EnrolmentCodeRow.code_digest).where(EnrolmentCodeRow.code_digest == joining.code_digest)
    with reading(held.engine) as connection:
        if connection.execute(known).first() is None:
            raise Problem("code-unknown")


def _enrol(held: Running, connection: Connection, joining: Joining, token: str, now_ms: int) -> str:
    lock_numbering(connection)  # fifty parallel redemptions: one at a time looks at the code
    code = connection.execute(
        select(EnrolmentCodeRow.__table__).where(EnrolmentCodeRow.code_digest == joining.code_digest)
    ).first()
    if code is None or code.cancelled:
        raise Problem("code-unknown")
    if code.device not in (None, joining.device):
        raise Problem("code-used")
    if code.expires_ms < now_ms:
        raise Problem("code-expired")
    _refuse_another(connection, joining, code.observer)
    digest = hashlib.sha256(token.encode()).hexdigest()
    present = connection.execute(select(DeviceRow.__table__).where(DeviceRow.id == joining.device)).first()
    if present is not None:
        _renew(connection, present, code, digest)
    else:
        _add(held, connection, joining, code.observer, digest, now_ms)
    connection.execute(
        update(EnrolmentCodeRow)
        .where(EnrolmentCodeRow.code_digest == joining.code_digest)
        .values(device=joining.device)
    )
    return code.observer


def _refuse_another(connection: Connection, joining: Joining, observer: str) -> None:
    """A phone with records of one observer never comes under another name, and the code stays whole for its owner."""
    if joining.expects is None:
        return
    election = connection.execute(select(ElectionRow.id)).scalar_one()
    if joining.expects != (election, _organisation_of(connection, observer), observer):
        raise Problem("code-for-another")


def _organisation_of(connection: Connection, observer: str) -> str:
    return connection.execute(select(ObserverRow.organisation).where(ObserverRow.id == observer)).scalar_one()


def _renew(connection: Connection, present, code, token_digest: str) -> None:
    if present.observer != code.observer or present.revoked_ms is not None:
        raise Problem("code-used")
    connection.execute(update(DeviceRow).where(DeviceRow.id == present.id).values(token_digest=token_digest))


def _add(
    held: Running, connection: Connection, joining: Joining, observer: str, token_digest: str, now_ms: int
) -> None:
    organisation = _organisation_of(connection, observer)
    row = {
        "id": joining.device,
        "jwk": json.dumps(joining.jwk, sort_keys=True),
        "observer": observer,
        "organisation": organisation,
        "token_digest": token_digest,
        "enrolled_ms": now_ms,
        "revoked_ms": None,
        "revoked_heads": None,
    }
    connection.execute(insert(DeviceRow.__table__), [row])
    append_entry(
        held,
        connection,
        kind="device.enrol",
        body={"device": joining.device, "jwk": joining.jwk, "observer": observer, "organisation": organisation},
        by="server",
        organisation=organisation,
        role="server",
    )
    _judge_held(connection, joining.device, now_ms)


def _judge_held(connection: Connection, device: str, now_ms: int) -> None:
    """Entries that others carried before this device was known are judged and numbered now."""
    election = connection.execute(select(ElectionRow.id)).scalar_one()
    rows = connection.execute(select(HeldRow.__table__).where(HeldRow.device == device)).all()
    for row in rows:
        texts = [bytes(row.header).decode(), row.signature, bytes(row.body).decode()]
        store_entries(connection, [read_entry(texts, election)], row.carrier, now_ms)
    connection.execute(delete(HeldRow).where(HeldRow.device == device))


def _answer(
    held: Running, connection: Connection, joining: Joining, token: str, observer: str
) -> dict[str, object]:
    organisation = connection.execute(
        select(OrganisationRow.__table__)
        .join(ObserverRow, ObserverRow.organisation == OrganisationRow.id)
        .where(ObserverRow.id == observer)
    ).one()
    election = connection.execute(select(ElectionRow.__table__)).one()
    return {
        "device": joining.device,
        "token": token,
        "observer": observer,
        "organisation": {"id": organisation.id, "name": _names(organisation)},
        "election": {
            "id": election.id,
            "name": _names(election),
            "date": election.date,
            "opens_ms": election.opens_ms,
            "closes_ms": election.closes_ms,
        },
        "pack": observers_pack(connection, held.pack, observer),
        "server_jwk": held.key.jwk,
        "cursor": "",
    }


def _names(row) -> dict[str, str]:
    return {"ar": row.name_ar, "ckb": row.name_ckb, "en": row.name_en}
