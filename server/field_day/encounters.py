"""What goes wrong before an observer's eyes, as often and of the kinds that were counted in 2025."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from server.field_day.acts import INCIDENT, RETRACT, Act
from server.field_day.phrases import describe
from server.field_day.rounds import Stay
from server.packs import IncidentType, Pack

# 1,617 incidents by 5,089 observers.
INCIDENTS_AN_OBSERVER = 0.32
# Facts, C8: two in a hundred name a station that does not exist. The others are second thoughts, assumed.
WRONG_STATION, CORRECTED, RETRACTED = 0.02, 0.03, 0.01
WRONG_STATION_NOTICED = 0.6
PHOTO_TAKEN = 0.4
ON_PAPER = 0.6
MINUTE_MS = 60_000
# Where in a stay an incident type of a phase can be met; types of other phases are not met at a station.
_PHASES = {
    "opening": {"opening", "any"},
    "arrival": {"any"},
    "voting": {"voting", "any"},
    "closing": {"closing", "any"},
    "counting": {"counting", "any"},
}


@dataclass(frozen=True)
class Encounter:
    stay: Stay
    type: IncidentType
    minute: int


def meet(pack: Pack, stays: Sequence[Stay], lively: float, random: Random) -> list[Encounter]:
    """The incidents of one observer's day; `lively` multiplies how many there are."""
    if not stays:
        return []
    count = _poisson(INCIDENTS_AN_OBSERVER * lively, random)
    return [_one(pack, random.choice(stays), random) for _ in range(count)]


def _one(pack: Pack, stay: Stay, random: Random) -> Encounter:
    possible = set().union(*(_PHASES[phase] for phase in stay.phases))
    types = [each for each in pack.incident_types if each.phase in possible]
    chosen = random.choices(types, [each.weight for each in types])[0]
    return Encounter(stay, chosen, random.randint(stay.arrives + 5, stay.leaves - 5))


def _poisson(mean: float, random: Random) -> int:
    """Knuth: multiply chances until they are less likely than none at all."""
    limit, product, count = math.exp(-mean), random.random(), 0
    while product > limit:
        product *= random.random()
        count += 1
    return count


def write_down(key: str, encounter: Encounter, midnight_ms: int, random: Random) -> Act:
    """The report of an incident; now and then with a station's number that does not exist."""
    occurred_ms = midnight_ms + encounter.minute * MINUTE_MS
    is_paper = random.random() < ON_PAPER
    code, governorate = str(encounter.stay.station["code"]), str(encounter.stay.station["governorate"])
    incident = encounter.type
    body = {
        "station": f"{code[:-2]}99" if random.random() < WRONG_STATION else code,
        "type": incident.code,
        "severity": incident.severity,
        "occurred_ms": occurred_ms,
        "text": describe(incident.label, governorate, random),
        "basis": random.choices(("direct", "heard", "document", "media"), (85, 11, 3, 1))[0],
        "captured": "paper" if is_paper else "here",
    }
    # Severe ones are typed up at once, whatever it takes.
    minutes = random.randint(5, 20) if is_paper and incident.severity < 4 else random.randint(1, 4)
    has_photo = incident.photo == "yes" and not is_paper and random.random() < PHOTO_TAKEN
    photos = (f"{incident.code}|{code}|{random.random()}",) if has_photo else ()
    return Act(key, occurred_ms + minutes * MINUTE_MS, INCIDENT, body, photos=photos)


def second_thoughts(report: Act, station: str, random: Random) -> Iterator[Act]:
    """A report corrected or withdrawn by whoever wrote it."""
    later_ms = report.at_ms + random.randint(5, 60) * MINUTE_MS
    is_wrong = report.body["station"] != station and random.random() < WRONG_STATION_NOTICED
    if is_wrong or random.random() < CORRECTED:
        severity = max(1, int(str(report.body["severity"])) - (0 if is_wrong else 1))
        body = {**report.body, "station": station, "severity": severity}
        yield Act(f"{report.key} corrected", later_ms, INCIDENT, body, report.key, True, report.photos)
    elif random.random() < RETRACTED:
        yield Act(f"{report.key} withdrawn", later_ms, RETRACT, {"reason": "mistake"}, report.key, True)
