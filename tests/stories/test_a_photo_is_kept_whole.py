"""A photo is told to be whole only when it is kept: a phone that hears "all here" never sends it again."""

from __future__ import annotations

from base64 import b64encode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from server.database.roster import DeviceRow
from server.running import Running
from server.tokens import digest_token
from sync.chunks import upload_id
from sync.entry import digest_of
from tests.builders import BuiltPhone, named, photo

CONTENT = photo()
DIGEST = digest_of(CONTENT)
TOKEN = "a token that only this test knows"


@pytest.fixture
def killed(world: tuple[Flask, Running]) -> FlaskClient:
    """A server that was killed after the last byte of a photo had come and before the photo was checked and kept."""
    app, held = world
    phone = BuiltPhone(held, 300, "o-300", "shams")
    set_token(held, phone)
    phone.incident(photos=[named(CONTENT)])
    upload = upload_id(phone.phone.key.device, DIGEST, len(CONTENT))
    held.photo_store.begin(upload)
    (held.photo_store.uploads / upload).write_bytes(CONTENT)
    return app.test_client()


def set_token(held: Running, phone: BuiltPhone) -> None:
    change = update(DeviceRow).where(DeviceRow.id == phone.phone.key.device).values(token_digest=digest_token(TOKEN))
    held.write(lambda connection: connection.execute(change) and None)


def ask(
    client: FlaskClient, method: str, path: str = "", data: bytes | None = None, **headers: str
) -> TestResponse:
    usual = {"Authorization": f"Bearer {TOKEN}", "Tus-Resumable": "1.0.0"}
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.open(f"/api/v1/photos{path}", method=method, data=data, headers={**usual, **given})


def create(client: FlaskClient) -> TestResponse:
    metadata = "sha256 " + b64encode(DIGEST.encode()).decode()
    return ask(client, "POST", Upload_Length=str(len(CONTENT)), Upload_Metadata=metadata)


@pytest.mark.parametrize("method", ["POST", "HEAD"])
def test_a_photo_whose_last_byte_came_before_a_crash_is_kept_when_it_is_asked_for(
    killed: FlaskClient, world: tuple[Flask, Running], method: str
) -> None:
    _, held = world
    answer = create(killed) if method == "POST" else ask(killed, "HEAD", f"/{DIGEST}")
    assert answer.headers["Upload-Offset"] == str(len(CONTENT))
    assert held.photo_store.path_of(DIGEST).read_bytes() == CONTENT
    assert lacking(killed) == []


def test_a_photo_kept_before_a_crash_but_not_registered_is_registered_when_it_is_asked_for(
    killed: FlaskClient, world: tuple[Flask, Running]
) -> None:
    _, held = world
    target = held.photo_store.path_of(DIGEST)
    target.parent.mkdir()
    target.write_bytes(CONTENT)
    assert lacking(killed) == [DIGEST]
    assert ask(killed, "HEAD", f"/{DIGEST}").headers["Upload-Offset"] == str(len(CONTENT))
    assert lacking(killed) == []


def test_a_lie_about_its_length_does_not_bar_a_photo(world: tuple[Flask, Running]) -> None:
    app, held = world
    liar, honest = BuiltPhone(held, 301, "o-301", "shams"), BuiltPhone(held, 302, "o-302", "shams")
    set_token(held, honest)
    liar.incident(photos=[(DIGEST, 10, "image/jpeg")])
    honest.incident(photos=[named(CONTENT)])
    client = app.test_client()
    assert create(client).headers["Upload-Offset"] == "0"
    piece = {"Upload_Offset": "0", "Content_Type": "application/offset+octet-stream"}
    assert ask(client, "PATCH", f"/{DIGEST}", CONTENT, **piece).status_code == 204
    assert held.photo_store.path_of(DIGEST).read_bytes() == CONTENT
    assert lacking(client) == []


def lacking(client: FlaskClient) -> list[str]:
    answer = client.post("/api/v1/have", json={"heads": {}}, headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.json is not None
    return answer.json["photos"]
