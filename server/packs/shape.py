"""What a country's pack holds: governorates, incident types, checklists and the settings of the day."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from server.packs.public import public_pack

if TYPE_CHECKING:
    from maps.boundaries import Boundaries

Words = Mapping[str, str]
"""One sentence or name in every language of the pack, by language code."""


@dataclass(frozen=True)
class Office:
    """The part of one commission office that lies in one governorate; sizes are for simulated days."""

    code: str
    name: Words
    registered: int
    turnout_percent: float
    stations: int
    centres: int


@dataclass(frozen=True)
class Capital:
    name: Words
    longitude: float
    latitude: float


@dataclass(frozen=True)
class Governorate:
    """`aliases` are other spellings that lists of stations come with."""

    code: str
    name: Words
    aliases: tuple[str, ...]
    capital: Capital
    tile: tuple[int, int]
    label: tuple[float, float]
    offices: tuple[Office, ...]

    @property
    def stations(self) -> int:
        return sum(office.stations for office in self.offices)

    @property
    def centres(self) -> int:
        return sum(office.centres for office in self.offices)

    @property
    def registered(self) -> int:
        return sum(office.registered for office in self.offices)


@dataclass(frozen=True)
class IncidentGroup:
    code: str
    name: Words


@dataclass(frozen=True)
class IncidentType:
    code: str
    group: str
    phase: str
    severity: int
    impact: str
    escalate: bool
    photo: str
    label: Words
    complaint_colour: str
    weight: int


@dataclass(frozen=True)
class Option:
    value: str
    label: Words


@dataclass(frozen=True)
class Question:
    id: str
    label: Words
    type: str
    options: tuple[Option, ...]
    expected: str | None
    critical: bool
    incident: str | None
    show_if: Mapping[str, Any] | None


@dataclass(frozen=True)
class Checklist:
    id: str
    phase: str
    name: Words
    questions: tuple[Question, ...]

    @cached_property
    def questions_by_id(self) -> Mapping[str, Question]:
        return {question.id: question for question in self.questions}


@dataclass(frozen=True, eq=False)
class Pack:
    """One country's pack, checked when it was read. `folder` is where its boundaries lie."""

    id: str
    version: int
    labels_reviewed: bool
    settings: Mapping[str, Any]
    governorates: tuple[Governorate, ...]
    incident_groups: tuple[IncidentGroup, ...]
    incident_types: tuple[IncidentType, ...]
    checklists: tuple[Checklist, ...]
    folder: Path = field(repr=False)

    @cached_property
    def governorates_by_code(self) -> Mapping[str, Governorate]:
        return {governorate.code: governorate for governorate in self.governorates}

    @cached_property
    def groups_by_code(self) -> Mapping[str, IncidentGroup]:
        return {group.code: group for group in self.incident_groups}

    @cached_property
    def types_by_code(self) -> Mapping[str, IncidentType]:
        return {incident_type.code: incident_type for incident_type in self.incident_types}

    @cached_property
    def checklists_by_id(self) -> Mapping[str, Checklist]:
        return {checklist.id: checklist for checklist in self.checklists}

    @cached_property
    def boundaries(self) -> Boundaries:
        """The governorates' polygons, read at first use: most commands never need them."""
        # Not at every start: geometry is a tenth of an idle server's memory, and of its way to the first answer.
        from maps.boundaries import read_boundaries

        return read_boundaries(json.loads((self.folder / "boundaries.geojson").read_text(encoding="utf-8")))

    def public(self) -> dict[str, Any]:
        """What a phone is given: no weights, no sizes, no boundaries."""
        return public_pack(self)
