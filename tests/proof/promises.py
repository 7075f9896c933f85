"""The promises, the command that tests each, and how much of it a short and a long run do.

A command prints one JSON object as its last line; `ok` is the verdict, the rest are the figures. A test file is run by
pytest, whose count is the figure. A control is a run that must fail: its command says so itself (`ok` means it did).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Promise:
    """`command` has {count} where the number of runs goes. `shown` are the figures worth a reader's time, in order."""

    says: str
    command: str
    short: int = 0
    long: int = 0
    shown: tuple[str, ...] = ()  # beginnings of the names of figures; all when there are none


@dataclass(frozen=True)
class Chapter:
    """Promises that belong together."""

    title: str
    promises: tuple[Promise, ...]


def _tested(says: str, *paths: str) -> Promise:
    return Promise(says, f"pytest {' '.join(paths)}")


CHAPTERS = (
    Chapter(
        "The eight promises",
        (
            _tested("1. Nothing recorded is lost", "tests/stories/test_a_day_without_signal.py"),
            _tested(
                "2. Nothing acknowledged is lost",
                "tests/stories/test_bad_networks_lose_nothing.py", "tests/stories/test_a_photo_is_kept_whole.py",
            ),
            _tested(
                "3. The order of arrival never matters",
                "tests/stories/test_two_observers_disagree.py", "tests/sync/test_any_history.py",
            ),
            _tested(
                "4. Field data is never refused for its content",
                "tests/stories/test_field_data_is_never_refused.py", "tests/stories/test_hostile_input.py",
            ),
            _tested(
                "5. Every figure leads to its evidence",
                "tests/maps/test_a_rate_carries_its_visits.py", "tests/server/test_report_pages.py",
                "tests/server/test_custody.py",
            ),
            _tested("6. It works with no network", "tests/browser/test_from_phone_to_map.py"),
            _tested(
                "7. Least privilege; no names in what is logged",
                "tests/server/test_who_may_do_what.py", "tests/stories/test_another_organisation_sees_nothing.py",
                "tests/stories/test_nothing_private_leaves_the_day.py",
            ),
            _tested("8. Three languages, keyboard, screen reader", "tests/architecture/test_words_are_complete.py"),
        ),
    ),
    Chapter(
        "The log",
        (
            _tested("Signed, served and proved; what contradicts it is not signed", "tests/server/test_the_log.py"),
            Promise(
                "A log of 70,000 entries satisfies verifiers that we did not write, and a foreign witness refuses a "
                "split view and a rollback",
                "tests.foreign",
                shown=("entries", "accepted", "refused", "witness"),
            ),
            Promise(
                "Every changed byte or deletion in a signed copy is named by both verifiers",
                "tests.tampering --count {count}",
                short=60,
                long=1000,
                shown=("ways.copy", "ways.values", "ways.raw"),
            ),
            _tested("Witnesses cosign what only grew", "tests/server/test_witnesses.py", "tests/sync/test_policy.py"),
            _tested(
                "A server cannot invent an organisation's phones unnoticed",
                "tests/server/test_organisations_confirm_their_phones.py",
                "tests/server/test_verifiers_know_whose_phones.py",
            ),
            _tested(
                "A tape becomes proved; a restored server gets again what it lacks; a shorter log and a split view "
                "raise the alarm",
                "tests/browser/test_a_tape_becomes_proved.py",
            ),
        ),
    ),
    Chapter(
        "Durability",
        (
            Promise("kill -9 at random moments under load", "tests.durability.kills --count {count}", 10, 1000),
            Promise(
                "Power cuts under the database; control: synchronous=NORMAL loses",
                "tests.durability.power_cuts --count {count}",
                100,
                5000,
            ),
            Promise(
                "Ended between insert, commit, tile, publish and answer",
                "tests.durability.named_points --count {count}",
                12,
                40,
            ),
            Promise(
                "The photo store cut at every write, sync and rename; control: without syncs it loses",
                "tests.durability.photo_cuts --count {count}",
                300,
                3000,
            ),
            Promise(
                "A full disk: photos refused first, then text; recovery by itself",
                "tests.durability.full_disk --count {count}",
                2,
                10,
            ),
            Promise(
                "The disk destroyed in the peak, restored from backup, handed in again",
                "tests.restoring --count {count}",
                2,
                100,
            ),
            Promise("The phone's browser killed in the middle of saves", "tests.engines.kills --count {count}", 5, 500),
            _tested("Records outlive the page in Chromium, Firefox and WebKitGTK", "tests/engines"),
            _tested(
                "An upgrade takes full outboxes of the last released phone",
                "tests/stories/test_an_upgrade_takes_full_outboxes.py",
            ),
        ),
    ),
    Chapter(
        "Beyond one machine",
        (
            _tested(
                "Six servers number one journal, and whoever follows misses nothing",
                "tests/stories/test_six_servers_number_one_journal.py",
            ),
            _tested(
                "Two web machines on one PostgreSQL: killing either hands over within ten seconds",
                "tests/stories/test_two_web_machines.py",
            ),
            _tested(
                "Photos in a bucket; an hour without it fails no exchange",
                "tests/stories/test_photos_in_a_bucket.py", "tests/server/test_an_hour_without_a_bucket.py",
            ),
            _tested(
                "An election moves between databases with equal root and state",
                "tests/stories/test_an_election_moves.py",
            ),
        ),
    ),
    Chapter(
        "Networks and the closing hour",
        (
            Promise(
                "64 kbit/s with 20 cuts, 2 kB/s with a third of the connections dropped, flipped bits",
                "tests.bad_lines --flips {count}",
                30,
                1000,
            ),
            Promise(
                "Slow connections behind the shipped nginx harm nobody",
                "tests.slow_clients --connections {count}",
                2000,
                2000,
            ),
            Promise(
                "Everybody comes back within a minute: every text acknowledged, none behind a photo",
                "tests.closing_hour --devices {count}",
                300,
                10_000,
            ),
        ),
    ),
    Chapter(
        "Seen from outside",
        (
            _tested(
                "Ready, measured, and every alarm fired",
                "tests/server/test_lights.py", "tests/server/test_alarms.py", "tests/server/test_seen_from_outside.py",
                "tests/server/test_alert_rules.py",
            ),
        ),
    ),
)
