"""Every visible sentence, in Arabic, Kurdish (Sorani) and English, from the Fluent files beside this one."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from fluent.runtime import FluentBundle, FluentResource

LANGUAGES = ("ar", "ckb", "en")
RIGHT_TO_LEFT = frozenset({"ar", "ckb"})
_FOLDER = Path(__file__).parent


class MissingWord(KeyError):
    """A sentence that no file holds, or whose arguments do not fit."""

    code = "missing-word"


@cache
def bundle(language: str) -> FluentBundle:
    """All files of one language in one bundle. Numbers are formatted before they go in: run times differ for ar-IQ."""
    found = FluentBundle([language])
    for path in sorted((_FOLDER / language).glob("*.ftl")):
        found.add_resource(FluentResource(path.read_text(encoding="utf-8")))
    return found


def say(language: str, name: str, /, **arguments: object) -> str:
    """The sentence `name` in `language`, its placeables isolated for bidirectional text."""
    words = bundle(language)
    if not words.has_message(name):
        raise MissingWord(f"{language}: {name}")
    pattern = words.get_message(name).value
    if pattern is None:
        raise MissingWord(f"{language}: {name} has no text")
    texts = {key: value if isinstance(value, str) else str(value) for key, value in arguments.items()}
    spoken, errors = words.format_pattern(pattern, texts)
    if errors:
        raise MissingWord(f"{language}: {name}: {errors[0]}")
    return str(spoken)


def direction(language: str) -> str:
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"
