"""The accounts of one organisation: who may sign in, in which role."""

from __future__ import annotations

from flask import Blueprint, Response, g, make_response, render_template

from server.access import ROLES, desk
from server.database.engine import reading
from server.database.staff import staff_list
from server.http.desk.returning import back_to, done_word, field
from server.operations.add_staff import add_staff
from server.operations.change_staff import disable_staff, enable_staff
from server.problems import Problem
from server.running import running
from server.words import say

staff = Blueprint("staff", __name__)


@staff.get("/staff")
@desk("administrator")
def show() -> str:
    return _page()


@staff.post("/staff")
@desk("administrator")
def add() -> Response:
    name, role = field("name"), field("role")
    try:
        add_staff(running(), name, g.reader.organisation, role, field("password", 1_000), g.language)
    except Problem as problem:
        error = say(g.language, f"problem-{problem.code}")
        return make_response(_page(error=error, name=name, role=role), problem.status)
    return make_response(_page(added=name))


@staff.post("/staff/<identity>/disable")
@desk("administrator")
def disable(identity: str) -> Response:
    disable_staff(running(), identity, g.reader.organisation, by=g.reader.id)
    return back_to("/staff", "staff-was-disabled")


@staff.post("/staff/<identity>/enable")
@desk("administrator")
def enable(identity: str) -> Response:
    enable_staff(running(), identity, g.reader.organisation)
    return back_to("/staff", "staff-was-enabled")


def _page(**shown: object) -> str:
    with reading(running().engine) as connection:
        accounts = staff_list(connection, g.reader.organisation)
    return render_template("desk/staff.html", accounts=accounts, roles=ROLES, done=done_word("staff-was-"), **shown)
