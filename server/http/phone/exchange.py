"""`POST /api/v1/sync` and `/have`: the round trip, and the question of what the server still lacks."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, g

from server.access import Reader, device
from server.counters import COUNTERS
from server.database.engine import reading
from server.database.lacking import lacking
from server.http.phone.frame import read_frame, read_json_object
from server.http.phone.packed import json_answer
from server.operations.exchange_entries import exchange_entries
from server.pacing import TooMany
from server.problems import Problem
from server.running import Running, running
from sync.header import is_digest

exchange = Blueprint("exchange", __name__, url_prefix="/api/v1")
# More devices than one carrier can carry in a pocket.
MOST_DEVICES = 64


@exchange.post("/sync")
@device
def sync() -> Response:
    return json_answer(answer_of(running(), carrier(), read_frame))


def answer_of(held: Running, reader: Reader, read: Callable[[], dict[str, object]]) -> dict[str, object]:
    """The answer to the frame that `read` gives: the whole of an exchange, whichever way it came in (express.py)."""
    try:
        with held.pacing.text():
            answer = exchange_entries(held, reader, read())
    except TooMany as too_many:
        raise Problem("busy", retry_after_s=too_many.after_s) from too_many
    _count(answer["verdicts"])
    return answer


@exchange.post("/have")
@device
def have() -> Response:
    heads = read_json_object().get("heads")
    if not isinstance(heads, dict) or len(heads) > MOST_DEVICES or not all(map(_is_head, heads.items())):
        raise Problem("bad-frame", detail="heads")
    asking = carrier()
    with reading(running().engine) as connection:
        return json_answer(lacking(connection, asking.id, asking.organisation, heads))


def _count(verdicts: object) -> None:
    assert isinstance(verdicts, list)
    COUNTERS.add_each("verdicts", [each["verdict"] for each in verdicts])


def carrier() -> Reader:
    """The phone that asks; a revoked one never comes this far."""
    return g.reader


def _is_head(head: tuple[object, object]) -> bool:
    """A device and its last place; an empty journal has no last id."""
    device, place = head
    if not is_digest(device) or not isinstance(place, list) or len(place) != 2:
        return False
    seq, identity = place
    return type(seq) is int and 0 <= seq < 2**53 and (identity == "" or is_digest(identity))
