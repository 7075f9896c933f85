"""An organisation full of marked words, made through the real wire: no mark reaches another one, or a log."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from server.database.organisations import StaffRow
from server.database.roster import ObserverRow
from server.operations.add_organisation import add_organisation
from server.operations.check_out import check_out
from server.operations.fold_entries import fold_entries
from server.operations.make_enrolment_code import make_enrolment_code
from server.operations.release_report import release_report
from server.operations.review_report import review_report
from server.operations.send_message import send_message
from server.server_key import ServerKey, make_key
from sync.entry import compose
from sync.signature import signing_input
from tests.builders import BuiltPhone, desk_client, desk_reader, named, photo
from tests.conftest import DATABASES
from tests.crawling import Page, crawl, read
from tests.server.small_server import ELECTION_MORNING_MS, SetClock
from tests.servers import Place, opened
from tests.sync.phones import ELECTION, SALT
from tests.two_organisations import COMMISSION, OTHER, OWN
from tests.world import make_world

MARK = "zqxmark"
# The one report that the twin gave away: its words and its picture may be seen, and nothing of who stands behind it.
RELEASED = "words for everybody"
# Beside the marks: a place of invented millionths that stands nowhere else, and everything that opens a door.
PLACE = [45_123_457, 33_765_431, 7]
ROLES = ("administrator", "coordinator", "clerk", "liaison")
STARTS = (
    "/", "/map", "/map?organisation=tammuz", "/map.svg", "/map.png", "/map.geojson", "/map/figures", "/home/figures",
    "/incidents", f"/incidents?q={MARK}", "/incidents?source=released", "/incidents?organisation=tammuz",
    "/incidents?source=released&organisation=tammuz", "/incidents?observer=o-tammuz", "/incidents?status=retracted",
    "/incidents.csv", f"/incidents.csv?q={MARK}", "/incidents.csv?source=released&organisation=tammuz",
    "/incidents/rows?after=0", "/incidents/new?after=0", "/tapes", "/tapes?organisation=tammuz", "/quarantine",
    "/quarantine?show=judged", "/stations", "/stations?covered=1", "/stations/138450-03", "/stations/search?q=al",
    "/governorates/IQ-KI", "/governorates/IQ-KI/points.json", "/governorates/IQ-BG/points.json", "/observers",
    f"/observers?q={MARK}", "/observers?only=silent", "/staff", "/imports", "/account", "/sign-in", "/healthz",
    "/no/such/page", "/incidents/" + "A" * 43,
)  # fmt: skip


@dataclass
class MarkedPhone:
    """A phone of the twin: everything it says goes over the wire, and everything it says is marked."""

    client: FlaskClient
    key: ServerKey
    token: str
    observer: str
    last: tuple[int, str] = (0, "")

    def send(self, kind: str, body: dict, **header: object) -> str:
        """Hands one marked entry in; its id."""
        seq, prev = self.last
        usual = {"v": 1, "election": ELECTION, "device": self.key.device, "seq": seq + 1, "prev": prev, "kind": kind}
        header_text, body_text = compose({**usual, "at": ELECTION_MORNING_MS, **header}, {"salt": SALT, **body})
        texts = [header_text, self.key.sign(signing_input(header_text.encode())), body_text]
        frame = {"protocol": 1, "app": f"phone {MARK}", "entries": [texts], "cursor": ""}
        (verdict,) = self._post("/api/v1/sync", frame)["verdicts"]
        assert verdict["verdict"] == "stored", verdict
        self.last = (seq + 1, verdict["id"])
        return verdict["id"]

    def upload(self, content: bytes) -> str:
        """The digest of a photo sent by tus, as a phone sends it."""
        digest = named(content)[0]
        headers = {
            "Authorization": f"Bearer {self.token}", "Tus-Resumable": "1.0.0", "Upload-Length": str(len(content)),
            "Upload-Metadata": f"sha256 {b64encode(digest.encode()).decode()}",
        }  # fmt: skip
        answer = self.client.post(
            "/api/v1/photos", data=content, content_type="application/offset+octet-stream", headers=headers
        )
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, str(len(content)))
        return digest

    def _post(self, path: str, asked: object) -> dict:
        answer = self.client.post(path, json=asked, headers={"Authorization": f"Bearer {self.token}"})
        assert answer.status_code == 200, answer.text
        return answer.json


@dataclass
class Twins:
    """The two organisations side by side. `secrets` are words of the twin that nobody else may ever be told."""

    clients: dict[str, FlaskClient]
    commission: FlaskClient
    twin: dict[str, FlaskClient]
    phone: FlaskClient
    phone_token: str
    phone_key: ServerKey
    marked: MarkedPhone
    secrets: tuple[str, ...]
    photo_bytes: bytes
    kept: str


def enrol(held, client: FlaskClient, observer: str) -> tuple[ServerKey, str]:
    code, key = make_enrolment_code(held, observer, made_by="test").code, make_key()
    asked = {"code": code, "jwk": key.jwk, "proof": key.sign(code.encode()), "app": "test"}
    return key, client.post("/api/v1/enrol", json=asked).json["token"]


def mark_people(held) -> None:
    """Names of its people and its observers' badges. Its own name everybody knows who releases a report to it."""

    def job(connection) -> None:
        observers, staff = ObserverRow.__table__, StaffRow.__table__
        marked = update(observers).where(observers.c.organisation == OTHER)
        connection.execute(marked.values(badge=observers.c.badge + MARK))
        connection.execute(update(staff).where(staff.c.organisation == OTHER).values(name=staff.c.id + MARK))

    held.write(job)


