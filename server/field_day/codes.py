"""Where the simulation's one-time codes come from: the data folder it runs beside, or a coordinator's token."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from server.database.engine import reading
from server.database.roster import ObserverRow
from server.field_day.joining import NotEnrolled
from server.field_day.line import Line, NoAnswer
from server.operations.make_enrolment_code import make_enrolment_code
from server.running import Running


def local_observers(held: Running) -> list[str]:
    """Every observer in the roster, in an order that says nothing about when they were added."""
    with reading(held.engine) as connection:
        return list(connection.execute(select(ObserverRow.id).order_by(ObserverRow.id)).scalars())


def local_codes(held: Running, observers: Sequence[str]) -> Iterator[str]:
    for observer in observers:
        yield make_enrolment_code(held, observer, made_by="simulation").code


def remote_codes(line: Line, tokens: Sequence[str], observers: Sequence[str]) -> Iterator[str]:
    """Codes made over HTTP. `tokens` are those of coordinators, one an organisation: an observer's is found by trying.

    Raises NotEnrolled when no token's owner may enrol an observer.
    """
    for observer in observers:
        yield _remote_code(line, tokens, observer)


def _remote_code(line: Line, tokens: Sequence[str], observer: str) -> str:
    why = "no token"
    for token in tokens:
        try:
            answer = line.post(f"/observers/{observer}/enrol", {}, token)
        except NoAnswer as error:
            why = str(error)
            continue
        said = answer.read() or {}
        if answer.status in (200, 201) and isinstance(said.get("code"), str):
            return said["code"]
        why = f"{answer.status} {said.get('code', '')}"
    raise NotEnrolled(f"{observer}: {why}")
