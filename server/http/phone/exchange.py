"""`POST /api/v1/sync` and `/have`: the round trip, and the question of what the server still lacks."""

from __future__ import annotations

import orjson
from flask import Blueprint, Response, g

from server.access import Reader, device
from server.database.engine import reading
from server.database.lacking import lacking
from server.http.phone.frame import read_frame, read_json_object
from server.operations.exchange_entries import exchange_entries
from server.problems import Problem
from server.running import running

exchange = Blueprint("exchange", __name__, url_prefix="/api/v1")
# More devices than one carrier can carry in a pocket.
MOST_DEVICES = 64


@exchange.post("/sync")
@device
def sync() -> Response:
    frame = read_frame()
    return _json(exchange_entries(running(), carrier(), frame))


@exchange.post("/have")
@device
def have() -> Response:
    heads = read_json_object().get("heads")
    if not isinstance(heads, dict) or len(heads) > MOST_DEVICES or not all(map(_is_head, heads.values())):
        raise Problem("bad-frame", detail="heads")
    asking = carrier()
    with reading(running().engine) as connection:
        return _json(lacking(connection, asking.id, asking.organisation, heads))


def carrier() -> Reader:
    """The phone that asks. A revoked one hands in and picks up nothing (wire.md §4)."""
    if g.reader.kind == "revoked":
        raise Problem("token-revoked")
    return g.reader


def _is_head(value: object) -> bool:
    if not isinstance(value, list) or len(value) != 2:
        return False
    seq, identity = value
    return type(seq) is int and 0 <= seq < 2**53 and isinstance(identity, str) and len(identity) <= 43


def _json(answer: object) -> Response:
    return Response(orjson.dumps(answer), mimetype="application/json")
