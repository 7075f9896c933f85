"""Takes in a file that was carried by hand: what a phone could not send, judged exactly as if it had."""

from __future__ import annotations

import json
from base64 import b64decode
from binascii import Error as NotBase64
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from sqlalchemy import select

from server.access import Reader
from server.database.engine import reading
from server.database.register import ElectionRow
from server.database.roster import DeviceRow
from server.operations.fold_entries import fold_entries
from server.operations.receive_photo import begin_photo, receive_photo
from server.operations.store_entries import store_entries
from server.problems import Problem
from server.running import Running
from sync.entry import read_entry
from sync.header import is_digest

FORMAT, VERSION = "sanad-outbox", 1
CARRIER = "by-hand"
ENTRIES_AT_ONCE = 100


def take_in_file(held: Running, content: bytes) -> Counter[str]:
    """How many entries came to which verdict, and photos to `photo-kept` or `photo-refused`.

    Any of it may be there already: a file taken in twice changes nothing. Raises Problem bad-file when it is none.
    """
    file = _read(content)
    election, carrier = _election(held), _carrier(held, file.get("device"))
    outcomes: Counter[str] = Counter()
    for some in _in_hundreds(file["entries"]):
        job = partial(store_entries, readings=[read_entry(each, election) for each in some], carrier=CARRIER)
        verdicts = held.write(partial(job, now_ms=held.clock.now_ms()))
        outcomes.update(str(each["verdict"]) for each in verdicts)
    outcomes.update("photo-kept" if _keep(held, carrier, each) else "photo-refused" for each in file["photos"])
    fold_entries(held)
    return outcomes


def _read(content: bytes) -> dict[str, Any]:
    try:
        file = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Problem("bad-file") from error
    if not isinstance(file, dict) or (file.get("format"), file.get("version")) != (FORMAT, VERSION):
        raise Problem("bad-file")
    if not isinstance(file.get("entries"), list) or not isinstance(file.get("photos"), list):
        raise Problem("bad-file")
    return file


def _in_hundreds(entries: Sequence[object]) -> Iterator[Sequence[object]]:
    for at in range(0, len(entries), ENTRIES_AT_ONCE):
        yield entries[at : at + ENTRIES_AT_ONCE]


def _election(held: Running) -> str:
    with reading(held.engine) as connection:
        return connection.execute(select(ElectionRow.id)).scalar_one()


def _carrier(held: Running, device: object) -> Reader:
    """Photos are received in the name of the organisation of the phone that wrote the file."""
    with reading(held.engine) as connection:
        organisation = connection.execute(
            select(DeviceRow.organisation).where(DeviceRow.id == (device if isinstance(device, str) else ""))
        ).scalar()
    return Reader("device", id=CARRIER, organisation=organisation or "")


def _keep(held: Running, carrier: Reader, photo: object) -> bool:
    """False for a photo that no stored entry names, or that is not what its name says."""
    digest = photo.get("sha256") if isinstance(photo, dict) else None
    if not isinstance(photo, dict) or not isinstance(digest, str) or not is_digest(digest):
        return False
    try:
        content = b64decode(str(photo.get("base64")), validate=True)
        offset = begin_photo(held, carrier, digest, len(content))
        if offset < len(content):
            offset = receive_photo(held, carrier, digest, offset, [content[offset:]])
        return offset == len(content)
    except (NotBase64, Problem):
        return False
