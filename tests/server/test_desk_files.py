"""The styles and scripts of the desk: kept for ever under a name that never changes its content."""

import json

import pytest
from flask import Flask

from server.access import anyone
from server.http.built import Manifest, send_built
from server.problems import Problem
from tests.server.small_server import small_server


@pytest.fixture
def built(tmp_path):
    folder = tmp_path / "desk"
    (folder / "assets").mkdir(parents=True)
    (folder / ".vite").mkdir()
    (folder / "assets" / "style-abc.css").write_text("p { margin: 0 }")
    (folder / "assets" / "style-abc.css.gz").write_bytes(b"packed")
    (folder / ".vite" / "manifest.json").write_text(json.dumps({"desk/desk.css": {"file": "assets/style-abc.css"}}))
    return folder


@pytest.fixture
def browser(built):
    app = Flask("built")
    app.add_url_rule("/<path:name>", view_func=anyone(lambda name: send_built(built, name)))
    app.register_error_handler(Problem, lambda problem: (problem.code, problem.status))
    return app.test_client()


def test_a_hashed_file_is_never_asked_for_again(browser):
    with browser.get("/assets/style-abc.css") as answer:
        assert (answer.status_code, answer.mimetype) == (200, "text/css")
        assert "immutable" in answer.headers["Cache-Control"]


def test_a_browser_that_takes_packed_files_gets_them_packed(browser):
    with browser.get("/assets/style-abc.css", headers={"Accept-Encoding": "gzip"}) as answer:
        assert (answer.data, answer.headers["Content-Encoding"]) == (b"packed", "gzip")
        assert answer.mimetype == "text/css"


@pytest.mark.parametrize("name", ["/.vite/manifest.json", "/assets/none.css", "/../secret", "/assets"])
def test_only_built_files_are_sent(browser, name):
    assert browser.get(name).status_code == 404


def test_the_manifest_is_read_again_after_a_build(built):
    manifest = Manifest(built)
    assert manifest.file_of("desk.css") == "assets/style-abc.css"
    (built / ".vite" / "manifest.json").write_text(json.dumps({"desk/desk.css": {"file": "assets/style-new.css"}}))
    assert manifest.file_of("desk.css") == "assets/style-new.css"


def test_a_tree_that_was_not_built_says_how_to_build_it(tmp_path, monkeypatch):
    app, _, _ = small_server(tmp_path / "place")
    monkeypatch.setattr(Manifest, "file_of", lambda manifest, source: None)
    page = app.test_client().get("/nothing-here?lang=en", headers={"Accept": "text/html"}).text
    assert "npm run build" in page
