"""Each light turns when it must and not before, whatever was measured; docs/alerts.yml says the same to Prometheus."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.watch.lights import HOUR_MS, MINUTE_MS, SECOND_MS, Light, lights, worst
from server.watch.measured import Measured
from server.words import LANGUAGES, say
from tests.server.small_server import ELECTION_MORNING_MS

NOW = ELECTION_MORNING_MS
OPENS, CLOSES = NOW - 2 * HOUR_MS, NOW + 9 * HOUR_MS
QUIET_DAY = {"opens_ms": NOW + 30 * 24 * HOUR_MS, "closes_ms": NOW + 31 * 24 * HOUR_MS}
# A server at nine in the morning of the day on which nothing is wrong.
FINE = Measured(
    now_ms=NOW, opens_ms=OPENS, closes_ms=CLOSES, write_ms=4.0, backup_ms=NOW - 4 * MINUTE_MS, unsaved=100,
    disk_free=0.6, quarantined=3, assigned=100, silent=2, has_log=True, offset_ms=900, phones=50,
    newest_ms=NOW - SECOND_MS, has_object_store=True, witnesses=3, cosigned=3, is_witnessed=True,
)  # fmt: skip
# (light, state, what is measured otherwise than FINE)
CASES = [
    ("writing", "good", {"write_ms": 500}),
    ("writing", "look", {"write_ms": 501}),
    ("writing", "bad", {"write_ms": None}),
    ("backup", "good", {"backup_ms": NOW - 15 * MINUTE_MS}),
    ("backup", "look", {"backup_ms": NOW - 15 * MINUTE_MS - 1}),
    ("backup", "bad", {"backup_ms": NOW - HOUR_MS - 1}),
    ("backup", "bad", {"backup_ms": None}),
    ("backup", "good", {"backup_ms": NOW - 3 * HOUR_MS, "unsaved": 0}),
    ("backup", "good", {"backup_ms": NOW - 25 * HOUR_MS, **QUIET_DAY}),
    ("backup", "look", {"backup_ms": NOW - 27 * HOUR_MS, **QUIET_DAY}),
    ("backup", "look", {"backup_ms": None, **QUIET_DAY}),
    ("disk", "good", {"disk_free": 0.20}),
    ("disk", "look", {"disk_free": 0.199}),
    ("disk", "bad", {"holds_photos": True}),
    ("disk", "bad", {"holds_photos": True, "holds_text": True}),
    ("quarantine", "good", {"quarantined": 20, "quarantined_lately": 20}),
    ("quarantine", "look", {"quarantined": 21}),
    ("quarantine", "bad", {"quarantined": 300, "quarantined_lately": 101}),
    ("silence", "good", {"silent": 5}),
    ("silence", "look", {"silent": 6}),
    ("silence", "bad", {"silent": 21}),
    ("silence", "unknown", {"silent": 100, "now_ms": OPENS + HOUR_MS - 1}),
    ("silence", "unknown", {"assigned": 0, "silent": 0}),
    ("checkpoint", "good", {}),
    ("checkpoint", "good", {"unsealed": 1, "sealed_ms": NOW - MINUTE_MS}),
    ("checkpoint", "look", {"unsealed": 1, "sealed_ms": NOW - MINUTE_MS - 1}),
    ("checkpoint", "bad", {"unsealed": 1, "sealed_ms": NOW - 30 * MINUTE_MS - 1}),
    ("checkpoint", "bad", {"is_log_refused": True}),
    ("checkpoint", "unknown", {"has_log": False}),
    ("clock", "good", {"offset_ms": 30 * SECOND_MS}),
    ("clock", "look", {"offset_ms": -31 * SECOND_MS}),
    ("clock", "bad", {"offset_ms": 6 * MINUTE_MS}),
    ("clock", "bad", {"newest_ms": NOW + 3 * SECOND_MS}),
    ("clock", "unknown", {"phones": 4, "offset_ms": HOUR_MS}),
    ("spool", "good", {}),
    ("spool", "good", {"spooled": 9, "spooled_ms": NOW - 10 * MINUTE_MS}),
    ("spool", "look", {"spooled": 9, "spooled_ms": NOW - 11 * MINUTE_MS}),
    ("spool", "bad", {"spooled": 9, "spooled_ms": NOW - 61 * MINUTE_MS}),
    ("spool", "off", {"has_object_store": False}),
    ("witnesses", "good", {"cosigned": 2}),
    ("witnesses", "look", {"cosigned": 1, "is_witnessed": False}),
    ("witnesses", "bad", {"cosigned": 0, "is_witnessed": False}),
    ("witnesses", "bad", {"contradicted": 1}),
    ("witnesses", "off", {"witnesses": 0, "cosigned": 0}),
    ("signatures", "good", {"unchecked_ms": NOW - MINUTE_MS}),
    ("signatures", "look", {"unchecked_ms": NOW - 11 * MINUTE_MS}),
    ("signatures", "bad", {"wrong_signatures": 1}),
    ("fold", "good", {"unfolded": 5, "unfolded_ms": NOW - 10 * SECOND_MS}),
    ("fold", "look", {"unfolded": 5, "unfolded_ms": NOW - 11 * SECOND_MS}),
    ("fold", "bad", {"unfolded": 5, "unfolded_ms": NOW - 61 * SECOND_MS}),
]


def light(found: Measured, name: str) -> Light:
    return next(each for each in lights(found) if each.name == name)


@pytest.mark.parametrize(("name", "state", "otherwise"), CASES, ids=lambda value: str(value)[:60])
def test_a_light_turns_at_its_threshold_and_not_before(name, state, otherwise):
    assert light(replace(FINE, **otherwise), name).state == state


def test_on_a_day_without_trouble_nothing_wants_anybody():
    assert {each.state for each in lights(FINE)} == {"good"}
    assert worst(lights(FINE)) == "good"


def test_the_worst_light_comes_first():
    found = lights(replace(FINE, disk_free=0.1, wrong_signatures=1, witnesses=0))
    assert [each.state for each in found[:2]] == ["bad", "look"] and found[-1].state == "off"
    assert worst(found) == "bad"


def test_every_state_of_every_light_can_be_read_in_every_language():
    found = [each for *_, otherwise in CASES for each in lights(replace(FINE, **otherwise))]
    seen = {(each.name, each.reading, tuple(each.values)) for each in found}
    seen |= {("clock", each, ("age", "phones")) for each in ("right", "ahead", "behind")}
    for language in LANGUAGES:
        for name, reading, values in seen:
            assert say(language, f"watch-reading-{name}-{reading}", **dict.fromkeys(values, "1"))
            assert all(say(language, f"watch-{part}-{name}") for part in ("light", "means", "do"))
