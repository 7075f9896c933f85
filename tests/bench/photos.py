"""Photos received: by tus as the phone sends them, beside writing and syncing the same bytes and nothing else."""

from __future__ import annotations

import hashlib
import os
import time
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path
from random import Random

from server.photo_store import photos_in
from sync.entry import base64url_encode
from tests.bench import load, served
from tests.bench.cores import Spent, on_one_core, spending
from tests.bench.crowd import Member
from tests.bench.storing import Rate, prepare
from tests.servers import Place, ServerProcess
from tests.world import MORNING_MS

PHOTO_BYTES = 300_000
# What the phone app sends at once (CHUNK_BYTES in web/device/photos.ts).
PIECE_BYTES = 64 * 1024
PHOTOS_AN_ENTRY = 10
PHONES = 8


def make_photos(count: int) -> list[bytes]:
    """Noise: photos do not compress either."""
    random = Random(3)
    return [random.randbytes(PHOTO_BYTES) for _ in range(count)]


def digest_of(photo: bytes) -> str:
    return base64url_encode(hashlib.sha256(photo).digest())


def receive(place: Place, photos: Sequence[bytes], piece: int, factory: str = "") -> Rate:
    """All photos through a real server, each in pieces of this size, over as many connections as phones.

    With "raw_photos" through Granian alone, as the limit of what a server of this kind can do.
    """
    crowd = [Member(number, ["100001-01"], Random(number)) for number in range(1, PHONES + 1)]
    shares = [photos[number::PHONES] for number in range(PHONES)]
    for member, share in zip(crowd, shares, strict=True):
        _name(member, share)
    prepare(place, crowd)
    process = ServerProcess(place, **({"command": served.command(factory)} if factory else {}))
    with on_one_core():
        process.start()
    assert process.process is not None
    try:
        if not factory:
            load.send(process.port, [[load.exchange(each.token, each.entries)] for each in crowd])
        lanes = [
            [each for photo in share for each in _upload(member.token, photo, piece)]
            for member, share in zip(crowd, shares, strict=True)
        ]
        with spending(process.process.pid) as spent:
            sent = load.send(process.port, lanes)
        assert {status for status, _ in sent.answers} <= {201, 204}, sent.answers[:5]
        stored = (place.folder / "raw").glob("*") if factory else photos_in(place.folder / "photos")
        assert len(list(stored)) == len(photos)
        return Rate(len(photos), Spent(sent.wall_s, spent.core_s))
    finally:
        process.kill()


def _name(member: Member, photos: Sequence[bytes]) -> None:
    for start in range(0, len(photos), PHOTOS_AN_ENTRY):
        some = photos[start : start + PHOTOS_AN_ENTRY]
        named = [(digest_of(photo), len(photo), "image/jpeg") for photo in some]
        member.write("visit.open", {"station": "100001-01", "at_ms": MORNING_MS}, named)


def _upload(token: str, photo: bytes, piece: int) -> list[bytes]:
    digest = digest_of(photo)
    tus = {"Tus_Resumable": "1.0.0", "Content_Type": "application/offset+octet-stream"}
    name = b64encode(digest.encode()).decode()
    begin = {**tus, "Upload_Length": str(len(photo)), "Upload_Metadata": f"sha256 {name}"}
    path = "/api/v1/photos"
    return [load.request("POST", path, token, photo[:piece], **begin)] + [
        load.request("PATCH", f"{path}/{digest}", token, photo[at : at + piece], **tus, Upload_Offset=str(at))
        for at in range(piece, len(photo), piece)
    ]


def raw_files(folder: Path, photos: Sequence[bytes]) -> Rate:
    """The limit of the disk: each file written, synced and renamed, and its folder synced."""
    folder.mkdir(parents=True)
    began, before = time.monotonic(), time.process_time()
    for number, photo in enumerate(photos):
        partial = folder / f"{number}.partial"
        with partial.open("wb") as file:
            file.write(photo)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(folder / str(number))
        descriptor = os.open(folder, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
    return Rate(len(photos), Spent(time.monotonic() - began, time.process_time() - before))
