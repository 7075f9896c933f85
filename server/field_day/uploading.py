"""Sends the photos of a simulated phone by tus 1.0.0, in chunks that survive a bad line."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from urllib.parse import urlsplit

from server.field_day.line import Answer, Line, NoAnswer
from server.field_day.phone import Phone, PhonePhoto
from server.field_day.pictures import MEDIA_TYPE, take_picture
from server.field_day.tally import Tally

CHUNK_BYTES = 64 * 1024
CREATE = "/api/v1/photos"
# Cut at every chunk and sent from the start after every damage, a photo would still be through by then.
MOST_REQUESTS = 200
CONFLICT, DAMAGED = 409, 460


def upload_photos(phone: Phone, line: Line, weather: Callable[[], str], tally: Tally) -> bool:
    """Sends every photo whose entry is on the server; False when one of them must be tried again later."""
    for photo in phone.photos_waiting():
        if not _upload(phone, photo, line, weather, tally):
            return False
        photo.is_sent = True
        tally.add(photos=1)
    return True


def _upload(phone: Phone, photo: PhonePhoto, line: Line, weather: Callable[[], str], tally: Tally) -> bool:
    try:
        return _send_from_where_it_stands(phone, photo, line, weather, tally)
    except NoAnswer:
        tally.add(photo_breaks=1)
        return False


def _send_from_where_it_stands(
    phone: Phone, photo: PhonePhoto, line: Line, weather: Callable[[], str], tally: Tally
) -> bool:
    created = line.send("POST", CREATE, _creation(phone, photo), weather=weather())
    offset = _offset(created)
    if created.status not in (200, 201) or offset is None:
        tally.note_status(created.status)
        return False
    path = urlsplit(created.headers.get("Location", "")).path
    picture = take_picture(photo.recipe)
    for _ in range(MOST_REQUESTS):
        if offset >= photo.size:
            return True
        chunk = picture[offset : offset + CHUNK_BYTES]
        tally.add(photo_bytes=len(chunk))
        headers = {**_tus(phone), "Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset)}
        answer = line.send("PATCH", path, headers, chunk, weather())
        if answer.status not in (204, CONFLICT, DAMAGED):
            tally.note_status(answer.status)
            return False
        after = _offset(answer) if answer.status == 204 else _asked(phone, path, line, weather)
        if after is None:
            return False
        offset = after
    return False


def _asked(phone: Phone, path: str, line: Line, weather: Callable[[], str]) -> int | None:
    return _offset(line.send("HEAD", path, _tus(phone), weather=weather()))


def _offset(answer: Answer) -> int | None:
    text = answer.headers.get("Upload-Offset", "")
    return int(text) if text.isdigit() else None


def _tus(phone: Phone) -> dict[str, str]:
    return {"Tus-Resumable": "1.0.0", "Authorization": f"Bearer {phone.member.token}"}


def _creation(phone: Phone, photo: PhonePhoto) -> dict[str, str]:
    described = {"sha256": photo.digest, "filetype": MEDIA_TYPE}
    metadata = ",".join(f"{name} {b64encode(value.encode()).decode()}" for name, value in described.items())
    return {**_tus(phone), "Upload-Length": str(photo.size), "Upload-Metadata": metadata}
