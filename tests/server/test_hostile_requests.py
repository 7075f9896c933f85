"""Requests that no phone or browser of ours makes: each is refused in one line, and nobody else notices."""

import gzip
import json
import zlib

import pytest

from server.operations.fold_entries import fold_entries
from server.operations.make_enrolment_code import make_enrolment_code
from server.operations.note_contacts import note_contacts
from server.server_key import make_key
from tests.builders import BuiltPhone, add_register, desk_client
from tests.server.small_server import small_server

AWAY = (
    "%00", "..%2f" * 12 + "etc%2fpasswd", "../" * 12 + "etc/passwd", "%2e%2e/%2e%2e/server.pem", "C:%5cboot.ini",
    "a" * 5000, "%ff%fe", "index.html%00.js", ".vite/../../package.json", "..%2f..%2f..%2fsetup.cfg",
    "..%2f..%2f..%2f..%2fsetup.cfg", "%2fetc%2fpasswd",
)  # fmt: skip
HALF = '"\\ud800"'  # half of an emoji, as JSON can spell it


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    app, held, _ = small_server(tmp_path_factory.mktemp("hostile"))
    add_register(held)
    app.testing = False  # as in the field: a fault is an answer, not a trace
    with app.app_context():
        phone = BuiltPhone(held, 1, "o-dijla", "shams")
    code = make_enrolment_code(held, "o-dijla", made_by="test").code
    key = make_key()
    asked = {"code": code, "jwk": key.jwk, "proof": key.sign(code.encode()), "app": "test"}
    token = app.test_client().post("/api/v1/enrol", json=asked).json["token"]
    return app, held, phone, {"Authorization": f"Bearer {token}"}


@pytest.fixture(scope="module")
def desk(ready):
    return desk_client(ready[0], ready[1])


def post(ready, path: str, text: bytes | str, **headers: str):
    content = text.encode() if isinstance(text, str) else text
    more = {**ready[3], **headers}
    return ready[0].test_client().post(path, data=content, content_type="application/json", headers=more)


@pytest.mark.parametrize("name", AWAY)
@pytest.mark.parametrize("folder", ("/phone/", "/static/desk/", "/phone/assets/", "/static/desk/assets/"))
def test_no_address_leaves_the_folder_of_built_files(ready, folder, name):
    with ready[0].test_client().get(folder + name) as answer:
        assert answer.status_code in (200, 308, 404)
        assert not any(each in answer.data for each in (b"root:", b"PRIVATE KEY", b"[metadata]"))


@pytest.mark.parametrize("address", ["/incidents?observer=%00", "/observers?q=a%00b", "/map.geojson?finding=%00"])
def test_a_question_with_a_nul_in_it_is_answered_alike_by_both_databases(desk, address):
    assert desk.get(address).status_code == 404


def test_words_with_a_nul_in_them_are_refused_before_the_database_does(desk):
    assert desk.post("/account/language", data={"csrf": "right", "language": "en\0"}).status_code == 400


@pytest.mark.parametrize("name", AWAY)
@pytest.mark.parametrize("pattern", ("/photos/{}", "/photos/{}/original", "/incidents/{}", "/stations/{}", "/tapes/{}"))
def test_no_address_at_the_desk_leaves_its_table(desk, pattern, name):
    assert desk.get(pattern.format(name)).status_code in (302, 308, 404)


@pytest.mark.parametrize("name", AWAY)
def test_no_upload_leaves_its_folder(ready, name):
    headers = {**ready[3], "Tus-Resumable": "1.0.0", "Upload-Offset": "0"}
    answer = ready[0].test_client().patch(
        f"/api/v1/photos/{name}", data=b"x", content_type="application/offset+octet-stream", headers=headers
    )
    assert answer.status_code in (308, 404, 405)


@pytest.mark.parametrize(
    "text",
    (
        "", "null", "[]", "7", '"x"', "{", "[" * 100_000, '{"a":' * 50_000, '{"protocol":1e999}', "\ufeff{}", "\x00",
        '{"protocol":1}', '{"protocol":1,"entries":{}}', '{"protocol":1,"entries":null}', "9" * 5000,
        '{"protocol":' + "9" * 5000 + "}",
    ),
    ids=range(16),
)  # fmt: skip
def test_a_frame_that_is_none_is_refused_as_such(ready, text):
    answer = post(ready, "/api/v1/sync", text)
    assert answer.status_code in (400, 426) and answer.json["code"] in ("bad-frame", "upgrade-needed")


@pytest.mark.parametrize("member", ('"app":%s', '"cursor":%s', '"waiting":%s', '"waiting":{"entries":%s}', '"x":%s'))
@pytest.mark.parametrize("value", (HALF, '"\\u0000"', "[]", "{}", "null", "1e308", "-1", '"' + "9.9.9" * 99 + '"'))
def test_what_stands_beside_the_entries_cannot_break_an_exchange(ready, member, value):
    answer = post(ready, "/api/v1/sync", '{"protocol":1,"entries":[],%s}' % (member % value))
    assert answer.status_code == 200
    assert note_contacts(ready[1]) == 1, "one phone's odd name must not keep the others from being noted"


