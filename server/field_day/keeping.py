"""Keeps the simulated phones between two parts of a day, so that the afternoon goes on with the morning's phones."""

from __future__ import annotations

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from server.field_day.phone import Membership, Phone, PhonePhoto, Record, Subject
from server.server_key import make_key

_PLAIN = ("cursor", "acts_done", "clock_error_ms", "started_ms", "is_revoked", "restored", "picked_up", "forgotten")


def write_phones(file: Path, phones: Iterable[Phone]) -> None:
    """All or nothing, and for the owner only: the phones' keys are in it."""
    partial = file.with_suffix(".partial")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as opened:
        json.dump([pack_phone(phone) for phone in phones], opened, ensure_ascii=False)
    partial.rename(file)


def read_phones(file: Path) -> list[Phone]:
    return [unpack_phone(kept) for kept in json.loads(file.read_text())] if file.exists() else []


def pack_phone(phone: Phone) -> dict:
    key = phone.key.private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return {
        "key": b64encode(key).decode(),
        "member": asdict(phone.member),
        "records": [asdict(record) for record in phone.records],
        "subjects": {name: asdict(subject) for name, subject in phone.subjects.items()},
        **{name: getattr(phone, name) for name in _PLAIN},
    }


def unpack_phone(kept: dict) -> Phone:
    private = serialization.load_der_private_key(b64decode(kept["key"]), None)
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    return Phone(
        key=make_key(private),
        member=Membership(**kept["member"]),
        records=[_record(each) for each in kept["records"]],
        subjects={name: Subject(**each) for name, each in kept["subjects"].items()},
        **{name: kept[name] for name in _PLAIN},
    )


def _record(kept: dict) -> Record:
    return Record(**{**kept, "photos": [PhonePhoto(**photo) for photo in kept["photos"]]})