def say_everything(held, phone: MarkedPhone) -> tuple[str, str]:
    """One of every kind, each with marks; (a report that is kept, the digest of its photo)."""
    picture = photo("maroon")
    incident = {"station": "138450-03", "type": "VO03", "severity": 5, "occurred_ms": ELECTION_MORNING_MS - 60_000}
    kept = phone.send("incident.report", {**incident, "text": f"{MARK} hit"}, photos=[list(named(picture))])
    phone.upload(picture)
    phone.send("incident.report", {**incident, "station": None, "place": PLACE, "text": f"{MARK} on the road"})
    phone.send("incident.report", {**incident, "station": f"{MARK}-01", "text": "no such station"})
    phone.send("incident.report", {**incident, "type": "VO03", "text": f"{MARK} again"}, subject=kept, refs=[kept],
               photos=[list(named(picture))])  # fmt: skip
    phone.send("visit.open", {"station": "138450-03", "at_ms": ELECTION_MORNING_MS, "note": MARK})
    phone.send("observation.submit", {
        "station": "138450-03", "checklist": "opening@1", "answers": {"OP1": "07:05", "OP9": MARK},
        "started_ms": ELECTION_MORNING_MS, "ended_ms": ELECTION_MORNING_MS, "captured": "here",
    })  # fmt: skip
    phone.send("tape.submit", {
        "station": "138450-03", "count": "machine", "figures": {"valid": 987_654}, "votes": {"101": 987_654, MARK: 1},
        "pages": [], "captured": "paper",
    })  # fmt: skip
    withdrawn = phone.send("incident.report", {**incident, "text": f"{MARK} withdrawn"})
    phone.send("retract", {"reason": f"{MARK} mistake"}, subject=withdrawn, refs=[withdrawn])
    fold_entries(held)
    reader = desk_reader(OTHER, "coordinator")
    review_report(held, reader, kept, phone.observer, "doubt", f"{MARK} reason")
    send_message(held, phone.observer, f"{MARK} message", reader)
    given = phone.send("incident.report", {**incident, "text": RELEASED}, photos=[list(named(photo("navy")))])
    phone.upload(photo("navy"))
    form = phone.send("observation.submit", {
        "station": "138450-03", "checklist": "opening@1", "answers": {"OP1": "07:06"}, "captured": "here",
        "started_ms": ELECTION_MORNING_MS, "ended_ms": ELECTION_MORNING_MS,
    })  # fmt: skip
    tape = {"station": "138450-03", "count": "machine", "figures": {"valid": 12}, "votes": {"101": 12}, "pages": []}
    counted = phone.send("tape.submit", {**tape, "captured": "here"})
    fold_entries(held)
    for to in (OWN, COMMISSION):
        for each in (given, form, counted):
            release_report(held, reader, each, phone.observer, to)
    check_out(held, reader, given)
    return kept, named(picture)[0]


