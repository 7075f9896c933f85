"""Is everything all right? What was measured, judged: a light for each thing that can go wrong on the day.

Rules only, no I/O. Every number has its reason beside it; `docs/alerts.yml` holds the same ones for Prometheus.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from server.watch.measured import Measured

# good: nothing to do; look: somebody should look; bad: somebody must act now; unknown: nothing to judge by yet;
# off: not set up here, which is nobody's fault.
State = Literal["good", "look", "bad", "unknown", "off"]
WORST_FIRST: tuple[State, ...] = ("bad", "look", "unknown", "good", "off")

SECOND_MS, MINUTE_MS, HOUR_MS = 1_000, 60_000, 3_600_000

# The night before, when lists are set up, and the night after, when tapes come in, belong to the day.
DAY_BEFORE_MS, DAY_AFTER_MS = 12 * HOUR_MS, 24 * HOUR_MS
# A commit takes milliseconds on any disk, and a crowd before it half a second. One that does not end within two
# seconds is no answer (server/watch/write_probe.py).
WRITE_LOOK_MS = 500
# What was acknowledged since the last copy is on this machine and on phones alone. Every five minutes on the day
# (docs/operating.md): 15 are two that failed, an hour is a day's worst hour.
BACKUP_LOOK_MS, BACKUP_BAD_MS = 15 * MINUTE_MS, 60 * MINUTE_MS
# On other days a copy a night, and two hours for it to be late.
BACKUP_QUIET_MS = 26 * HOUR_MS
# Half of it is still free for photos then (server/disk_room.py), and making room takes an hour.
DISK_LOOK = 0.20
# One wrong list of stations quarantines a governorate at once; single slips are a handful an hour.
QUARANTINE_LOOK, QUARANTINE_RUSH = 20, 100
# Observers report the opening within the first hour. Some forget; one in five is a network, a list or a threat.
HEARD_WITHIN_MS, SILENT_LOOK, SILENT_BAD = HOUR_MS, 0.05, 0.20
# A proof follows within a second. A minute is a queue; after half an hour observers ask what became of their tape.
SEALED_LOOK_MS, SEALED_BAD_MS = MINUTE_MS, 30 * MINUTE_MS
# Phones set by their network are right within seconds, and half a slow round trip is added to what they see. With
# fewer phones than five, one that was set by hand would decide.
CLOCK_LOOK_MS, CLOCK_BAD_MS, CLOCK_PHONES = 30 * SECOND_MS, 5 * MINUTE_MS, 5
# Clocks are set back by milliseconds all the time; by more only when they were wrong.
CLOCK_BACK_MS = 2 * SECOND_MS
# Photos are safe here meanwhile; an hour without the store is planned for, more fills this disk.
SPOOL_LOOK_MS, SPOOL_BAD_MS = 10 * MINUTE_MS, 60 * MINUTE_MS
# The follower checks five hundred a round: ten minutes behind is a follower that stands still.
UNCHECKED_LOOK_MS = 10 * MINUTE_MS
# The map shows a report within a second; a minute behind, coordinators decide on yesterday's picture.
FOLD_LOOK_MS, FOLD_BAD_MS = 10 * SECOND_MS, MINUTE_MS


@dataclass(frozen=True)
class Light:
    """`reading` names the sentence that says what was measured, `values` fills its gaps (ages in milliseconds)."""

    name: str
    state: State
    reading: str
    values: Mapping[str, float] = field(default_factory=dict)


def lights(found: Measured) -> list[Light]:
    """Every light, the worst first; among equals in the order of RULES."""
    return sorted((rule(found) for rule in RULES), key=lambda light: WORST_FIRST.index(light.state))


def worst(found: Sequence[Light]) -> State:
    """bad or look if any light is; else good: what is unknown or off worries nobody by itself."""
    states = {light.state for light in found}
    return "bad" if "bad" in states else "look" if "look" in states else "good"


def is_the_day(found: Measured) -> bool:
    if found.opens_ms is None or found.closes_ms is None:
        return False
    return found.opens_ms - DAY_BEFORE_MS <= found.now_ms <= found.closes_ms + DAY_AFTER_MS


def writing(found: Measured) -> Light:
    if found.write_ms is None:
        return Light("writing", "bad", "failed")
    state: State = "look" if found.write_ms > WRITE_LOOK_MS else "good"
    return Light("writing", state, "took", {"ms": found.write_ms})


def backup(found: Measured) -> Light:
    if found.backup_ms is None:
        return Light("backup", "bad" if is_the_day(found) else "look", "never")
    age_ms = max(0, found.now_ms - found.backup_ms)
    limits = (BACKUP_LOOK_MS, BACKUP_BAD_MS) if is_the_day(found) else (BACKUP_QUIET_MS, 7 * BACKUP_QUIET_MS)
    # With nothing new since, the copy is as good as one of just now.
    state = _by(age_ms, *limits) if found.unsaved else "good"
    return Light("backup", state, "aged", {"age": age_ms, "unsaved": found.unsaved})


def disk(found: Measured) -> Light:
    values = {"percent": found.disk_free * 100}
    if found.holds_text or found.holds_photos:
        return Light("disk", "bad", "text-held" if found.holds_text else "photos-held", values)
    return Light("disk", "look" if found.disk_free < DISK_LOOK else "good", "free", values)


def quarantine(found: Measured) -> Light:
    state: State = "good"
    if found.quarantined > QUARANTINE_LOOK:
        state = "bad" if found.quarantined_lately > QUARANTINE_RUSH else "look"
    return Light("quarantine", state, "waiting", {"count": found.quarantined, "lately": found.quarantined_lately})


def silence(found: Measured) -> Light:
    if not found.assigned:
        return Light("silence", "unknown", "nobody")
    values = {"silent": found.silent, "assigned": found.assigned}
    if found.opens_ms is None or found.now_ms < found.opens_ms + HEARD_WITHIN_MS:
        return Light("silence", "unknown", "early", values)
    share = found.silent / found.assigned
    return Light("silence", "bad" if share > SILENT_BAD else "look" if share > SILENT_LOOK else "good", "heard", values)


def checkpoint(found: Measured) -> Light:
    if found.is_log_refused:
        return Light("checkpoint", "bad", "refused")
    if found.sealed_ms is None:
        return Light("checkpoint", "good" if found.has_log else "unknown", "whole" if found.has_log else "none")
    age_ms = max(0, found.now_ms - found.sealed_ms)
    values = {"count": found.unsealed, "age": age_ms}
    return Light("checkpoint", _by(age_ms, SEALED_LOOK_MS, SEALED_BAD_MS), "behind", values)


def clock(found: Measured) -> Light:
    if found.newest_ms is not None and found.newest_ms > found.now_ms + CLOCK_BACK_MS:
        return Light("clock", "bad", "back", {"age": found.newest_ms - found.now_ms})
    if found.offset_ms is None or found.phones < CLOCK_PHONES:
        return Light("clock", "unknown", "few", {"phones": found.phones})
    off_ms = abs(found.offset_ms)
    reading = "right" if off_ms < SECOND_MS else "ahead" if found.offset_ms > 0 else "behind"
    values = {"age": off_ms, "phones": found.phones}
    return Light("clock", _by(off_ms, CLOCK_LOOK_MS, CLOCK_BAD_MS), reading, values)


def spool(found: Measured) -> Light:
    if not found.has_object_store:
        return Light("spool", "off", "folder")
    if found.spooled_ms is None:
        return Light("spool", "good", "empty")
    age_ms = max(0, found.now_ms - found.spooled_ms)
    return Light("spool", _by(age_ms, SPOOL_LOOK_MS, SPOOL_BAD_MS), "waiting", {"count": found.spooled, "age": age_ms})


def witnesses(found: Measured) -> Light:
    if not found.witnesses:
        return Light("witnesses", "off", "none")
    if found.contradicted:
        return Light("witnesses", "bad", "contradicted", {"count": found.contradicted})
    state: State = "good" if found.is_witnessed else "look" if found.cosigned else "bad"
    return Light("witnesses", state, "signed", {"cosigned": found.cosigned, "witnesses": found.witnesses})


def signatures(found: Measured) -> Light:
    if found.wrong_signatures:
        return Light("signatures", "bad", "wrong", {"count": found.wrong_signatures})
    if found.unchecked_ms is not None and found.now_ms - found.unchecked_ms > UNCHECKED_LOOK_MS:
        return Light("signatures", "look", "unchecked", {"age": found.now_ms - found.unchecked_ms})
    return Light("signatures", "good", "right")


def fold(found: Measured) -> Light:
    if found.unfolded_ms is None:
        return Light("fold", "good", "whole")
    age_ms = max(0, found.now_ms - found.unfolded_ms)
    return Light("fold", _by(age_ms, FOLD_LOOK_MS, FOLD_BAD_MS), "behind", {"count": found.unfolded, "age": age_ms})


def _by(value: float, look: float, bad: float) -> State:
    return "bad" if value > bad else "look" if value > look else "good"


RULES: tuple[Callable[[Measured], Light], ...] = (
    writing, backup, disk, checkpoint, clock, fold, silence, quarantine, signatures, spool, witnesses,
)  # fmt: skip
