"""What really happens at each station of a simulated day; two observers there see the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from server.packs import Pack

MINUTES_A_DAY = 24 * 60
# Measured in 2023 and 2025; sources stand with the pack's governorates and incident types.
TURNOUT_SPREAD = 0.12
LATE_OPENING = 0.029
DEVICE_FAILS = 0.02
RESULTS_NOT_SENT = 0.03
LEAST_INVALID, MOST_INVALID = 0.05, 0.08
# Half a percent of the hand counts differ from the machine's; a tenth of those by the legal 5 % or more.
COUNTS_DIFFER, DIFFER_BADLY = 0.005, 0.1
# Of all who come until closing, 44 % have come by noon (23.9 of 54.35 points).
NOON, SHARE_BY_NOON = 12 * 60, 0.44
UNKNOWN_REGISTERED = 510


@dataclass(frozen=True)
class Hours:
    """Opening and closing of the polls in minutes after local midnight."""

    opens: int
    closes: int


@dataclass(frozen=True)
class StationTruth:
    """One station. Votes are by list; `hand_gap` is how many valid ballots the hand count finds more."""

    code: str
    registered: int
    verified: int
    women: int
    valid: int
    invalid: int
    votes: Mapping[str, int]
    hand_gap: int
    opened: int
    staff: int
    is_device_failing: bool
    is_sent: bool

    @property
    def ballots(self) -> int:
        return self.valid + self.invalid

    def voted_by(self, minute: int, hours: Hours) -> int:
        """How many have voted by a minute of the day."""
        if minute <= NOON:
            share = SHARE_BY_NOON * max(0, minute - hours.opens) / (NOON - hours.opens)
        else:
            share = SHARE_BY_NOON + (1 - SHARE_BY_NOON) * (minute - NOON) / (hours.closes - NOON)
        return round(self.verified * min(1.0, share))


def hours_of(pack: Pack) -> Hours:
    return Hours(minute_of(pack.settings["opens"]), minute_of(pack.settings["closes"]))


def minute_of(text: str) -> int:
    """`07:30` is 450."""
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def clock_text(minute: int) -> str:
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def station_truth(pack: Pack, station: Mapping[str, object], seed: int) -> StationTruth:
    """The same for whoever asks: it follows from the seed and the station's code."""
    code, governorate = str(station["code"]), str(station["governorate"])
    random = Random(f"{seed} station {code}")
    known = station.get("registered")
    registered = known if isinstance(known, int) else UNKNOWN_REGISTERED
    turnout = min(0.98, max(0.05, random.gauss(_turnout(pack, governorate), TURNOUT_SPREAD)))
    verified = round(registered * turnout)
    invalid = round(verified * random.uniform(LEAST_INVALID, MOST_INVALID))
    valid = verified - invalid
    is_late = random.random() < LATE_OPENING
    opens = hours_of(pack).opens
    return StationTruth(
        code=code,
        registered=registered,
        verified=verified,
        women=round(verified * random.uniform(0.3, 0.5)),
        valid=valid,
        invalid=invalid,
        votes=_votes(pack, governorate, valid, seed, random),
        hand_gap=_hand_gap(valid, random),
        opened=opens + (random.randint(31, 90) if is_late else random.randint(0, 14)),
        staff=random.randint(4, 7),
        is_device_failing=random.random() < DEVICE_FAILS,
        is_sent=random.random() >= RESULTS_NOT_SENT,
    )


def _turnout(pack: Pack, governorate: str) -> float:
    offices = pack.governorates_by_code[governorate].offices
    return sum(o.turnout_percent * o.registered for o in offices) / sum(o.registered for o in offices) / 100


def _votes(pack: Pack, governorate: str, valid: int, seed: int, random: Random) -> dict[str, int]:
    """Each governorate leans its own way, each station a bit differently; the sum is `valid`."""
    lists = [row["code"] for row in pack.settings["lists"]]
    leaning = Random(f"{seed} lists {governorate}")
    weights = [leaning.expovariate(1) * random.uniform(0.7, 1.3) for _ in lists]
    votes = dict.fromkeys(lists, 0)
    for choice in random.choices(lists, weights, k=valid):
        votes[choice] += 1
    return votes


def _hand_gap(valid: int, random: Random) -> int:
    if random.random() >= COUNTS_DIFFER:
        return 0
    return max(4, round(valid * 0.06)) if random.random() < DIFFER_BADLY else random.choice((-2, -1, 1, 2, 3))
