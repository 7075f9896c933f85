"""Through a whole day, with faults and strangers: nothing private stands in the log, the figures or an error page."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest
import urllib3
from sqlalchemy import text

from server.demo import make_demo
from server.field_day.command import Plan, simulate
from server.running import Running
from tests.canaries import CANARIES, forms, found, named
from tests.canary_day import CanaryDay, Told
from tests.servers import Place, ServerProcess, free_port, is_long_run, opened

OTHER = "meezan"
# The register is everybody's, and this observer is that organisation's own.
REGISTER = ("station", "centre in Arabic", "centre in Kurdish", "centre in English")
NOT_OURS = (*REGISTER, "pseudonym of another organisation")
# A server with one line too many: the control of everything below.
LEAKY = """
import sys
from server.http import request_lines
whole = request_lines.RequestsTold.__call__
def told(self, environ, start_response):
    said = " ".join(str(environ.get(name, "")) for name in sorted(environ) if name.isupper())
    print(said, file=sys.stderr, flush=True)
    return whole(self, environ, start_response)
request_lines.RequestsTold.__call__ = told
from server.cli import main
main(["serve", "--port", sys.argv[1]])
"""


@dataclass
class Left:
    """What the day left behind: texts by where they stand, and everything that must not stand there."""

    texts: dict[str, str]
    told: dict[str, Told]
    marked: dict[str, str]
    secrets: dict[str, str]

    @property
    def log(self) -> str:
        return self.texts["the log"]


def leaky(port: int) -> list[str]:
    return [sys.executable, "-c", LEAKY, str(port)]


@contextmanager
def lived(folder: Path, command: Callable[[int], list[str]] | None = None, observers: int = 4) -> Iterator[Left]:
    """A simulated day, and beside it the marked one, on a server with a private port behind a proxy of ours."""
    place, private = Place(folder), free_port()
    with opened(place) as (_, held):
        made = make_demo(held, stations=60, observers=20)
        settings = {"SANAD_PROXIES": "1", "SANAD_PRIVATE_PORT": str(private)}
        process = ServerProcess(place, settings=settings)
        if command:
            process.command = command
        process.start()
        try:
            day = CanaryDay(held, process.url, made.staff, OTHER)
            simulate(process.url, Plan(speed=0, lively=4, threads=2, until="15:00"), held=held, observers=observers)
            day.work_and_be_attacked()
            figures = [asked(private, "/metrics"), asked(private, "/readyz")]
            day.break_the_server()
            figures += [asked(private, "/metrics"), asked(private, "/readyz")]
            if not command:
                await_told(folder / "server.log")  # a thread of its own writes them, a moment later
            marked = {**CANARIES, **day.secrets, **of_the_simulation(held, [each.password for each in made.staff])}
        finally:
            process.stop()
            process.kill()
    log = (folder / "server.log").read_text(encoding="utf-8")
    figured = {f"figures {at}": each for at, each in enumerate(figures)}
    yield Left({"the log": log, **figured}, day.answers, marked, day.secrets)


def await_told(log: Path) -> None:
    """Until every request that ended in a fault has its line, ten seconds at most: then a test says what lacks."""
    for _ in range(200):
        events = events_of(log.read_text(encoding="utf-8"))
        told = {each["request"]: each["status"] for each in events if each["event"] == "request"}
        if 503 in told.values() and faults_of(events) <= told.keys():
            return
        time.sleep(0.05)


def events_of(log: str) -> list[dict[str, Any]]:
    """Its whole lines; the last one may be half written."""
    return [json.loads(line) for line in log.splitlines() if line.startswith("{") and line.endswith("}")]


def faults_of(events: list[dict[str, Any]]) -> set[str]:
    return {each["request"] for each in events if each["event"] in ("fault", "database")}


def asked(port: int, path: str) -> str:
    with urllib3.PoolManager(retries=False, timeout=20) as pool:
        return pool.request("GET", f"http://127.0.0.1:{port}{path}").data.decode()


def of_the_simulation(held: Running, passwords: list[str]) -> dict[str, str]:
    """Everybody and every place of the demonstration too: pseudonyms, badges, stations, centres, staff, photos."""
    questions = {
        "observer": "SELECT id FROM observers", "badge": "SELECT badge FROM observers",
        "staff": "SELECT id FROM staff", "account": "SELECT name FROM staff", "device": "SELECT id FROM devices",
        "station": "SELECT code FROM stations", "centre": "SELECT name_ar FROM centres",
        "photo": "SELECT digest FROM photos", "entry": "SELECT id FROM entries",
    }  # fmt: skip
    with held.engine.connect() as connection:
        found = {name: list(connection.execute(text(question)).scalars()) for name, question in questions.items()}
    found["password"] = passwords
    return {key: each for name, values in found.items() for key, each in named(name, values).items() if len(each) > 5}


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Left]:
    observers = 20 if is_long_run() or os.environ.get("CI") else 4
    with lived(tmp_path_factory.mktemp("canaries"), observers=observers) as found:
        yield found


def test_thirty_marked_strings_and_all_of_the_day_stand_nowhere(left: Left) -> None:
    assert len(CANARIES) >= 30 and len(left.marked) > 200
    assert found(left.texts, left.marked) == []


def test_nobody_is_told_what_they_did_not_say_themselves(left: Left) -> None:
    """Pages and problems of strangers, of another organisation, of phones: only their own address may come back."""
    assert len(left.told) > 20
    private = {name: each for name, each in {**CANARIES, **left.secrets}.items() if name not in NOT_OURS}
    hits = []
    for place, each in left.told.items():
        said = {hit.removesuffix(f" in {place}") for hit in found({place: unquote_plus(each.asked)}, private)}
        said |= {"csrf"} if "session" in said else set()  # the page of whoever is signed in carries their own
        hits += found({place: each.told}, {name: mark for name, mark in private.items() if name not in said})
    assert hits == []


def test_the_day_was_lived_and_broken(left: Left) -> None:
    """What was searched is worth searching: requests of every kind, faults of every kind, strangers of every kind."""
    events = events_of(left.log)
    # The last one is what was to be written of an answer that broke in its middle.
    assert {"request", "fault", "database", "library"} <= {each["event"] for each in events}
    assert all(each["place"].startswith("station_accounts.py:") for each in events if each["event"] == "fault")
    routes = {each["route"] for each in events if each["event"] == "request"}
    assert any("<" in route for route in routes)
    assert {"/api/v1/sync", "/api/v1/enrol", "/api/v1/photos/<digest>"} <= routes
    assert {"/sign-in", "/imports", "/incidents.csv"} <= routes
    statuses = {each["status"] for each in events if each["event"] == "request"}
    assert {200, 204, 400, 401, 404, 405, 415, 460, 500, 503} <= statuses
    assert "sanad_sync_ops_total" in left.texts["figures 0"]


def test_every_line_of_the_log_is_one_json_object(left: Left) -> None:
    lines = left.log.splitlines()
    other = [line for line in lines if not line.startswith("{")]
    assert all(line.startswith("Sanad is at ") for line in other), other
    assert all(isinstance(json.loads(line), dict) for line in lines if line.startswith("{"))


def test_every_answered_request_has_an_id_of_its_own(left: Left) -> None:
    events = events_of(left.log)
    ids = [each["request"] for each in events if each["event"] == "request"]
    assert len(ids) == len(set(ids)) > 50
    assert faults_of(events) and faults_of(events) <= set(ids)


def test_a_line_too_many_is_found(tmp_path: Path) -> None:
    """The control: a server that writes down what it was asked is caught by the very same search."""
    with lived(tmp_path, leaky, observers=1) as leaking:
        hits = found({"the log": leaking.log}, CANARIES)
    names = {hit.removesuffix(" in the log") for hit in hits}
    assert {"path", "query", "user agent", "referer", "network address", "cookie", "guessed token", "host"} <= names


@pytest.mark.parametrize("form", range(len(list(forms("x")))))
def test_a_marked_string_is_found_in_each_of_its_forms(form: int) -> None:
    look = list(forms(CANARIES["person in a text"]))[form]
    assert found({"a log": f"… {look} …"}, CANARIES) == ["person in a text in a log"]