@pytest.mark.parametrize("position", (HALF, "null", "{}", "[]", f"[{HALF},{HALF},{HALF}]", '["{}","","{}"]', "[1,2,3]"))
def test_an_odd_position_takes_nobody_along(ready, position):
    ready[2].phone.clock_ms += 1
    honest = ready[2].phone.write("incident.report", {"station": "138450-03", "text": position})
    frame = f'{{"protocol":1,"entries":[{position},{json.dumps(list(honest.texts))}]}}'
    verdicts = post(ready, "/api/v1/sync", frame).json["verdicts"]
    assert [each["verdict"] for each in verdicts] == ["refused", "stored"]
    fold_entries(ready[1])


PLACES = ("[1]", '[true,"x"]', '[-1,"x"]', '[9007199254740993,""]', '[1,2]', f"[1,{HALF}]", '[1,"short"]', '"b"', "{}")


@pytest.mark.parametrize("place", PLACES)
def test_a_place_in_a_journal_that_is_none_is_refused(ready, place):
    answer = post(ready, "/api/v1/have", f'{{"heads":{{"{ready[2].phone.key.device}":{place}}}}}')
    assert (answer.status_code, answer.json["code"]) == (400, "bad-frame")


@pytest.mark.parametrize("device", (HALF, '"\\u0000"', '"a"', '""'))
def test_a_device_that_is_none_is_refused(ready, device):
    answer = post(ready, "/api/v1/have", f'{{"heads":{{{device}:[1,""]}}}}')
    assert (answer.status_code, answer.json["code"]) == (400, "bad-frame")


def test_a_small_bomb_does_not_grow(ready):
    bomb = gzip.compress(b" " * 200_000_000, 9)
    assert len(bomb) < 256 * 1024
    answer = post(ready, "/api/v1/sync", bomb, **{"Content-Encoding": "gzip"})
    assert answer.status_code == 413


@pytest.mark.parametrize("packed", (b"", b"\x1f\x8b", gzip.compress(b'{"protocol":1}')[:-4], zlib.compress(b"{}")))
def test_what_is_not_gzip_is_refused(ready, packed):
    assert post(ready, "/api/v1/sync", packed, **{"Content-Encoding": "gzip"}).status_code == 400


@pytest.mark.parametrize("encoding", ("br", "gzip, gzip", "deflate", "x"))
def test_other_packings_are_refused(ready, encoding):
    assert post(ready, "/api/v1/sync", b"{}", **{"Content-Encoding": encoding}).status_code == 415


ENROLMENTS = (
    {}, {"code": 1, "jwk": {}, "proof": ""}, {"code": "x" * 129, "jwk": {}, "proof": ""},
    {"code": "x", "jwk": {"kty": "EC", "crv": "P-256", "x": "A" * 43, "y": "A" * 43}, "proof": "A" * 86},
    {"code": "x", "jwk": {"kty": ["EC"], "crv": {}, "x": [], "y": None}, "proof": "A"},
    {"code": "x", "jwk": {"kty": "RSA", "n": "AQAB", "e": "AQAB"}, "proof": "A" * 86},
    {"code": "\ud800", "jwk": {"x": "\ud800"}, "proof": "\ud800"},
)  # fmt: skip


@pytest.mark.parametrize("asked", ENROLMENTS, ids=range(len(ENROLMENTS)))
def test_no_odd_enrolment_is_more_than_refused(ready, asked):
    answer = post(ready, "/api/v1/enrol", json.dumps(asked))
    assert answer.status_code == 400 and answer.json["code"] in ("bad-frame", "bad-proof")


def test_a_guessed_code_does_not_take_the_writer_from_the_phones(ready):
    held, key = ready[1], make_key()
    guess = {"code": "guessed", "jwk": key.jwk, "proof": key.sign(b"guessed"), "app": "test"}
    held.committed.clear()
    assert post(ready, "/api/v1/enrol", json.dumps(guess)).json["code"] == "code-unknown"
    assert not held.committed.is_set()


@pytest.mark.parametrize(
    "headers",
    (
        {"Upload-Metadata": "sha256 !!!"}, {"Upload-Metadata": "sha256 Li4vLi4vZXRj"},
        {"Upload-Metadata": "filename eA=="}, {"Upload-Length": "9" * 400},
        {"Upload-Metadata": "sha256 AAAA", "Upload-Length": "-1"},
    ),
    ids=range(5),
)  # fmt: skip
def test_no_odd_upload_is_begun(ready, headers):
    answer = ready[0].test_client().post(
        "/api/v1/photos", headers={**ready[3], "Tus-Resumable": "1.0.0", "Upload-Length": "5", **headers}
    )
    assert answer.status_code in (400, 404)
    assert list(ready[1].settings.upload_folder.iterdir()) == []


def test_a_fault_says_nothing_of_its_cause(ready, monkeypatch):
    def fail():
        raise RuntimeError("secret place of observer Zainab")

    monkeypatch.setattr(ready[1].pack.__class__, "public", lambda _: fail())
    answer = ready[0].test_client().get("/api/v1/pack", headers=ready[3])
    assert (answer.status_code, answer.json["code"]) == (500, "server-fault")
    assert "Zainab" not in answer.text
