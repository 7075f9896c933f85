"""A day on which every marked string is used as it would be, and as it should not: by phones, the desk, strangers."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from http.cookies import SimpleCookie
from urllib.parse import urlencode

import urllib3
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import insert, text

from server.database.roster import ObserverRow
from server.demo.election import ELECTION_ID
from server.demo.staff import DemoStaff
from server.operations.add_organisation import add_organisation
from server.operations.add_staff import add_staff
from server.operations.make_enrolment_code import make_enrolment_code
from server.operations.make_staff_token import make_staff_token
from server.running import Running
from server.server_key import make_key
from tests.builders import named, photo
from tests.canaries import CANARIES as C
from tests.sync.phones import Key, Phone

ORGANISATION = "kanarie"
NUMBER = 4711  # of the phone's key
STATIONS = (
    "station code,centre code,centre name,centre name ar,centre name ckb,governorate,registered voters\n"
    f"{C['station']},970413,{C['centre in English']},{C['centre in Arabic']},{C['centre in Kurdish']},Baghdad,512\n"
    f"nonsense,,{C['cell of a list']},,,Nowhere,many\n"
)
JSON = {"Content-Type": "application/json", "Accept": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass
class Told:
    """What somebody asked, with all that their request carried, and what they were told."""

    asked: str
    told: str


class CanaryDay:
    """`answers` keeps what others and strangers were told, by who asked for what; `secrets` what the server gave."""

    def __init__(self, held: Running, url: str, staff: list[DemoStaff], other: str) -> None:
        self.held, self.url, self.other = held, url, other
        self.pool = urllib3.PoolManager(retries=False, timeout=20)
        self.answers: dict[str, Told] = {}
        self.secrets: dict[str, str] = {}
        self.stranger = next(each for each in staff if (each.organisation, each.role) == (other, "administrator"))
        self._prepare()

    def _prepare(self) -> None:
        add_organisation(self.held, ORGANISATION, name={"ar": C["organisation"]})
        add_staff(self.held, C["staff name"], ORGANISATION, "administrator", C["password"])
        rows = [
            {"id": C[who], "organisation": of, "badge": badge, "governorate": "IQ-BG", "created_ms": 1}
            for who, of, badge in (
                ("pseudonym", ORGANISATION, C["badge"]), ("pseudonym of another organisation", self.other, "badge 2")
            )
        ]  # fmt: skip
        self.held.write(lambda connection: connection.execute(insert(ObserverRow.__table__), rows) and None)

    def ask(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: str | bytes = "", who: str = ""
    ) -> urllib3.BaseHTTPResponse:
        """One request with everything marked that any request carries; errors and strangers' pages are kept."""
        carried = {
            "X-Forwarded-For": C["network address"], "User-Agent": C["user agent"], "Referer": C["referer"],
            "X-Request-Id": C["request id"], "Accept": "text/html", "Accept-Language": "en",
            "Cookie": f"other={C['cookie']}",
        }  # fmt: skip
        sent = body.encode() if isinstance(body, str) else body
        # A server that did not want the body hangs up after its answer: each question has a line of its own.
        every = {**carried, **(headers or {}), "Connection": "close"}
        answer = self.pool.request(method, self.url + path, body=sent or None, headers=every, redirect=False)
        if who or answer.status >= 400:
            asked = f"{path} {carried} {headers} {sent.decode(errors='replace')}"
            told = answer.data.decode(errors="replace") + repr(dict(answer.headers))
            self.answers[f"{who or 'an error'}: {method} {path} {len(self.answers)}"] = Told(asked, told)
        return answer

    def work_and_be_attacked(self) -> None:
        self.live_a_phone()
        self.work_at_the_desk()
        self.be_another_organisation()
        self.be_hostile()
        self.lose_the_phone()

    # --- phones -----------------------------------------------------------------------------------------------------

    def live_a_phone(self) -> None:
        """Enrolled, reports with every kind of content, uploads a photo, is told something."""
        code = make_enrolment_code(self.held, C["pseudonym"], made_by="test").code
        mine, thief = (make_key(ec.derive_private_key(number, ec.SECP256R1())) for number in (NUMBER, NUMBER + 1))
        self.phone = Phone(Key(NUMBER), C["pseudonym"], clock_ms=self.held.clock.now_ms())
        asked = {"code": code, "jwk": mine.jwk, "proof": mine.sign(code.encode()), "app": C["version of the app"]}
        answer = self.ask("POST", "/api/v1/enrol", JSON, _json(asked))
        assert answer.status == 200, answer.data
        self.token = answer.json()["token"]
        self.secrets |= {"enrolment code": code, "device token": self.token, "key of a device": mine.device}
        for wrong in ({"jwk": thief.jwk}, {"code": C["guessed code"]}, {"proof": C["guessed code"]}):
            self.ask("POST", "/api/v1/enrol", JSON, _json({**asked, **wrong}))
        picture = photo("orange") + C["comment in a photo"].encode()
        self.secrets["digest of a photo"] = named(picture)[0]
        self._hand_in(picture)
        self._upload(picture)

    def _hand_in(self, picture: bytes) -> None:
        where = [int(C["longitude"]), int(C["latitude"]), 12]
        said = f"{C['text of an incident']} {C['person in a text']} {C['telephone number']}"
        base = {"type": "VO03", "severity": 5, "occurred_ms": 1, "basis": "direct", "captured": "here", "place": where}
        write = partial(self.phone.write, election=ELECTION_ID)
        good = write("incident.report", {**base, "station": C["station"], "text": said}, photos=[named(picture)])
        lost = write("incident.report", {**base, "station": "000000-99", "text": C["text in quarantine"]})
        odd = write(C["kind of an entry"], {C["key in JSON"]: 1})
        self.subject = good.id
        texts = [list(each.texts) for each in (good, lost, odd)]
        texts += [["{", C["key in JSON"], ""], [C["text in quarantine"]] * 3]
        self.exchange(texts)

    def exchange(self, texts: object = (), token: str = "", kind: str = "application/json") -> None:
        frame = {
            "protocol": 1, "app": C["version of the app"], "entries": list(texts), "cursor": C["cursor"],  # type: ignore[call-overload]
            C["key in JSON"]: C["text in quarantine"],
        }  # fmt: skip
        headers = {**JSON, "Content-Type": kind, "Authorization": f"Bearer {token or self.token}"}
        self.ask("POST", "/api/v1/sync", headers, _json(frame))

    def _upload(self, picture: bytes) -> None:
        digest, size, _ = named(picture)
        said = {"sha256": digest, "filetype": "image/jpeg", "filename": C["metadata of an upload"]}
        meta = ",".join(f"{name} {b64encode(each.encode()).decode()}" for name, each in said.items())
        tus = {"Authorization": f"Bearer {self.token}", "Tus-Resumable": "1.0.0"}
        self.ask("POST", "/api/v1/photos", {**tus, "Upload-Length": str(size), "Upload-Metadata": meta})
        sent = {**tus, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
        self.ask("PATCH", f"/api/v1/photos/{digest}", sent, picture[:-1] + b"x")
        self.ask("PATCH", f"/api/v1/photos/{digest}", sent, picture)

    # --- the desk ---------------------------------------------------------------------------------------------------

    def sign_in(self, name: str, password: str) -> dict[str, str]:
        """The headers of that browser from now on."""
        form = urlencode({"name": name, "password": password})
        answer = self.ask("POST", "/sign-in", FORM, form)
        cookies = SimpleCookie(answer.headers.get("Set-Cookie", ""))
        assert "sanad-session" in cookies, answer.data.decode()[:500]
        return {"Cookie": f"sanad-session={cookies['sanad-session'].value}; other={C['cookie']}"}

    def work_at_the_desk(self) -> None:
        self.ask("POST", "/sign-in", FORM, urlencode({"name": C["name nobody has"], "password": C["wrong password"]}))
        self.ask("POST", "/sign-in", FORM, urlencode({"name": C["staff name"], "password": C["wrong password"]}))
        mine = self.sign_in(C["staff name"], C["password"])
        csrf = re.findall(r'name="csrf" content="([^"]+)"', self.ask("GET", "/account", mine).data.decode())[0]
        token = make_staff_token(self.held, self._staff_id(), C["label of a token"])
        self.secrets |= {"session": mine["Cookie"].split(";")[0].split("=")[1], "csrf": csrf, "staff token": str(token)}
        self.mine, self.csrf = mine, csrf
        self._import(csrf)
        self.ask("GET", f"/incidents?{urlencode({'q': C['query']})}", mine)
        finding = {"csrf": csrf, "author": C["pseudonym"], "finding": "doubt", "reason": C["reason of a finding"]}
        self._do(f"/incidents/{self.subject}/finding", {**finding, "take_over": "1"})
        observer = f"/observers/{C['pseudonym']}"
        self._do(f"{observer}/messages", {"csrf": csrf, "text": C["message to an observer"]})
        self.ask("GET", observer, mine)
        self.ask("GET", f"/stations/{C['station']}", mine)

    def _do(self, path: str, form: Mapping[str, str]) -> None:
        answer = self.ask("POST", path, {**self.mine, **FORM}, urlencode(form))
        assert answer.status < 400, (path, answer.status)

    def _staff_id(self) -> str:
        with self.held.engine.connect() as connection:
            return connection.execute(text("SELECT id FROM staff WHERE name = :n"), {"n": C["staff name"]}).scalar_one()

    def _import(self, csrf: str) -> None:
        fields = {"csrf": csrf, "kind": "stations", "file": (C["file name"], STATIONS, "text/csv")}
        body, kind = urllib3.encode_multipart_formdata(fields)
        answer = self.ask("POST", "/imports", {**self.mine, "Content-Type": kind}, body)
        assert answer.status < 400, answer.data
        self._do(answer.headers["Location"] + "/confirm", {"csrf": csrf})

    # --- strangers --------------------------------------------------------------------------------------------------

    def be_another_organisation(self) -> None:
        """What does not exist for others must not be told to them by the way in which it does not."""
        theirs = self.sign_in(self.stranger.name, self.stranger.password)
        picture = self.secrets["digest of a photo"]
        pages = ("", "watch", "watch/lights", "map", "incidents", "incidents.csv", "quarantine", "observers")
        things = (f"incidents/{self.subject}", f"observers/{C['pseudonym']}", f"photos/{picture}")
        for path in (*pages, *things):
            self.ask("GET", f"/{path}", theirs, who="another organisation")

    def be_hostile(self) -> None:
        self.ask(C["method"], "/healthz")
        self.ask("GET", f"/{C['path']}/{C['station']}?{urlencode({C['key in JSON']: C['query']})}")
        self.ask("GET", "/api/v1/pack", {**JSON, "Authorization": f"Bearer {C['guessed token']}"})
        self.ask("GET", "/healthz", {"Host": C["host"]})
        self.ask("GET", "/incidents", {"Authorization": f"Bearer {C['guessed token']}", "Accept": "application/json"})
        self.ask("POST", f"/incidents/{C['path']}/finding", {**self.mine, **FORM}, urlencode({"reason": C["query"]}))
        self.ask("POST", "/imports", {**self.mine, "Content-Type": C["media type"]}, C["cell of a list"])
        self.exchange(kind=C["media type"])
        self.exchange([["x"]] * 101)
        self.exchange(token=C["guessed token"])
        self.ask("POST", "/observers/nobody/messages", {**self.mine, **FORM}, urlencode({"text": C["query"]}))
        self.ask("GET", f"/api/v1/receipts/{C['path']}", JSON)
        self.ask("GET", f"/log/tile/0/{C['path']}")

    def lose_the_phone(self) -> None:
        path = f"/observers/{C['pseudonym']}/devices/{self.secrets['key of a device']}/revoke"
        self._do(path, {"csrf": self.csrf, "reason": C["reason of a revocation"]})
        self.exchange()

    def break_the_server(self) -> None:
        """Faults in the middle of everything: a table gone, a row that cannot be read, an answer cut in its middle."""
        broken = "{" + C["text in the database"]
        self._run("UPDATE reports SET value = :broken WHERE organisation = :own", broken=broken, own=ORGANISATION)
        for path in ("/incidents.csv", f"/incidents/{self.subject}", f"/incidents?q={C['path']}"):
            self._ask_in_vain(path)
        for table in ("reports", "devices", "entries"):
            self._run(f"ALTER TABLE {table} RENAME TO away")
            self.exchange([[C["text in quarantine"]] * 3])
            # The text of a fault of the database holds the question: what was searched for, by whom.
            for path in ("/incidents?", "/incidents.csv?", f"/observers/{C['pseudonym']}?"):
                self._ask_in_vain(path + urlencode({"observer": C["pseudonym"], "q": C["query"]}))
            self._run(f"ALTER TABLE away RENAME TO {table}")

    def _ask_in_vain(self, path: str) -> None:
        try:
            self.ask("GET", path, self.mine)
        except urllib3.exceptions.HTTPError:
            return  # an answer that broke in its middle

    def _run(self, statement: str, **values: str) -> None:
        self.held.write(lambda connection: connection.execute(text(statement), values) and None)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
