"""The command says what is wrong in a line, works beside a running server, and keeps what it copies."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path
from shutil import copytree

import pytest
import urllib3
from click.testing import CliRunner

from server.cli import main
from server.config import WrongSettings, read_settings
from tests.server.lists import STATIONS
from tests.server.small_server import PASSWORD


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("command")
    made = run(folder / "data", "init", "--organisation", "shams", "--administrator", "layla", SANAD_PASSWORD=PASSWORD)
    assert made.exit_code == 0, made.output
    (folder / "stations.csv").write_text(STATIONS, encoding="utf-8")
    (folder / "observers.csv").write_text("badge,organisation,stations\nB-1,shams,138450-01\n", encoding="utf-8")
    for kind in ("stations", "observers"):
        taken = run(folder / "data", kind, "import", str(folder / f"{kind}.csv"), "--yes")
        assert taken.exit_code == 0, taken.output
    return folder


def run(data: Path, *arguments: str, **environ: str):
    settings = {"SANAD_DATA": str(data), "SANAD_PUBLIC_URL": "", "SANAD_PASSWORD": "", **environ}
    return CliRunner().invoke(main, list(arguments), env={**settings})


def as_json(data: Path, *arguments: str):
    answer = run(data, *arguments, "--json")
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.stdout)


def test_every_wrong_setting_is_named_at_once_and_the_exit_is_2(folder):
    answer = run(folder / "data", "check", SANAD_PUBLIC_URL="ftp://x", SANAD_PACK="atlantis", SANAD_PROXIES="many")
    assert answer.exit_code == 2
    assert all(name in answer.output for name in ("SANAD_PUBLIC_URL", "SANAD_PACK", "SANAD_PROXIES"))


def test_a_folder_with_nothing_in_it_says_how_to_begin(tmp_path):
    answer = run(tmp_path / "nothing", "stations", "list")
    assert answer.exit_code == 1 and "sanad init" in answer.output
    assert not (tmp_path / "nothing").exists()


def test_what_was_taken_in_is_listed(folder):
    assert [each["code"] for each in as_json(folder / "data", "stations", "list")] == ["138450-01", "138450-03"]
    observers = as_json(folder / "data", "observers", "list")
    assert [(each["organisation"], each["stations"]) for each in observers] == [("shams", ["138450-01"])]
    assert [each["name"] for each in as_json(folder / "data", "staff", "list")] == ["layla"]


def test_the_second_import_says_that_nothing_is_new(folder):
    answer = run(folder / "data", "stations", "import", str(folder / "stations.csv"))
    assert answer.exit_code == 0 and "0 new, 0 changed, 2 unchanged, 0 refused" in answer.output


def test_a_wrong_file_is_told_in_a_sentence(folder):
    (folder / "wrong.csv").write_bytes(b"%PDF-1.7")
    answer = run(folder / "data", "stations", "import", str(folder / "wrong.csv"))
    assert (
        answer.exit_code == 1
        and answer.output.startswith("Error: This is not a list")
        and "\n  File" not in answer.output
    )


def test_nothing_is_taken_in_without_a_yes(folder):
    (folder / "more.csv").write_text(STATIONS.replace("138450", "138451"), encoding="utf-8")
    assert run(folder / "data", "stations", "import", str(folder / "more.csv")).exit_code == 1
    assert len(as_json(folder / "data", "stations", "list")) == 2


def test_a_code_is_made_for_an_observer_by_badge_and_a_slip_is_written(folder):
    made = as_json(folder / "data", "enrol", "B-1", "--slip", str(folder / "slip.html"))
    assert set(made) == {"code", "link", "expires_ms"}
    slip = (folder / "slip.html").read_text(encoding="utf-8")
    assert made["link"] in slip and "<svg" in slip and all(f'lang="{each}"' in slip for each in ("ar", "ckb", "en"))
    assert run(folder / "data", "enrol", "nobody").exit_code == 1


def test_a_weak_password_and_a_taken_name_are_refused(folder):
    add = ("staff", "add", "layla", "--organisation", "shams", "--role", "clerk")
    assert run(folder / "data", *add, SANAD_PASSWORD="password1234").exit_code == 1
    assert "already in use" in run(folder / "data", *add, SANAD_PASSWORD=PASSWORD).output


def test_what_is_damaged_is_named_and_the_exit_is_1(folder):
    copytree(folder / "data", folder / "damaged")
    connection = sqlite3.connect(folder / "damaged" / "sanad.db")
    connection.execute("UPDATE entries SET body = ? WHERE idx = 0", (b'{"salt":"x"}',))
    connection.commit()
    connection.close()
    answer = run(folder / "damaged", "check")
    assert answer.exit_code == 1 and "broken" in answer.output


def test_rebuilding_changes_nothing(folder):
    before = as_json(folder / "data", "check")["state_digest"]
    assert run(folder / "data", "projections", "rebuild").exit_code == 0
    assert as_json(folder / "data", "check")["state_digest"] == before


def test_one_server_a_folder_commands_beside_it_and_an_end_when_told(folder):
    port = free_port()
    environ = {**os.environ, "SANAD_DATA": str(folder / "data"), "SANAD_PUBLIC_URL": ""}
    command = [sys.executable, "-c", "from server.cli import main; main()", "serve", "--port", str(port)]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as server:
        try:
            assert f"http://127.0.0.1:{port}".encode() in server.stdout.readline()
            # The line is said by the worker a moment before it listens.
            patient = urllib3.Retry(total=None, connect=100, backoff_factor=0.05, backoff_max=0.2)
            answer = urllib3.request("GET", f"http://127.0.0.1:{port}/healthz", retries=patient, timeout=30)
            assert answer.json() == {"ok": True}
            second = run(folder / "data", "serve", "--port", str(free_port()))
            assert second.exit_code == 1 and "already running" in second.output
            other = run(folder / "other", "serve", "--port", str(port))
            assert other.exit_code == 1 and "cannot listen" in other.output
            assert as_json(folder / "data", "enrol", "B-1")["link"].startswith(f"http://127.0.0.1:{port}/join#")
        finally:
            server.send_signal(signal.SIGTERM)
            assert server.wait(30) == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_proxies_are_a_small_number():
    assert read_settings({"SANAD_PROXIES": "1"}).proxies == 1
    with pytest.raises(WrongSettings, match="SANAD_PROXIES"):
        read_settings({"SANAD_PROXIES": "-1"})
