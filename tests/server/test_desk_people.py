"""Accounts, lists and observers as a browser and a program meet them."""

from __future__ import annotations

import io
import re

import pytest
from sqlalchemy import insert, select

from server.database.engine import reading
from server.database.organisations import StaffRow
from server.database.roster import DeviceRow, ObserverRow
from server.operations.add_staff import add_staff
from server.operations.make_staff_token import make_staff_token
from tests.server.lists import STATIONS
from tests.server.small_server import PASSWORD, small_server

PAGES = ("/account", "/staff", "/imports", "/observers", "/observers/o-1")


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    app, held, clock = small_server(tmp_path_factory.mktemp("desk"))
    add_staff(held, "Layla", "shams", "administrator", PASSWORD, "en")
    add_staff(held, "Omar", "shams", "coordinator", PASSWORD, "en")
    add_staff(held, "Tara", "tammuz", "administrator", PASSWORD, "en")
    rows = [
        {"id": f"o-{n}", "organisation": each, "badge": f"B-{n}", "governorate": "IQ-KI", "created_ms": 0}
        for n, each in ((1, "shams"), (2, "shams"), (9, "tammuz"))
    ]
    phone = {
        "id": "A" * 43,
        "jwk": "{}",
        "observer": "o-1",
        "organisation": "shams",
        "token_digest": "a",
        "enrolled_ms": 0,
    }

    def add(connection):
        connection.execute(insert(ObserverRow.__table__), rows)
        connection.execute(insert(DeviceRow.__table__), [phone])

    held.write(add)
    return app, held, clock


def signed_in(app, name="Layla", **headers):
    client = app.test_client()
    answer = client.post("/sign-in", data={"name": name, "password": PASSWORD}, headers=headers)
    return client, answer


@pytest.fixture(scope="module")
def layla(ready):
    return signed_in(ready[0])[0]


def csrf_of(client, path="/account"):
    page = client.get(path, headers={"Accept": "text/html"}).get_data(as_text=True)
    return re.search(r'name="csrf" (?:value|content)="([^"]+)"', page)[1]


def post(client, path, **fields):
    return client.post(path, data={"csrf": csrf_of(client), **fields}, headers={"Accept": "text/html"})


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_said_in_every_language(layla, path, language):
    answer = layla.get(f"{path}?lang={language}", headers={"Accept": "text/html"})
    assert answer.status_code == 200 and f'lang="{language}"' in answer.get_data(as_text=True)


def test_the_cookie_is_kept_from_scripts_and_from_other_sites(ready):
    cookie = signed_in(ready[0])[1].headers["Set-Cookie"]
    assert cookie.startswith("sanad-session=") and "HttpOnly" in cookie and "SameSite=Strict" in cookie


def test_a_wrong_password_says_so_and_keeps_the_name(ready):
    answer = ready[0].test_client().post("/sign-in?lang=en", data={"name": "Sami", "password": "x", "next": "/map"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 401 and 'value="Sami"' in page and 'value="/map"' in page
    assert "Set-Cookie" not in answer.headers or "session" not in answer.headers["Set-Cookie"]


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}]
)
def test_a_form_of_another_site_signs_nobody_in(ready, headers):
    assert signed_in(ready[0], **headers)[1].status_code == 403


@pytest.mark.parametrize(
    "asked", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "/\t/evil.example"]
)
def test_signing_in_leads_nowhere_else(ready, asked):
    client = ready[0].test_client()
    answer = client.post("/sign-in", data={"name": "Layla", "password": PASSWORD, "next": asked})
    assert answer.headers["Location"] == "/"


def test_signing_out_ends_the_session_and_needs_the_pages_own_token(ready):
    client, _ = signed_in(ready[0])
    assert client.post("/sign-out").status_code == 403
    assert post(client, "/sign-out").headers["Location"] == "/sign-in"
    answer = client.get("/account", headers={"Accept": "text/html"})
    assert answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in?next=")


def test_a_coordinator_sees_observers_and_neither_staff_nor_lists(ready):
    client, _ = signed_in(ready[0], "Omar")
    assert client.get("/observers").status_code == 200
    assert [client.get(path).status_code for path in ("/staff", "/imports")] == [403, 403]


