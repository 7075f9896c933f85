"""Whatever a phone sends, the server answers, the honest entries beside it are stored, and both databases agree."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from server.field_day.line import Answer
from server.operations.check_everything import check_everything
from sync.entry import digest_of
from tests.hostile import huge_picture, odd_frames, odd_positions
from tests.postgresql import Cluster
from tests.running_server import RunningServer, running_server
from tests.servers import Place
from tests.world import WirePhone

FAILED_FROM = 500
# As many of the longest as one request may carry.
A_BATCH = 6


@pytest.fixture(scope="module")
def servers(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[RunningServer]]:
    """One server on SQLite and one on PostgreSQL, to be asked the same."""
    with ExitStack() as stack:
        places = [Place(tmp_path_factory.mktemp("place"), url) for url in ("", cluster.new_database())]
        yield [stack.enter_context(running_server(place)) for place in places]


@pytest.fixture(scope="module")
def phones(servers: list[RunningServer]) -> list[WirePhone]:
    """The same phone, with key 700, enrolled on both."""
    return [server.phone("o-7", 700) for server in servers]


def on_both(phones: list[WirePhone], ask: Callable[[WirePhone], Answer]) -> tuple[Answer, Answer]:
    first, second = (ask(phone) for phone in phones)
    return first, second


def test_there_are_at_least_two_hundred_odd_things() -> None:
    assert len(list(odd_positions())) + len(list(odd_frames())) >= 200


def test_odd_entries_harm_no_neighbour_and_both_databases_judge_alike(
    servers: list[RunningServer], phones: list[WirePhone]
) -> None:
    every = list(odd_positions())
    said: list[list[tuple[str, str, str | None]]] = []
    for server, phone in zip(servers, phones, strict=True):
        neighbour = server.phone("o-9", 709)
        groups = [every[start : start + A_BATCH] for start in range(0, len(every), A_BATCH)]
        said.append([verdict for group in groups for verdict in judged(phone, neighbour, group)])
    assert said[0] == said[1]
    assert {verdict for _, verdict, _ in said[0]} == {"stored", "quarantined", "refused", "held"}


def judged(
    phone: WirePhone, neighbour: WirePhone, group: list[tuple[str, object]]
) -> list[tuple[str, str, str | None]]:
    """Each odd one's verdict and reason, having seen the honest ones between them stored."""
    names = [name for name, _ in group]
    honest = [neighbour.visit() for _ in range(len(group) + 1)]
    texts: list[object] = [honest[0].texts]
    for (_, odd), after in zip(group, honest[1:], strict=True):
        texts += [odd, after.texts]
    frame = {"protocol": 1, "app": "test", "entries": texts, "cursor": phone.cursor}
    text = json.dumps(frame).encode()  # with escapes: half an emoji cannot be written otherwise
    answer = phone.line.send("POST", "/api/v1/sync", headers_of(phone), text)
    assert answer.status == 200, (names, answer.status, answer.body)
    verdicts = json.loads(answer.body)["verdicts"]
    assert {verdict["verdict"] for verdict in verdicts[::2]} == {"stored"}, names
    return [(name, each["verdict"], each.get("why")) for name, each in zip(names, verdicts[1::2], strict=True)]


def headers_of(phone: WirePhone) -> dict[str, str]:
    return {"Content-Type": "application/json", "Authorization": f"Bearer {phone.token}"}


def test_odd_frames_are_answered_alike(phones: list[WirePhone]) -> None:
    for name, text, headers in odd_frames():
        given = {**headers, "Authorization": f"Bearer {phones[0].token}"}
        first, second = on_both(
            phones,
            lambda phone, text=text, given=given: phone.line.send(  # type: ignore[misc]
                "POST", "/api/v1/sync", {**given, "Authorization": f"Bearer {phone.token}"}, text
            ),
        )
        assert first.status == second.status < FAILED_FROM, name
        assert is_problem_or_exchange(first), (name, first.body)


def is_problem_or_exchange(answer: Answer) -> bool:
    said = json.loads(answer.body)
    return "verdicts" in said if answer.status == 200 else bool(said["code"])


