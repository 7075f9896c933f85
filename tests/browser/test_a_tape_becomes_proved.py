"""A tape is proved; the server is lost and comes back from an older copy; and it shows a log that it must not show."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from server.database import log
from server.projections.reports import ReportRow
from sync.checkpoint import read_checkpoint
from tests.browser.browsers import KeptPhone
from tests.browser.looking import overflow_px, violations
from tests.browser.phone_app import PATIENCE_MS, Election, election
from tests.browser.test_from_phone_to_map import STATION, attach, fill_tape, join

pytestmark = pytest.mark.browser

SANAD = Path(sys.executable).parent / "sanad"
# A proof is asked for some seconds after an exchange, and a machine under test is slow.
PROVED_MS = 60_000


@pytest.fixture
def vote(tmp_path: Path) -> Iterator[Election]:
    folder = tmp_path / "server"
    folder.mkdir()
    with election(folder) as running:
        running.assign("o-1", [STATION])
        yield running


@pytest.fixture
def phone(browser: Browser, tmp_path: Path) -> Iterator[KeptPhone]:
    kept = KeptPhone(browser.browser_type, tmp_path / "profile")
    yield kept
    kept.stop()
    assert kept.faults == []


def sanad(vote: Election, *words: str | Path) -> str:
    """What the command says, run beside the server."""
    environ = {**os.environ, **vote.process.place.environ, "SANAD_PUBLIC_URL": vote.url}
    ran = subprocess.run([SANAD, *words], env=environ, capture_output=True, text=True, timeout=300, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def hand_in_tape(page: Page, vote: Election) -> str:
    """The address of its page, once the tape is proved."""
    fill_tape(page, vote.url)
    page.get_by_test_id("save").tap()
    page.get_by_test_id("missing-save").tap()
    page.get_by_test_id("saved").wait_for()
    expect_state(page, "proved")
    return page.url.split("?")[0]


def hand_in_incident(page: Page, vote: Election) -> None:
    page.goto(f"{vote.url}/phone/#/incident?type=OP03&station={STATION}")
    page.get_by_test_id("severity-4").tap()
    page.get_by_test_id("incident-text").fill("لم تصل أوراق الاقتراع")
    attach(page, 1)
    page.get_by_test_id("save").tap()
    page.get_by_test_id("saved").wait_for()


def expect_state(page: Page, state: str) -> None:
    chip = page.get_by_test_id("record-state").first
    expect(chip).to_have_attribute("data-state", state, timeout=PROVED_MS)


def size_of_log(vote: Election) -> int:
    """How many entries the published checkpoint covers, once it covers all that is stored."""
    for _ in range(600):
        note = vote.held.log_store.checkpoint()
        with vote.held.engine.connect() as connection:
            stored = log.stored_size(connection)
        if note and read_checkpoint(note).size == stored:
            return stored
        time.sleep(0.05)
    raise AssertionError("the log is not sealed")


def grow_log(vote: Election, to: int) -> None:
    """Entries of the server's own until the log holds so many: history that no phone has seen."""
    for _ in range(to - size_of_log(vote)):
        vote.assign("o-2", [STATION])
    assert size_of_log(vote) == to


def stop(vote: Election) -> None:
    vote.process.stop()
    vote.held.engine.dispose()


def put_back(vote: Election, copy: Path) -> None:
    """The server's whole folder as it was: database, log and keys."""
    folder = vote.process.place.folder
    shutil.rmtree(folder)
    shutil.copytree(copy, folder)


def evidence_in(page: Page) -> dict:
    with page.expect_download() as download:
        page.get_by_test_id("log-save").tap()
    return json.loads(Path(download.value.path()).read_text(encoding="utf-8"))


def kinds(vote: Election) -> list[str]:
    with vote.held.engine.connect() as connection:
        return sorted(connection.execute(select(ReportRow.kind)).scalars())


