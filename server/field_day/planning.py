"""Turns an observer's rounds into entries: visits, checklists, incidents, tapes, and second thoughts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from server.field_day.acts import OBSERVATION, TAPE, VISIT_CLOSE, VISIT_OPEN, Act, in_order
from server.field_day.answers import Look, fill_in
from server.field_day.encounters import Encounter, meet, second_thoughts, write_down
from server.field_day.rounds import MACHINE_REPORT_AFTER, Station, Stay, plan_rounds
from server.field_day.tapes import MISREAD, misread, page_count, tape_values
from server.field_day.truth import Hours, StationTruth, hours_of, station_truth
from server.packs import Pack

MINUTE_MS = 60_000
# Phones are banned inside most centres: six in ten write on paper first and type it up outside.
ON_PAPER = 0.6
TYPED_UP_AFTER = (5, 35)


class Planner:
    """The acts of one observer. The same seed, observer and stations always give the same day."""

    def __init__(self, pack: Pack, midnight_ms: int, seed: int, observer: str, lively: float) -> None:
        self._pack, self._midnight_ms, self._seed, self._lively = pack, midnight_ms, seed, lively
        self._hours: Hours = hours_of(pack)
        self._random = Random(f"{seed} observer {observer}")
        self._observer = observer
        self._checklists = {checklist.phase: checklist for checklist in pack.checklists}

    def plan(self, stations: Sequence[Station]) -> list[Act]:
        stays = plan_rounds(stations, self._hours, self._random)
        encounters = meet(self._pack, stays, self._lively, self._random)
        acts: list[Act] = []
        for number, stay in enumerate(stays):
            acts += self._stay(number, stay, [each for each in encounters if each.stay is stay])
        return in_order(acts)

    def _stay(self, number: int, stay: Stay, encounters: list[Encounter]) -> Iterator[Act]:
        truth = station_truth(self._pack, stay.station, self._seed)
        opened = f"{number} visit"
        place = {"station": truth.code}
        yield Act(opened, self._ms(stay.arrives), VISIT_OPEN, {**place, "at_ms": self._ms(stay.arrives)})
        for phase in stay.phases:
            yield self._checklist(f"{number} {phase}", phase, stay, truth, encounters)
        for place_in_day, encounter in enumerate(encounters):
            name = f"{number} incident {place_in_day}"
            report = write_down(name, encounter, self._midnight_ms, self._random)
            yield report
            yield from second_thoughts(report, truth.code, self._random)
        if "counting" in stay.phases:
            yield from self._tapes(number, stay, truth)
        left_ms = self._ms(stay.leaves) + self._delay_ms("here")
        left = {**place, "at_ms": self._ms(stay.leaves)}
        yield Act(f"{number} left", left_ms, VISIT_CLOSE, left, about=opened)

    def _checklist(
        self, key: str, phase: str, stay: Stay, truth: StationTruth, encounters: list[Encounter]
    ) -> Act:
        minute = self._minute_of(phase, stay)
        seen = {each.type.code for each in encounters}
        checklist = self._checklists[phase]
        captured = self._captured()
        body = {
            "station": truth.code,
            "checklist": checklist.id,
            "answers": fill_in(checklist, Look(truth, self._hours, minute, seen, self._random)),
            "started_ms": self._ms(minute),
            "ended_ms": self._ms(minute) + self._random.randint(2, 6) * MINUTE_MS,
            "captured": captured,
        }
        return Act(key, int(str(body["ended_ms"])) + self._delay_ms(captured), OBSERVATION, body)

    def _minute_of(self, phase: str, stay: Stay) -> int:
        """When during the stay a checklist is begun."""
        if phase == "arrival":
            return stay.arrives + self._random.randint(1, 6)
        if phase == "opening":
            return max(stay.arrives, self._hours.opens) + self._random.randint(5, 20)
        if phase == "voting":
            return max(stay.arrives + 25, self._hours.opens + 30) + self._random.randint(0, 40)
        if phase == "closing":
            return self._hours.closes + self._random.randint(3, 12)
        return stay.leaves - self._random.randint(5, 20)

    def _tapes(self, number: int, stay: Stay, truth: StationTruth) -> Iterator[Act]:
        """The machine's tape with photos of its pages, then the hand count; a misread figure is corrected."""
        minute = self._hours.closes + self._random.randint(*MACHINE_REPORT_AFTER)
        for count, at_minute in (("machine", minute), ("manual", max(minute + 20, stay.leaves - 10))):
            key, right = f"{number} tape {count}", tape_values(truth, count)
            pages = page_count(self._random) if count == "machine" else 0
            photos = tuple(self._recipe(truth, page + 1, pages) for page in range(pages))
            is_misread = self._random.random() < MISREAD
            first = misread(right, self._random) if is_misread else right
            body = {"station": truth.code, "count": count, "pages": [], "captured": "here"}
            at_ms = self._ms(at_minute) + self._delay_ms("here")
            yield Act(key, at_ms, TAPE, {**body, **first}, photos=photos)
            if is_misread:
                later_ms = at_ms + self._random.randint(5, 40) * MINUTE_MS
                yield Act(f"{key} right", later_ms, TAPE, {**body, **right}, key, True, photos)

    def _recipe(self, truth: StationTruth, page: int, pages: int) -> str:
        return f"RESULTS|{truth.code}|page {page} / {pages}|{self._seed} {self._observer} {page}"

    def _captured(self) -> str:
        return "paper" if self._random.random() < ON_PAPER else "here"

    def _delay_ms(self, captured: str) -> int:
        minutes = self._random.randint(*TYPED_UP_AFTER) if captured == "paper" else 0
        return minutes * MINUTE_MS + self._random.randint(10, 120) * 1000

    def _ms(self, minute: int) -> int:
        return self._midnight_ms + minute * MINUTE_MS
