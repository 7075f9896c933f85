"""What bad lines do to the app itself, in Chromium, and to bytes on their way, with figures.

    python -m tests.bad_lines --flips 1000 --json

A photo over 64 kbit/s with twenty cuts; reports at 2 kB/s with a third of the connections dropped; flipped bits.
Between the line and the server stands a proxy that passes on whole requests only, as nginx does.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from PIL import Image
from playwright.sync_api import Browser
from sqlalchemy import func, select

from server.database.entries import EntryRow, NamedPhotoRow, PhotoRow
from tests.browser.phone_app import Election, PhoneApp, chromium, election
from tests.fault_proxy import FaultProxy
from tests.flipping import flip_bits
from tests.line_proxy import LineProxy, Weather

STATION = "138450-03"
PATIENCE_S = 900
# 64 kbit/s, and what a cell at the end of a valley makes of a round trip.
THIN, LATENCY_S, JITTER_S = 8_000, 0.1, 0.05
CUTS, SHARE_TWICE = 20, 0.10
NARROW, DROPPED, ENTRY_WITHIN_S, ENTRIES = 2_000, 1 / 3, 30.0, 5
# The app makes photos smaller than 400 KB; only noise, which no camera sees, stays at 500.
PHOTO_PIXELS = 1130


def a_photo_over_a_line_with_cuts(
    browser: Browser, vote: Election, pixels: int = PHOTO_PIXELS, cuts: int = CUTS, bytes_a_second: int = THIN,
    most_twice: float = SHARE_TWICE,
) -> dict[str, object]:  # fmt: skip
    with _phone_on_a_line(browser, vote, "o-1") as (phone, line):
        line.weather = Weather(bytes_a_second, LATENCY_S, JITTER_S)
        _record(phone, "with a photo", noise(pixels))
        size = _until(lambda: _named_bytes(vote), phone)
        # All of them within the photo, at random places.
        line.weather.cuts = _places(int(size * 0.95), cuts)
        took = _until_s(lambda: _photos(vote), phone)
        seen = line.seen
    twice = (seen.photo_bytes - size) / size
    return {
        "ok": seen.cut == cuts and twice <= most_twice, "photo_bytes": size, "cuts": seen.cut,
        "sent_twice_share": round(twice, 4), "photo_s": round(took, 1), "photo_bytes_up": seen.photo_bytes,
        "all_bytes_up": seen.up, "connections": seen.connections,
    }  # fmt: skip


def reports_over_a_narrow_line(browser: Browser, vote: Election, entries: int = ENTRIES) -> dict[str, object]:
    with _phone_on_a_line(browser, vote, "o-2") as (phone, line):
        line.weather = Weather(NARROW, LATENCY_S, JITTER_S, dropped=DROPPED)
        waits = []
        for number in range(entries):
            before = _stored(vote)
            _record(phone, f"report {number}")
            waits.append(_until_s(lambda before=before: _stored(vote) > before, phone))
        seen = line.seen
    return {
        "ok": len(waits) == entries, "entries": entries, "entry_worst_s": round(max(waits), 1),
        "entry_middle_s": round(sorted(waits)[entries // 2], 1), "is_goal_reached": max(waits) <= ENTRY_WITHIN_S,
        "dropped": seen.dropped, "connections": seen.connections,
    }  # fmt: skip


@contextmanager
def _phone_on_a_line(browser: Browser, vote: Election, observer: str) -> Iterator[tuple[PhoneApp, LineProxy]]:
    """A phone that joined while the line was still good."""
    vote.assign(observer, [STATION])
    with FaultProxy(vote.process.port) as whole, LineProxy(int(whole.url.rsplit(":", 1)[1])) as line:
        phone = PhoneApp(browser)
        phone.join(vote.join_link(observer).replace(vote.url, line.url))
        # The app's own files and what joining asks for are through.
        phone.page.wait_for_timeout(3_000)
        yield phone, line
        phone.context.close()


def noise(pixels: int) -> bytes:
    out = io.BytesIO()
    Image.frombytes("RGB", (pixels, pixels), Random(5).randbytes(3 * pixels * pixels)).save(out, "JPEG", quality=90)
    return out.getvalue()


def _places(size: int, cuts: int) -> list[int]:
    """Bytes between one cut and the next."""
    places = sorted(Random(3).sample(range(1, size), cuts))
    return [after - before for before, after in zip([0, *places], places, strict=False)]


def _record(phone: PhoneApp, text: str, photo: bytes | None = None) -> None:
    phone.go(f"#/incident/{time.monotonic_ns()}?type=OP03&station={STATION}")
    phone.type("incident-text", text)
    if photo is not None:
        phone.on("photo-camera").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo})
        phone.sees("photo-remove-0")
    phone.tap("save")
    phone.sees("saved")


def _until(question: Callable[[], int], phone: PhoneApp) -> int:
    over = time.monotonic() + PATIENCE_S
    while not (answer := question()):
        assert time.monotonic() < over, "not through"
        phone.page.wait_for_timeout(50)
    return answer


def _until_s(question: Callable[[], int], phone: PhoneApp) -> float:
    began = time.monotonic()
    _until(question, phone)
    return time.monotonic() - began


def _ask(vote: Election, question) -> int:
    with vote.held.engine.connect() as connection:
        return connection.execute(question).scalar() or 0


def _stored(vote: Election) -> int:
    return _ask(vote, select(func.count()).select_from(EntryRow).where(EntryRow.body.like(b'%"text":"report%')))


def _named_bytes(vote: Election) -> int:
    return _ask(vote, select(func.max(NamedPhotoRow.size)))


def _photos(vote: Election) -> int:
    return _ask(vote, select(func.count()).select_from(PhotoRow))


def measure(folder: Path, flips: int) -> dict[str, object]:
    with chromium() as browser:
        with election(_made(folder / "photo")) as vote:
            photo = a_photo_over_a_line_with_cuts(browser, vote)
        with election(_made(folder / "narrow")) as vote:
            narrow = reports_over_a_narrow_line(browser, vote)
    flipped = flip_bits(_made(folder / "flips"), flips)
    is_ok = all(each["ok"] for each in (photo, narrow, flipped))
    return {"ok": is_ok, "photo": photo, "narrow": narrow, "flips": flipped}


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    asked.add_argument("--flips", type=int, default=1000)
    asked.add_argument("--json", action="store_true")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), given.flips)
    print(json.dumps({**found, "load": round(os.getloadavg()[0], 2)}))
    raise SystemExit(not found["ok"])


if __name__ == "__main__":
    main()
