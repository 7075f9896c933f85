"""Lists handed in at the desk: looked at first, then confirmed, then taken in while one watches."""

from __future__ import annotations

import json

from flask import Blueprint, Response, g, jsonify, make_response, render_template

from server.access import desk
from server.database.engine import reading
from server.database.imports import RUNNING, import_by_id, import_list
from server.http.desk.returning import back_to, field, uploaded, wants_json
from server.imports.table import MOST_BYTES
from server.operations.preview_import import Uploaded, preview_import
from server.operations.run_import import confirm_import
from server.problems import Problem
from server.running import running
from server.words import say

imports = Blueprint("imports", __name__)


@imports.get("/imports")
@desk("administrator")
def show_list() -> str:
    return _list_page()


@imports.post("/imports")
@desk("administrator")
def preview() -> Response:
    file = uploaded("file")
    try:
        if file is None:
            raise Problem("bad-file", fault="file-missing", value="")
        content = file.stream.read(MOST_BYTES + 1)
        handed_in = Uploaded(
            field("kind"), file.filename or "", content, g.reader.organisation, g.reader.id, g.reader.organisation
        )
        identity = preview_import(running(), handed_in)
    except Problem as problem:
        if problem.code != "bad-file" or wants_json():
            raise
        fault = say(g.language, f"import-fault-{problem.extra['fault']}", value=problem.extra["value"])
        return make_response(_list_page(error=fault, kind=field("kind")), problem.status)
    return back_to(f"/imports/{identity}")


@imports.get("/imports/<identity>")
@desk("administrator")
def show(identity: str) -> Response:
    with reading(running().engine) as connection:
        row = import_by_id(connection, identity, g.reader.organisation)
    if row is None:
        raise Problem("not-found")
    if wants_json():
        return jsonify({"state": row.state, "done": row.done, "total": row.total})
    response = make_response(render_template("desk/import.html", row=row, report=json.loads(row.report)))
    if row.state == RUNNING:
        # Without scripts the page follows the work too.
        response.headers["Refresh"] = "3"
    return response


@imports.post("/imports/<identity>/confirm")
@desk("administrator")
def confirm(identity: str) -> Response:
    confirm_import(running(), identity, g.reader.organisation)
    return back_to(f"/imports/{identity}")


def _list_page(**shown: object) -> str:
    with reading(running().engine) as connection:
        rows = import_list(connection, g.reader.organisation)
    return render_template("desk/imports.html", rows=rows, most_bytes=MOST_BYTES, **shown)
