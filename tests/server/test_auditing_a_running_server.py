"""Anyone can audit a server while it runs: by its address, and where its data lies."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import urllib3
from sqlalchemy import select, update

from server.audit.audit_place import audit_place
from server.database.entries import EntryRow
from server.operations.copy_evidence import copy_evidence
from server.standalone import verify
from tests.running_server import RunningServer, running_server
from tests.servers import Place

SEALED_WITHIN_S = 20


def await_sealed(server: RunningServer, size: int) -> None:
    until = time.monotonic() + SEALED_WITHIN_S
    with urllib3.PoolManager() as pool:
        while time.monotonic() < until:
            answer = pool.request("GET", f"{server.process.url}/log/checkpoint")
            if answer.status == 200 and int(answer.data.decode().split("\n")[1]) >= size:
                return
            time.sleep(0.1)
    raise AssertionError("the log does not follow")


def test_a_running_server_is_audited_by_its_address_and_in_its_folder(server):
    phone = server.phone()
    verdicts = phone.hand_in([phone.incident(text=f"number {number}") for number in range(20)])
    await_sealed(server, max(each["index"] for each in verdicts) + 1)
    for audit in (verify.check, audit_place):
        found = audit(server.process.url)
        assert found.wrong == [] and "leaves of" in found.checked[0], json.dumps(found.wrong)
    assert _audited_in_its_folder(server)["wrong"] == []
    if not server.process.place.database_url:
        # PostgreSQL is no file that one could read without its settings.
        for audit in (verify.check, audit_place):
            assert audit(str(server.process.place.folder)).wrong == []


def test_a_server_that_takes_in_meanwhile_is_not_accused(server, tmp_path):
    phone, ended = server.phone(), threading.Event()
    phone.hand_in([phone.visit()])

    def go_on() -> None:
        while not ended.is_set():
            phone.hand_in([phone.incident(text="what was seen")])
            ended.wait(0.05)

    others = threading.Thread(target=go_on)
    others.start()
    try:
        for number in range(3):
            assert _audited_in_its_folder(server)["wrong"] == []
            if not server.process.place.database_url:
                assert verify.check(str(server.process.place.folder)).wrong == []
                copy_evidence(server.held, tmp_path / f"copy-{number}")
                assert audit_place(str(tmp_path / f"copy-{number}")).wrong == []
    finally:
        ended.set()
        others.join()


def test_a_log_kept_elsewhere_is_found_by_the_settings(tmp_path):
    place = Place(tmp_path / "data", more={"SANAD_LOG_STORE": str(tmp_path / "log")})
    with running_server(place) as server:
        phone = server.phone()
        (verdict,) = phone.hand_in([phone.visit()])
        await_sealed(server, verdict["index"] + 1)
        assert _audited_in_its_folder(server)["wrong"] == []


def test_what_was_changed_behind_a_running_server_is_named(server):
    phone = server.phone()
    (verdict,) = phone.hand_in([phone.incident(text="what was seen")])
    await_sealed(server, verdict["index"] + 1)
    changed = f"entry {verdict['index']}: header and body are not what was signed"
    assert not any(sentence.startswith(changed) for sentence in _audited_in_its_folder(server)["wrong"])
    with _body_changed(server.held, verdict["id"], b'{"text":"what was never seen"}'):
        assert any(sentence.startswith(changed) for sentence in _audited_in_its_folder(server)["wrong"])


def _audited_in_its_folder(server: RunningServer) -> dict:
    folder = str(server.process.place.folder)
    command = [str(Path(sys.executable).parent / "sanad"), "verify", folder, "--json"]
    done = subprocess.run(command, env=os.environ | server.process.place.environ, capture_output=True, text=True)
    return json.loads(done.stdout)


@contextmanager
def _body_changed(held, identity: str, body: bytes):
    """For as long as it lasts the journal says something else than was signed."""
    found = select(EntryRow.body).where(EntryRow.id == identity)
    with held.engine.connect() as connection:
        true = connection.execute(found).scalar_one()
    write = update(EntryRow).where(EntryRow.id == identity)
    held.write(lambda connection: connection.execute(write.values(body=body)) and None)
    try:
        yield
    finally:
        held.write(lambda connection: connection.execute(write.values(body=true)) and None)
