"""An organisation confirms its phones with a key of its own: what the server alone says of a phone is shown as such."""

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from server.cli import main
from server.database.engine import reading
from server.operations.countersign import KeyKnown, bring_confirmed, trust_organisation_key, unconfirmed_batch
from server.operations.enrol_device import enrol_device
from server.operations.fold_entries import fold_entries, rebuild_projections
from server.operations.make_enrolment_code import make_enrolment_code
from server.operations.revoke_device import revoke_device
from server.operations.seal_checkpoint import seal_checkpoint
from server.operations.sign_entry import append_entry
from server.organisation_key import BadBatch, entries_needed, sign_batch
from server.projections.countersigned import CountersignedRow, confirmed_devices, coverage
from server.server_key import make_key
from tests.builders import desk_reader

NOW_MS = 1_795_330_000_000


def enrolled(held, observer):
    key = make_key()
    code = make_enrolment_code(held, observer, made_by="test").code
    enrol_device(held, {"code": code, "jwk": key.jwk, "proof": key.sign(code.encode()), "app": "test"})
    return key


def confirmed(held, *keys):
    with reading(held.engine) as connection:
        found = confirmed_devices(connection, [key.device for key in keys])
    return [key.device in found for key in keys]


def sign(held, batch, key):
    return sign_batch(batch, key, NOW_MS, [held.clock.random_text(16) for _ in range(entries_needed(batch))])


@pytest.fixture
def shams(world):
    """The key of the organisation shams, taken in by the server."""
    _, held = world
    key = make_key()
    trust_organisation_key(held, "shams", key.jwk)
    return key


def test_a_phone_is_confirmed_once_its_organisation_signed_for_it(world, shams):
    _, held = world
    first, second = enrolled(held, "o-1"), enrolled(held, "o-3")
    assert confirmed(held, first, second) == [False, False]
    verdicts = bring_confirmed(held, sign(held, unconfirmed_batch(held, "shams"), shams))
    assert [each["verdict"] for each in verdicts] == ["stored"]
    later = enrolled(held, "o-5")
    assert confirmed(held, first, second, later) == [True, True, False]
    with reading(held.engine) as connection:
        (one,) = coverage(connection)
    assert (one.organisation, one.key, one.phones, one.confirmed) == ("shams", shams.device, 3, 2)


def test_a_second_batch_holds_only_what_is_new_and_goes_on_in_the_same_journal(world, shams):
    _, held = world
    enrolled(held, "o-1")
    bring_confirmed(held, sign(held, unconfirmed_batch(held, "shams"), shams))
    lost = enrolled(held, "o-3")
    revoke_device(held, lost.device, "lost", desk_reader("shams"))
    batch = unconfirmed_batch(held, "shams")
    assert [json.loads(each["header"])["kind"] for each in batch["entries"]] == ["device.enrol", "device.revoke"]
    assert batch["seq"] == 1 and batch["prev"]
    verdicts = bring_confirmed(held, sign(held, batch, shams))
    assert [each["verdict"] for each in verdicts] == ["stored"]
    assert unconfirmed_batch(held, "shams")["entries"] == []


def test_the_same_signed_batch_twice_changes_nothing(world, shams):
    _, held = world
    enrolled(held, "o-1")
    signed = sign(held, unconfirmed_batch(held, "shams"), shams)
    bring_confirmed(held, signed)
    assert [each["verdict"] for each in bring_confirmed(held, signed)] == ["duplicate"]


def test_an_organisation_cannot_confirm_another_s_phone(world, shams):
    _, held = world
    tammuz = make_key()
    trust_organisation_key(held, "tammuz", tammuz.jwk)
    theirs = enrolled(held, "o-2")
    batch = unconfirmed_batch(held, "tammuz")
    with pytest.raises(BadBatch):
        sign(held, {**batch, "organisation": "shams", "device": shams.device}, shams)
    mine = unconfirmed_batch(held, "shams")
    foreign = [each["id"] for each in batch["entries"]]
    forged = forge(held, mine, shams, foreign)
    bring_confirmed(held, forged)
    assert confirmed(held, theirs) == [False]


def forge(held, batch, key, ids):
    """A signed batch that names entries of somebody else, as a changed program would make it."""
    from sync.entry import compose
    from sync.signature import signing_input

    header = {"v": 1, "election": batch["election"], "device": key.device, "seq": 1, "kind": "device.countersign"}
    header_text, body_text = compose(header, {"salt": held.clock.random_text(16), "entries": ids})
    texts = [header_text, key.sign(signing_input(header_text.encode())), body_text]
    return {"format": "sanad-countersigned/1", "organisation": batch["organisation"], "entries": [texts]}


def test_an_organisation_s_key_may_say_nothing_else(world, shams):
    from sqlalchemy import select

    from server.projections.claims import ClaimRow
    from sync.entry import compose
    from sync.signature import signing_input

    _, held = world
    enrolled(held, "o-1")
    header = {"v": 1, "election": "iq-2026", "device": shams.device, "seq": 1, "kind": "message.send"}
    header_text, body_text = compose(header, {"salt": held.clock.random_text(16), "to": "o-1", "text": "go home"})
    texts = [header_text, shams.sign(signing_input(header_text.encode())), body_text]
    bring_confirmed(held, {"format": "sanad-countersigned/1", "organisation": "shams", "entries": [texts]})
    with reading(held.engine) as connection:
        row = connection.execute(select(ClaimRow.bucket, ClaimRow.why).where(ClaimRow.device == shams.device)).one()
    assert tuple(row) == ("quarantined", "not-for-observers")


