"""The map in all its forms, a governorate and the first screen, as a browser gets them."""

import json
import re

import pytest

from maps.classes import DARK, LIGHT
from server.operations.check_out import check_out
from server.operations.release_report import release_report
from server.operations.sign_entry import append_entry
from tests.architecture.trees import ROOT
from tests.builders import BuiltPhone, add_register, desk_client, desk_reader
from tests.server.small_server import small_server

MAP_FORMS = ("/map", "/map/figures", "/map.geojson", "/map.svg", "/map.png", "/home/figures", "/governorates/IQ-KI")


FILES = ("/map/figures", "/map.geojson", "/map.svg", "/map.png", "/home/figures")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return kirkuk(tmp_path_factory.mktemp("map"))


def kirkuk(folder):
    """Eleven visits in Kirkuk with two incidents, one of another organisation, one station assigned and silent."""
    app, held, _ = small_server(folder)
    add_register(held)
    phone = BuiltPhone(held, 1, "o-dijla", "shams")
    first = phone.incident(severity=5)
    phone.incident(severity=2, station="138450-01")
    BuiltPhone(held, 2, "o-furat", "tammuz").incident(station="100201-01")
    for number in range(9):
        BuiltPhone(held, 20 + number, f"o-visit-{number}", "shams").visit("138450-03")
    assign(held, "o-dijla", ["138450-02", "138450-03"])
    check_out(held, desk_reader(), first.id)
    return app, held, phone


def assign(held, observer, stations):
    from server.operations.fold_entries import fold_entries

    reader = desk_reader()
    body = {"observer": observer, "stations": stations}
    held.write(
        lambda connection: append_entry(
            held, connection, kind="assignment.set", subject="", refs=[], body=body, by=reader.id,
            organisation=reader.organisation, role=reader.role,
        )
    )  # fmt: skip
    fold_entries(held)


@pytest.fixture(scope="module")
def client(place):
    return desk_client(place[0], place[1])


@pytest.fixture(scope="module")
def clerk(place):
    return desk_client(place[0], place[1], role="clerk")


def row_of(page, code):
    """The texts of a governorate's cells, by column."""
    row = re.search(rf'<tr data-code="{code}".*?</tr>', page, re.DOTALL).group()
    return dict(re.findall(r'data-cell="(\w+)">([^<]*)<', row))


def test_the_table_says_every_figure_with_its_denominator(client):
    row = row_of(client.get("/map?lang=en").text, "IQ-KI")
    assert (row["incidents"], row["visits"]) == ("2", "11")
    assert (row["verified"], row["verified_of"]) == ("0", "of \u20682\u2069")
    assert (row["covered"], row["covered_of"]) == ("2", "of \u20683\u2069")
    assert (row["silent"], row["silent_of"]) == ("1", "of \u20682\u2069")
    assert row["rate"] == "18.2"


def test_a_governorate_without_visits_shows_no_zero(client):
    row = row_of(client.get("/map?lang=en").text, "IQ-SU")
    assert (row["incidents"], row["rate"], row["rate_note"]) == ("–", "–", "no data")


def test_another_organisations_incidents_are_not_in_the_figures(client):
    assert row_of(client.get("/map").text, "IQ-BG")["visits"] == "0"


def test_an_address_shows_the_same_view_to_whoever_opens_it(client):
    page = client.get("/map?type=VO03&severity=4&until=40&view=tiles&sort=visits&order=ascending&lang=en").text
    assert row_of(page, "IQ-KI")["incidents"] == "1"
    assert 'value="VO03" selected' in page
    assert 'class="map map-tiles' in page
    assert 'data-column="visits" aria-sort="ascending"' in page
    assert "until \u206810:15\u2069" in page


def test_what_an_address_says_wrongly_is_taken_as_not_said(client):
    wrong = client.get("/map?type=XX99&severity=nine&until=-1&finding=&view=round&sort=shoe&lang=en")
    assert wrong.status_code == 200
    assert row_of(wrong.text, "IQ-KI")["incidents"] == "2"


@pytest.mark.parametrize("address", MAP_FORMS)
def test_figures_need_a_desk_that_reads_them(place, clerk, address):
    stranger = place[0].test_client().get(address, headers={"Accept": "application/json"})
    assert stranger.status_code == 401
    assert clerk.get(address).status_code == 403


@pytest.mark.parametrize("address", FILES)
def test_nothing_new_is_said_in_no_bytes(client, address):
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    weakened = client.get(address, headers={"If-None-Match": "W/" + first.headers["ETag"]})
    assert (again.status_code, again.data, weakened.status_code) == (304, b"", 304)


def test_what_arrives_changes_every_form(tmp_path):
    app, held, phone = kirkuk(tmp_path)
    client = desk_client(app, held)
    before = {address: client.get(address).headers["ETag"] for address in FILES}
    phone.incident(station="138450-01", severity=1)
    after = {address: client.get(address, headers={"If-None-Match": tag}) for address, tag in before.items()}
    assert {address: answer.status_code for address, answer in after.items()} == dict.fromkeys(FILES, 200)
    assert '"count":"3"' in after["/map/figures"].text.replace(" ", "")


