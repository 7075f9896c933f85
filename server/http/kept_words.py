"""Hands back what somebody wrote into a form that came too late, after their session had ended, to be sent again."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, g, make_response, render_template, request

from server.problems import Problem
from server.words import say

# What a person writes in their own words; a form without any is quickly filled in again.
WORDS = ("reason", "text")
# Never carried from one page to the next.
SECRETS = frozenset({"csrf", "password", "old", "new", "again", "next"})
PREFIX, PATH = "kept-", "kept"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Kept:
    """A form that was sent and not taken: where to, and its fields."""

    path: str
    fields: tuple[tuple[str, str], ...]

    @property
    def words(self) -> list[str]:
        return [value for name, value in self.fields if name in WORDS and value.strip()]


def hand_back(problem: Problem) -> Response | None:
    """A page that keeps the words of this request; None when there are none to keep.

    A form of another site is never handed back: its words would be a stranger's, under the reader's name.
    """
    kept = _kept_now()
    if kept is None or not kept.words:
        return None
    if problem.code == "not-signed-in":
        error = say(g.language, "late-sign-in")
        return sign_in_page("/", error=error, status=problem.status, kept=kept)
    return show_again(kept, g.reader.csrf, problem.status) if problem.code == "cross-site" else None


def sign_in_page(
    following: str, name: str = "", error: str = "", status: int = 200, kept: Kept | None = None
) -> Response:
    shown = render_template("desk/sign_in.html", following=following, name=name, error=error, kept=kept)
    response = make_response(shown, status)
    # With no-referrer, which other pages carry, browsers would send this form with the origin "null".
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def show_again(kept: Kept, csrf: str, status: int = 200) -> Response:
    """The words with a button that sends them: nothing is sent that the person has not seen again."""
    return make_response(render_template("desk/kept.html", kept=kept, csrf=csrf), status)


def carried() -> Kept | None:
    """What the sign-in page carried along, of the form that led to it."""
    path = request.form.get(PATH, "")
    if not path.startswith("/") or path.startswith(("//", "/\\")):
        return None
    every = request.form.items(multi=True)
    return Kept(path, tuple((name.removeprefix(PREFIX), text) for name, text in every if name.startswith(PREFIX)))


def _kept_now() -> Kept | None:
    is_ours = request.headers.get("Sec-Fetch-Site") == "same-origin"
    if request.method != "POST" or request.mimetype != FORM or not is_ours:
        return None
    fields = tuple((name, text) for name, text in request.form.items(multi=True) if name not in SECRETS)
    return Kept(request.full_path.rstrip("?"), fields)