def test_a_tape_is_proved_and_what_a_restored_server_lacks_is_handed_in_again(
    vote: Election, phone: KeptPhone, tmp_path: Path
) -> None:
    page = join(vote, phone)
    hand_in_incident(page, vote)
    expect_state(page, "proved")
    identity, stick, folder = tmp_path / "identity", tmp_path / "stick", vote.process.place.folder
    recipient = sanad(vote, "backup-key", identity).strip()
    sanad(vote, "backup", stick, "--recipient", recipient)
    tape = hand_in_tape(page, vote)
    place = page.get_by_test_id("record-proof").locator("dd").first.inner_text()
    assert int(place) > 0
    expect(page.get_by_test_id("record-archived")).to_have_attribute("data-state", "no")

    # The disk dies with the tape on it.
    vote.process.kill()
    vote.held.engine.dispose()
    shutil.rmtree(folder)
    sanad(vote, "restore", stick, "--identity", identity, "--to", folder)
    vote.process.start()
    page.goto(f"{vote.url}/phone/#/outbox")
    page.get_by_test_id("outbox-retry").tap()
    page.goto(f"{vote.url}/phone/#/today")
    told = page.get_by_test_id("server-restored")
    expect(told).to_contain_text("1", timeout=PROVED_MS)
    page.get_by_test_id("server-restored-understood").tap(timeout=PROVED_MS)
    expect(told).to_have_count(0)
    page.goto(tape)
    expect_state(page, "proved")
    assert page.get_by_test_id("log-alarm").count() == 0
    assert kinds(vote) == ["incident.report", "tape.submit"]
    assert json.loads(sanad(vote, "check", "--json"))["broken"] == []


def test_a_shorter_log_is_refused_with_an_alarm_that_stands_until_somebody_looks(
    vote: Election, phone: KeptPhone, tmp_path: Path
) -> None:
    page = join(vote, phone)
    stop(vote)
    shutil.copytree(vote.process.place.folder, tmp_path / "earlier")
    vote.process.start()
    grow_log(vote, size_of_log(vote) + 3)
    page.reload()
    hand_in_tape(page, vote)
    seen = size_of_log(vote)
    stop(vote)
    put_back(vote, tmp_path / "earlier")
    vote.process.start()

    page.goto(f"{vote.url}/phone/#/outbox")
    page.get_by_test_id("outbox-retry").tap()
    alarm = page.get_by_test_id("log-alarm")
    expect(alarm).to_be_visible(timeout=PROVED_MS)
    for screen in ("today", f"incident?type=OP03&station={STATION}", "settings"):
        page.goto(f"{vote.url}/phone/#/{screen}")
        expect(alarm).to_be_visible(timeout=PATIENCE_MS)
    assert violations(page) == []
    # Recording and handing in go on: what the server lost is there again, and the tape is on the server.
    hand_in_incident(page, vote)
    expect_state(page, "server")
    assert kinds(vote) == ["incident.report", "tape.submit"]

    page.get_by_test_id("log-alarm-look").tap()
    found = page.locator("[data-testid=alarm]").first
    expect(found).to_have_attribute("data-why", "shrunk", timeout=PATIENCE_MS)
    expect(alarm).to_have_count(0)
    assert violations(page) == [] and overflow_px(page) == 0
    evidence = evidence_in(page)
    (shown,) = (each for each in evidence["alarms"] if each["why"] == "shrunk")
    kept, refused = read_checkpoint(shown["kept"]), read_checkpoint(shown["refused"][0])
    assert kept.origin == refused.origin and refused.size < kept.size == seen
    assert [entry["proofs"] for entry in evidence["entries"]]
    assert "لم تصل" not in json.dumps(evidence, ensure_ascii=False)


def test_another_log_of_equal_size_is_refused(vote: Election, phone: KeptPhone, tmp_path: Path) -> None:
    page = join(vote, phone)
    stop(vote)
    shutil.copytree(vote.process.place.folder, tmp_path / "earlier")
    vote.process.start()
    page.reload()
    hand_in_tape(page, vote)
    seen = size_of_log(vote)
    phone.stop()
    stop(vote)
    put_back(vote, tmp_path / "earlier")
    vote.process.start()
    grow_log(vote, seen)

    page = phone.start(f"{vote.url}/phone/#/today")
    page.get_by_test_id("log-alarm-look").tap(timeout=PROVED_MS)
    found = page.locator("[data-testid=alarm]").first
    expect(found).to_have_attribute("data-why", "split", timeout=PATIENCE_MS)
    evidence = evidence_in(page)
    shown = next(each for each in evidence["alarms"] if each["why"] == "split")
    kept, refused = read_checkpoint(shown["kept"]), read_checkpoint(shown["refused"][0])
    assert (kept.origin, kept.size) == (refused.origin, refused.size) and kept.root != refused.root