def test_a_rebuild_confirms_the_same_phones(world, shams):
    _, held = world
    phone = enrolled(held, "o-1")
    bring_confirmed(held, sign(held, unconfirmed_batch(held, "shams"), shams))
    rebuild_projections(held)
    assert confirmed(held, phone) == [True]


def test_a_key_is_not_replaced_silently(world, shams):
    _, held = world
    other = make_key()
    with pytest.raises(KeyKnown):
        trust_organisation_key(held, "shams", other.jwk)
    trust_organisation_key(held, "shams", other.jwk, is_new=True)
    enrolled(held, "o-1")
    assert unconfirmed_batch(held, "shams")["device"] == other.device


@pytest.mark.parametrize("spoil", ["id", "header", "body"])
def test_a_batch_that_was_changed_on_the_way_is_not_signed(world, shams, spoil):
    _, held = world
    enrolled(held, "o-1")
    batch = unconfirmed_batch(held, "shams")
    batch["entries"][0][spoil] += " "
    with pytest.raises(BadBatch):
        sign(held, batch, shams)


def test_what_was_signed_names_the_checkpoint_the_organisation_was_shown(world, shams):
    _, held = world
    enrolled(held, "o-1")
    checkpoint = seal_checkpoint(held)
    signed = sign(held, unconfirmed_batch(held, "shams"), shams)
    assert json.loads(signed["entries"][0][0])["seen"][0] == checkpoint.size


def test_the_commands_do_it_from_key_to_log(tmp_path, monkeypatch):
    monkeypatch.setenv("SANAD_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SANAD_PASSWORD", "a long walk to the river")
    run = CliRunner()

    def sanad(*words):
        done = run.invoke(main, list(words), catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output

    sanad("demo", "--observers", "3")
    code = json.loads(sanad("organisations", "list", "--json"))[0]["id"]
    key, batch, signed = (str(tmp_path / name) for name in ("org.pem", "batch.json", "signed.json"))
    sanad("organisation", "key", key)
    sanad("organisation", "trust", code, f"{key}.pub")
    (tmp_path / "batch.json").write_text(sanad("organisation", "pending", code))
    sanad("organisation", "sign", batch, "--key", key, "--yes", "--to", signed)
    assert "0 entries" in sanad("organisation", "bring", signed)


def countersigned(held):
    with reading(held.engine) as connection:
        return sorted(map(tuple, connection.execute(select(CountersignedRow.id, CountersignedRow.idx))))


def test_a_replaced_key_confirms_nothing_any_more(world, shams):
    _, held = world
    phone = enrolled(held, "o-1")
    batch = unconfirmed_batch(held, "shams")
    trust_organisation_key(held, "shams", make_key().jwk, is_new=True)
    assert [each["verdict"] for each in bring_confirmed(held, sign(held, batch, shams))] == ["stored"]
    assert confirmed(held, phone) == [False]
    rebuild_projections(held)
    assert confirmed(held, phone) == [False]


def test_the_newest_key_counts_even_when_the_clock_was_set_back(world, shams, monkeypatch):
    _, held = world
    earlier_ms = held.clock.now_ms() - 3_600_000
    monkeypatch.setattr(held.clock, "now_ms", lambda: earlier_ms)
    newest = make_key()
    trust_organisation_key(held, "shams", newest.jwk, is_new=True)
    assert unconfirmed_batch(held, "shams")["device"] == newest.device
    with reading(held.engine) as connection:
        assert [each.key for each in coverage(connection)] == [newest.device]


def test_the_server_s_own_key_is_no_organisation_s(world):
    _, held = world
    with pytest.raises(KeyKnown):
        trust_organisation_key(held, "shams", held.key.jwk)


def test_what_is_confirmed_twice_stands_where_it_was_confirmed_first(world, shams):
    _, held = world
    enrolled(held, "o-1")
    first = unconfirmed_batch(held, "shams")
    bring_confirmed(held, sign(held, first, shams))
    enrolled(held, "o-3")
    second = unconfirmed_batch(held, "shams")
    bring_confirmed(held, sign(held, {**second, "entries": first["entries"] + second["entries"]}, shams))
    before = countersigned(held)
    rebuild_projections(held)
    assert countersigned(held) == before


def test_nothing_is_confirmed_before_it_is_there(world, shams, monkeypatch):
    """A server can foresee the id of an enrolment that it will write; folded together or apart, it must not count."""
    _, held = world
    monkeypatch.setattr(held.clock, "random_text", lambda count: "A" * 22)
    monkeypatch.setattr(held.clock, "now_ms", lambda: NOW_MS)
    body = {"device": "foreseen", "observer": "o-1", "organisation": "shams"}

    def foresee(connection):
        about = {"by": "server", "organisation": "shams", "role": "server"}
        found.append(append_entry(held, connection, kind="device.enrol", body=body, **about))
        if len(found) == 1:
            raise KeyError  # rolled back: known before it stands

    found = []
    with pytest.raises(KeyError):
        held.write(foresee)
    bring_confirmed(held, forge(held, unconfirmed_batch(held, "shams"), shams, found))
    held.write(foresee)
    fold_entries(held)
    assert found[0] == found[1]
    assert countersigned(held) == []
    rebuild_projections(held)
    assert countersigned(held) == []
