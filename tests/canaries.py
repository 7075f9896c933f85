"""Marked strings, one for each kind of thing that must never leave by the log, the figures or somebody's error page."""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote, quote_plus

# What a person, a phone or a stranger puts in. What the server gives out itself (tokens, codes, digests) is added by
# the day (tests/canary_day.py).
CANARIES: dict[str, str] = {
    "pseudonym": "o-kanarie01",
    "pseudonym of another organisation": "o-kanarie02",
    "badge": "BADGE-kanarie-03",
    "station": "970413-04",
    "centre in Arabic": "مدرسة الكناري الخامس",
    "centre in Kurdish": "قوتابخانەی کاناری شەشەم",
    "centre in English": "Kanarie Seventh School",
    "organisation": "منظمة الكناري الثامن",
    "staff name": "kanarie-amina-09",
    "password": "kanarie password number ten",
    "wrong password": "kanarie wrong password eleven",
    "name nobody has": "kanarie-nobody-12",
    "text of an incident": "الكناري الثالث عشر رأى الصندوق مفتوحاً",
    "telephone number": "07701234514",
    "text in quarantine": "kanarie in quarantine fifteen",
    "longitude": "44366116",
    "latitude": "33312817",
    "person in a text": "حسين كناري الثامن عشر",
    "message to an observer": "kanarie message nineteen, leave the street",
    "reason of a finding": "kanarie reason twenty",
    "reason of a revocation": "kanarie lost phone twenty-one",
    "network address": "203.0.113.122",
    "user agent": "KanariePhone/23",
    "referer": "https://kanarie24.example/page",
    "path": "kanarie-path-25",
    "query": "kanarie query twenty-six",
    "cookie": "kanarie-cookie-27",
    "request id": "kanarie-request-id-28",
    "method": "KANARIE29",
    "kind of an entry": "kanarie.kind30",
    "version of the app": "kanarie-app-31",
    "cursor": "kanarie-cursor-32",
    "key in JSON": "kanarie-key-33",
    "media type": "application/kanarie34",
    "file name": "kanarie-list-35.csv",
    "cell of a list": "kanarie-cell-36",
    "label of a token": "kanarie-label-37",
    "guessed token": "sanad_kanarieguess38",
    "guessed code": "kanarieguessedcode39kanarieguessedcode39kan",
    "host": "kanarie40.example",
    "comment in a photo": "kanarie-exif-41",
    "metadata of an upload": "kanarie-meta-42",
    "text in the database": "kanarie in a broken row 43",
}


def forms(text: str) -> Iterator[str]:
    """How the same string may look in a log, a label, an address or a header."""
    yield text
    yield json.dumps(text)[1:-1]
    yield quote(text)
    yield quote_plus(text)
    yield repr(text.encode())[2:-1]
    for encode in (b64encode, urlsafe_b64encode):
        # Without the end, which depends on what comes after it.
        yield encode(text.encode()).decode().rstrip("=")[:-2]


def found(texts: Mapping[str, str], marked: Mapping[str, str]) -> list[str]:
    """`name in place` for each of `marked` that any of `texts` holds, in whatever form and case."""
    hits = []
    folded = {place: text.casefold() for place, text in texts.items()}
    for name, each in marked.items():
        looks = {form.casefold() for form in forms(each) if len(form) > 5}
        hits += [f"{name} in {place}" for place, text in folded.items() if any(look in text for look in looks)]
    return hits


def named(prefix: str, texts: Iterable[str]) -> dict[str, str]:
    return {f"{prefix} {number}": text for number, text in enumerate(texts) if text}
