"""An enrolled phone may sign whatever it likes: the desk goes on seeing everything else."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from server.operations.check_everything import check_everything
from server.running import Running
from sync.entry import digest_of
from tests.builders import BuiltPhone, desk_client, incident_body
from tests.conftest import DATABASES
from tests.crawling import Page, crawl
from tests.server.small_server import SetClock
from tests.servers import Place, opened
from tests.world import make_world

LARGEST = 2**53 - 1
HONEST = "the ballot box was sealed at noon"
TAPE = {"station": "138450-03", "count": "machine", "captured": "here"}
FORM = {"station": "138450-03", "checklist": "opening@1", "captured": "here"}
STARTS = (
    "/", "/map", "/map.svg", "/map.geojson", "/map/figures", "/home/figures", "/incidents", "/incidents.csv",
    "/incidents?status=retracted", "/incidents/rows", "/incidents/new", "/tapes", "/quarantine", "/stations",
    "/stations/138450-03", "/governorates/IQ-KI", "/governorates/IQ-KI/points.json", "/stations/search?q=al",
)  # fmt: skip


def wild_incidents(held: Running) -> Iterator[dict]:
    usual = incident_body(held)
    for at_ms in (LARGEST, -LARGEST, 0, -1):
        yield {**usual, "occurred_ms": at_ms}
    for place in ([LARGEST] * 3, [-LARGEST] * 3, [44_400_000, 90_000_001, 0], [200_000_000, 91_000_000, -5], {"a": 1}):
        yield {**usual, "station": None, "place": place}
    spoken = ("=cmd()", "<script>alert(1)</script>", "\u202e" + "x" * 5000, "{{7*7}}", "%s%n", "\u2028", None, ["a"])
    for text in spoken:
        yield {**usual, "text": text}
    for station in ("138450-03' OR 1=1 --", "../../etc/passwd", "%", "", "x" * 64, "١٣٨٤٥٠-٠٣", {"a": 1}, 138450):
        yield {**usual, "station": station}
    for code in ("", "constructor", "VO03 ", ["VO03"], {"a": 1}, 3):
        yield {**usual, "type": code}
    yield {}
    yield {**usual, "extra": {"a": [1, 2, {"b": None}]}}


def wild_forms() -> Iterator[dict]:
    for answers in (
        {}, {"OP1": LARGEST}, {"OP1": ["a", {"b": 1}]}, {"OP1": None}, {"": ""}, {"OP1": {"x": "y"}}, {"OP1": True},
        {"a" * 1000: "b" * 1000}, [], None, "no",
    ):  # fmt: skip
        yield {**FORM, "answers": answers, "started_ms": LARGEST, "ended_ms": -LARGEST}


def wild_tapes() -> Iterator[dict]:
    for votes in ({"101": LARGEST}, {"zz": 0}, {}, {"<b>": 5}, {"": 1}, {"101": None}, [], None, {"101": "12"}):
        figures = dict.fromkeys(("registered", "verified", "ballots", "valid", "invalid"), LARGEST)
        yield {**TAPE, "figures": figures, "votes": votes, "pages": []}
    yield {**TAPE, "figures": {"valid": None, "x": {"y": 1}}, "votes": {}, "pages": ["x", 1]}
    yield {**TAPE, "count": "strange", "figures": [], "votes": [], "pages": {}}


def write_all(held: Running, phone: BuiltPhone) -> None:
    for body in wild_incidents(held):
        phone.write("incident.report", body, fold=False)
    for body in wild_forms():
        phone.write("observation.submit", body, fold=False)
    for body in wild_tapes():
        phone.write("tape.submit", body, fold=False)
    for at_ms in (LARGEST, -LARGEST, "now", None):
        phone.write("visit.open", {"station": "138450-03", "at_ms": at_ms}, fold=False)
        phone.write("visit.close", {"station": ["138450-03"], "at_ms": at_ms}, fold=False)
    for kind in ("review", "release", "device.revoke", "assignment.set", "message.send", "no.such.kind"):
        phone.write(kind, {"finding": ["uphold"], "to": {"a": 1}, "device": [], "stations": 7, "heads": 1}, fold=False)
    for kind in ("retract", "reinstate"):
        phone.write(kind, {"reason": ["x"]}, refs=[digest_of(b"nothing")], fold=False)
    # A photo of nine petabytes, in a media type that nobody knows.
    phone.incident(photos=[(digest_of(b"a photo"), LARGEST, "x-what/ever")], text="a heavy photo")


@pytest.fixture(scope="module", params=DATABASES)
def looked(request, tmp_path_factory) -> Iterator[tuple[Running, FlaskClient]]:
    folder = tmp_path_factory.mktemp("malicious")
    url = "" if request.param == "sqlite" else request.getfixturevalue("cluster").new_database()
    with opened(Place(folder, url), SetClock()) as (app, held):
        make_world(held)
        write_all(held, BuiltPhone(held, 101, "o-malicious", "shams"))
        BuiltPhone(held, 102, "o-honest", "shams").incident(text=HONEST)
        yield held, desk_client(app, held)


@pytest.fixture(scope="module")
def pages(looked) -> list[Page]:
    return crawl(looked[1], STARTS)


def test_every_page_opens_and_the_honest_report_stands_in_the_list(pages):
    assert [(page.address, page.status) for page in pages if page.status >= 500] == []
    assert len(pages) > 40
    assert any(HONEST in page.text for page in pages if page.media_type == "text/html")


def test_the_spreadsheet_is_whole_and_holds_no_formula(pages):
    table = next(page.text for page in pages if page.address == "/incidents.csv")
    assert HONEST in table and "a heavy photo" in table
    assert "\n=cmd" not in table and ",=cmd" not in table and "'=cmd()" in table


def test_text_never_becomes_markup(pages):
    found = [page.address for page in pages if page.media_type != "text/csv" and "<script>alert" in page.text]
    assert found == []


def test_the_follower_is_not_stopped_and_every_promise_holds(looked):
    assert check_everything(looked[0])["broken"] == []
