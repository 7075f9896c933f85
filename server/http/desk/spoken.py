"""Says codes in the reader's language: types, governorates, phases, flags, answers. An unknown code says itself."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from flask import g

from server.http.desk.times import named
from server.packs import Question
from server.running import running
from server.words import bundle, say


def add_spoken(callable_in_templates: MutableMapping[str, Any]) -> None:
    """Makes these words callable in every template."""
    callable_in_templates.update(
        said=said,
        type_name=type_name,
        governorate_name=governorate_name,
        checklist_name=checklist_name,
        list_name=list_name,
        question_name=question_name,
        answer_text=answer_text,
    )


def said(prefix: str, code: object) -> str:
    """The sentence `prefix-code`, or the code itself where a newer phone or fold brought one we have no word for."""
    name = f"{prefix}-{code}".replace(".", "-").replace("_", "-")
    return say(g.language, name) if bundle(g.language).has_message(name) else str(code)


def type_name(code: object) -> str:
    found = running().pack.types_by_code.get(_text(code))
    return named(found.label) if found else (_text(code) or "–")


def governorate_name(code: object) -> str:
    found = running().pack.governorates_by_code.get(_text(code))
    return named(found.name) if found else (_text(code) or "–")


def checklist_name(code: object) -> str:
    found = running().pack.checklists_by_id.get(_text(code))
    return named(found.name) if found else (_text(code) or "–")


def _text(code: object) -> str:
    """A code as a body gave it: in a body that is set aside it may be a list, and the page must still open."""
    return code if isinstance(code, str) else "" if code is None else str(code)


def list_name(code: str) -> str:
    """The name of an electoral list, by its code."""
    found = (each for each in running().pack.settings.get("lists", ()) if each["code"] == code)
    return next((named(each["name"]) for each in found), code)


def question_name(checklist: str | None, question: str) -> str:
    found = question_of(checklist, question)
    return named(found.label) if found else question


def answer_text(checklist: str | None, question: str, value: Any) -> str:
    """An answer as a person reads it: the option's words, yes and no, or what was typed."""
    if value is None:
        return "–"
    if isinstance(value, list | tuple):
        return "، ".join(sorted(answer_text(checklist, question, each) for each in value))
    found = question_of(checklist, question)
    for option in found.options if found else ():
        if option.value == value:
            return named(option.label)
    if found and found.type.startswith("yes_no") and value in ("yes", "no", "na"):
        return say(g.language, f"reports-answer-{value}")
    return str(value)


def question_of(checklist: str | None, question: str) -> Question | None:
    found = running().pack.checklists_by_id.get(_text(checklist))
    return found.questions_by_id.get(question) if found else None
