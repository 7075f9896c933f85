"""Kills Chromium again and again in the middle of a save: what the app called saved is there, once; what was cut, too.

    python -m tests.engines.kills --count 500 --json

One phone, one profile. The server is away while reports are written, and back after every fifty for all of them.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

from sqlalchemy import select

from server.database.entries import EntryRow
from server.operations.check_everything import check_everything
from tests.browser.phone_app import Election, election
from tests.engines.drivers import Chromium
from tests.engines.hands import do, fill_incident, join
from tests.engines.looking_in import Found, look_in

STATION = "138450-03"
# As long as a save takes on a good machine. On a slow one every other kill comes later, to meet the save's end too.
LONGEST_MS = 120.0
PHOTO_EVERY, HAND_IN_EVERY, MEASURED_SAVES = 4, 50, 3
HANDED_IN_WITHIN_S = 600
_CACHED = "await hands.until(async () => (await navigator.serviceWorker.getRegistration('/phone/'))?.active, 'worker');"
_TAP = """
await hands.until(() => document.querySelector('[data-testid=draft-state][data-state=kept]'), 'draft kept');
const began = performance.now();
const say = () => hands.find('saved') && console.log(`said saved ${performance.now() - began}`);
new MutationObserver(say).observe(document.body, { subtree: true, childList: true });
setTimeout(() => hands.find('save').click(), 0);
"""


@dataclass
class Result:
    kills: int = 0
    saved: int = 0
    lost: int = 0
    doubled: int = 0
    drafts_kept: int = 0
    cut_but_whole: int = 0
    handed_in: int = 0
    longest_ms: float = LONGEST_MS
    is_chain_whole: bool = True
    broken: int = 0

    @property
    def is_ok(self) -> bool:
        return self.kills > 0 and self.is_chain_whole and not (self.lost or self.doubled or self.broken)


@dataclass(frozen=True)
class Report:
    """A report on its way; `draft` where an earlier kill left one of it."""

    number: int
    draft: str = ""

    @property
    def photos(self) -> int:
        return int(self.number % PHOTO_EVERY == 0)


class Reaper:
    def __init__(self, vote: Election, phone: Chromium, seed: int) -> None:
        self.vote, self.phone, self.random = vote, phone, Random(seed)
        self.result, self.written = Result(), 0

    def begin(self) -> None:
        """Joins, and measures how long a save takes here."""
        join(self.phone, self.vote.join_link("o-1"))
        do(self.phone, _CACHED)
        self.vote.process.kill()
        for _ in range(MEASURED_SAVES):
            self._fill(self.next())
            do(self.phone, _TAP)
            do(self.phone, "await hands.sees('saved');")
            self.phone.wait(100)
        took = [float(line.split()[2]) for line in self.phone.heard if line.startswith("said saved")]
        self.result.longest_ms = max(LONGEST_MS, round(1.5 * statistics.median(took), 1))

    def kill(self, report: Report) -> Report:
        """Fills in and saves `report`, kills at a random moment, looks; what is to be written next."""
        self._fill(report)
        self.phone.heard.clear()
        do(self.phone, _TAP)
        self.phone.wait(self.random.uniform(0, self.random.choice((LONGEST_MS, self.result.longest_ms))))
        self.phone.kill()
        self.result.kills += 1
        is_said = any(line.startswith("said saved") for line in self.phone.heard)
        self.phone.start()
        self._open("#/today")
        found = look_in(self.phone)
        judge(self.result, report, is_said, found, self.written)
        left = next((each["id"] for each in found.drafts if each["number"] == report.number), "")
        return Report(report.number, left) if left else self.next()

    def hand_in(self) -> None:
        """Everything to the server, which then goes away again."""
        self.vote.process.start()
        self._open("#/outbox")
        until = time.monotonic() + HANDED_IN_WITHIN_S
        while time.monotonic() < until:
            found = look_in(self.phone)
            if not found.photos_waiting and all(each["verdict"] == "stored" for each in found.records):
                break
            do(self.phone, "hands.find('outbox-retry')?.click();")
            self.phone.wait(1_000)
        ids = {each["id"] for each in found.records if each["verdict"] == "stored"}
        self.vote.process.stop()
        with self.vote.held.engine.connect() as connection:
            stored = connection.execute(select(EntryRow.id).where(EntryRow.id.in_(ids))).scalars().all()
        self.result.handed_in = len(stored)
        self.result.lost += len({each["id"] for each in found.records} - set(stored))
        self.result.is_chain_whole &= ids == set(stored) and found.is_one_chain()
        self.result.broken += len(check_everything(self.vote.held)["broken"])

    def next(self) -> Report:
        self.written += 1
        return Report(self.written)

    def _fill(self, report: Report) -> None:
        if report.draft:
            script = f"location.hash = '#/incident/{report.draft}'; await hands.until(() => hands.find('incident-text')"
            do(self.phone, f"{script}?.value === {_text(report)!r}, 'the draft');")
            do(self.phone, "hands.find('severity-4').click();")
        else:
            fill_incident(self.phone, _text(report), STATION, bool(report.photos), seed=report.number)

    def _open(self, address: str) -> None:
        self.phone.go(f"{self.vote.url}/phone/{address}")
        do(self.phone, f"await hands.sees('screen-{address[2:]}');")


def _text(report: Report) -> str:
    return f"report {report.number} end"


def judge(result: Result, report: Report, is_said: bool, found: Found, written: int) -> None:
    """Adds to `result` what this look at the phone shows."""
    records, drafts = found.how_often(report.number, report.photos)
    result.saved += is_said
    result.drafts_kept += drafts > 0
    result.cut_but_whole += records > 0 and not is_said
    result.doubled += found.repeated()
    kept = {each["number"] for each in found.records}
    result.lost += sum(number not in kept for number in range(1, written) if number != report.number)
    result.lost += not records if is_said else not (records or drafts)
    result.is_chain_whole &= found.is_one_chain()


def kill_again_and_again(folder: Path, count: int, seed: int = 7) -> Result:
    (folder / "server").mkdir()
    with election(folder / "server") as vote:
        vote.assign("o-1", [STATION])
        phone = Chromium(folder)
        phone.start()
        try:
            reaper = Reaper(vote, phone, seed)
            reaper.begin()
            report = reaper.next()
            for number in range(1, count + 1):
                report = reaper.kill(report)
                if number % HAND_IN_EVERY == 0 or number == count:
                    reaper.hand_in()
                    print(reaper.result, file=sys.stderr, flush=True)
            return reaper.result
        finally:
            phone.stop()


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    asked.add_argument("--count", type=int, default=500)
    asked.add_argument("--json", action="store_true")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = kill_again_and_again(Path(folder), given.count)
    print(json.dumps({**asdict(result), "ok": result.is_ok}) if given.json else result)
    raise SystemExit(not result.is_ok)


if __name__ == "__main__":
    main()
