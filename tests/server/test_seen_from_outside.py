"""What the outside may know: that it runs, that it is ready, an id of each request. Figures only this machine."""

from __future__ import annotations

import json
import re
import socket
from itertools import pairwise
from pathlib import Path

import pytest
import urllib3

from server import create_app
from server.config import WrongSettings, read_settings
from server.database.engine import writing
from server.disk_room import Reserve
from server.http.request_lines import Ids, RequestLines, line_of
from server.watch import readiness, write_probe
from tests.server.small_server import SetClock, small_server
from tests.servers import Place, ServerProcess, free_port, opened

OURS = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def held(tmp_path):
    with opened(Place(tmp_path), SetClock()) as (app, held):
        held.app = app
        yield held


def ready(held) -> tuple[int, object]:
    answer = held.app.test_client().get("/readyz")
    return answer.status_code, answer.get_json()


def test_a_ready_server_says_one_word(held):
    assert ready(held) == (200, {"ok": True})
    assert readiness.reasons(held) == []


def test_a_server_that_cannot_write_is_not_ready_and_does_not_say_why(held, monkeypatch):
    monkeypatch.setattr(write_probe, "PATIENCE_S", 0.2)
    with writing(held.engine, held.settings.folder / "write.lock"):
        assert ready(held) == (503, {"ok": False})
        assert readiness.reasons(held) == ["write"]


def test_a_server_without_room_for_text_is_not_ready(held, monkeypatch):
    monkeypatch.setattr("server.disk_room.FOR_DESK", Reserve(101, 2**62))
    assert readiness.reasons(held) == ["disk"]


def test_a_server_on_another_schema_is_not_ready(held):
    for change in ("UPDATE alembic_version SET version_num = '0001'", "DROP TABLE alembic_version"):
        held.write(lambda connection, change=change: connection.exec_driver_sql(change) and None)
        assert readiness.reasons(held) == ["schema"]


def test_a_server_whose_key_was_taken_away_is_not_ready(held):
    held.settings.key_file.unlink()
    assert readiness.reasons(held) == ["key"]


def test_many_who_ask_cost_one_write_a_second(held, monkeypatch):
    written = []
    whole = held.writer.write
    monkeypatch.setattr(held.writer, "write", lambda job, alone=False: written.append(1) or whole(job, alone))
    assert {ready(held)[0] for _ in range(50)} == {200}
    assert 1 <= len(written) <= 3  # 50 times within one second, or two on a slow machine


def id_of(app, **headers: str) -> str:
    return app.test_client().get("/healthz", headers={"X-Request-Id": OURS, **headers}).headers["X-Request-Id"]


def test_an_id_is_taken_from_a_proxy_of_ours_and_from_nobody_else(tmp_path):
    for proxies, expected in (("0", False), ("1", True)):
        app = create_app(read_settings({"SANAD_DATA": str(tmp_path / proxies), "SANAD_PROXIES": proxies}), SetClock())
        assert (id_of(app) == OURS) is expected
        assert id_of(app, **{"X-Request-Id": "07701234567"}) != "07701234567"
        assert id_of(app, **{"X-Request-Id": f"{OURS}\tx"}) != OURS


def test_ids_do_not_repeat_and_do_not_count():
    ids = Ids(SetClock())
    some = [ids.next() for _ in range(10_000)]
    assert len(set(some)) == 10_000 and all(re.fullmatch("[0-9a-f]{16}", each) for each in some)
    steps = {int(second, 16) - int(first, 16) for first, second in pairwise(some)}
    assert 1 not in steps


def test_an_error_page_shows_the_id_that_stands_in_the_log(tmp_path):
    app, _, _ = small_server(tmp_path)
    answer = app.test_client().get("/nothing-here", headers={"Accept": "text/html"})
    assert answer.status_code == 404 and answer.headers["X-Request-Id"] in answer.text


def test_a_line_of_the_log_is_json():
    line = json.loads(line_of(1_795_327_200_000, "ab", "GET", "/incidents/<subject>", "200", 0.0123))
    assert (line["route"], line["ms"]) == ("/incidents/<subject>", 12.3)
    assert line["timestamp"] == "2026-11-22T06:00:00.000+00:00"


def test_lines_of_a_stuck_log_are_dropped_and_not_kept_for_ever():
    lines = RequestLines()
    lines.add(("ab", "GET", "/", "200", 0.0, 0.0))
    assert len(lines._answered) == 0, "without a reader nothing is put down"
    assert lines._answered.maxlen


def test_figures_stand_on_a_port_of_this_machine_and_on_no_other(tmp_path):
    private = free_port()
    with opened(Place(tmp_path)):
        process = ServerProcess(Place(tmp_path), settings={"SANAD_PRIVATE_PORT": str(private)})
        process.start()
    pool = urllib3.PoolManager(retries=False, timeout=10)
    here = f"http://127.0.0.1:{private}"
    try:
        assert pool.request("GET", f"{process.url}/metrics").status == 404
        assert json.loads(pool.request("GET", f"{process.url}/readyz").data) == {"ok": True}
        assert b"sanad_ready 1.0" in pool.request("GET", f"{here}/metrics").data
        told = json.loads(pool.request("GET", f"{here}/readyz").data)
        assert set(told) == {"ok", "reasons", "lights"} and told["lights"]["backup"] in ("look", "bad")
        assert pool.request("GET", f"{here}/healthz").status == 200
        assert pool.request("GET", f"{here}/anything").status == 404
        assert pool.request("GET", f"{here}/metrics", headers={"Host": "evil.example"}).status == 403
        assert pool.request("POST", f"{here}/metrics").status == 501
        assert listening_on(private) == {"127.0.0.1"}
    finally:
        process.kill()


def listening_on(port: int) -> set[str]:
    """Addresses at which something listens on the port, as the kernel lists them."""
    found = set()
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        local, state = line.split()[1], line.split()[3]
        address, number = local.split(":")
        if state == "0A" and int(number, 16) == port:
            found.add(socket.inet_ntoa(bytes.fromhex(address)[::-1]))
    return found


def test_a_private_port_that_is_no_port_is_refused():
    with pytest.raises(WrongSettings, match="SANAD_PRIVATE_PORT"):
        read_settings({"SANAD_PRIVATE_PORT": "lots"})
