"""What a browser is told with every answer: nothing from elsewhere, nothing kept that is private."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from server import create_app
from server.database import db
from server.http.desk.returning import local_path
from server.operations.add_organisation import add_organisation
from server.operations.add_staff import add_staff
from server.operations.begin_election import begin_election
from server.operations.make_staff_token import make_staff_token
from tests.builders import BuiltPhone, add_register, desk_client, keep_photo, named, photo
from tests.crawling import Page, crawl, read
from tests.server.small_server import PASSWORD, SetClock, small_server, small_settings

# Written out, so that a change in the program is a change here that somebody reads.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
    "font-src 'self'; worker-src 'self'; manifest-src 'self'; media-src 'self' blob:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
}
# The sign-in form must tell where it came from; everything else sends no address along.
REFERRERS = {"/sign-in": "same-origin"}
OPEN = (
    "/healthz", "/sign-in", "/phone/", "/join", "/static/desk/none.css", "/no/such/page", "/api/v1/pack",
    "/api/v1/photos",
)  # fmt: skip
DESK = (
    "/", "/map", "/map.svg", "/map.png", "/map.geojson", "/incidents", "/incidents.csv", "/tapes", "/quarantine",
    "/stations", "/observers", "/staff", "/imports", "/account", "/incidents/nothing", "/photos/nothing",
    "/home/figures",
)  # fmt: skip
ELSEWHERE = (
    "//evil.example", "https://evil.example", "http:evil.example", "/\\evil.example", "\\\\evil.example",
    "///evil.example", "/%09/evil.example", "/\t/evil.example", " //evil.example", "javascript:alert(1)",
    "evil.example", "//evil.example/%2f..",
    "/..//evil.example/../..//evil.example", "data:text/html,x", "https:/evil.example", "/\r\nSet-Cookie: x=y",
)  # fmt: skip


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    app, held, _ = small_server(tmp_path_factory.mktemp("headers"))
    add_register(held)
    add_staff(held, "Zahra", "shams", "coordinator", PASSWORD)
    with app.app_context():
        BuiltPhone(held, 1, "o-dijla", "shams").incident(text="seen", photos=[named(photo())])
    keep_photo(held, photo())
    return app, held


@pytest.fixture(scope="module")
def desk_pages(ready) -> list[Page]:
    shown = f"/photos/{named(photo())[0]}"
    return crawl(desk_client(*ready, role="administrator"), (*DESK, shown, f"{shown}/original"), 80)


@pytest.fixture(scope="module")
def open_pages(ready) -> list[Page]:
    return [read(path, ready[0].test_client().get(path)) for path in OPEN]


def header(page: Page, name: str) -> str:
    return next((line.split(": ", 1)[1] for line in page.headers.splitlines() if line.startswith(name + ":")), "")


@pytest.mark.parametrize("name", ALWAYS)
def test_every_answer_carries(desk_pages, open_pages, name):
    differing = {
        page.address: header(page, name)
        for page in (*desk_pages, *open_pages)
        # A photo as it was taken may be anything at all: the browser is told to treat it as nobody's.
        if header(page, name) != ALWAYS[name] and not page.address.endswith("/original")
    }
    assert differing == {}


def test_no_page_tells_another_site_where_its_reader_was(desk_pages, open_pages):
    for page in (*desk_pages, *open_pages):
        assert header(page, "Referrer-Policy") == REFERRERS.get(page.address, "no-referrer"), page.address


def test_nothing_of_the_desk_is_kept_by_anybody_in_between(desk_pages):
    kept = {page.address: header(page, "Cache-Control") for page in desk_pages}
    assert any(path.endswith("/original") for path in kept), "a photo must be among them"
    assert {path: said for path, said in kept.items() if said not in ("no-store", "private, no-cache")} == {}


def test_only_files_whose_names_are_digests_are_kept_by_all(open_pages):
    assert [page.address for page in open_pages if "public" in header(page, "Cache-Control")] == []


def test_a_page_holds_nothing_that_the_policy_would_refuse(desk_pages):
    inline = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>|\sstyle=|\son[a-z]+=|<style")
    for page in desk_pages:
        if page.media_type == "text/html":
            assert inline.findall(page.text) == [], page.address


def sign_in(app, path: str = "/sign-in", **more):
    fields = {"name": "Zahra", "password": PASSWORD, **more.pop("fields", {})}
    return app.test_client().post(path, data=fields, **more)


def cookie(answer, name: str) -> dict[str, str]:
    line = next(each for each in answer.headers.getlist("Set-Cookie") if each.startswith(name + "="))
    first, *rest = (each.strip() for each in line.split(";"))
    return {"value": first.split("=", 1)[1]} | {each.split("=")[0].lower(): each.partition("=")[2] for each in rest}


def test_on_this_machine_the_session_is_a_strict_cookie_that_scripts_cannot_read(ready):
    found = cookie(sign_in(ready[0]), "sanad-session")
    assert (found["samesite"], found["path"], "httponly" in found, "domain" in found) == ("Strict", "/", True, False)
    assert len(found["value"]) >= 43, "256 bits"


@pytest.fixture(scope="module")
def on_the_network(tmp_path_factory):
    settings = replace(small_settings(tmp_path_factory.mktemp("network")), public_url="https://sanad.example.org")
    app = create_app(settings, SetClock())
    held = app.extensions["sanad"]
    with app.app_context():
        db.metadata.create_all(held.engine)
    begin_election(held, "iq-2026", "2026-11-22")
    add_organisation(held, "shams")
    add_staff(held, "Zahra", "shams", "coordinator", PASSWORD)
    add_register(held)
    with app.app_context():
        BuiltPhone(held, 1, "o-dijla", "shams")
    return app


def test_on_the_network_the_cookie_is_bound_to_this_host_and_to_tls(on_the_network):
    found = cookie(sign_in(on_the_network), "__Host-sanad-session")
    assert (found["samesite"], found["path"], "httponly" in found, "secure" in found) == ("Strict", "/", True, True)
    assert "domain" not in found


def test_a_cookie_under_the_other_name_opens_nothing(on_the_network):
    """Over plain http anybody in between could plant a cookie without the prefix."""
    token = cookie(sign_in(on_the_network), "__Host-sanad-session")["value"]
    client = on_the_network.test_client()
    client.set_cookie("sanad-session", token)
    assert client.get("/account", headers={"Accept": "application/json"}).status_code == 401
    client.set_cookie("__Host-sanad-session", token)
    assert client.get("/account", headers={"Accept": "application/json"}).status_code == 200


def test_the_language_is_a_cookie_of_no_value_to_anybody(on_the_network):
    found = cookie(on_the_network.test_client().get("/sign-in?lang=ckb"), "language")
    assert (found["value"], found["samesite"], "httponly" in found, "secure" in found) == ("ckb", "Lax", True, True)


@pytest.mark.parametrize("following", ELSEWHERE)
def test_signing_in_leads_to_no_other_site(ready, following):
    answer = sign_in(ready[0], fields={"next": following})
    led_to = answer.headers["Location"]
    assert answer.status_code == 303
    assert (urlsplit(led_to).scheme, urlsplit(led_to).netloc) == ("", "")
    assert led_to.startswith("/") and not led_to.startswith(("//", "/\\"))
    assert "x=y" not in str(answer.headers.getlist("Set-Cookie"))


@pytest.mark.parametrize("following", ELSEWHERE)
def test_an_address_elsewhere_is_not_taken_for_a_path_of_ours(following):
    assert urlsplit(local_path(following)).netloc == "" and not local_path(following).startswith(("//", "/\\"))
    assert local_path(following) in ("/", following)


def test_signing_in_leads_back_to_the_page_that_was_asked_for(ready):
    refused = ready[0].test_client().get("/incidents?severity=4", headers={"Accept": "text/html"})
    assert refused.status_code == 302
    asked = urlsplit(refused.headers["Location"])
    assert (asked.netloc, asked.path) == ("", "/sign-in")
    answer = sign_in(ready[0], fields={"next": "/incidents?severity=4"})
    assert answer.headers["Location"] == "/incidents?severity=4"


@pytest.mark.parametrize("headers", ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
                                     {"Origin": "https://evil.example"}, {"Origin": "null"}))  # fmt: skip
def test_no_other_site_signs_somebody_in_under_its_own_account(ready, headers):
    answer = sign_in(ready[0], headers={**headers, "Accept": "application/json"})
    assert (answer.status_code, answer.json["code"]) == (403, "cross-site")
    assert "sanad-session" not in str(answer.headers.getlist("Set-Cookie"))


HOST = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}


def test_a_join_link_leads_to_the_address_in_the_settings_whatever_the_host_header_says(on_the_network):
    held = on_the_network.extensions["sanad"]
    token = make_staff_token(held, add_staff(held, "Noor", "shams", "coordinator", PASSWORD))
    client = on_the_network.test_client()
    for accept in ("application/json", "text/html"):
        headers = {**HOST, "Authorization": f"Bearer {token}", "Accept": accept}
        answer = client.post("/observers/o-dijla/enrol", headers=headers)
        assert answer.status_code == 200 and "https://sanad.example.org/join#" in answer.text
        assert "evil.example" not in answer.text


@pytest.mark.parametrize("path", ("/phone", "//incidents", "/incidents/", "/sign-in", "/", "/map", "/no/such/page"))
def test_no_answer_repeats_the_host_header(ready, path):
    with ready[0].test_client().get(path, headers={**HOST, "Accept": "text/html"}) as answer:
        assert "evil.example" not in str(answer.headers) + answer.text


@pytest.mark.parametrize("method", ("TRACE", "TRACK", "CONNECT", "PROPFIND", "PUT", "DELETE"))
def test_no_other_method_is_known(ready, method):
    answer = ready[0].test_client().open("/incidents", method=method, headers={"X-Echo": "echo"})
    assert answer.status_code == 405 and b"echo" not in answer.data


def test_an_address_is_said_again_as_text(ready):
    client = desk_client(*ready, identity="s-echo")
    markup = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'><script>alert(1)")
    for path in (*(f"/incidents?q={each}" for each in markup), f"/{markup[0]}", f"/stations?q={markup[1]}"):
        page = read(path, client.get(path))
        assert "<script>alert" not in page.text and "<img src=x" not in page.text
