"""Finds stations by code or by the name of their centre, however it is spelled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from server.database.register import CentreRow, StationRow
from server.normal_letters import normal_letters

PAGE = 50
# A search may match every centre of the country; SQLite takes at most 32,766 values in one question.
MOST_CENTRES = 2_000


@dataclass(frozen=True)
class Station:
    """One station with its centre's name."""

    code: str
    centre: str
    number: str
    governorate: str
    registered: int | None
    name_ar: str
    name_ckb: str
    name_en: str
    longitude_e6: int | None
    latitude_e6: int | None


def find_station(session: Session, code: str) -> Station | None:
    return stations_by_code(session, [code]).get(code)


def stations_by_code(session: Session, codes: Iterable[str | None]) -> dict[str, Station]:
    """The stations of the register among `codes`."""
    wanted = {code for code in codes if code}
    rows = session.execute(_stations().where(StationRow.code.in_(wanted))) if wanted else ()
    return {row.code: Station(*row) for row in rows}


def search_stations(
    session: Session, words: str, governorate: str = "", after: str = "", among: Select | None = None
) -> Sequence[Station]:
    """Up to a page of stations in the order of their codes, beyond `after`.

    Every word of `words` must stand in the centre's name in one language, or they are the beginning of a code.
    `among` is a question whose answer are the only codes wanted.
    """
    query = _stations().where(StationRow.code > after)
    if governorate:
        query = query.where(StationRow.governorate == governorate)
    if among is not None:
        query = query.where(StationRow.code.in_(among))
    asked = normal_letters(words)
    if asked:
        query = query.where(_matches(session, asked))
    return [Station(*row) for row in session.execute(query.order_by(StationRow.code).limit(PAGE))]


def _matches(session: Session, asked: str):
    code = asked.replace(" ", "-")
    if code.replace("-", "").isdecimal():
        return StationRow.code.startswith(code, autoescape=True)
    centres = session.execute(select(CentreRow.code, CentreRow.name_ar, CentreRow.name_ckb, CentreRow.name_en))
    found = [row.code for row in centres if _is_named(row[1:], asked.split())]
    return StationRow.centre.in_(found[:MOST_CENTRES])


def _is_named(names: Sequence[str], words: Sequence[str]) -> bool:
    return any(all(word in folded for word in words) for folded in map(_folded, names))


@lru_cache(maxsize=65_536)
def _folded(name: str) -> str:
    return normal_letters(name)


def _stations():
    return select(
        StationRow.code,
        StationRow.centre,
        StationRow.number,
        StationRow.governorate,
        StationRow.registered,
        CentreRow.name_ar,
        CentreRow.name_ckb,
        CentreRow.name_en,
        CentreRow.longitude_e6,
        CentreRow.latitude_e6,
    ).join(CentreRow, CentreRow.code == StationRow.centre)
