"""What a coordinator wrote while the session ended is handed back to be sent, and never a stranger's words."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from server.operations.add_staff import add_staff
from tests.server.small_server import PASSWORD, small_server

OURS = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
WORDS = 'Please "look" <again>'
FINDING = {"finding": "doubt", "reason": WORDS, "csrf": "old", "report": ["a b", "c d"]}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    app, held, _ = small_server(tmp_path_factory.mktemp("kept"))
    add_staff(held, "Layla", "shams", "administrator", PASSWORD, "en")
    yield app.test_client()


@pytest.fixture
def nobody(client: FlaskClient) -> FlaskClient:
    return client.application.test_client()


def hidden(page: str) -> list[tuple[str, str]]:
    return re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page)


def ask(client: FlaskClient, **headers: str) -> str:
    answer = client.post("/incidents/x/finding?finding=doubted&lang=en", data=FINDING, headers={**OURS, **headers})
    return answer.get_data(as_text=True)


def sign_in(client: FlaskClient, page: str, password: str) -> str:
    fields = [(name, html.unescape(value)) for name, value in hidden(page)]
    fields += [("name", "Layla"), ("password", password)]
    by_name: dict[str, list[str]] = {}
    for name, value in fields:
        by_name.setdefault(name, []).append(value)
    return client.post("/sign-in?lang=en", data=by_name, headers=OURS).get_data(as_text=True)


def test_after_signing_in_the_words_are_shown_with_a_button_that_sends_them(nobody: FlaskClient) -> None:
    page = sign_in(nobody, ask(nobody), PASSWORD)
    assert "Not saved yet" in page and "Please &#34;look&#34; &lt;again&gt;" in page
    assert 'action="/incidents/x/finding?finding=doubted&amp;lang=en"' in page
    fields = hidden(page)
    assert [value for name, value in fields if name == "report"] == ["a b", "c d"]
    assert ("csrf", "old") not in fields and [name for name, _ in fields].count("csrf") == 1


def test_a_wrong_password_does_not_cost_the_words(nobody: FlaskClient) -> None:
    assert "Not saved yet" in sign_in(nobody, sign_in(nobody, ask(nobody), "wrong"), PASSWORD)


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}])
def test_words_of_another_site_are_not_kept(nobody: FlaskClient, headers: dict[str, str]) -> None:
    page = ask(nobody, **headers)
    assert "again" not in page and "kept" not in page


def test_a_page_older_than_the_session_keeps_its_words(nobody: FlaskClient) -> None:
    nobody.post("/sign-in", data={"name": "Layla", "password": PASSWORD})
    page = ask(nobody)
    assert "Not saved yet" in page
    fresh = [value for name, value in hidden(page) if name == "csrf"]
    assert "old" not in fresh


def test_passwords_are_never_carried(nobody: FlaskClient) -> None:
    form = {"old": "secret one", "new": "secret two", "again": "secret two", "reason": "x"}
    page = nobody.post("/account/password", data=form, headers=OURS).get_data(as_text=True)
    assert "secret" not in page


def test_what_is_carried_leads_nowhere_else(nobody: FlaskClient) -> None:
    form = {"name": "Layla", "password": PASSWORD, "kept": "//evil.example/x", "kept-reason": "x"}
    assert nobody.post("/sign-in", data=form, headers=OURS).headers["Location"] == "/"
