"""Anyone can audit a server while it runs: by its address, and where its data lies."""

from __future__ import annotations

import json
import time

import urllib3

from server.audit.audit_place import audit_place
from server.standalone import verify
from tests.running_server import RunningServer

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
    if server.process.place.database_url:
        return  # PostgreSQL is no file; its log is audited like any other
    for audit in (verify.check, audit_place):
        assert audit(str(server.process.place.folder)).wrong == []
