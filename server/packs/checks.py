"""Refuses a pack whose parts contradict each other, before an election day is begun with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from server.packs.reading import PackFault
from server.packs.shape import Checklist, Pack, Question, Words

PHASES = {"pre", "arrival", "opening", "voting", "closing", "counting", "transfer", "after", "any"}
QUESTION_TYPES = {"time", "int", "text", "code", "photo", "yes_no", "yes_no_na", "choice", "scale"}
WITH_OPTIONS = {"yes_no", "yes_no_na", "choice", "scale"}
PHOTO_POLICIES = {"never", "outside", "tape", "allowed"}


def check_pack(pack: Pack) -> None:
    """Raises PackFault at the first contradiction found."""
    _check_settings(pack)
    _check_governorates(pack)
    _check_incident_types(pack)
    _check_unique("checklists.json", (checklist.id for checklist in pack.checklists))
    for checklist in pack.checklists:
        _check_checklist(pack, checklist)


def _require(holds: bool, file: str, key: str, why: str) -> None:
    if not holds:
        raise PackFault(file, key, why)


def _check_unique(file: str, keys: Iterable[str]) -> None:
    for key, times in Counter(keys).items():
        _require(times == 1, file, key, f"appears {times} times")


def _check_words(pack: Pack, file: str, key: str, words: Words) -> None:
    for language in pack.settings["languages"]:
        _require(bool(words.get(language, "").strip()), file, key, f"has no text in {language}")


def _check_settings(pack: Pack) -> None:
    file, settings = "settings.json", pack.settings
    keys = ("time_zone", "opens", "closes", "languages", "photo_policy", "country_box", "lists", "escalate")
    for key in (*keys, "manual_count_difference_percent"):
        _require(key in settings, file, key, "is missing")
    _require(settings["opens"] < settings["closes"], file, "opens", "must be before closes")
    for phase, policy in settings["photo_policy"].items():
        _require(phase in PHASES, file, f"photo_policy.{phase}", "is not a phase")
        _require(policy in PHOTO_POLICIES, file, f"photo_policy.{phase}", f"{policy} is not a photo policy")
    _check_unique(file, (row["code"] for row in settings["lists"]))
    for row in settings["lists"]:
        _check_words(pack, file, f"lists.{row['code']}", row["name"])


def _check_governorates(pack: Pack) -> None:
    file = "governorates.json"
    west, south, east, north = pack.settings["country_box"]
    _check_unique(file, (governorate.code for governorate in pack.governorates))
    _check_unique(file, (f"tile {governorate.tile}" for governorate in pack.governorates))
    for governorate in pack.governorates:
        code = governorate.code
        _check_words(pack, file, code, governorate.name)
        longitude, latitude = governorate.label
        inside = west <= longitude <= east and south <= latitude <= north
        _require(inside, file, f"{code}.label", "lies outside country_box (longitude comes first)")
        _require(
            governorate.stations >= governorate.centres > 0, file, code, "has fewer stations than centres"
        )


def _check_incident_types(pack: Pack) -> None:
    file = "incident_types.json"
    _check_unique(file, (incident_type.code for incident_type in pack.incident_types))
    for group in pack.incident_groups:
        _check_words(pack, file, group.code, group.name)
    for incident_type in pack.incident_types:
        code = incident_type.code
        has_group = incident_type.group in pack.groups_by_code
        _require(has_group, file, f"{code}.group", f"no group {incident_type.group}")
        _require(incident_type.phase in PHASES, file, f"{code}.phase", f"no phase {incident_type.phase}")
        _require(1 <= incident_type.severity <= 5, file, f"{code}.severity", "must be 1 to 5")
        _require(incident_type.impact in ("high", "limited", "none"), file, f"{code}.impact", "is unknown")
        _require(incident_type.photo in ("yes", "no", "outside"), file, f"{code}.photo", "is unknown")
        _require(incident_type.weight > 0, file, f"{code}.weight", "must be above 0")
        _check_words(pack, file, f"{code}.label", incident_type.label)


def _check_checklist(pack: Pack, checklist: Checklist) -> None:
    file = "checklists.json"
    _require(checklist.phase in PHASES, file, f"{checklist.id}.phase", f"no phase {checklist.phase}")
    _check_words(pack, file, checklist.id, checklist.name)
    _check_unique(file, (question.id for question in checklist.questions))
    asked: dict[str, Question] = {}
    for question in checklist.questions:
        _check_question(pack, question)
        _check_show_if(question, asked)
        asked[question.id] = question


def _check_question(pack: Pack, question: Question) -> None:
    file, values = "checklists.json", [option.value for option in question.options]
    _require(question.type in QUESTION_TYPES, file, f"{question.id}.type", f"{question.type} is unknown")
    fits = bool(values) == (question.type in WITH_OPTIONS)
    _require(fits, file, f"{question.id}.options", "do not fit the type")
    known = question.incident is None or question.incident in pack.types_by_code
    _require(known, file, f"{question.id}.incident", f"no incident type {question.incident}")
    expected_is_option = question.expected is None or question.expected in values
    _require(expected_is_option, file, f"{question.id}.expected", f"{question.expected} is not an option")
    _check_words(pack, file, f"{question.id}.label", question.label)
    for option in question.options:
        _check_words(pack, file, f"{question.id}.options.{option.value}", option.label)


def _check_show_if(question: Question, asked: dict[str, Question]) -> None:
    """A question may only hang on one asked before it in the same checklist: no circles, no leaps."""
    rule = question.show_if
    if rule is None:
        return
    file, key = "checklists.json", f"{question.id}.show_if"
    _require(rule["question"] in asked, file, key, f"{rule['question']} is not asked before it")
    other = asked[rule["question"]]
    _require(("above" in rule) != ("is" in rule), file, key, "needs exactly one of above, is")
    if "above" in rule:
        _require(other.type == "int", file, key, f"{other.id} is not a number")
    else:
        values = {option.value for option in other.options}
        _require(set(rule["is"]) <= values, file, key, f"{rule['is']} are not options of {other.id}")
