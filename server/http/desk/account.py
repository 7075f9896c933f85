"""Signing in and out, and what a person sets for themselves: password, language, tokens, sessions."""

from __future__ import annotations

from flask import Blueprint, Response, g, make_response, render_template, request

from server.access import anyone, desk
from server.database.engine import reading
from server.database.staff import session_list, staff_by_id, token_list
from server.http.desk.returning import back_to, done_word, field, local_path
from server.http.gate import cookie_name
from server.http.kept_words import carried, show_again, sign_in_page
from server.operations.change_staff import change_password, set_language
from server.operations.make_staff_token import make_staff_token, revoke_staff_token
from server.operations.sign_in import sign_in as begin_session
from server.operations.sign_out import sign_out as end_session
from server.operations.sign_out import sign_out_everywhere
from server.passwords import LONGEST
from server.problems import Problem
from server.running import running
from server.words import say

account = Blueprint("account", __name__)
LANGUAGE_KEPT_S = 365 * 24 * 3600


@account.get("/sign-in")
@anyone
def sign_in() -> Response:
    following = local_path(request.args.get("next"))
    if g.reader.kind == "desk":
        return back_to(following)
    return sign_in_page(following)


@account.post("/sign-in")
@anyone
def enter() -> Response:
    _refuse_strange_form()
    following, name = local_path(field("next")), " ".join(field("name").split())
    former = request.cookies.get(cookie_name())
    try:
        signed_in = begin_session(running(), name, request.form.get("password", ""), request.remote_addr or "", former)
    except Problem as problem:
        return _sign_in_again(problem, name, following)
    kept = carried()
    response = show_again(kept, signed_in.csrf) if kept else back_to(following)
    is_secure = not running().settings.is_loopback
    response.set_cookie(cookie_name(), signed_in.token, secure=is_secure, httponly=True, samesite="Strict", path="/")
    if "language" not in request.cookies:
        _keep_language(response, signed_in.language)
    return response


@account.post("/sign-out")
@desk()
def sign_out() -> Response:
    end_session(running(), g.reader.session)
    response = back_to("/sign-in")
    response.delete_cookie(cookie_name(), path="/", secure=not running().settings.is_loopback, httponly=True)
    # Pages of the desk that the browser kept are not for whoever sits down next.
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@account.get("/account")
@desk()
def show() -> str:
    return _page()


@account.post("/account/password")
@desk()
def put_password() -> Response:
    new = request.form.get("new", "")
    try:
        if new != request.form.get("again", ""):
            return make_response(_page(password_error=say(g.language, "account-password-differs")), 400)
        change_password(running(), g.reader.id, request.form.get("old", "")[: LONGEST + 1], new, g.reader.session)
    except Problem as problem:
        return make_response(_page(password_error=say(g.language, f"problem-{problem.code}")), problem.status)
    return back_to("/account", "account-password-changed")


@account.post("/account/language")
@desk()
def put_language() -> Response:
    chosen = field("language")
    set_language(running(), g.reader.id, chosen)
    response = back_to("/account", "account-language-saved")
    _keep_language(response, chosen)
    return response


@account.post("/account/tokens")
@desk()
def make_token() -> Response:
    token = make_staff_token(running(), g.reader.id, field("label"))
    return make_response(_page(token=token))


@account.post("/account/tokens/revoke")
@desk()
def revoke_token() -> Response:
    revoke_staff_token(running(), g.reader.id, field("token"))
    return back_to("/account", "account-token-revoked")


@account.post("/account/sessions/end")
@desk()
def end_sessions() -> Response:
    sign_out_everywhere(running(), g.reader.id, but=g.reader.session)
    return back_to("/account", "account-sessions-ended")


def _page(**shown: object) -> str:
    held = running()
    with reading(held.engine) as connection:
        return render_template(
            "desk/account.html",
            me=staff_by_id(connection, g.reader.id),
            sessions=session_list(connection, g.reader.id, held.clock.now_ms()),
            tokens=token_list(connection, g.reader.id),
            done=done_word("account-"),
            **shown,
        )


def _sign_in_again(problem: Problem, name: str, following: str) -> Response:
    error = say(g.language, f"problem-{problem.code}")
    if problem.retry_after_s and problem.code == "too-often":
        error = say(g.language, "sign-in-wait", seconds=problem.retry_after_s)
    response = sign_in_page(following, name, error, problem.status, carried())
    if problem.retry_after_s:
        response.headers["Retry-After"] = str(problem.retry_after_s)
    return response


def _refuse_strange_form() -> None:
    """Without a session there is no token to ask for: the browser says itself which page sent the form.

    Signed in by a stranger's form, a person would write their findings under the stranger's account.
    """
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is None:
        # Safari before 16.4 says only the origin; programs say neither, and nobody can make them come here.
        ours = (None, request.host_url.rstrip("/"), running().settings.public_url)
        site = "same-origin" if origin in ours else "cross-site"
    if site not in ("same-origin", "none"):
        raise Problem("cross-site")


def _keep_language(response: Response, language: str) -> None:
    response.set_cookie(
        "language",
        language,
        max_age=LANGUAGE_KEPT_S,
        secure=not running().settings.is_loopback,
        httponly=True,
        samesite="Lax",
    )
