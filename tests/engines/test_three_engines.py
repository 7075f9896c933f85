"""What a person records is kept by every engine a phone may have, and an old mistake is still one in two of them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.operations.check_everything import check_everything
from tests.browser.phone_app import Election, election
from tests.engines.drivers import ENGINES, Engine, engine, lacking
from tests.engines.hands import do, fill_incident, join, records, save, save_reports, until_saved
from tests.engines.looking_in import look_in

pytestmark = pytest.mark.browser
STATION = "138450-03"
EACH = 5

_IS_CACHED = """
const worker = async () => (await navigator.serviceWorker.getRegistration('/phone/'))?.active;
await hands.until(worker, 'service worker');
"""
_NO_LOCK = "LockManager.prototype.request = async (...asked) => asked.at(-1)({});"
# A signature made while a transaction is open: it closes meanwhile, but for one engine that keeps it open.
_SIGNS_INSIDE = """
const base = await new Promise((done, fail) => {
  const asked = indexedDB.open('inside', 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore('lines');
  asked.onsuccess = () => done(asked.result);
  asked.onerror = () => fail(asked.error);
});
const key = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
const lines = base.transaction('lines', 'readwrite').objectStore('lines');
await new Promise((done) => { lines.get(1).onsuccess = done; });
await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key.privateKey, new Uint8Array(500));
try {
  lines.put('line', 1);
  return 'kept';
} catch (error) {
  return error.name;
}
"""


@pytest.fixture(params=ENGINES)
def browser_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if why := lacking(request.param):
        pytest.skip(why)
    with engine(request.param, tmp_path) as running:
        yield running


@pytest.fixture
def vote(tmp_path: Path) -> Iterator[Election]:
    folder = tmp_path / "server"
    folder.mkdir()
    with election(folder) as running:
        running.assign("o-1", [STATION])
        yield running


def test_records_made_without_a_network_outlive_the_page_and_reach_the_server(
    browser_engine: Engine, vote: Election
) -> None:
    join(browser_engine, vote.join_link("o-1"))
    vote.process.kill()
    for number in range(3):
        fill_incident(browser_engine, f"incident {number}", STATION, has_photo=number == 2)
        save(browser_engine)
    assert records(browser_engine) == ["phone"] * 3
    vote.process.start()
    browser_engine.go(f"{vote.url}/phone/#/outbox")
    await_states(browser_engine, {"server", "proved"})
    vote.process.stop()
    assert check_everything(vote.held)["broken"] == []


def test_a_killed_browser_comes_back_with_what_it_said_was_saved(browser_engine: Engine, vote: Election) -> None:
    if not browser_engine.keeps:
        pytest.skip("WebKitGTK keeps nothing of an automated session")
    join(browser_engine, vote.join_link("o-1"))
    do(browser_engine, _IS_CACHED)
    vote.process.kill()
    fill_incident(browser_engine, "saved and killed", STATION, has_photo=True)
    save(browser_engine)
    browser_engine.kill()
    vote.process.start()
    browser_engine.start()
    browser_engine.go(f"{vote.url}/phone/#/outbox")
    await_states(browser_engine, {"server", "proved"})


@pytest.mark.parametrize("turns", ["in turns", "at once"])
def test_two_tabs_that_save_side_by_side_lose_nothing(browser_engine: Engine, vote: Election, turns: str) -> None:
    """Tabs take turns by a lock where there is one; without it they overtake each other, and both are right."""
    if browser_engine.name != "chromium" and not os.environ.get("SANAD_LONG"):
        pytest.skip("half a minute each in the slower engines: at night")
    join(browser_engine, vote.join_link("o-1"))
    browser_engine.go(f"{vote.url}/phone/#/today", tab=1)
    vote.process.kill()
    for tab in range(2):
        do(browser_engine, "await hands.sees('screen-today');", tab)
        if turns == "at once":
            do(browser_engine, _NO_LOCK, tab)
    for tab in range(2):
        save_reports(browser_engine, range(tab * EACH, (tab + 1) * EACH), STATION, tab)
    for tab in range(2):
        until_saved(browser_engine, tab)
    assert records(browser_engine) == ["phone"] * 2 * EACH
    found = look_in(browser_engine)
    assert found.is_one_chain()
    assert sorted(each["number"] for each in found.records) == list(range(2 * EACH))
    vote.process.start()
    await_states(browser_engine, {"server", "proved"})
    vote.process.stop()
    assert check_everything(vote.held)["broken"] == []


def test_signing_inside_a_transaction_is_the_mistake_that_one_engine_forgives(
    browser_engine: Engine, vote: Election
) -> None:
    """The reason why the phone signs first and appends by compare-and-swap: a test in Chromium alone is blind here."""
    browser_engine.go(f"{vote.url}/phone/")
    expected = "kept" if browser_engine.name == "chromium" else "TransactionInactiveError"
    assert browser_engine.run(_SIGNS_INSIDE) == expected


def await_states(engine: Engine, wanted: set[str]) -> None:
    """Waits until every record is in one of the wanted states; an empty outbox is none."""
    until = time.monotonic() + 60
    while not (found := records(engine)) or not set(found) <= wanted:
        assert time.monotonic() < until, found
        do(engine, "hands.find('outbox-retry')?.click();")
        time.sleep(0.3)
