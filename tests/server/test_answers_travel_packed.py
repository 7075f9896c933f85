"""What a phone is told comes small over a slow line, and whole to whoever cannot unpack it."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import orjson
import pytest
from flask.testing import FlaskClient

from server.operations.make_enrolment_code import make_enrolment_code
from server.server_key import make_key
from tests.servers import Place, opened
from tests.world import make_world

Phone = tuple[FlaskClient, dict[str, str]]


@pytest.fixture(scope="module")
def joined(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FlaskClient, dict]]:
    """A phone's line, and the unpacked answer to its enrolment."""
    with opened(Place(tmp_path_factory.mktemp("packed"))) as (app, held):
        make_world(held)
        key = make_key()
        code = make_enrolment_code(held, "o-1", made_by="test").code
        asked = {"code": code, "jwk": key.jwk, "proof": key.sign(code.encode()), "app": "test"}
        client = app.test_client()
        answer = client.post("/api/v1/enrol", json=asked, headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Content-Encoding"] == "gzip"
        yield client, orjson.loads(gzip.decompress(answer.data))


@pytest.fixture
def phone(joined: tuple[FlaskClient, dict]) -> Phone:
    client, said = joined
    return client, {"Authorization": f"Bearer {said['token']}"}


def test_the_pack_is_the_same_packed_and_whole_and_a_quarter_of_the_size(phone: Phone):
    client, me = phone
    whole = client.get("/api/v1/pack", headers=me)
    packed = client.get("/api/v1/pack", headers={**me, "Accept-Encoding": "gzip, deflate, br"})
    assert "Content-Encoding" not in whole.headers
    assert whole.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(packed.data) == whole.data
    assert len(packed.data) * 4 < len(whole.data)


def test_a_pack_that_is_held_already_is_not_sent_again(phone: Phone):
    client, me = phone
    tag = client.get("/api/v1/pack", headers={**me, "Accept-Encoding": "gzip"}).headers["ETag"]
    for takes in ("gzip", "identity"):
        again = client.get("/api/v1/pack", headers={**me, "Accept-Encoding": takes, "If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")
        assert "Content-Encoding" not in again.headers


def test_who_refuses_gzip_is_not_sent_it(phone: Phone):
    client, me = phone
    for takes in ("", "identity", "gzip;q=0", "br"):
        assert "Content-Encoding" not in client.get("/api/v1/pack", headers={**me, "Accept-Encoding": takes}).headers


def test_an_exchange_is_packed_when_it_is_long_and_left_alone_when_it_is_short(phone: Phone):
    client, me = phone
    takes = {**me, "Accept-Encoding": "gzip"}
    frame = {"protocol": 1, "app": "test", "entries": [], "cursor": ""}
    short = client.post("/api/v1/sync", json=frame, headers=takes)
    assert "Content-Encoding" not in short.headers
    assert short.get_json()["verdicts"] == []
    long = client.post("/api/v1/sync", json={**frame, "entries": [["no", "such", "entry"]] * 50}, headers=takes)
    assert long.headers["Content-Encoding"] == "gzip"
    assert len(orjson.loads(gzip.decompress(long.data))["verdicts"]) == 50
