"""Reads at one glance what our own phones write; whatever looks otherwise is left to the careful reading.

A shortcut and never another judgement: where it answers, `strict.py` and `header.py` would have found the same values
and no flaw. Election day is almost nothing else, and this costs a third.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from sync.header import MAX_PHOTOS, MAX_REFS, VERSION, Header, Photo
from sync.strict import MAX_SAFE_INTEGER

_DIGEST = "[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]"
# Fifteen digits are always a safe integer; a minus before a nought is not how anybody writes it.
_COUNT = "(?:0|[1-9][0-9]{0,14})"
_INTEGER = "(?:0|-?[1-9][0-9]{0,14})"
_PHOTO = rf'\["({_DIGEST})",([1-9][0-9]{{0,14}}),"([a-z0-9.+-]{{1,40}}/[a-z0-9.+-]{{1,40}})"\]'
_PHOTO_IN_LIST = _PHOTO.replace("(", "(?:").replace("(?:?:", "(?:")
# The fields in the order of `entry.compose` and of the phone, no space between them, nothing beside them.
_HEADER = re.compile(
    rf'\{{"v":{VERSION},"election":"([A-Za-z0-9._-]{{1,64}})","device":"({_DIGEST})","seq":([1-9][0-9]{{0,14}}),'
    rf'"prev":"({_DIGEST}|)","kind":"([a-z0-9._-]{{1,64}})","subject":"({_DIGEST}|)",'
    rf'"refs":\[((?:"{_DIGEST}"(?:,"{_DIGEST}"){{0,{MAX_REFS - 1}}})?)\],"body":"({_DIGEST})","body_size":({_COUNT}),'
    rf'"photos":\[((?:{_PHOTO_IN_LIST}(?:,{_PHOTO_IN_LIST}){{0,{MAX_PHOTOS - 1}}})?)\],'
    rf'"seen":\[({_COUNT}),"({_DIGEST}|)"\],"at":({_INTEGER}),"mono":({_INTEGER}),"offset":({_INTEGER})\}}'
)
_PHOTOS = re.compile(_PHOTO)
# `decode` without looking for spaces around, which we do not write.
_scan: Callable[[str, int], tuple[Any, int]] = vars(json.JSONDecoder())["scan_once"]


def read_composed_header(text: str, election: str, body: str, body_size: int) -> Header | None:
    """The header of an entry without a flaw whose body has this digest and size; None asks for a careful reading."""
    found = _HEADER.fullmatch(text)
    if found is None:
        return None
    named, device, seq, prev, kind, subject, refs, digest, size, photos, seen, root, at, mono, offset = found.groups()
    if named != election or digest != body or int(size) != body_size or (seq == "1") != (prev == ""):
        return None
    return Header(
        VERSION, election, device, int(seq), prev, kind, subject, tuple(refs[1:-1].split('","')) if refs else (), body,
        body_size, tuple(Photo(name, int(length), kept) for name, length, kept in _PHOTOS.findall(photos)),
        (int(seen), root), int(at), int(mono), int(offset),
    )  # fmt: skip


def is_plain_object(text: str) -> bool:
    """True for a JSON object without a flaw that was written without a backslash; False asks for a careful reading.

    The text must not be too deep.
    """
    if not text.startswith("{") or "\\" in text or "\x7f" in text:
        return False
    try:
        value, end = _scan(text, 0)
    except (StopIteration, ValueError):
        return False
    # Without a backslash every quotation mark begins or ends a text, so a field that stood twice is missed here.
    return end == len(text) and text.count('"') == 2 * _count_texts(value)


def _count_texts(value: dict[str, Any]) -> int:
    """How many texts there are, names of fields included; below nought where a number is none of ours."""
    texts = 0
    pending: list[Any] = [value]
    for each in pending:
        if type(each) is dict:
            texts += len(each)
            parts = each.values()
        else:
            parts = each
        for part in parts:
            kind = type(part)
            if kind is str:
                texts += 1
            elif kind is int:
                if not -MAX_SAFE_INTEGER <= part <= MAX_SAFE_INTEGER:
                    return -1
            elif kind is float:
                return -1
            elif kind is dict or kind is list:
                pending.append(part)
    return texts
