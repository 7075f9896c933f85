"""The page of one report: what was said, what was found, its photos, its history, and what a coordinator decides."""

from __future__ import annotations

from flask import Blueprint, g, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from server.access import desk
from server.http.desk.asked import asked_fields, query_text
from server.http.desk.report_view import FAMILY_BY_KIND, View, find_report, report_view
from server.http.desk.tape_table import tape_columns
from server.operations.check_out import check_in, check_out
from server.operations.release_report import release_report
from server.operations.review_report import review_report
from server.problems import Problem
from server.running import running

reports = Blueprint("reports", __name__)
reports.record_once(lambda state: state.app.jinja_env.globals.update(report_path=report_path))
# Mistakes that are put right on the page itself, with what was typed still in its fields.
MENDABLE = frozenset({"bad-field", "checked-out", "already-judged", "withdrawn"})
PAGE = "/<any(incidents, tapes, observations, visits):family>/<subject>"


def report_path(report, query: str = "") -> str:
    """Where the page of a report is, whatever its kind."""
    family = FAMILY_BY_KIND.get(report.kind, "observations")
    return url_for("reports.show", family=family, subject=report.subject) + query


@reports.get(PAGE)
@desk("administrator", "coordinator", "clerk", "liaison")
def show(family: str, subject: str) -> str:
    return _page(subject, request.args.get("author", ""))


@reports.post(PAGE + "/finding")
@desk("administrator", "coordinator")
def judge(family: str, subject: str) -> Response | tuple[str, int]:
    form = request.form
    value = {name: form.get(name, "") for name in ("type", "severity", "station")}
    try:
        review_report(
            running(), g.reader, subject, form.get("author", ""), form.get("finding", ""), form.get("reason", ""),
            value, seen=form.get("seen"), take_over=bool(form.get("take_over")),
        )  # fmt: skip
    except Problem as problem:
        return _again(subject, problem)
    older = report_view(subject, form.get("author", ""), asked_fields()).older if form.get("then") == "next" else None
    return _back(family, older or subject, "done=finding" if older is None else "")


@reports.post(PAGE + "/release")
@desk("administrator", "coordinator")
def release(family: str, subject: str) -> Response | tuple[str, int]:
    try:
        release_report(running(), g.reader, subject, request.form.get("author", ""), request.form.get("to", ""))
    except Problem as problem:
        return _again(subject, problem)
    return _back(family, subject, "done=release")


@reports.post(PAGE + "/check-out")
@desk("administrator", "coordinator")
def take(family: str, subject: str) -> Response:
    until_ms = check_out(running(), g.reader, subject, take_over=bool(request.form.get("take_over")))
    if request.accept_mimetypes.best_match(["application/json", "text/html"]) == "application/json":
        return jsonify(until_ms=until_ms)
    return _back(family, subject)


@reports.post(PAGE + "/check-in")
@desk("administrator", "coordinator")
def let_go(family: str, subject: str) -> Response:
    if find_report(subject).organisation != g.reader.organisation:
        raise Problem("not-found")
    check_in(running(), g.reader, subject)
    return _back(family, subject)


def _page(subject: str, author: str, problem: Problem | None = None) -> str:
    fields = asked_fields()
    view = report_view(subject, author, fields)
    return render_template(
        "desk/report.html",
        view=view,
        report=view.report,
        family=FAMILY_BY_KIND.get(view.report.kind, "observations"),
        query=query_text(fields),
        tape=_tape(view),
        pack=running().pack,
        problem=problem,
        typed=request.form if problem else {},
        done=request.args.get("done"),
    )


def _tape(view: View):
    if view.report.kind != "tape.submit":
        return None
    registered = view.station.registered if view.station else None
    return tape_columns([(each.report, each.body) for each in view.accounts], registered)


def _again(subject: str, problem: Problem) -> tuple[str, int]:
    if problem.code not in MENDABLE:
        raise problem
    return _page(subject, request.form.get("author", ""), problem), problem.status


def _back(family: str, subject: str, more: str = "") -> Response:
    query = query_text(asked_fields())
    address = url_for("reports.show", family=family, subject=subject) + query
    return redirect(address + (("&" if query else "?") + more if more else ""), 303)
