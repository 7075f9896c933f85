"""How errors and pages leave the server: problem+json for programs, a readable page in their language for people."""

from __future__ import annotations

import json

import structlog
from flask import Flask, Response, g, make_response, redirect, render_template, request, url_for
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from server.counters import COUNTERS
from server.disk_room import RETRY_TEXT_S, has_room_for_text
from server.http.kept_words import hand_back
from server.http.request_lines import ID
from server.log_lines import place_of
from server.problems import STATUS_BY_CODE, Problem
from server.running import running
from server.words import direction, say

RETRY_BUSY_S = 5
_log = structlog.get_logger("sanad.http")
_CODE_BY_STATUS = {400: "bad-frame", 404: "not-found", 405: "method-not-allowed", 413: "too-large", 415: "media-type"}


def handle_errors(app: Flask) -> None:
    app.register_error_handler(Problem, answer_problem)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(OperationalError, _answer_database)
    app.register_error_handler(Exception, _answer_fault)


def answer_problem(problem: Problem) -> Response:
    """The problem as RFC 9457 JSON; for a person, as a page, or as the sign-in page when that is what lacks."""
    COUNTERS.add("problems", problem.code)
    language = getattr(g, "language", "ar")
    title = say(language, f"problem-{problem.code}")
    if _wants_page():
        if problem.code == "not-signed-in" and request.method == "GET":
            return make_response(redirect(url_for("account.sign_in", next=request.full_path.rstrip("?"))))
        shown = hand_back(problem)
        if shown is None:
            shown = make_response(render_template("problem.html", problem=problem, title=title), problem.status)
        response = shown
    else:
        response = Response(json.dumps(problem.as_members(title), ensure_ascii=False), problem.status)
        response.content_type = "application/problem+json"
    if problem.retry_after_s is not None:
        response.headers["Retry-After"] = str(problem.retry_after_s)
    return response


def _wants_page() -> bool:
    if request.path.startswith("/api/"):
        return False
    return request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"


def _answer_http(error: HTTPException) -> Response:
    if error.code is not None and 300 <= error.code < 400:
        return make_response(error.get_response())
    if isinstance(error, RequestEntityTooLarge):
        return answer_problem(Problem("too-large"))
    status = error.code or 500
    return answer_problem(Problem(_CODE_BY_STATUS.get(status, "bad-frame" if status < 500 else "server-fault")))


def _answer_fault(error: Exception) -> Response:
    # The type and place of the fault only: its text could carry what somebody reported.
    _log.error(
        "fault",
        request=request.environ.get(ID, ""),
        kind=type(error).__name__,
        place=place_of(error.__traceback__),
        route=str(request.url_rule),
        exc_info=_bare_trace(),
    )
    return answer_problem(Problem("server-fault"))


def _answer_database(error: OperationalError) -> Response:
    """A full disk and a database that is away pass: the phone keeps what it has and comes again."""
    # A write that finds no room fails as "disk I/O error" where SQLite was about to sync or to grow its shared memory.
    is_full = any(said in str(error.orig) for said in ("full", "No space"))
    if is_full or not has_room_for_text(running().settings.folder):
        return answer_problem(Problem("storage-full", retry_after_s=RETRY_TEXT_S))
    _log.error("database", request=request.environ.get(ID, ""), kind=type(error.orig).__name__)
    return answer_problem(Problem("busy", retry_after_s=RETRY_BUSY_S))


def _bare_trace() -> bool | None:
    from flask import current_app

    return True if current_app.debug or current_app.testing else None


def add_words(app: Flask) -> None:
    """What every template may say: `say('id', …)`, the language, its direction, and who is signed in."""

    @app.context_processor
    def _context() -> dict[str, object]:
        language = getattr(g, "language", "ar")
        return {
            "say": lambda name, /, **arguments: say(language, name, **arguments),
            "language": language,
            "direction": direction(language),
            "reader": getattr(g, "reader", None),
            "request_id": request.environ.get(ID, ""),
            "csrf": getattr(getattr(g, "reader", None), "csrf", ""),
        }


__all__ = ["STATUS_BY_CODE", "add_words", "answer_problem", "handle_errors"]
