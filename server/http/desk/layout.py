"""What surrounds every desk page: styles, the ways to other pages, and the language."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, current_app, g, request, url_for
from werkzeug.exceptions import HTTPException

from server.access import policy_of
from server.http.built import Manifest, built_folder
from server.http.desk.times import add_filters
from server.http.gate import SAFE_METHODS
from server.running import running
from server.words import LANGUAGES, say

layout = Blueprint("layout", __name__)
layout.record_once(lambda state: add_filters(state.app.jinja_env))

# Where the bar leads, in this order: the address and the word. A page that does not exist here, or that the
# reader's role may not open, is left out.
WAYS = (
    ("/", "nav-home"),
    ("/map", "nav-map"),
    ("/incidents", "nav-incidents"),
    ("/stations", "nav-stations"),
    ("/tapes", "nav-tapes"),
    ("/quarantine", "nav-quarantine"),
    ("/observers", "nav-observers"),
    ("/imports", "nav-imports"),
    ("/watch", "nav-watch"),
    ("/staff", "nav-staff"),
    ("/account", "nav-account"),
)
LANGUAGE_KEPT_S = 365 * 24 * 3600

_manifest = Manifest(built_folder("desk"))


@layout.app_context_processor
def _surroundings() -> dict[str, object]:
    return {
        "asset": asset,
        "is_built": lambda: _manifest.file_of("desk.css") is not None,
        "ways": _ways,
        "language_links": _language_links,
        "route": route,
        "may_open": _may_open,
    }


def asset(source: str) -> str:
    """The address of a built style or script by its name under web/desk, such as desk.css or main.ts."""
    found = _manifest.file_of(source)
    return url_for("desk_files.send", name=found or f"not-built/{source}")


def route(endpoint: str, **values: object) -> str | None:
    """The address of an endpoint, or None where this installation has no such page."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None  # type: ignore[arg-type]


def _ways() -> list[dict[str, object]]:
    """The bar: address, word, and whether it is where the reader stands."""
    here = request.path
    return [
        {
            "href": path,
            "word": say(g.language, word),
            "is_here": here == path,
            "is_above": here != path and path != "/" and here.startswith(path + "/"),
        }
        for path, word in WAYS
        if _may_open(path)
    ]


def _may_open(path: str) -> bool:
    try:
        endpoint, _ = current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return False
    return g.reader.role in policy_of(_app(), endpoint).roles


def _app() -> Flask:
    return current_app._get_current_object()  # type: ignore[attr-defined]


def _language_links() -> list[dict[str, object]]:
    """The same page in each language, with the same query."""
    query = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
    return [
        {
            "language": language,
            "href": f"{request.path}?{urlencode([*query, ('lang', language)])}",
            "is_here": language == g.language,
        }
        for language in LANGUAGES
    ]


@layout.after_app_request
def _keep_language(response: Response) -> Response:
    """A language once chosen stays with this browser, signed in or not."""
    chosen = request.args.get("lang")
    if chosen in LANGUAGES and request.method in SAFE_METHODS and request.cookies.get("language") != chosen:
        response.set_cookie(
            "language",
            chosen,
            max_age=LANGUAGE_KEPT_S,
            secure=not running().settings.is_loopback,
            httponly=True,
            samesite="Lax",
        )
    return response