def test_an_administrator_adds_and_disables_accounts_of_their_own_organisation_only(ready, layla):
    _, held, _ = ready
    assert post(layla, "/staff", name="Huda", role="clerk", password=PASSWORD).status_code == 200
    assert post(layla, "/staff", name="Huda", role="clerk", password=PASSWORD).status_code == 409
    with reading(held.engine) as connection:
        ids = {row.name: row.id for row in connection.execute(select(StaffRow.name, StaffRow.id))}
        of = StaffRow.name == "Huda"
        assert connection.execute(select(StaffRow.organisation).where(of)).scalar_one() == "shams"
    assert post(layla, f"/staff/{ids['Huda']}/disable").status_code == 303
    assert post(layla, f"/staff/{ids['Layla']}/disable").status_code == 409
    assert post(layla, f"/staff/{ids['Tara']}/disable").status_code == 404


def test_a_list_is_previewed_confirmed_and_followed(layla):
    form = {"csrf": csrf_of(layla), "kind": "stations", "file": (io.BytesIO(STATIONS.encode()), "list.csv")}
    address = layla.post("/imports", data=form, headers={"Accept": "text/html"}).headers["Location"]
    assert "list.csv" in layla.get(address, headers={"Accept": "text/html"}).get_data(as_text=True)
    post(layla, f"{address}/confirm")
    for _ in range(200):
        progress = layla.get(address, headers={"Accept": "application/json"}).get_json()
        if progress["state"] != "running":
            break
    assert progress == {"state": "done", "done": 2, "total": 2}


def test_a_wrong_file_is_refused_in_the_readers_words(layla):
    form = {"csrf": csrf_of(layla), "kind": "stations", "file": (io.BytesIO(b"%PDF-1.7"), "list.pdf")}
    answer = layla.post("/imports?lang=ar", data=form, headers={"Accept": "text/html"})
    assert answer.status_code == 400 and "هذا ليس قائمة" in answer.get_data(as_text=True)


def test_an_organisation_sees_its_own_observers_only(layla):
    page = layla.get("/observers", headers={"Accept": "text/html"}).get_data(as_text=True)
    assert "B-1" in page and "B-9" not in page
    assert layla.get("/observers/o-9").status_code == 404
    assert post(layla, "/observers/o-9/enrol").status_code == 404


@pytest.mark.parametrize(("only", "badge"), [("none", "B-2"), ("silent", "B-1")])
def test_observers_are_found_by_what_is_wrong(layla, only, badge):
    page = layla.get(f"/observers?only={only}", headers={"Accept": "text/html"}).get_data(as_text=True)
    assert set(re.findall(r"B-\d", page)) == {badge}


def test_a_code_is_shown_as_a_picture_to_people_and_as_json_to_programs(ready, layla):
    _, held, _ = ready
    page = post(layla, "/observers/o-1/enrol").get_data(as_text=True)
    assert "<svg" in page and "/join#" in page
    with reading(held.engine) as connection:
        omar = connection.execute(select(StaffRow.id).where(StaffRow.name == "Omar")).scalar_one()
    bearer = {"Authorization": f"Bearer {make_staff_token(held, omar)}", "Accept": "application/json"}
    answer = ready[0].test_client().post("/observers/o-1/enrol", headers=bearer).get_json()
    assert set(answer) == {"code", "link", "expires_ms"} and answer["link"].endswith("/join#" + answer["code"])


def test_a_phone_is_revoked_once_and_only_by_its_own_organisation(ready, layla):
    tara, path = signed_in(ready[0], "Tara")[0], f"/observers/o-1/devices/{'A' * 43}/revoke"
    assert post(tara, path, reason="mine now").status_code == 404
    assert post(layla, path, reason="left in a taxi").status_code == 303
    assert post(layla, path, reason="left in a taxi").status_code == 409


def test_a_message_is_sent_from_the_observers_page(layla):
    answer = post(layla, "/observers/o-1/messages", text="Please call the desk")
    assert answer.headers["Location"] == "/observers/o-1?done=observer-message-sent"
