"""A phone that cannot send exports a file; carried to the server by hand, it arrives once and whole."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path

import pytest

from server.operations.check_everything import check_everything
from server.operations.take_in_file import take_in_file
from server.problems import Problem
from sync.entry import digest_of
from tests.builders import BuiltPhone
from tests.server.small_server import small_server

PHOTO = b"\xff\xd8 the bytes of a photo" * 40


def exported(phone: BuiltPhone, *entries, photos: tuple[bytes, ...] = ()) -> bytes:
    kept = [
        {"sha256": digest_of(each), "size": len(each), "media_type": "image/jpeg", "base64": b64encode(each).decode()}
        for each in photos
    ]
    file = {
        "format": "sanad-outbox", "version": 1, "election": "x", "device": phone.phone.key.device,
        "exported_at_ms": 1, "entries": [list(each.texts) for each in entries], "photos": kept,
    }  # fmt: skip
    return json.dumps(file).encode()


def test_a_carried_file_arrives_once_with_its_photo_and_again_changes_nothing(tmp_path: Path) -> None:
    _, held, _ = small_server(tmp_path)
    phone = BuiltPhone(held, 1, "amal", "shams")
    body = {"station": None, "at_ms": 1}
    named = [[digest_of(PHOTO), len(PHOTO), "image/jpeg"]]
    first, second = phone.phone.write("visit.open", body), phone.phone.write("visit.open", body, photos=named)
    file = exported(phone, first, second, photos=(PHOTO, b"named by nobody"))
    assert take_in_file(held, file) == {"stored": 2, "photo-kept": 1, "photo-refused": 1}
    assert take_in_file(held, file) == {"duplicate": 2, "photo-kept": 1, "photo-refused": 1}
    assert held.photo_store.path_of(digest_of(PHOTO)).read_bytes() == PHOTO
    assert check_everything(held)["broken"] == []


def test_a_forged_line_in_a_carried_file_harms_no_neighbour(tmp_path: Path) -> None:
    _, held, _ = small_server(tmp_path)
    phone = BuiltPhone(held, 1, "amal", "shams")
    entry = phone.phone.write("visit.open", {"station": "1", "at_ms": 1})
    file = json.loads(exported(phone, entry))
    file["entries"].insert(0, [entry.texts[0].replace("visit.open", "visit.shut"), entry.texts[1], entry.texts[2]])
    assert take_in_file(held, json.dumps(file).encode()) == {"refused": 1, "stored": 1}


@pytest.mark.parametrize("content", [b"", b"\x00\xff", b"[]", b"[" * 100_000, b'{"format":"sanad-outbox","version":2}'])
def test_a_file_that_is_none_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    _, held, _ = small_server(tmp_path)
    with pytest.raises(Problem, match="bad-file"):
        take_in_file(held, content)
