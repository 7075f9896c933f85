"""Enrols simulated phones as real ones are: a one-time code, a new key, a proof that the key is held."""

from __future__ import annotations

import threading

from server.field_day.exchanging import APP
from server.field_day.line import Line, NoAnswer
from server.field_day.phone import Membership, Phone
from server.server_key import make_key

# The answer may be lost on the way: the same code, key and proof give the same device again.
TRIES = 3
# An observer who is assigned to nothing stays at home.
LOOKS, LOOK_EVERY_S = 6, 0.5


class NotEnrolled(RuntimeError):
    """The server would not enrol a phone; the text says why."""


def join(line: Line, code: str) -> Phone:
    """A phone enrolled with a one-time code. Raises NotEnrolled."""
    key = make_key()
    asked = {"code": code, "jwk": key.jwk, "proof": key.sign(code.encode()), "app": APP}
    said = _ask(line, asked)
    member = Membership(
        observer=said["observer"],
        election=said["election"]["id"],
        token=said["token"],
        opens_ms=said["election"]["opens_ms"],
        stations=said["pack"]["stations"],
    )
    return Phone(key, member, cursor=said["cursor"])


def await_stations(phone: Phone, line: Line) -> Phone:
    """The phone with its observer's stations: an assignment made just now reaches the pack within a second."""
    pause = threading.Event()
    for _ in range(LOOKS):
        if phone.member.stations:
            break
        pause.wait(LOOK_EVERY_S)
        headers = {"Authorization": f"Bearer {phone.member.token}", "Accept": "application/json"}
        said = line.send("GET", "/api/v1/pack", headers).read() or {}
        phone.member.stations = said.get("stations", [])
    return phone


def _ask(line: Line, asked: dict) -> dict:
    why = "no answer"
    for _ in range(TRIES):
        try:
            answer = line.post("/api/v1/enrol", asked)
        except NoAnswer as error:
            why = str(error)
            continue
        said = answer.read()
        if answer.status == 200 and said is not None:
            return said
        why = f"{answer.status} {(said or {}).get('code', '')}"
    raise NotEnrolled(why)
