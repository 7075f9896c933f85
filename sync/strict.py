"""Reads a signed text so that every program which reads it sees the same values, or says why not."""

import json
import re
from collections.abc import Iterator
from typing import Any

from sync.errors import CONTROL_CHARACTER, DUPLICATE_KEYS, LONE_SURROGATE, NUMBER

# The largest integer that a browser keeps exact (RFC 8259 §6, ECMA-262 Number.MAX_SAFE_INTEGER).
MAX_SAFE_INTEGER = 2**53 - 1
# Forms nest three or four levels; readers in other languages give up at different depths above this.
MAX_DEPTH = 32

# A string that is never closed runs to the end, so that the scan stays linear whatever is sent.
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\Z)', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")
# Spellings that may hide a control character or half of a surrogate pair; most texts have none.
_SUSPECT = re.compile(r"\\(?:u00[01]|u007[fF]|u[dD][89a-fA-F]|[bfr])|\x7f")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_SURROGATE = re.compile("[\ud800-\udfff]")


class _Flawed(Exception):
    """The text is JSON but not ours; it is read again slowly to find every flaw."""


def _refuse(_: str) -> Any:
    raise _Flawed


def _safe_integer(digits: str) -> int:
    # "-9007199254740991" has 17 characters; longer ones need not be counted out.
    if len(digits) > 17 or abs(value := int(digits)) > MAX_SAFE_INTEGER:
        raise _Flawed
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise _Flawed
    return fields


_FAST = json.JSONDecoder(
    object_pairs_hook=_unique, parse_float=_refuse, parse_int=_safe_integer, parse_constant=_refuse
)


def is_too_deep(text: str) -> bool:
    """Whether objects and lists nest deeper than MAX_DEPTH, found without parsing."""
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return False
    depth = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > MAX_DEPTH:
            return True
    return False


def read_object(text: str) -> tuple[dict[str, Any] | None, set[str]]:
    """The object a text holds and its flaws; None if it is not a JSON object.

    The text must not be too deep. A number that is not a safe integer is read as None.
    """
    flaws: set[str] = set()
    try:
        value = _FAST.decode(text)
    except (_Flawed, json.JSONDecodeError):
        value = _read_slowly(text, flaws)
    if not isinstance(value, dict):
        return None, flaws
    if ("\\" in text or "\x7f" in text) and _SUSPECT.search(text):
        _look_at_strings(value, flaws)
    return value, flaws


def _read_slowly(text: str, flaws: set[str]) -> Any:
    try:
        return _collecting_decoder(flaws, strict=True).decode(text)
    except json.JSONDecodeError:
        pass
    try:
        value = _collecting_decoder(flaws, strict=False).decode(text)
    except json.JSONDecodeError:
        return None
    # A control character written raw inside a string is not JSON, but the rest can be read.
    flaws.add(CONTROL_CHARACTER)
    return value


def _collecting_decoder(flaws: set[str], strict: bool) -> json.JSONDecoder:
    def note_number(_: str) -> None:
        flaws.add(NUMBER)

    def note_integer(digits: str) -> int | None:
        try:
            return _safe_integer(digits)
        except _Flawed:
            flaws.add(NUMBER)
            return None

    def note_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        fields = dict(pairs)
        if len(fields) != len(pairs):
            flaws.add(DUPLICATE_KEYS)
        return fields

    return json.JSONDecoder(
        object_pairs_hook=note_duplicates,
        parse_float=note_number,
        parse_int=note_integer,
        parse_constant=note_number,
        strict=strict,
    )


def _look_at_strings(value: Any, flaws: set[str]) -> None:
    for text in _strings(value):
        if _CONTROL.search(text):
            flaws.add(CONTROL_CHARACTER)
        if _SURROGATE.search(text):
            flaws.add(LONE_SURROGATE)


def _strings(value: Any) -> Iterator[str]:
    pending = [value]
    while pending:
        current = pending.pop()
        if isinstance(current, str):
            yield current
        elif isinstance(current, dict):
            yield from current
            pending.extend(current.values())
        elif isinstance(current, list):
            pending.extend(current)
