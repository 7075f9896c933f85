"""A phone enrolled after the backup is a stranger to the restored server; it joins again and nothing is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from server.cli import main
from server.database.entries import EntryRow, HeldRow, PhotoRow
from server.encryption import identity_text, make_identity
from server.field_day.line import Answer, Line
from server.operations.back_up import back_up
from server.operations.check_everything import check_everything
from server.operations.make_enrolment_code import make_enrolment_code
from sync.entry import base64url_decode
from tests.restoring.phones import SPKI_HEAD, LastCopy
from tests.servers import Place, ServerProcess, free_port, opened
from tests.world import make_world

RECORDS = 8


def restored(folder: Path, port: int) -> Place:
    place = Place(folder / "new")
    command = ["restore", str(folder / "stick"), "--identity", str(folder / "identity"), "--to", str(place.folder)]
    answer = CliRunner().invoke(main, command, env={"SANAD_PUBLIC_URL": f"http://127.0.0.1:{port}", "SANAD_DATA": ""})
    assert answer.exit_code == 0, answer.output
    return place


def settle(phone: LastCopy) -> None:
    for _ in range(20):
        is_quiet = phone.send() and not phone.phone.waiting() and not phone.phone.photos_waiting()
        if is_quiet and not phone.hand_in_again():
            return
    raise AssertionError("the phone does not come to rest")


def join_again(line: Line, phone: LastCopy, code: str, **expects: str) -> Answer:
    """As web/device/rejoining.ts does: the same key, a new code, and as whom it has recorded until now."""
    key, member = phone.phone.key, phone.phone.member
    named = {"election": member.election, "organisation": "shams", "observer": member.observer, **expects}
    asked = {"code": code, "jwk": key.jwk, "proof": key.sign(code.encode()), "expects": named, "app": "restoring"}
    return line.post("/api/v1/enrol", asked)


@pytest.mark.slow
def test_a_phone_enrolled_after_the_backup_joins_again_and_its_journal_goes_on(tmp_path: Path) -> None:
    identity, port = make_identity(), free_port()
    (tmp_path / "identity").write_text(identity_text(identity))
    (tmp_path / "old").mkdir()
    old = Place(tmp_path / "old")
    with opened(old) as (_, held):
        make_world(held)
        code = make_enrolment_code(held, "o-1", made_by="test").code
        neighbours = make_enrolment_code(held, "o-3", made_by="test").code
        server = ServerProcess(old, port)
        server.start()
        line = Line(server.url, connections=1)
        try:
            neighbour = LastCopy(line, neighbours, False)
            back_up(held, tmp_path / "stick", [identity.to_public()])
            phone = LastCopy(line, code, False)
            for _ in range(RECORDS):
                phone.write()
            settle(phone)
            assert len(phone.received) == RECORDS and phone.received_photos
        finally:
            server.kill()
    place = restored(tmp_path, port)
    server.place = place
    server.start()
    try:
        phone.write()
        assert _sync(line, phone)["code"] == "token-unknown"
        _carry(neighbour, phone)
        with opened(place) as (_, held):
            assert _held(held) == 2
            mine = make_enrolment_code(held, "o-1", made_by="test").code
        refused = join_again(line, phone, mine, observer="o-2")
        assert (refused.status, (refused.read() or {}).get("code")) == (409, "code-for-another")
        said = join_again(line, phone, mine).read() or {}
        assert said["device"] == phone.phone.device and said["observer"] == "o-1"
        phone.phone.member.token, phone.phone.cursor = said["token"], said["cursor"]
        # The former key leads to the new one with the first exchange after it.
        phone._follow(_sync(line, phone)["handover"])
        assert phone.server_spki == SPKI_HEAD + b"".join(base64url_decode(said["server_jwk"][part]) for part in "xy")
        phone.hand_in_again()
        settle(phone)
        assert phone.unable == 0
    finally:
        server.kill()
    with opened(place) as (_, held), held.engine.connect() as connection:
        rows = connection.execute(select(EntryRow.id, EntryRow.seq).where(EntryRow.device == phone.phone.device)).all()
        assert sorted(rows, key=lambda row: row.seq) == [(each.id, each.seq) for each in phone.phone.records]
        assert phone.received - {row.id for row in rows} == set()
        assert phone.received_photos - set(connection.execute(select(PhotoRow.digest)).scalars()) == set()
        assert _held(held) == 0 and check_everything(held)["broken"] == []


def _sync(line: Line, phone: LastCopy) -> dict[str, Any]:
    asked = {"protocol": 1, "entries": [], "cursor": phone.phone.cursor}
    return line.post("/api/v1/sync", asked, phone.phone.member.token).read() or {}


def _carry(neighbour: LastCopy, phone: LastCopy) -> None:
    """Another phone hands in the first two entries of a stranger: they wait apart until their author is known."""
    texts = [record.texts for record in phone.phone.records[:2]]
    asked = {"protocol": 1, "entries": texts, "cursor": ""}
    said = neighbour.line.post("/api/v1/sync", asked, neighbour.phone.member.token).read() or {}
    assert [each["verdict"] for each in said["verdicts"]] == ["held", "held"]


def _held(held) -> int:
    with held.engine.connect() as connection:
        return len(connection.execute(select(HeldRow.id)).all())
