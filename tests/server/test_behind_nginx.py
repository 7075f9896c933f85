"""The shipped nginx configuration, really started: everything passes that must, nothing that must not."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3

from server.clock import Clock
from server.field_day.acts import TAPE
from server.field_day.exchanging import exchange
from server.field_day.joining import join
from server.field_day.line import CLEAR, Line
from server.field_day.phone import Phone
from server.field_day.tally import Tally
from server.field_day.uploading import upload_photos
from server.operations.make_enrolment_code import make_enrolment_code
from server.running import Running
from tests.nginx import WHY_NOT, Front, nginx_before, nginx_program
from tests.servers import Place, ServerProcess, free_port, opened
from tests.slow_clients import measure
from tests.world import MORNING_MS, make_world

pytestmark = pytest.mark.skipif(nginx_program() is None, reason=WHY_NOT)
STATION = "138450-03"


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Front, Running]]:
    """`sanad serve` behind nginx, as docs/operating.md says."""
    folder, tls_port = tmp_path_factory.mktemp("behind"), free_port()
    place = Place(folder)
    with opened(place) as (_, held):
        make_world(held)
        settings = {"SANAD_PUBLIC_URL": f"https://localhost:{tls_port}", "SANAD_PROXIES": "1"}
        process = ServerProcess(place, settings=settings)
        process.start()
        try:
            with nginx_before(process.port, folder / "nginx", tls_port) as front:
                yield front, held
        finally:
            process.kill()


@pytest.fixture
def web(behind: tuple[Front, Running], monkeypatch: pytest.MonkeyPatch) -> Iterator[urllib3.PoolManager]:
    monkeypatch.setenv("SSL_CERT_FILE", str(behind[0].certificate))
    with urllib3.PoolManager(retries=False, ssl_context=ssl.create_default_context()) as pool:
        yield pool


@pytest.fixture
def line(behind: tuple[Front, Running], web: urllib3.PoolManager) -> Iterator[Line]:
    line = Line(behind[0].url, connections=1)
    yield line
    line.close()


def photographer(held: Running, line: Line, observer: str = "o-1") -> Phone:
    """An enrolled phone with a tape and two photos."""
    phone = join(line, make_enrolment_code(held, observer, made_by="test").code)
    body = {"station": STATION, "count": "machine", "figures": {}, "votes": {}, "pages": [], "captured": "here"}
    recipes = [f"RESULTS|page {page}|{phone.device}" for page in (1, 2)]
    phone.write(Clock(), MORNING_MS, TAPE, body, photos=recipes)
    return phone


def test_a_phone_joins_hands_in_and_sends_its_photos_through_it(behind: tuple[Front, Running], line: Line) -> None:
    phone, tally = photographer(behind[1], line), Tally()
    answer = exchange(phone, line, CLEAR, tally)
    assert answer is not None and answer.status == 200 and phone.waiting() == []
    assert upload_photos(phone, line, lambda: CLEAR, tally) and tally["photos"] == 2


def test_plain_http_leads_to_https_and_the_answer_asks_to_stay_there(
    behind: tuple[Front, Running], web: urllib3.PoolManager
) -> None:
    front, _ = behind
    led = web.request("GET", f"{front.plain_url}/phone/?a=b", redirect=False)
    assert (led.status, led.headers["Location"]) == (301, f"{front.url}/phone/?a=b")
    assert "max-age" in web.request("GET", f"{front.url}/healthz").headers["Strict-Transport-Security"]


def test_sizes_are_those_of_the_wire(behind: tuple[Front, Running], web: urllib3.PoolManager) -> None:
    """The server's own answer comes back where it is to decide, and nginx's where no such size is ever right."""
    front, _ = behind

    def status(path: str, size: int) -> int:
        return web.request("POST", front.url + path, body=b"x" * size).status

    assert status("/api/v1/sync", 256 * 1024) == 401
    assert status("/api/v1/sync", 256 * 1024 + 1) == 413
    assert status("/api/v1/photos", 10 * 1024 * 1024) in (401, 503)
    assert status("/api/v1/photos", 12 * 1024 * 1024) == 413
    # A stranger is refused before the server has read so much; nginx may then say 503. Not by its size, though.
    assert status("/imports", 32 * 1024 * 1024) != 413
    assert status("/imports", 34 * 1024 * 1024) == 413
    assert web.request("GET", f"{front.url}/healthz", headers={"X-Long": "x" * 9000}).status == 400


def test_files_of_the_app_are_asked_of_the_server_once(
    behind: tuple[Front, Running], web: urllib3.PoolManager
) -> None:
    front, _ = behind
    page = web.request("GET", f"{front.url}/phone/").data.decode()
    if "assets/" not in page:
        pytest.skip("the phone app is not built: make build")
    name = page.split("assets/", 1)[1].split('"', 1)[0]
    before = cached(front)
    for _ in range(3):
        assert web.request("GET", f"{front.url}/phone/assets/{name}").status == 200
    assert cached(front) == before + 1


def cached(front: Front) -> int:
    return sum(1 for each in (front.log.parent / "cache").rglob("*") if each.is_file())


def test_a_caller_cannot_claim_another_address_or_name(
    behind: tuple[Front, Running], web: urllib3.PoolManager
) -> None:
    """Ten wrong passwords from ten claimed addresses are ten from one: the limit of the network is met."""
    front, _ = behind
    statuses = [
        web.request(
            "POST", f"{front.url}/sign-in", fields={"name": f"nobody{number}", "password": "wrong"},
            headers={"X-Forwarded-For": f"203.0.113.{number}", "Accept": "application/json"}, redirect=False,
        ).status
        for number in range(10)
    ]  # fmt: skip
    assert statuses[-1] == 429
    with pytest.raises(urllib3.exceptions.HTTPError):
        web.request("GET", f"{front.url}/healthz", headers={"Host": "elsewhere.example"})


def test_numbers_for_the_keeper_are_not_shown_to_the_world(
    behind: tuple[Front, Running], web: urllib3.PoolManager
) -> None:
    assert web.request("GET", f"{behind[0].url}/metrics").status == 404


def test_a_server_that_is_away_is_said_as_later_and_no_address_is_written_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A phone that heard 502 would look for the entry that is to blame."""
    with nginx_before(free_port(), tmp_path / "nginx") as front:
        monkeypatch.setenv("SSL_CERT_FILE", str(front.certificate))
        with urllib3.PoolManager(retries=False, ssl_context=ssl.create_default_context()) as pool:
            answer = pool.request("POST", f"{front.url}/api/v1/sync", body=b"{}")
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
        assert answer.json()["code"] == "busy"
        assert front.log.read_text() == ""


def test_hundreds_of_slow_senders_leave_everybody_else_an_answer(tmp_path: Path) -> None:
    connections = 2000 if os.environ.get("SANAD_LONG") else 200
    found = measure(connections, seconds=3, folder=tmp_path)
    assert found.is_ok and found.standing > connections * 0.8, found
