"""Where a form leads after it did its work: back to a page of ours, with one sentence about what happened."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from flask import Response, make_response, redirect, request
from werkzeug.datastructures import FileStorage

from server.words import bundle


def local_path(asked: str | None, otherwise: str = "/") -> str:
    """`asked` when it is a path on this server; a link sent by a stranger must not lead elsewhere after sign-in.

    Browsers read `//host`, `/\\host` and paths with control characters as addresses of other servers.
    """
    path = asked or ""
    parts = urlsplit(path)
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    if not is_ours or "\\" in path or any(ord(each) < 33 for each in path):
        return otherwise
    return path


def back_to(path: str, done: str = "") -> Response:
    """See Other, so that loading the page again repeats nothing. `done` names the sentence the page then shows."""
    return make_response(redirect(path + ("?" + urlencode({"done": done}) if done else ""), 303))


def done_word(prefix: str) -> str | None:
    """The sentence the address names, when it is one of this page's."""
    name = request.args.get("done", "")
    return name if name.startswith(prefix) and bundle("en").has_message(name) else None


def wants_json() -> bool:
    return request.accept_mimetypes.best_match(["application/json", "text/html"]) == "application/json"


def field(name: str, longest: int = 200) -> str:
    return request.form.get(name, "")[:longest]


def uploaded(name: str) -> FileStorage | None:
    found = request.files.get(name)
    return found if found and found.filename else None
