"""What was stored but counts nowhere yet: each entry with the reason, to be attached to a station or left."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from server.access import desk
from server.database import db
from server.http.desk.asked import place, query_text
from server.http.desk.report_view import FAMILY_BY_KIND
from server.operations.review_report import review_report
from server.problems import Problem
from server.projections.quarantine import (
    PAGE,
    count_held,
    count_quarantined,
    forked_devices,
    list_quarantined,
)
from server.projections.report_history import written_by_index
from server.running import running
from server.words import say

quarantine = Blueprint("quarantine", __name__)
# Only what the register did not know can be put right by naming the station; a flaw of the envelope stays a flaw.
ATTACHABLE = frozenset({"unknown-station", "no-place"})


@quarantine.get("/quarantine")
@desk("administrator", "coordinator")
def show_list() -> str:
    return _page()


@quarantine.post("/quarantine/<subject>")
@desk("administrator", "coordinator")
def settle(subject: str) -> Response | tuple[str, int]:
    """Attaches the report to a station, or leaves it where it is with a reason."""
    form = request.form
    act = "attach" if form.get("act") == "attach" else "leave"
    finding = "correct" if act == "attach" else "doubt"
    value = {"station": form.get("station", "")} if act == "attach" else None
    reason = form.get("reason", "").strip() or say(g.language, f"quarantine-reason-{act}")
    try:
        review_report(running(), g.reader, subject, form.get("author", ""), finding, reason, value)
    except Problem as problem:
        if problem.code not in ("bad-field", "withdrawn", "checked-out"):
            raise
        return _page(problem, subject), problem.status
    return redirect(url_for("quarantine.show_list", done=act), 303)


def _page(problem: Problem | None = None, subject: str = "") -> str:
    is_judged = request.args.get("show") == "judged"
    organisation = g.reader.organisation
    rows = list_quarantined(db.session, organisation, is_judged, place("before"))
    return render_template(
        "desk/quarantine.html",
        rows=rows,
        written=written_by_index(db.session, [row.idx for row in rows]),
        attachable=ATTACHABLE,
        paths=FAMILY_BY_KIND,
        is_judged=is_judged,
        waiting=count_quarantined(db.session, organisation),
        judged=count_quarantined(db.session, organisation, True),
        forked=forked_devices(db.session, organisation),
        held=count_held(db.session, organisation),
        older=_older(rows, is_judged),
        problem=problem,
        problem_subject=subject,
        typed=request.form if problem else {},
        done=request.args.get("done"),
    )


def _older(rows, is_judged: bool) -> str | None:
    if len(rows) < PAGE:
        return None
    return query_text({"show": "judged" if is_judged else "", "before": rows[-1].idx})
