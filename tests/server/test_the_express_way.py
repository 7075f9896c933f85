"""An exchange that goes past Flask is answered as Flask would: the same verdicts, problems, headers and rule."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.access import Policy, policy_of
from server.http.phone import express
from server.operations.revoke_device import revoke_device
from server.operations.send_message import send_message
from server.running import Running
from server.tokens import digest_token
from tests.builders import BuiltPhone, desk_reader
from tests.hostile import odd_frames
from tests.server.small_server import small_server
from tests.sync.phones import SALT

JSON = "application/json"
# Flask's own way: the same type by its other name.
BY_FLASK = f"{JSON}; charset=utf-8"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[tuple[Flask, Running, BuiltPhone]]:
    app, held, _ = small_server(tmp_path)
    phone = BuiltPhone(held, 1, "o-1", "shams")
    with held.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE devices SET token_digest = '{digest_token('let me in')}'")
    yield app, held, phone
    held.engine.dispose()


def ask(client: FlaskClient, kind: str, content: bytes, token: str = "let me in", **headers: str):
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = client.post(
        "/api/v1/sync?lang=en",
        data=content,
        headers={"Authorization": f"Bearer {token}", **fields, "Content-Type": kind},
    )
    kept = {name: value for name, value in answer.headers.items() if name != "X-Request-Id"}
    return answer.status_code, kept, answer.data


def both(client: FlaskClient, content: bytes, **more: str) -> tuple:
    express_way, by_flask = ask(client, JSON, content, **more), ask(client, BY_FLASK, content, **more)
    assert express_way == by_flask
    return express_way


def frame(*texts: tuple[str, str, str], **more: object) -> bytes:
    return json.dumps({"protocol": 1, "entries": texts, **more}).encode()


def test_the_same_answer_packed_or_not(place) -> None:
    app, held, phone = place
    entries = [phone.phone.write("visit.open", {"salt": SALT, "at_ms": each}).texts for each in range(40)]
    client = app.test_client()
    assert ask(client, JSON, frame(*entries))[0] == 200
    for content in (frame(*entries), frame(entries[0]), frame(), frame(cursor="x.1.1"), frame(("", "", ""))):
        for taken in ("gzip, deflate", "identity", "gzip;q=0", "*"):
            status, headers, _ = both(client, content, Accept_Encoding=taken)
            assert status == 200
            assert headers["Cache-Control"] == "no-store"
        assert both(client, gzip.compress(content), Content_Encoding="gzip")[0] == 200
    send_message(held, "o-1", "come to the office", desk_reader("shams"))
    assert json.loads(both(client, frame())[2])["entries"]


def test_the_same_problems(place) -> None:
    app, _, _ = place
    client = app.test_client()
    for name, content, headers in odd_frames():
        if headers.get("Content-Type") == JSON:
            more = {key.replace("-", "_"): value for key, value in headers.items() if key != "Content-Type"}
            status, told, _ = both(client, content, **more)
            assert status == 200 or told["Content-Type"] == "application/problem+json", name
    for token in ("", "another"):
        assert both(client, frame(), token=token)[0] == 401


def test_a_phone_that_was_remembered_is_refused_at_once_when_it_is_revoked(place) -> None:
    app, held, phone = place
    client = app.test_client()
    entry = phone.phone.write("visit.open", {"salt": SALT, "at_ms": 1}).texts
    assert ask(client, JSON, frame(entry))[0] == 200
    revoke_device(held, phone.phone.key.device, "lost", desk_reader("shams"))
    late = phone.phone.write("visit.open", {"salt": SALT, "at_ms": 2}).texts
    for content in (frame(late), frame(), frame(entry)):
        status, _, problem = both(client, content)
        assert (status, json.loads(problem)["code"]) == (401, "token-revoked")
    with held.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM entries WHERE seq = 2").scalar_one() == 0


def test_a_fault_is_told_and_not_shown(place, monkeypatch: pytest.MonkeyPatch) -> None:
    app, _, _ = place
    app.testing = False

    def fails(*_: object) -> None:
        raise ZeroDivisionError("what somebody reported")

    monkeypatch.setattr(express, "answer_of", fails)
    status, headers, told = ask(app.test_client(), JSON, frame())
    assert (status, json.loads(told)["code"]) == (500, "server-fault")
    assert headers["Cache-Control"] == "no-store"
    assert b"reported" not in told


def test_another_rule_for_the_route_stops_the_express_way(place, monkeypatch: pytest.MonkeyPatch) -> None:
    app, _, _ = place
    assert policy_of(app, express.ENDPOINT).kind == "device"
    monkeypatch.setattr(express, "policy_of", lambda *_: Policy("anyone"))
    with pytest.raises(RuntimeError):
        ask(app.test_client(), JSON, frame())
