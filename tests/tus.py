"""Sends one photo as a phone does: created, asked after, continued in pieces, begun again when it must be."""

from __future__ import annotations

from base64 import b64encode
from itertools import pairwise
from urllib.parse import urlsplit

from server.field_day.line import Answer, Line
from sync.entry import digest_of
from tests.world import WirePhone

PIECE_BYTES = 64 * 1024


def send_photo(phone: WirePhone, content: bytes) -> None:
    """All of it, over the phone's line; an entry that names it has arrived before."""
    created = create(phone.line, phone.token, content)
    assert created.status == 201, created.body
    path = urlsplit(created.headers["Location"]).path
    offset = int(created.headers["Upload-Offset"])
    for start, end in pairwise([*range(offset, len(content), PIECE_BYTES), len(content)]):
        answer = append(phone.line, phone.token, path, start, content[start:end])
        assert (answer.status, answer.headers["Upload-Offset"]) == (204, str(end)), answer.body


def create(line: Line, token: str, content: bytes) -> Answer:
    metadata = f"sha256 {b64encode(digest_of(content).encode()).decode()}"
    headers = {**usual(token), "Upload-Length": str(len(content)), "Upload-Metadata": metadata}
    return line.send("POST", "/api/v1/photos", headers)


def append(line: Line, token: str, path: str, offset: int, piece: bytes) -> Answer:
    headers = {
        **usual(token), "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"
    }  # fmt: skip
    return line.send("PATCH", path, headers, piece)


def ask(line: Line, token: str, digest: str) -> Answer:
    return line.send("HEAD", f"/api/v1/photos/{digest}", usual(token))


def usual(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Tus-Resumable": "1.0.0"}
