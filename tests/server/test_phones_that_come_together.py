"""Frames that share a commit are judged as if each had come alone, and a phone that was revoked meanwhile is not."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from server.access import Reader
from server.database.entries import EntryRow, HeldRow, JournalRow, NamedPhotoRow, SignatureCheckRow
from server.operations.exchange_entries import exchange_entries
from server.operations.revoke_device import revoke_device
from server.operations.store_entries import Batch, store_batches, store_entries
from server.problems import Problem
from server.running import Running
from sync.entry import read_entry
from tests.builders import BuiltPhone, desk_reader
from tests.server.small_server import small_server
from tests.servers import how_often
from tests.sync.phones import ELECTION, SALT, Key, Phone

PHOTO = ("bP7t2PPWi8oeZKBQQSp-dGXKHEtv9-idDdtaqzf853A", 25, "image/jpeg")
TABLES = (EntryRow, SignatureCheckRow, JournalRow, HeldRow, NamedPhotoRow)


def texts_of(random: Random, phones: list[Phone]) -> list[list[str]]:
    """Chains with forks and gaps; some without a signature or with another's, some with a place nobody can read."""
    found = []
    for number in range(40):
        phone = random.choice(phones)
        odd: dict = random.choice(({}, {}, {}, {}, {"prev": random.choice(found)[3]} if found else {}, {"seq": -1}))
        photos = [list(PHOTO)] if number % 7 == 0 else []
        entry = phone.write("visit.open", {"salt": SALT, "number": number}, photos=photos, **odd)
        header, signature, body = entry.texts
        found.append([header, random.choice((signature, signature, "", "A" * 86)), body, entry.id])
        if random.random() < 0.3:
            found.append([header, signature, body, entry.id])
    if random.random() < 0.5:
        random.shuffle(found)
    return [each[:3] for each in found]


def tables(held: Running) -> dict[str, list]:
    with held.engine.connect() as connection:
        return {
            table.__tablename__: sorted(map(repr, connection.execute(select(table.__table__)).all()))
            for table in TABLES
        }


@pytest.mark.parametrize("seed", range(how_often(6, 20, 200)))
def test_many_at_once_are_stored_as_one_after_the_other(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    servers = []
    for name in ("alone", "together"):
        _, held, _ = small_server(tmp_path / name)
        phones = [BuiltPhone(held, number, f"o-{number}", "shams").phone for number in (1, 2, 3)]
        revoke_device(held, phones[2].key.device, "lost", desk_reader("shams"))
        servers.append(held)
    texts = texts_of(random, [*phones, Phone(Key(9), "stranger")])
    frames = [texts[at * 4 : at * 4 + 6] for at in range(10)] + [random.sample(texts, 9) for _ in range(6)]
    random.shuffle(frames)
    readings = [[read_entry(each, ELECTION) for each in frame] for frame in frames]
    batches = [Batch(each, f"carrier {at % 3}", at) for at, each in enumerate(readings)]
    alone, together = servers
    expected = [
        alone.write(lambda connection, b=b: store_entries(connection, b.readings, b.carrier, b.now_ms)) for b in batches
    ]
    found: list = []
    while len(found) < len(batches):
        some = batches[len(found) : len(found) + random.randint(1, 6)]
        found += together.write(lambda connection, some=some: store_batches(connection, some))
    assert found == expected
    assert _without_server(tables(together), together) == _without_server(tables(alone), alone)


def _without_server(found: dict[str, list], held: Running) -> dict[str, list]:
    """Without the revocation, which each server signed with its own key."""
    return {name: [row for row in rows if held.key.device not in row] for name, rows in found.items()}


def test_what_comes_after_a_revocation_was_committed_is_not_stored(tmp_path: Path) -> None:
    """The phone was let in before; the question whether it may is asked again where its entries are stored."""
    _, held, _ = small_server(tmp_path)
    built = BuiltPhone(held, 1, "amal", "shams")
    let_in = Reader("device", built.phone.key.device, "shams", observer="amal", token_digest="token of 1")
    frame = {"entries": [list(built.phone.write("visit.open", {"salt": SALT}).texts)]}
    assert exchange_entries(held, let_in, frame)["verdicts"]
    revoke_device(held, built.phone.key.device, "lost", desk_reader("shams"))
    before = tables(held)
    for late in (frame, {"entries": [list(built.phone.write("visit.open", {"salt": SALT}).texts)]}, {"entries": []}):
        with pytest.raises(Problem, match="token-revoked"):
            exchange_entries(held, let_in, late)
    assert tables(held) == before


def test_a_token_that_was_replaced_lets_nobody_in(tmp_path: Path) -> None:
    _, held, _ = small_server(tmp_path)
    built = BuiltPhone(held, 1, "amal", "shams")
    old = Reader("device", built.phone.key.device, "shams", observer="amal", token_digest="0" * 64)
    with pytest.raises(Problem, match="token-unknown"):
        exchange_entries(held, old, {"entries": [list(built.phone.write("visit.open", {"salt": SALT}).texts)]})
