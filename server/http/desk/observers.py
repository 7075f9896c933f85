"""The organisation's observers: who is heard of, who is silent; codes for their phones, and an end for lost ones."""

from __future__ import annotations

from flask import Blueprint, Response, g, jsonify, make_response, render_template, request

from server.access import desk
from server.database.engine import reading
from server.database.observers import device_list, observer_by_id
from server.database.register_list import election
from server.http.desk.asked import query_text
from server.http.desk.returning import back_to, done_word, field, wants_json
from server.operations.make_enrolment_code import make_enrolment_code
from server.operations.revoke_device import revoke_device
from server.operations.send_message import send_message
from server.problems import Problem
from server.projections.countersigned import confirmed_devices
from server.projections.observer_list import (
    ONLY,
    PAGE,
    ObserverFilter,
    latest_reports,
    observer_page,
    stations_by_observer,
)
from server.projections.silence import SILENT_AFTER_MS
from server.running import running
from server.slips import write_qr_svg

observers = Blueprint("observers", __name__)


@observers.get("/observers")
@desk("administrator", "coordinator")
def show_list() -> str:
    held = running()
    fields = {name: request.args.get(name, "").strip()[:100] for name in ("q", "governorate", "only")}
    fields = {name: text for name, text in fields.items() if text}
    after, now_ms = request.args.get("after", "")[:100], held.clock.now_ms()
    asked = ObserverFilter(
        g.reader.organisation, now_ms, fields.get("q", ""), fields.get("governorate", ""), fields.get("only", "")
    )
    with reading(held.engine) as connection:
        rows, total = observer_page(connection, asked, after)
        is_day = _is_day(election(connection), now_ms)
    following = query_text({**fields, "after": rows[-1].badge}) if len(rows) == PAGE else None
    return render_template(
        "desk/observers.html",
        rows=rows,
        total=total,
        fields=fields,
        only=ONLY,
        following=following,
        is_first=not after,
        is_day=is_day,
        pack=held.pack,
    )


@observers.get("/observers/<identity>")
@desk("administrator", "coordinator")
def show(identity: str) -> str:
    return _page(identity)


@observers.post("/observers/<identity>/enrol")
@desk("administrator", "coordinator")
def enrol(identity: str) -> Response:
    """The code as a page with its QR, or as JSON for programs. It is shown this once and kept in no cache."""
    held = running()
    made = make_enrolment_code(held, identity, g.reader.id, g.reader.organisation)
    if wants_json():
        return jsonify(made.as_members())
    with reading(held.engine) as connection:
        observer = observer_by_id(connection, identity, g.reader.organisation)
    left_s = (made.expires_ms - held.clock.now_ms()) // 1000
    shown = {"observer": observer, "made": made, "qr": write_qr_svg(made.link), "left_s": left_s}
    return make_response(render_template("desk/enrolment.html", **shown))


@observers.post("/observers/<identity>/devices/<device>/revoke")
@desk("administrator", "coordinator")
def revoke(identity: str, device: str) -> Response:
    held = running()
    with reading(held.engine) as connection:
        is_theirs = observer_by_id(connection, identity, g.reader.organisation) is not None
        if not is_theirs or device not in {each.id for each in device_list(connection, identity)}:
            raise Problem("not-found")
    entry = revoke_device(held, device, field("reason", 1_000), g.reader)
    if wants_json():
        return jsonify({"entry": entry})
    return back_to(f"/observers/{identity}", "observer-was-revoked")


@observers.post("/observers/<identity>/messages")
@desk("administrator", "coordinator")
def send(identity: str) -> Response:
    entry = send_message(running(), identity, field("text", 5_000), g.reader)
    if wants_json():
        return jsonify({"entry": entry})
    return back_to(f"/observers/{identity}", "observer-message-sent")


def _page(identity: str) -> str:
    held = running()
    with reading(held.engine) as connection:
        observer = observer_by_id(connection, identity, g.reader.organisation)
        if observer is None:
            raise Problem("not-found")
        devices = device_list(connection, identity)
        return render_template(
            "desk/observer.html",
            observer=observer,
            devices=devices,
            confirmed=confirmed_devices(connection, [each.id for each in devices]),
            stations=stations_by_observer(connection, [identity]).get(identity, ()),
            reports=latest_reports(connection, identity, g.reader.organisation),
            silent_before_ms=held.clock.now_ms() - SILENT_AFTER_MS,
            done=done_word("observer-"),
            pack=held.pack,
        )


def _is_day(day, now_ms: int) -> bool:
    """Silence means something from the opening of the doors until the tapes are in."""
    return day is not None and day.opens_ms <= now_ms <= day.midnight_ms + 36 * 60 * 60 * 1000