def test_a_tag_is_of_one_language_and_one_question(client):
    asked = ("/map/figures?lang=en", "/map/figures?lang=ar", "/map/figures?lang=en&until=40")
    assert len({client.get(each).headers["ETag"] for each in asked}) == 3


def test_geojson_is_for_anybodys_map(client):
    answer = client.get("/map.geojson")
    collection = json.loads(answer.data)
    assert answer.mimetype == "application/geo+json"
    assert len(collection["features"]) == 19
    named = {"code", "name_ar", "name_ckb", "name_en", "visits", "covered", "stations", "incidents", "verified",
             "rate", "as_of"}  # fmt: skip
    assert all(set(each["properties"]) == named for each in collection["features"])
    assert collection["features"][0]["properties"]["as_of"].endswith("+03:00")


def test_pictures_are_what_they_say(client):
    svg, png = client.get("/map.svg?theme=dark"), client.get("/map.png?width=300")
    assert (svg.mimetype, svg.text.startswith("<svg")) == ("image/svg+xml", True)
    assert "<a " not in svg.text
    assert (png.mimetype, png.data[:4]) == ("image/png", b"\x89PNG")
    assert int.from_bytes(png.data[16:20]) == 300


def test_a_picture_says_itself_what_it_leaves_out(client):
    assert "until \u206809:00\u2069" in client.get("/map.svg?until=35&lang=en").text


def test_a_governorate_shows_its_centres_and_who_is_silent(client):
    page = client.get("/governorates/IQ-KI?lang=en").text
    assert "Al-Rafidain Primary School" in page
    assert "138450-02" in page[page.index('id="silent"') :]
    assert 'class="day-bar"' in page


def test_an_unknown_governorate_is_not_found(client):
    assert client.get("/governorates/IQ-XX").status_code == 404
    assert client.get("/governorates/IQ-XX/points.json").status_code == 404


def test_points_are_centres_and_nothing_else(client):
    answer = client.get("/governorates/IQ-KI/points.json").get_json()
    assert [(each["code"], each["longitude"], each["latitude"]) for each in answer["centres"]] == [
        ("138450", 44.4, 35.45)
    ]
    assert "o-dijla" not in json.dumps(answer)


def test_the_first_screen_says_what_happens_where_and_what_waits(client):
    page = client.get("/?lang=en").text
    waiting = re.search(r'data-part="waiting">(.*?)</section>', page, re.DOTALL).group(1)
    assert 'class="chip bad">1<' in waiting
    assert 'class="chip wait">1<' in waiting
    assert "138450-03" in re.search(r'data-part="latest">(.*?)</section>', page, re.DOTALL).group(1)
    assert "Kirkuk" in re.search(r'data-part="worst">(.*?)</section>', page, re.DOTALL).group(1)
    assert "o-dijla" in re.search(r'data-part="silent">(.*?)</section>', page, re.DOTALL).group(1)


def test_the_live_parts_are_the_ones_of_the_page(client):
    parts = client.get("/home/figures?lang=en").get_json()["parts"]
    page = client.get("/?lang=en").text
    assert all(part in page for part in parts.values())


def test_what_is_released_is_on_the_receivers_first_screen(tmp_path):
    app, held, phone = kirkuk(tmp_path)
    severe = phone.incident(severity=5, station="138450-03")
    release_report(held, desk_reader(), severe.id, phone.observer, "tammuz")
    receiver = desk_client(app, held, "tammuz", "liaison").get("/?lang=en").text
    assert f"/incidents/{severe.id}" in receiver
    assert "/quarantine" not in receiver


def test_a_clerk_is_led_to_the_tapes(clerk):
    assert clerk.get("/").headers["Location"].startswith("/tapes")


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("ckb", "rtl"), ("en", "ltr")])
@pytest.mark.parametrize("address", ["/", "/map", "/governorates/IQ-KI"])
def test_pages_speak_three_languages(client, address, language, direction):
    page = client.get(f"{address}?lang={language}").text
    assert f'<html lang="{language}" dir="{direction}">' in page


def test_a_language_once_chosen_stays(place):
    browser = place[0].test_client()
    browser.get("/nothing-here?lang=ckb", headers={"Accept": "text/html"})
    assert 'lang="ckb"' in browser.get("/nothing-here", headers={"Accept": "text/html"}).text


def test_the_page_colours_the_map_as_the_files_do():
    style = (ROOT / "web" / "desk" / "style" / "map.css").read_text()
    for number, (light, dark) in enumerate(zip(LIGHT.fills, DARK.fills, strict=True)):
        assert re.findall(rf"--class-{number}: (#\w+)", style) == [light, dark]
    for number, (light, dark) in enumerate(zip(LIGHT.inks, DARK.inks, strict=True)):
        assert re.findall(rf"--on-class-{number}: (#\w+)", style) == [light, dark]