@pytest.fixture(scope="module", params=DATABASES)
def twins(request, tmp_path_factory) -> Iterator[Twins]:
    folder = tmp_path_factory.mktemp("twins")
    url = "" if request.param == "sqlite" else request.getfixturevalue("cluster").new_database()
    with opened(Place(folder, url), SetClock()) as (app, held):
        make_world(held)
        add_organisation(held, COMMISSION, "commission")
        BuiltPhone(held, 71, "o-shams", OWN).incident(text="an own incident")
        BuiltPhone(held, 72, "o-tammuz", OTHER)
        clients = {role: desk_client(app, held, OWN, role) for role in ROLES}
        twin = {role: desk_client(app, held, OTHER, role) for role in ROLES}
        commission = desk_client(app, held, COMMISSION, "liaison")
        mark_people(held)
        key, token = enrol(held, app.test_client(), "o-shams")
        marked_key, marked_token = enrol(held, app.test_client(), "o-tammuz")
        marked = MarkedPhone(app.test_client(), marked_key, marked_token, "o-tammuz")
        kept, digest = say_everything(held, marked)
        secrets = (
            MARK, "45123457", "33765431", "45.123457", "33.765431", "987,654", "987654", "o-tammuz", "s-tammuz", digest,
            kept, marked_key.device, marked_token,
        )  # fmt: skip
        yield Twins(clients, commission, twin, app.test_client(), token, key, marked, secrets, photo("maroon"), kept)


def marks_in(twins: Twins, pages: list[Page]) -> list[str]:
    found = []
    for page in pages:
        # What was asked for may be said again: a search shows its own words.
        whole = f"{page.headers}\n{page.text}"
        echoed = [each for each in twins.secrets if each in page.address]
        found += [f"{page.address}: {each}" for each in twins.secrets if each in whole and each not in echoed]
        if page.body and twins.photo_bytes[200:600] in page.body:
            found.append(f"{page.address}: the photo")
    return found


def starts(twins: Twins) -> list[str]:
    """Every list, and the twin's own things asked for by name."""
    digest, kept = twins.secrets[9], twins.kept
    return [
        *STARTS, f"/photos/{digest}", f"/photos/{digest}/original", f"/incidents/{kept}", f"/tapes/{kept}",
        f"/incidents/{kept}?author=o-tammuz", "/observers/o-tammuz",
    ]  # fmt: skip


def test_the_twin_sees_itself_so_that_the_marks_can_be_found(twins):
    pages = crawl(twins.twin["administrator"], STARTS)
    found = {each.split(": ")[1] for each in marks_in(twins, pages)}
    assert {MARK, "o-tammuz", twins.kept} <= found
    assert any(MARK in page.text for page in pages if page.address.startswith("/incidents.csv"))
    assert any(page.address.startswith("/photos/") and page.status == 200 for page in pages)


@pytest.mark.parametrize("role", ROLES)
def test_no_page_of_another_organisation_holds_a_mark(twins, role):
    pages = crawl(twins.clients[role], starts(twins))
    assert len(pages) >= len(STARTS)
    assert [(page.address, page.status) for page in pages if page.status >= 500] == []
    assert marks_in(twins, pages) == []


@pytest.mark.parametrize("who", ("coordinator", "commission"))
def test_what_was_released_is_seen_without_who_stands_behind_it(twins, who):
    client = twins.commission if who == "commission" else twins.clients[who]
    pages = crawl(client, ["/incidents?source=released", "/stations/138450-03", "/governorates/IQ-KI/points.json"])
    assert any(RELEASED in page.text for page in pages)
    assert any(page.address.startswith("/photos/") and page.status == 200 for page in pages)
    assert marks_in(twins, pages) == []


@pytest.mark.parametrize("language", ("ar", "ckb"))
def test_no_mark_comes_through_in_another_language(twins, language):
    asked = [f"{each}{'&' if '?' in each else '?'}lang={language}" for each in STARTS]
    pages = crawl(twins.clients["coordinator"], asked, len(asked))
    assert marks_in(twins, pages) == []
    crawl(twins.clients["coordinator"], ["/healthz?lang=en"])


def test_the_commission_is_told_nothing_that_was_not_released_to_it(twins):
    assert marks_in(twins, crawl(twins.commission, starts(twins))) == []


def test_whoever_is_not_signed_in_is_told_nothing(twins):
    assert marks_in(twins, crawl(twins.phone, starts(twins), 80)) == []


def test_the_map_and_its_tag_do_not_tell_that_the_twin_reported(twins):
    """Figures are of the reader's own scope; what the twin hands in changes none of them."""
    before = figures(twins)
    body = {"station": "100201-01", "type": "VO03", "severity": 1, "occurred_ms": ELECTION_MORNING_MS, "text": MARK}
    twins.marked.send("incident.report", body)
    fold_entries(twins.phone.application.extensions["sanad"])
    assert figures(twins) == before


