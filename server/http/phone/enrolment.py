"""Joining: a one-time code and a new key become an enrolled phone; and the pack it works with."""

from __future__ import annotations

import hashlib

import orjson
from flask import Blueprint, Response, request

from server.access import anyone, device
from server.database.engine import reading
from server.http.phone.exchange import carrier
from server.http.phone.frame import read_json_object
from server.http.phone.packed import json_answer
from server.http.phone.packed import pack as pack_answer
from server.operations.enrol_device import enrol_device
from server.projections.observers_pack import observers_pack
from server.running import running

enrolment = Blueprint("enrolment", __name__, url_prefix="/api/v1")
LARGEST_ENROLMENT_BYTES = 8 * 1024


@enrolment.post("/enrol")
@anyone
def enrol() -> Response:
    return json_answer(enrol_device(running(), read_json_object(LARGEST_ENROLMENT_BYTES)))


@enrolment.get("/pack")
@device
def pack() -> Response:
    asking = carrier()
    held = running()
    with reading(held.engine) as connection:
        text = orjson.dumps(observers_pack(connection, held.pack, asking.observer))
    response = Response(text, mimetype="application/json")
    # Weak: packed or not, it is the same pack.
    response.set_etag(hashlib.sha256(text).hexdigest()[:32], weak=True)
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request)
    return pack_answer(response) if response.status_code == 200 else response
