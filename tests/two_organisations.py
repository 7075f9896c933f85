"""Two organisations that must not see each other, each with one of everything, and the commission beside them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert

from server.access import ROLES
from server.database.imports import DONE
from server.database.organisations import ImportRow, StaffSessionRow
from server.database.upsert import upsert
from server.operations.add_organisation import add_organisation
from server.operations.make_enrolment_code import make_enrolment_code
from server.operations.make_staff_token import make_staff_token
from server.operations.release_report import release_report
from server.operations.revoke_device import revoke_device
from server.running import Running
from server.server_key import make_key
from server.tokens import digest_token
from tests.builders import BuiltPhone, desk_client, desk_reader, keep_photo, named, photo

OWN, OTHER, COMMISSION = "shams", "tammuz", "ihec"
REPORT = '{"new":1,"changed":0,"unchanged":0,"repeated":0,"refused":0,"remarked":0,"refusals":[],"remarks":[]}'
COLOURS = {OWN: "teal", OTHER: "maroon"}


@dataclass(frozen=True)
class Things:
    """One of everything that an organisation has and an address can name."""

    organisation: str
    incident: str
    released: str
    tape: str
    observation: str
    visit: str
    quarantined: str
    photo: str
    released_photo: str
    observer: str
    device: str
    staff: str
    taken_in: str


class TwoOrganisations:
    """What the tests of access ask: clients by role, tokens of phones, and the things of each organisation."""

    def __init__(self, app: Flask, held: Running) -> None:
        self.app, self.held = app, held
        add_organisation(held, COMMISSION, "commission")
        self.clients = {role: desk_client(app, held, OWN, role) for role in ROLES}
        self.others = {role: desk_client(app, held, OTHER, role) for role in ROLES}
        self.commission = desk_client(app, held, COMMISSION, "liaison")
        self.tokens = {role: make_staff_token(held, f"s-{OWN}-{role}") for role in ROLES}
        self.phones = {each: BuiltPhone(held, at, f"o-{each}", each) for at, each in enumerate((OWN, OTHER), 71)}
        self.things = {each: self._make(each) for each in (OWN, OTHER)}
        self.device_token = self.enrol(f"o-{OWN}")
        self.other_device_token = self.enrol(f"o-{OTHER}")
        self.revoked_token = self.enrol(f"o-{OWN}")
        self._revoke_last()

    def client(self, token: str = "") -> FlaskClient:
        """Nobody, or whoever has this bearer token."""
        client = self.app.test_client()
        if token:
            client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        return client

    def enrol(self, observer: str) -> str:
        """The token of a new phone of `observer`."""
        code = make_enrolment_code(self.held, observer, made_by="test").code
        key = make_key()
        self.last_device = key.device
        asked = {"code": code, "jwk": key.jwk, "proof": key.sign(code.encode()), "app": "test"}
        answer = self.app.test_client().post("/api/v1/enrol", json=asked)
        assert answer.status_code == 200, answer.text
        return answer.json["token"]

    def _revoke_last(self) -> None:
        revoke_device(self.held, self.last_device, "lost", desk_reader(OWN, "administrator"))

    def _make(self, organisation: str) -> Things:
        phone = self.phones[organisation]
        shown, given = photo(COLOURS[organisation]), photo(COLOURS[organisation], (320, 200))
        for each in (shown, given):
            keep_photo(self.held, each)
        with self.app.app_context():
            released = phone.incident(text="released", photos=[named(given)])
            other = OTHER if organisation == OWN else OWN
            for to in (other, COMMISSION):
                reader = desk_reader(organisation, "coordinator")
                release_report(self.held, reader, released.id, phone.observer, to)
            return Things(
                organisation=organisation,
                incident=phone.incident(text="kept").id,
                released=released.id,
                tape=phone.tape({"101": 12}, photos=[named(shown)], valid=12).id,
                observation=phone.observation({"OP1": "07:05"}).id,
                visit=phone.visit().id,
                quarantined=phone.incident(station="999999-01").id,
                photo=named(shown)[0],
                released_photo=named(given)[0],
                observer=phone.observer,
                device=phone.phone.key.device,
                staff=self._add_spare(organisation),
                taken_in=self._add_import(organisation),
            )

    def _add_spare(self, organisation: str) -> str:
        """An account that may be disabled without missing it."""
        desk_client(self.app, self.held, organisation, "clerk", f"s-{organisation}-spare")
        return f"s-{organisation}-spare"

    def _add_import(self, organisation: str) -> str:
        row = {
            "id": f"list-{organisation}", "organisation": organisation, "staff": f"s-{organisation}-administrator",
            "kind": "observers", "file_name": f"{organisation}.csv", "state": DONE, "total": 1, "done": 1,
            "report": REPORT, "created_ms": self.held.clock.now_ms(),
        }  # fmt: skip
        self.held.write(lambda connection: connection.execute(insert(ImportRow.__table__), [row]) and None)
        return str(row["id"])

    def restore_sessions(self) -> None:
        """Signs everybody of our own organisation in again: some requests sign out."""
        now_ms = self.held.clock.now_ms()
        rows = [
            {
                "token_digest": digest_token(f"session of s-{OWN}-{role}"), "staff": f"s-{OWN}-{role}", "csrf": "right",
                "created_ms": now_ms, "seen_ms": now_ms,
            }
            for role in ROLES
        ]  # fmt: skip
        self.held.write(lambda connection: upsert(connection, StaffSessionRow.__table__, rows))
        for role, client in self.clients.items():
            client.set_cookie("sanad-session", f"session of s-{OWN}-{role}")
