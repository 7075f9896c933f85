"""One look at the map: what was asked, by whom, and the figures as they stand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from flask import g, request
from sqlalchemy.orm import Session

from maps.captions import MapCaptions
from server.database import db
from server.http.desk.conditional import tag_of
from server.http.desk.map_query import MapQuery, figures_asked, quarter_clock, read_map_query
from server.http.desk.remembered import Remembered
from server.http.desk.times import moment
from server.map_captions import map_captions
from server.projections.figures import AreaFigures, Fold, figures_by_governorate, fold_now, register_size
from server.projections.silence import Silence, silence_by_governorate
from server.running import running
from server.words import say

if TYPE_CHECKING:
    from maps.plan import View

# Every desk of an organisation asks the same few questions of the same version; the slider asks a hundred.
_areas: Remembered[dict[str, AreaFigures]] = Remembered(512)
# Silence costs more to count than it changes: it may be this much older than the rest.
SILENCE_KEPT_MS = 10_000
_silence: Remembered[dict[str, Silence]] = Remembered(64)


@dataclass(frozen=True)
class MapView:
    """`tag` changes whenever anything this view shows may have changed."""

    query: MapQuery
    scope: str
    language: str
    fold: Fold
    areas: dict[str, AreaFigures]
    silence: dict[str, Silence]
    tag: str

    @property
    def drawn(self) -> View:
        return "tiles" if self.query.view == "tiles" else "land"

    @cached_property
    def narrowed(self) -> str:
        """What the incidents were narrowed to, in words; empty for all of them."""
        return " · ".join(_narrowings(self.query, self.language))

    @cached_property
    def captions(self) -> MapCaptions:
        """A picture travels without its page, so it says itself what it leaves out."""
        words = map_captions(running().pack, self.language, moment(self.fold.as_of_ms))
        return replace(words, as_of=" · ".join(filter(None, (self.as_of, self.narrowed))))

    @property
    def as_of(self) -> str:
        if self.fold.as_of_ms is None:
            return say(self.language, "layout-as-of-nothing")
        return say(self.language, "layout-as-of", moment=moment(self.fold.as_of_ms))


def look_at_map() -> MapView:
    """The view that the address of this request asks for, as its reader may see it."""
    held, session, scope = running(), db.session, g.reader.organisation
    query = read_map_query(request.args, held.pack)
    fold, size = fold_now(session), register_size(session)
    silence = silence_now(session, scope)
    asked, codes = figures_asked(query, held.pack), tuple(held.pack.governorates_by_code)
    areas = _areas.get(
        (held.settings.database_url, fold, size, scope, asked),
        lambda: figures_by_governorate(session, scope, asked, codes),
    )
    tag = tag_of(fold, size, scope, g.language, query, sorted(silence.items()))
    return MapView(query, scope, g.language, fold, areas, silence, tag)


def silence_now(session: Session, organisation: str) -> dict[str, Silence]:
    held = running()
    kept = held.clock.now_ms() // SILENCE_KEPT_MS
    return _silence.get(
        (held.settings.database_url, organisation, kept),
        lambda: silence_by_governorate(session, organisation),
    )


def _narrowings(query: MapQuery, language: str) -> list[str]:
    pack, found = running().pack, []
    if query.phase:
        found.append(say(language, f"map-phase-{query.phase}"))
    if query.type:
        found.append(f"{query.type} {pack.types_by_code[query.type].label[language]}")
    if query.severity:
        found.append(say(language, "map-severity-narrowed", severity=query.severity))
    if query.finding:
        found.append(say(language, f"map-finding-{query.finding}"))
    if query.organisation:
        found.append(query.organisation)
    if query.quarter is not None:
        found.append(say(language, "map-until", time=quarter_clock(query.quarter)))
    return found