def figures(twins: Twins) -> list[dict]:
    """What the map counts for our own coordinator, without when it was counted."""
    found = read("", twins.clients["coordinator"].get("/map.geojson"))
    return [{**each["properties"], "as_of": ""} for each in json.loads(found.body)["features"]]


def test_an_answer_of_one_organisation_is_never_the_cached_one_of_another(twins):
    for path in ("/map/figures", "/map.svg", "/map.geojson", "/home/figures", "/governorates/IQ-KI/points.json"):
        with twins.twin["coordinator"].get(path) as theirs:
            tag = theirs.headers.get("ETag", "")
        with twins.clients["coordinator"].get(path, headers={"If-None-Match": tag}) as ours:
            assert ours.status_code == 200, path
            assert ours.headers["Cache-Control"] in ("private, no-cache", "no-store"), path


def test_the_phone_of_another_organisation_picks_up_no_mark(twins):
    headers = {"Authorization": f"Bearer {twins.phone_token}"}
    heads = {twins.marked.key.device: [99, "A" * 43], twins.phone_key.device: [0, ""]}
    digest = twins.secrets[9]
    answers = [
        twins.phone.get("/api/v1/pack", headers=headers),
        twins.phone.post("/api/v1/sync", json={"protocol": 1, "entries": [], "cursor": ""}, headers=headers),
        twins.phone.post("/api/v1/sync", json={"protocol": 1, "entries": [], "cursor": "x.0.0"}, headers=headers),
        twins.phone.head(f"/api/v1/photos/{digest}", headers={**headers, "Tus-Resumable": "1.0.0"}),
    ]
    pages = [read("asked", answer) for answer in answers]
    assert marks_in(twins, pages) == []
    have = twins.phone.post("/api/v1/have", json={"heads": heads}, headers=headers).json
    assert have == {"want": {}, "photos": []}


def test_naming_the_twins_report_as_ones_own_subject_opens_nothing(twins):
    """A phone may put any id into `subject` and `refs`: it joins no report of another organisation by that."""
    marked = MarkedPhone(twins.phone, twins.phone_key, twins.phone_token, "o-shams")
    body = {"station": "138450-03", "type": "VO03", "severity": 1, "occurred_ms": ELECTION_MORNING_MS}
    for kind in ("incident.report", "retract", "reinstate"):
        marked.send(kind, {**body, "text": "words of our own", "reason": "x"}, subject=twins.kept, refs=[twins.kept])
    coordinator = twins.clients["coordinator"]
    fold_entries(coordinator.application.extensions["sanad"])
    page = read("", coordinator.get(f"/incidents/{twins.kept}"))
    assert page.status == 200 and "words of our own" in page.text
    hidden = [each for each in twins.secrets if each != twins.kept]
    assert [each for each in hidden if each in page.text] == []
    theirs = read("", twins.twin["coordinator"].get(f"/incidents/{twins.kept}"))
    assert "words of our own" not in theirs.text and f"{MARK} again" in theirs.text


def test_the_log_names_nobody_and_repeats_nothing(twins, capfd):
    """Requests that go well, that are refused and that fail: what is logged holds no name, place, token or body."""
    app = twins.phone.application
    twins.marked.send("incident.report", {"station": "138450-03", "type": "VO03", "severity": 1, "text": MARK,
                                          "occurred_ms": ELECTION_MORNING_MS, "place": PLACE})  # fmt: skip
    app.testing = False
    client = twins.twin["coordinator"]
    client.get(f"/incidents?q={MARK}")
    client.post("/sign-in", data={"name": MARK, "password": MARK}, environ_base={"REMOTE_ADDR": "203.0.113.77"})
    twins.phone.post("/api/v1/enrol", json={"code": MARK, "jwk": {"kty": MARK}, "proof": MARK})
    twins.phone.post("/api/v1/sync", data=json.dumps({"protocol": 9, MARK: 1}), content_type="application/json",
                     headers={"Authorization": f"Bearer {twins.marked.token}"})  # fmt: skip
    view = app.view_functions["reports.show"]
    app.view_functions["reports.show"] = with_fault(view)
    with client.get(f"/incidents/{twins.kept}") as answer:
        assert answer.status_code == 500 and MARK not in answer.text
    app.view_functions["reports.show"] = view
    said = "".join(capfd.readouterr())
    assert "fault" in said, "a fault must be logged"
    told = [each for each in (*twins.secrets, "203.0.113", "session of") if each in said]
    assert told == []


def with_fault(view):
    def fail(**_):
        raise RuntimeError(f"{MARK} stands in the text of the fault")

    fail.access = view.access
    return fail
