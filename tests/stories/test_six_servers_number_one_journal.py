"""Six servers take entries in at once on one PostgreSQL; whoever follows by a cursor misses none of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import pytest
from sqlalchemy import Connection, select, text

from server.access import Reader
from server.database.engine import reading
from server.database.entries import EntryRow
from server.operations import store_entries
from server.operations.check_everything import check_everything
from server.operations.exchange_entries import exchange_entries
from server.operations.fold_entries import fold_entries
from server.operations.send_message import send_message
from server.running import Running
from tests.builders import desk_reader
from tests.postgresql import Cluster
from tests.servers import Place, how_often, opened
from tests.sync.phones import Key, Phone
from tests.two_machines import copy_keys
from tests.world import MORNING_MS, add_device, make_world

WRITERS, ENTRIES_A_BATCH, MESSAGE_EVERY = 6, 10, 5
BATCHES = how_often(10, 20, 150)
BODY = {"station": "138450-03", "at_ms": MORNING_MS}


@dataclass
class Following:
    """What somebody saw who asked again and again for what comes after the last thing seen."""

    seen: set[str] = field(default_factory=set)
    since: int = 0
    cursor: str = ""

    def entries(self, held: Running) -> None:
        """As mirrors and the log follow: by the place in the journal."""
        with reading(held.engine) as connection:
            asked = select(EntryRow.idx, EntryRow.id).where(EntryRow.idx >= self.since).order_by(EntryRow.idx)
            rows = connection.execute(asked).all()
        self.seen.update(row.id for row in rows)
        self.since = rows[-1].idx + 1 if rows else self.since

    def messages(self, held: Running, carrier: Reader) -> None:
        """As a phone follows: by the cursor of its exchanges."""
        answer = exchange_entries(held, carrier, {"entries": [], "cursor": self.cursor})
        self.seen.update(body for _, _, body in answer["entries"])
        self.cursor = str(answer["cursor"])


@pytest.fixture
def servers(tmp_path: Path, cluster: Cluster) -> Iterator[list[Running]]:
    url = cluster.new_database()
    places = [Place(tmp_path / f"web-{number}", url) for number in range(WRITERS)]
    with ExitStack() as stack:
        running = []
        for place in places:
            place.folder.mkdir()
            if place is not places[0]:
                copy_keys(places[0], place)
            running.append(stack.enter_context(opened(place))[1])
            if place is places[0]:
                make_world(running[0])
        yield running


def carrier_of(key: Key, observer: str) -> Reader:
    return Reader(
        "device", id=key.device, organisation="shams", observer=observer, token_digest=f"token of {key.device}"
    )


def hand_in(held: Running, phone: Phone, has_messages: bool) -> None:
    for batch in range(BATCHES):
        texts = [list(phone.write("visit.open", BODY).texts) for _ in range(ENTRIES_A_BATCH)]
        answer = exchange_entries(held, carrier_of(phone.key, phone.observer), {"entries": texts, "cursor": ""})
        assert [each["verdict"] for each in answer["verdicts"]] == ["stored"] * ENTRIES_A_BATCH
        if has_messages and batch % MESSAGE_EVERY == 0:
            send_message(held, "o-1", f"message {batch} of {phone.key.device}", desk_reader())


def everybody_writes(servers: list[Running], follow: Callable[[], None], has_messages: bool = True) -> None:
    """Until all six are done and everything that was committed has been asked for once more."""
    phones = [Phone(Key(5000 + number), "o-1", clock_ms=MORNING_MS) for number in range(WRITERS)]
    for phone in phones:
        add_device(servers[0], phone.key, "o-1")
    done = Event()

    def following() -> None:
        while not done.is_set():
            follow()

    with ThreadPoolExecutor(WRITERS + 1) as threads:
        watching = threads.submit(following)
        writing = [
            threads.submit(hand_in, held, phone, has_messages) for held, phone in zip(servers, phones, strict=True)
        ]
        try:
            for each in writing:
                each.result()
        finally:
            done.set()
        watching.result()
    follow()


def stored(held: Running) -> set[str]:
    with reading(held.engine) as connection:
        return set(connection.execute(select(EntryRow.id)).scalars())


def numbered_by(monkeypatch: pytest.MonkeyPatch, last_index: Callable[[Connection], list]) -> None:
    """Now and then a machine halts between a number and its commit, for as long as a loaded disk may take."""

    def ask(connection: Connection) -> list:
        found = last_index(connection)
        connection.execute(text("SELECT pg_sleep(CASE WHEN random() < 0.1 THEN 0.15 ELSE 0 END)"))
        return found

    monkeypatch.setattr(store_entries, "_LAST_INDEX", SimpleNamespace(ask=ask))


def test_no_entry_and_no_message_is_missed_by_whoever_follows_by_a_cursor(
    servers: list[Running], monkeypatch: pytest.MonkeyPatch
) -> None:
    numbered_by(monkeypatch, store_entries._LAST_INDEX.ask)
    journal, inbox = Following(), Following()
    reader = Key(5100)
    add_device(servers[0], reader, "o-1")

    def follow() -> None:
        journal.entries(servers[0])
        fold_entries(servers[1])
        inbox.messages(servers[2], carrier_of(reader, "o-1"))

    everybody_writes(servers, follow)
    missed = stored(servers[0]) - journal.seen
    messages = WRITERS * len(range(0, BATCHES, MESSAGE_EVERY))
    print(f"{len(journal.seen)} entries by six writers: {len(missed)} missed; {len(inbox.seen)} of {messages} messages")
    assert missed == set() and len(journal.seen) == WRITERS * BATCHES * ENTRIES_A_BATCH + messages
    assert len(inbox.seen) == messages
    assert check_everything(servers[0])["broken"] == []


def test_the_control_numbers_without_the_lock_and_is_caught_missing_entries(
    servers: list[Running], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a column that counts by itself would do it: numbers are given in one order and committed in another."""
    create = text(f"CREATE SEQUENCE counting INCREMENT {ENTRIES_A_BATCH} MINVALUE 0 START 0")
    servers[0].write(lambda connection: connection.execute(create) and None)
    monkeypatch.setattr(store_entries, "lock_numbering", lambda connection: None)
    numbered_by(monkeypatch, counted)
    journal = Following()

    everybody_writes(servers, lambda: journal.entries(servers[0]), has_messages=False)
    there = stored(servers[0])
    assert len(there) == WRITERS * BATCHES * ENTRIES_A_BATCH
    print(f"without the lock {len(there - journal.seen)} of {len(there)} missed")
    assert there - journal.seen


def counted(connection: Connection) -> list[SimpleNamespace]:
    return [SimpleNamespace(index=connection.execute(text("SELECT nextval('counting')")).scalar_one() - 1)]
