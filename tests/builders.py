"""Builds what tests need to begin: a register, enrolled phones that write real entries, photos, people at the desk."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import insert

from server.access import Reader
from server.database.entries import PhotoRow
from server.database.organisations import StaffRow, StaffSessionRow
from server.database.register import CentreRow, StationRow
from server.database.roster import DeviceRow, ObserverRow
from server.operations.fold_entries import fold_entries
from server.operations.store_entries import store_entries
from server.running import Running
from sync.entry import digest_of, read_entry
from tests.sync.phones import ELECTION, Key, Phone, Written

CENTRES = (
    ("138450", "IQ-KI", "مدرسة الرافدين الابتدائية للبنين", "قوتابخانەی ڕافیدەین", "Al-Rafidain Primary School"),
    ("100201", "IQ-BG", "مدرسة الأمل المختلطة", "قوتابخانەی هیوا", "Al-Amal Mixed School"),
    ("230077", "IQ-SU", "ثانوية ڕۆژ", "دواناوەندیی ڕۆژ", "Roj Secondary School"),
)
STATIONS = ("138450-01", "138450-02", "138450-03", "100201-01", "100201-02", "230077-01")


def add_register(held: Running) -> None:
    """Three centres with six stations in three governorates."""
    centres = [
        {
            "code": code, "governorate": governorate, "name_ar": arabic, "name_ckb": kurdish, "name_en": english,
            "longitude_e6": 44_400_000, "latitude_e6": 35_450_000,
        }
        for code, governorate, arabic, kurdish, english in CENTRES
    ]  # fmt: skip
    home = {each["code"]: each["governorate"] for each in centres}
    stations = [
        {
            "code": code, "centre": code[:6], "number": code[7:], "governorate": home[code[:6]], "registered": 512,
        }
        for code in STATIONS
    ]  # fmt: skip

    def job(connection) -> None:
        connection.execute(insert(CentreRow), centres)
        connection.execute(insert(StationRow), stations)

    held.write(job)


class BuiltPhone:
    """An enrolled phone whose entries are stored and folded as soon as they are written."""

    def __init__(self, held: Running, number: int, observer: str, organisation: str) -> None:
        self.held, self.observer, self.organisation = held, observer, organisation
        self.phone = Phone(Key(number), observer, clock_ms=held.clock.now_ms())
        device = {
            "id": self.phone.key.device, "jwk": json.dumps(self.phone.key.jwk), "observer": observer,
            "organisation": organisation, "token_digest": f"token of {number}", "enrolled_ms": held.clock.now_ms(),
        }  # fmt: skip
        row = {
            "id": observer, "organisation": organisation, "badge": f"badge {number}", "governorate": "",
            "created_ms": held.clock.now_ms(),
        }  # fmt: skip

        def job(connection) -> None:
            connection.execute(insert(ObserverRow), [row])
            connection.execute(insert(DeviceRow), [device])

        held.write(job)

    def write(
        self,
        kind: str,
        body: Mapping[str, Any],
        *,
        subject: str = "",
        refs: Iterable[str] = (),
        photos: Sequence[tuple[str, int, str]] = (),
        fold: bool = True,
    ) -> Written:
        """Writes, stores and folds one entry."""
        written = self.phone.write(
            kind, body, subject=subject, refs=refs, photos=[list(each) for each in photos]
        )
        store(self.held, [written], self.phone.key.device)
        if fold:
            fold_entries(self.held)
        return written

    def incident(self, **fields: Any) -> Written:
        """An incident of type VO03 at 138450-03, with `fields` of its body laid over it."""
        apart = {name: fields.pop(name) for name in ("photos", "subject", "refs", "fold") if name in fields}
        return self.write("incident.report", {**incident_body(self.held), **fields}, **apart)

    def correct(self, first: Written, *heads: Written, **fields: Any) -> Written:
        """Another version of an incident in place of `heads` (of `first` itself when none is named)."""
        refs = [each.id for each in (heads or (first,))]
        return self.incident(subject=first.id, refs=refs, **fields)

    def observation(self, answers: Mapping[str, Any], checklist: str = "opening@1", **fields: Any) -> Written:
        started_ms = self.held.clock.now_ms()
        body = {"station": "138450-03", "checklist": checklist, "answers": dict(answers), "started_ms": started_ms,
                "ended_ms": started_ms + 60_000, "captured": "here"}  # fmt: skip
        return self.write("observation.submit", {**body, **fields})

    def tape(self, votes: Mapping[str, int], count: str = "machine", photos=(), **figures: Any) -> Written:
        body = {"station": "138450-03", "count": count, "figures": figures, "votes": dict(votes),
                "pages": [each[0] for each in photos], "captured": "here"}  # fmt: skip
        return self.write("tape.submit", body, photos=photos)

    def visit(self, station: str = "138450-03") -> Written:
        return self.write("visit.open", {"station": station, "at_ms": self.held.clock.now_ms()})


def incident_body(held: Running) -> dict[str, Any]:
    return {
        "station": "138450-03", "type": "VO03", "severity": 3, "occurred_ms": held.clock.now_ms() - 900_000,
        "text": "", "basis": "direct", "captured": "here",
    }  # fmt: skip


def store(held: Running, entries: Sequence[Written], carrier: str) -> list[dict[str, object]]:
    """Takes entries in as an exchange would; their verdicts."""
    readings = [read_entry(each.texts, ELECTION) for each in entries]
    now_ms = held.clock.now_ms()
    return held.write(lambda connection: store_entries(connection, readings, carrier, now_ms))


def photo(colour: str = "teal", size: tuple[int, int] = (640, 480)) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, colour).save(written, "JPEG")
    return written.getvalue()


def named(content: bytes) -> tuple[str, int, str]:
    """How an entry's header names this photo."""
    return digest_of(content), len(content), "image/jpeg"


def keep_photo(held: Running, content: bytes) -> str:
    """The photo as if its upload were complete; its digest."""
    digest = digest_of(content)
    path = held.photo_store.path_of(digest)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    row = {"digest": digest, "size": len(content), "stored_ms": held.clock.now_ms()}
    held.write(lambda connection: connection.execute(insert(PhotoRow), [row]) and None)
    return digest


def desk_reader(organisation: str = "shams", role: str = "coordinator", identity: str = "") -> Reader:
    """Somebody at the desk, as the gate would let them in."""
    return Reader("desk", identity or f"s-{organisation}-{role}", organisation, role, language="en")


def desk_client(
    app: Flask, held: Running, organisation: str = "shams", role: str = "coordinator", identity: str = ""
) -> FlaskClient:
    """A browser signed in at the desk; its forms carry csrf "right"."""
    reader = desk_reader(organisation, role, identity)
    token = f"session-of-{reader.id}"
    now_ms = held.clock.now_ms()
    staff = {
        "id": reader.id, "name": reader.id, "organisation": organisation, "role": role, "password_hash": "none",
        "language": "en", "disabled": False, "created_ms": now_ms,
    }  # fmt: skip
    session = {
        "token_digest": hashlib.sha256(token.encode()).hexdigest(), "staff": reader.id, "csrf": "right",
        "created_ms": now_ms, "seen_ms": now_ms,
    }  # fmt: skip

    def job(connection) -> None:
        connection.execute(insert(StaffRow), [staff])
        connection.execute(insert(StaffSessionRow), [session])

    held.write(job)
    client = app.test_client()
    client.set_cookie("sanad-session", token)
    client.environ_base["HTTP_ACCEPT"] = "text/html"
    return client
