"""How an observer fills in a checklist: mostly what is expected, and what was seen where it was not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from random import Random

from server.field_day.truth import Hours, StationTruth, clock_text
from server.packs import Checklist, Question

# Beyond what incidents explain: small things that no observer writes a report about.
UNEXPECTED = 0.015

Answers = dict[str, object]


@dataclass(frozen=True)
class Look:
    """One observer at one station at one minute of the day; `seen` are the incident types met there."""

    truth: StationTruth
    hours: Hours
    minute: int
    seen: Set[str]
    random: Random


def fill_in(checklist: Checklist, look: Look) -> Answers:
    """Answers to every question that is asked (`show_if`), in the types the phone stores them in."""
    answers: Answers = {}
    for question in checklist.questions:
        if question.type != "photo" and _is_asked(question, answers):
            answers[question.id] = _answer(question, look)
    return answers


def _is_asked(question: Question, answers: Mapping[str, object]) -> bool:
    rule = question.show_if
    if rule is None:
        return True
    other = answers.get(rule["question"])
    if "above" in rule:
        return isinstance(other, int) and other > rule["above"]
    return other in rule["is"]


def _answer(question: Question, look: Look) -> object:
    if question.id in _KNOWN:
        return _KNOWN[question.id](look)
    if question.options:
        return _choice(question, look)
    return {"time": clock_text(look.minute), "code": look.truth.code, "int": 0}.get(question.type, "")


def _choice(question: Question, look: Look) -> str:
    values = [option.value for option in question.options]
    if question.expected is None:
        # A scale from best to worst: what went wrong lowers it.
        return values[min(len(values) - 1, len(look.seen) + look.random.choice((0, 0, 1, 1)))]
    others = [value for value in values if value not in (question.expected, "na")]
    is_amiss = question.incident in look.seen or look.random.random() < UNEXPECTED
    return look.random.choice(others) if is_amiss else question.expected


# The figures that the pack of Iraq asks for; a question of another pack is answered by its type.
_KNOWN: Mapping[str, Callable[[Look], object]] = {
    "AR4": lambda look: look.truth.registered,
    "OP1": lambda look: clock_text(look.truth.opened),
    "OP2": lambda look: look.truth.staff,
    "OP3": lambda look: look.random.randint(0, look.truth.staff),
    "OP6": lambda look: " ".join(str(look.random.randint(100_000, 999_999)) for _ in range(4)),
    "OP8": lambda look: "no" if "OP04" in look.seen else "yes",
    "OP11": lambda look: look.random.randint(1, 9),
    "OP12": lambda look: look.random.randint(0, 4),
    "VO2": lambda look: look.truth.voted_by(look.minute, look.hours),
    "VO4": lambda look: look.random.choice((0, 0, 0, 1, 2)),
    "VO6": lambda look: 1 if "VO05" in look.seen else 0,
    "VO15": lambda look: look.random.randint(5, 60),
    "VO16": lambda look: "verification" if look.truth.is_device_failing else "none",
    "VO18": lambda look: look.random.choice((0, 0, 1, 2, 4)),
    "CL1": lambda look: clock_text(look.hours.closes + look.random.choice((0, 0, 0, 1, 5))),
    "CL2": lambda look: look.random.choice((0, 0, 0, 0, 3, 8)),
    "CO1": lambda look: look.truth.verified,
    "CO2": lambda look: look.truth.women,
    "CO3": lambda look: look.truth.ballots,
    "CO4": lambda look: look.truth.valid,
    "CO5": lambda look: look.truth.invalid,
    "CO8": lambda look: "yes" if look.truth.is_sent else "no",
    "CO10": lambda look: "yes" if look.truth.hand_gap == 0 else "no",
    "CO11": lambda look: abs(look.truth.hand_gap),
}