ODD_HEADERS = (
    {"Upload-Length": "-1"}, {"Upload-Length": "1e3"}, {"Upload-Length": "9" * 30}, {"Upload-Length": "٣"},
    {"Upload-Length": "0"}, {"Upload-Metadata": "sha256 !!!"}, {"Upload-Metadata": ""}, {"Tus-Resumable": "0.2.2"},
    {"Upload-Metadata": "sha256 " + b64encode(b"../../../../etc/x").decode()},
    {"Upload-Metadata": "sha256 " + b64encode(b"\xff\xfe").decode()},
    {"Upload-Metadata": "sha256 " + b64encode(b"A" * 43).decode()},
)  # fmt: skip


@pytest.mark.parametrize("odd", ODD_HEADERS, ids=str)
def test_odd_uploads_are_answered_alike(phones: list[WirePhone], odd: dict[str, str]) -> None:
    metadata = "sha256 " + b64encode(digest_of(b"x").encode()).decode()
    usual = {"Tus-Resumable": "1.0.0", "Upload-Length": "1", "Upload-Metadata": metadata}
    first, second = on_both(
        phones,
        lambda phone: phone.line.send(
            "POST", "/api/v1/photos", {**usual, "Authorization": f"Bearer {phone.token}", **encoded(odd)}
        ),
    )
    assert 400 <= first.status == second.status < FAILED_FROM


def encoded(headers: dict[str, str]) -> dict[str, str]:
    """Header values as bytes that http allows, whatever letters they were."""
    return {name: value.encode().decode("latin-1") for name, value in headers.items()}


@pytest.mark.parametrize("path", ["../../etc/passwd", "%2e%2e%2fx", "A" * 43, "%00", "x" * 3000, "..%5c..%5cx"])
@pytest.mark.parametrize("method", ["HEAD", "PATCH", "GET", "DELETE"])
def test_odd_upload_addresses_are_answered_alike(phones: list[WirePhone], method: str, path: str) -> None:
    headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    first, second = on_both(
        phones,
        lambda phone: phone.line.send(
            method, f"/api/v1/photos/{path}", {**headers, "Authorization": f"Bearer {phone.token}"}
        ),
    )
    assert 400 <= first.status == second.status < FAILED_FROM


@pytest.mark.parametrize(
    "asked",
    [
        {}, {"code": 1}, {"code": "x" * 5000}, {"code": "\x00", "jwk": {}, "proof": ""},
        {"code": "x", "jwk": {"kty": "EC", "crv": "P-256", "x": "A" * 43, "y": "A" * 43}, "proof": "A" * 86},
        {"code": "x", "jwk": {"kty": "RSA", "n": "1", "e": "AQAB"}, "proof": "A" * 86},
        {"code": "x", "jwk": [], "proof": []}, {"code": "x", "jwk": {"kty": "EC", "crv": "P-256", "x": 1, "y": {}}},
    ],
    ids=range(8),
)  # fmt: skip
def test_odd_enrolments_are_answered_alike(phones: list[WirePhone], asked: dict) -> None:
    first, second = on_both(phones, lambda phone: phone.line.post("/api/v1/enrol", asked))
    assert 400 <= first.status == second.status < FAILED_FROM
    assert json.loads(first.body)["code"]


def test_a_picture_too_large_to_open_is_kept_as_evidence_and_opened_by_nobody(phones: list[WirePhone]) -> None:
    picture = huge_picture()
    for phone in phones:
        neighbour_photo = [digest_of(picture), len(picture), "image/png"]
        phone.phone.chain.clear()
        written = phone.incident(photos=[neighbour_photo])
        (verdict,) = phone.hand_in([written])
        assert verdict["want"] == [digest_of(picture)]
        assert upload(phone, picture).status == 204
        assert phone.have()["photos"] == []


def upload(phone: WirePhone, picture: bytes) -> Answer:
    tus = {"Tus-Resumable": "1.0.0", "Authorization": f"Bearer {phone.token}"}
    metadata = "sha256 " + b64encode(digest_of(picture).encode()).decode()
    created = phone.line.send(
        "POST", "/api/v1/photos", {**tus, "Upload-Length": str(len(picture)), "Upload-Metadata": metadata}
    )
    assert created.status == 201, created.body
    headers = {**tus, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    return phone.line.send("PATCH", created.headers["Location"], headers, picture)


def test_after_all_of_it_every_promise_holds_and_both_states_are_equal(servers: list[RunningServer]) -> None:
    for server in servers:
        server.await_fold()
    first, second = (check_everything(server.held) for server in servers)
    assert first["broken"] == second["broken"] == []
    assert first["state_digest"] == second["state_digest"]
