"""A small server whose log is sealed: phones that really enrolled, entries of every sort, photos, and a checkpoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from sqlalchemy import insert

from server.database.roster import ObserverRow
from server.operations.enrol_device import enrol_device
from server.operations.fold_entries import fold_entries
from server.operations.make_enrolment_code import make_enrolment_code
from server.operations.seal_checkpoint import seal_checkpoint
from server.running import Running
from server.server_key import make_key
from sync.entry import base64url_encode
from tests.builders import add_register, incident_body, keep_photo, named, photo, store
from tests.server.small_server import small_server
from tests.sync.phones import Key, Phone, Written


class JoinedPhone:
    """A phone that joined by a real code, so that its enrolment stands in the server's journal."""

    def __init__(self, held: Running, number: int, observer: str) -> None:
        self.held, self.phone = held, Phone(Key(number), observer, clock_ms=held.clock.now_ms())
        key = make_key(ec.derive_private_key(number, ec.SECP256R1()))
        code = make_enrolment_code(held, observer, made_by="test").code
        enrol_device(held, {"code": code, "jwk": key.jwk, "proof": key.sign(code.encode())})

    def write(self, kind: str, body: Mapping[str, Any], **header: Any) -> Written:
        """Writes and hands in one entry."""
        written = self.phone.write(kind, body, **header)
        store(self.held, [written], self.phone.key.device)
        return written

    def incident(self, **fields: Any) -> Written:
        apart = {name: fields.pop(name) for name in ("photos", "subject", "refs", "seen") if name in fields}
        return self.write("incident.report", {**incident_body(self.held), **fields}, **apart)

    def tape(self, pages: Sequence[bytes] = (), **apart: Any) -> Written:
        body = {
            "station": "138450-03", "count": "machine", "figures": {"ballots": 300, "valid": 290, "invalid": 10},
            "votes": {"101": 120, "102": 170}, "pages": [named(page)[0] for page in pages], "captured": "here",
        }  # fmt: skip
        return self.write("tape.submit", body, photos=[list(named(page)) for page in pages], **apart)


def seal(held: Running) -> tuple[int, str]:
    """Seals the log; what a phone that has checked this checkpoint writes into `seen`."""
    checkpoint = seal_checkpoint(held)
    assert checkpoint is not None
    return checkpoint.size, base64url_encode(checkpoint.root)


def sealed_server(folder: Path, entries: int = 30) -> tuple[Flask, Running, JoinedPhone]:
    """Three phones of two organisations, `entries` incidents and six tapes, three photos, folded and sealed."""
    app, held, _ = small_server(folder)
    add_register(held)
    rows = [
        {"id": f"o-{n}", "organisation": "shams" if n < 3 else "tammuz", "badge": f"badge {n}", "governorate": "",
         "created_ms": held.clock.now_ms()}
        for n in (1, 2, 3)
    ]  # fmt: skip
    held.write(lambda connection: connection.execute(insert(ObserverRow.__table__), rows) and None)
    phones = [JoinedPhone(held, 100 + n, f"o-{n}") for n in (1, 2, 3)]
    seen = (0, "")
    for number in range(entries):
        phones[number % 3].incident(text=f"كلمة {number}", seen=list(seen))
        if number % 10 == 9:
            seen = seal(held)
    for number, colour in enumerate(("teal", "olive", "maroon")):
        page = photo(colour, (64, 48))
        phones[number].tape([page], seen=list(seen))
        keep_photo(held, page)
        phones[number].tape(seen=list(seen))
    fold_entries(held)
    seal(held)
    return app, held, phones[0]
