"""Whoever writes another phone can rely on docs/wire.md: every example on that page is run here."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from flask.testing import FlaskClient
from joserfc import jws
from joserfc.jwk import ECKey
from sqlalchemy import insert
from werkzeug.test import TestResponse

from server.database.roster import EnrolmentCodeRow, ObserverRow
from server.operations.fold_entries import fold_entries
from server.operations.revoke_device import revoke_device
from server.operations.seal_checkpoint import seal_checkpoint
from server.problems import STATUS_BY_CODE
from server.running import Running
from server.server_key import make_key
from server.tokens import digest_token
from server.words import bundle
from sync.entry import MAX_BODY_BYTES, MAX_HEADER_BYTES, Entry, digest_of, leaf, read_entry
from sync.errors import BAD_SIGNATURE, FLAWS, REFUSALS, REVOKED_DEVICE
from sync.merge import Claim, merge
from sync.signature import PROTECTED, base64url_encode, compact_jws, thumbprint
from tests.builders import add_register, desk_reader
from tests.server.small_server import SetClock, small_server
from tests.sync.phones import Key

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "wire.md").read_text()
OBSERVER = "o-7k2m9q4d"

_BLOCK = re.compile(r"^( *)```(\w+) ([^\n]+)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
BLOCKS = {name: dedent(text).removesuffix("\n") for _, _, name, text in _BLOCK.findall(PAGE)}
CLAIMS = {name: dedent(text) for _, language, name, text in _BLOCK.findall(PAGE) if language == "claims"}
PHOTOS = [name for _, language, name, _ in _BLOCK.findall(PAGE) if language == "http"]


def tables(*titles: str) -> list[list[list[str]]]:
    """The rows of every table of the page with these column titles, `code` marks taken off."""
    found, rows = [], None
    for line in PAGE.splitlines():
        cells = [cell.strip().strip("`") for cell in line.strip("|").split("|")] if line.startswith("|") else None
        if cells == list(titles):
            found.append(rows := [])
        elif cells is None:
            rows = None
        elif rows is not None and set(cells[0]) != {"-"}:
            rows.append(cells)
    return found


def is_like(shown: Any, found: Any) -> bool:
    """True when `found` is what the page shows; "…" stands for any text and any further members."""
    if shown == "…":
        return isinstance(found, str)
    if isinstance(shown, dict) and isinstance(found, dict):
        is_open = "…" in shown
        named = {name: each for name, each in shown.items() if name != "…"}
        same_names = set(named) <= set(found) if is_open else set(named) == set(found)
        return same_names and all(is_like(each, found[name]) for name, each in named.items())
    if isinstance(shown, list) and isinstance(found, list):
        return len(shown) == len(found) and all(map(is_like, shown, found))
    return type(shown) is type(found) and shown == found


class Caller:
    """A phone made of nothing but the page and an HTTP client."""

    def __init__(self, client: FlaskClient, held: Running, clock: SetClock) -> None:
        self.client, self.held, self.clock = client, held, clock
        self.token, self.cursor = "", ""

    def post(self, path: str, sent: Any, **options: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return self.client.post(path, json=sent, headers=headers, **options)

    def says(self, path: str, request: str, answer: str) -> dict[str, Any]:
        """Sends one block of the page and compares the answer with another."""
        response = self.post(path, self.block(request))
        found = response.get_json(force=True)
        assert response.status_code == 200, found
        assert is_like(json.loads(BLOCKS[answer]), found), found
        self.cursor = found.get("cursor", self.cursor)
        return found

    def block(self, name: str) -> Any:
        return _filled(json.loads(BLOCKS[name]), {**BLOCKS, "cursor": self.cursor})

    def enrol(self) -> None:
        self.token = self.says("/api/v1/enrol", "enrol-request", "enrol-answer")["token"]


def _filled(shown: Any, texts: dict[str, str]) -> Any:
    if isinstance(shown, str) and shown.startswith("⟨"):
        return texts[shown.strip("⟨⟩")]
    if isinstance(shown, list):
        return [_filled(each, texts) for each in shown]
    if isinstance(shown, dict):
        return {name: _filled(each, texts) for name, each in shown.items()}
    return shown


@pytest.fixture
def caller(tmp_path: Path) -> Iterator[Caller]:
    """A server that expects the phone of the page, with the code of the page."""
    app, held, clock = small_server(tmp_path)
    add_register(held)
    clock.at_ms = 1795330860000
    observer = {"id": OBSERVER, "organisation": "shams", "badge": "1", "governorate": "", "created_ms": 0}
    code = {
        "code_digest": digest_token(json.loads(BLOCKS["enrol-request"])["code"]), "observer": OBSERVER,
        "expires_ms": clock.at_ms + 600_000, "device": None, "made_by": "s-1", "cancelled": False,
    }  # fmt: skip

    def job(connection: Any) -> None:
        connection.execute(insert(ObserverRow.__table__), [observer])
        connection.execute(insert(EnrolmentCodeRow.__table__), [code])

    held.write(job)
    yield Caller(app.test_client(), held, clock)
    held.engine.dispose()


def test_the_entry_of_the_page_is_sound() -> None:
    entry = read_entry([BLOCKS["header"], BLOCKS["signature"], BLOCKS["body"]], "iq-2026")
    assert isinstance(entry, Entry)
    assert entry.flaws == ()
    assert entry.id == BLOCKS["id"] == digest_of(BLOCKS["header"].encode())
    assert leaf(entry.header_bytes, entry.body_bytes).hex() == BLOCKS["leaf"]


def test_any_jose_library_verifies_it() -> None:
    jwk = json.loads(BLOCKS["jwk"])
    assert thumbprint(jwk) == json.loads(BLOCKS["header"])["device"]
    assert base64url_encode(BLOCKS["protected"].encode()) == PROTECTED
    token = compact_jws(BLOCKS["header"].encode(), BLOCKS["signature"])
    assert jws.deserialize_compact(token, ECKey.import_key(jwk), algorithms=["ES256"]).payload


def test_the_limits_are_those_of_the_program() -> None:
    assert f"at most {MAX_HEADER_BYTES:,} bytes" in PAGE
    assert f"at most {MAX_BODY_BYTES:,} bytes" in PAGE


def test_a_day_of_the_page_from_enrolment_to_marks(caller: Caller) -> None:
    caller.enrol()
    caller.says("/api/v1/sync", "sync-request", "sync-answer")
    caller.says("/api/v1/sync", "sync-request", "sync-again")
    caller.says("/api/v1/sync", "second-request", "second-answer")
    caller.says("/api/v1/have", "have-request", "have-answer")
    caller.says("/api/v1/have", "have-lower", "have-nothing")
    fold_entries(caller.held)
    seal_checkpoint(caller.held)
    caller.says("/api/v1/proofs", "proofs-request", "proofs-answer")
    frame = {"protocol": 1, "entries": [], "cursor": caller.cursor}
    assert caller.post("/api/v1/sync", frame).get_json()["marks"] == json.loads(BLOCKS["marks"])


def test_the_photo_of_the_page_arrives_in_pieces(caller: Caller) -> None:
    caller.enrol()
    caller.post("/api/v1/sync", caller.block("sync-request"))
    caller.post("/api/v1/sync", caller.block("second-request"))
    for name in PHOTOS:
        _perform(caller, BLOCKS[name])
    digest = json.loads(BLOCKS["tape-header"])["photos"][0][0]
    assert caller.held.photo_store.path_of(digest).read_bytes() == b"a photo of a results tape"


def _perform(caller: Caller, block: str) -> None:
    """One request and its answer, as they stand in a block."""
    head, tail = block.split("\n\n", 1)
    request, *lines = head.splitlines()
    method, path = request.split()
    sent, status, expected = re.split(r"^(\d{3})$", tail, maxsplit=1, flags=re.MULTILINE)
    headers = dict(line.split(": ", 1) for line in lines)
    headers["Authorization"] = f"Bearer {caller.token}"
    response = caller.client.open(path, method=method, headers=headers, data=sent.removesuffix("\n").encode())
    assert response.status_code == int(status), (block, response.get_data(as_text=True))
    for line in expected.strip().splitlines():
        name, value = line.split(": ", 1)
        assert response.headers[name] == value, block


def test_every_refusal_is_on_the_page() -> None:
    (rows,) = tables("code", "what is wrong", "example")
    assert [code for code, _, _ in rows] == list(REFUSALS)
    case_by_name = _cases("refusals.json")
    for code, _, example in rows:
        assert code == BAD_SIGNATURE or case_by_name[example]["why"] == code


def test_every_flaw_is_on_the_page_in_its_order() -> None:
    (rows,) = tables("code", "what is odd", "example")
    assert [code for code, _, _ in rows] == [*FLAWS, REVOKED_DEVICE]
    case_by_name = _cases("flaws.json")
    for code, _, example in rows:
        assert code == REVOKED_DEVICE or case_by_name[example]["flaws"][0] == code


def _cases(name: str) -> dict[str, Any]:
    return {each["name"]: each for each in json.loads((ROOT / "tests" / "vectors" / name).read_text())}


def test_every_reason_of_the_fold_is_on_the_page() -> None:
    (rows,) = tables("code", "what the fold found")
    source = "".join(
        (ROOT / "server" / "projections" / name).read_text() for name in ("contents.py", "subjects.py")
    )
    given = set(re.findall(r'(?:return|Content\(\w+,|else) "([a-z]+-[a-z-]+)"', source))
    assert {code for code, _ in rows} == given


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_every_reason_to_set_aside_has_a_sentence(language: str) -> None:
    rows = tables("code", "what is odd", "example")[0] + tables("code", "what the fold found")[0]
    has = bundle(language).has_message
    assert [code for code, *_ in rows if not has(f"reports-quarantined-{code}")] == []


def test_the_codes_of_photos_are_those_of_the_program() -> None:
    (rows,) = tables("status", "code", "when")
    assert {code: int(status) for status, code, _ in rows}.items() <= STATUS_BY_CODE.items()


def _asked(path: str, **options: Any) -> Callable[[Caller], TestResponse]:
    def ask(caller: Caller) -> TestResponse:
        caller.enrol()
        headers = {"Authorization": f"Bearer {caller.token}", "Content-Type": "application/json"}
        return caller.client.post(path, headers={**headers, **options.pop("headers", {})}, **options)

    return ask


def _revoked(caller: Caller) -> TestResponse:
    caller.enrol()
    device = json.loads(BLOCKS["header"])["device"]
    revoke_device(caller.held, device, "lost", desk_reader())
    return caller.post("/api/v1/sync", caller.block("sync-request"))


SYNC = "/api/v1/sync"
SYNC_PROBLEMS: dict[str, Callable[[Caller], TestResponse]] = {
    "text that is not JSON": _asked(SYNC, data=b"<html>"),
    "a list": _asked(SYNC, data=b"[]"),
    "an object without entries": _asked(SYNC, data=b'{"protocol":1}'),
    "no token": lambda caller: caller.client.post(SYNC, json=caller.block("sync-request")),
    "a revoked token": _revoked,
    "a frame of 300 KB": _asked(SYNC, data=b" " * 300_000),
    "2 MB inside a small gzip": _asked(
        SYNC, data=gzip.compress(b" " * 2_000_000), headers={"Content-Encoding": "gzip"}
    ),
    "101 entries": _asked(SYNC, data=json.dumps({"protocol": 1, "entries": [None] * 101}).encode()),
    "another media type": _asked(SYNC, data=b"{}", headers={"Content-Type": "text/plain"}),
    "protocol 2": _asked(SYNC, data=b'{"protocol":2,"entries":[]}'),
}


def _enrolling(**changes: Any) -> Callable[[Caller], TestResponse]:
    return lambda caller: caller.post("/api/v1/enrol", {**caller.block("enrol-request"), **changes})


def _used(caller: Caller) -> TestResponse:
    caller.enrol()
    return caller.post("/api/v1/enrol", _proved_by_another(caller.block("enrol-request")["code"]))


def _proved_by_another(code: str) -> dict[str, Any]:
    key = make_key()
    return {"code": code, "jwk": key.jwk, "proof": key.sign(code.encode())}


def _late(caller: Caller) -> TestResponse:
    caller.clock.pass_s(601)
    return caller.post("/api/v1/enrol", caller.block("enrol-request"))


ENROL_PROBLEMS: dict[str, Callable[[Caller], TestResponse]] = {
    "a code nobody made": lambda caller: caller.post("/api/v1/enrol", _proved_by_another("no such code")),
    "a code used by another key": _used,
    "a code after its time": _late,
    "a code for another than `expects` names": _enrolling(
        expects={"election": "iq-2026", "organisation": "shams", "observer": "o-another"}
    ),
    "a proof by another key": _enrolling(jwk=Key(7).jwk),
    "no code": _enrolling(code=None),
}
PROBLEMS = (*zip(tables("what is sent", "status", "code"), (SYNC_PROBLEMS, ENROL_PROBLEMS), strict=True),)


@pytest.mark.parametrize(("rows", "requests"), PROBLEMS, ids=["exchange", "enrolment"])
def test_every_row_of_the_problems_can_be_asked_for(rows: list[list[str]], requests: dict[str, Any]) -> None:
    assert [sent for sent, _, _ in rows] == list(requests)


@pytest.mark.parametrize(
    ("row", "ask"), [(row, requests[row[0]]) for rows, requests in PROBLEMS for row in rows], ids=lambda each: str(each)
)
def test_what_is_wrong_with_a_request_is_said(caller: Caller, row: list[str], ask: Any) -> None:
    response = ask(caller)
    problem = json.loads(response.get_data())
    assert [str(response.status_code), problem["code"]] == row[1:]
    assert response.content_type == "application/problem+json"


@pytest.mark.parametrize("name", CLAIMS)
def test_the_merge_does_as_the_page_says(name: str) -> None:
    expected: dict[str, str] = {}
    claims = []
    for line in CLAIMS[name].splitlines():
        said, bucket = line.split("→")
        identity, author, kind, *refs = said.split()
        expected[identity] = bucket.strip()
        why = "unknown-station" if bucket.strip() == "quarantined" else None
        claims.append(Claim(identity, author, kind, "first", tuple(refs), why, 1, author))
    assert merge(claims).bucket_by_id == expected
    assert merge(reversed(claims)).bucket_by_id == expected
