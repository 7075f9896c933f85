"""Writes the examples of the wire down as JSON: `python -m tests.vectors.make`.

Texts, ids and signatures are computed (the signatures deterministically, RFC 6979); every
expectation (reason, flaws, buckets) is written by hand, here, in merge_cases.py or in log_cases.py.
"""

import json
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sync.entry import compose, digest_of, leaf
from sync.signature import compact_jws
from tests.sync.phones import ELECTION, SALT, Key
from tests.vectors.log_cases import log_cases
from tests.vectors.merge_cases import MERGE_CASES

FOLDER = Path(__file__).parent
KEY = Key(20261122)
FIRST = digest_of(b"the first entry")
PHOTO = digest_of(b"a photo of a results tape")
HEADER: Mapping[str, Any] = {
    "election": ELECTION, "device": KEY.device, "seq": 42, "prev": FIRST, "kind": "incident.report",
    "subject": "", "refs": [], "photos": [], "seen": [0, ""],
    "at": 1795330800000, "mono": 81234, "offset": -734000,
}  # fmt: skip
INCIDENT: Mapping[str, Any] = {
    "salt": "MDEyMzQ1Njc4OWFiY2RlZg", "station": "138450-03", "type": "VO03", "severity": 3,
    "occurred_ms": 1795329900000, "text": "انقطع التيار الكهربائي لمدة عشرين دقيقة",
    "basis": "direct", "captured": "here",
}  # fmt: skip
TAPE: Mapping[str, Any] = {
    "salt": SALT, "station": "138450-03", "count": "machine",
    "figures": {"registered": 512, "verified": 301, "ballots": 300, "valid": 290, "invalid": 10},
    "votes": {"101": 120, "102": 170}, "pages": [PHOTO], "captured": "paper",
}  # fmt: skip


MALFORMED: Mapping[str, Mapping[str, Any]] = {
    "no kind": {"kind": None}, "a kind with a space": {"kind": "incident report"},
    "a kind of 65 characters": {"kind": "k" * 65}, "a subject that is no id": {"subject": "first"},
    "refs that are no list": {"refs": FIRST}, "a reference that is no id": {"refs": [FIRST, "x"]},
    "33 references": {"refs": [FIRST] * 33}, "25 photos": {"photos": [[PHOTO, 1, "image/jpeg"]] * 25},
    "a photo without size": {"photos": [[PHOTO, "image/jpeg"]]},
    "an empty photo": {"photos": [[PHOTO, 0, "image/jpeg"]]},
    "a photo of no type": {"photos": [[PHOTO, 1, "jpeg"]]}, "seen that is no pair": {"seen": [0]},
    "a clock in words": {"at": "noon"}, "no counter": {"mono": None},
    "an offset of true": {"offset": True}, "no size of the body": {"body_size": None},
}  # fmt: skip


def composed(changes: Mapping[str, Any], body: Mapping[str, Any]) -> tuple[str, str]:
    """Header and body text of the usual incident with some fields changed, None leaving one out."""
    fields = {**HEADER, **changes}
    header, text = compose(fields, body)
    left_out = {name for name, value in changes.items() if value is None}
    kept = {name: value for name, value in json.loads(header).items() if name not in left_out}
    return _text(kept), text


def around(body_text: str, changes: Mapping[str, Any] | None = None) -> tuple[str, str]:
    """Header and body text with this very body, however odd it may be."""
    body = body_text.encode()
    bound = {"body": digest_of(body), "body_size": len(body)}
    return _text({**json.loads(compose(HEADER, {})[0]), **bound, **(changes or {})}), body_text


def _text(fields: Any) -> str:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def entry_cases() -> dict[str, Any]:
    """Sound entries with everything that can be computed from them."""
    first = composed({"seq": 1, "prev": ""}, INCIDENT)
    tape = {"kind": "tape.submit", "photos": [[PHOTO, 183211, "image/jpeg"]], "seen": [70000, FIRST]}
    correction = {"seq": 43, "subject": FIRST, "refs": [FIRST]}
    newer = {"kind": "weather.note", "colour": {"of": ["the", "sky"]}}
    pairs = {
        "the first entry of a phone, in Arabic": first,
        "a tape with a photo, in a journal under way": composed(tape, TAPE),
        "a correction": composed(correction, {**INCIDENT, "text": "کارەبا بۆ سی خولەک بڕا 🔌"}),
        "a kind and a field of a newer phone": composed(newer, {"salt": SALT, "cloud": True, "none": None}),
        "an escaped pair of surrogates is one letter": around(f'{{"salt":"{SALT}","text":"\\ud83d\\ude00"}}'),
        "spaces where JSON allows them": around(f' {{ "salt" : "{SALT}" , "n" : [ -1 ] }}\n'),
        "the largest integer": around(f'{{"salt":"{SALT}","n":9007199254740991,"m":-9007199254740991}}'),
    }
    entries = [_entry(name, header, body) for name, (header, body) in pairs.items()]
    return {"election": ELECTION, "jwk": KEY.jwk, "thumbprint": KEY.device, "entries": entries}


def _entry(name: str, header: str, body: str) -> dict[str, Any]:
    signature = KEY.sign(header)
    return {
        "name": name,
        "header": header,
        "signature": signature,
        "body": body,
        "id": digest_of(header.encode()),
        "leaf_base64": b64encode(leaf(header.encode(), body.encode())).decode(),
        "jws": compact_jws(header.encode(), signature),
    }


def refusal_cases() -> list[dict[str, Any]]:
    """What is not stored, with the reason and, where one can be computed, the id."""
    header, body = composed({}, INCIDENT)
    pairs = {
        "a header that is a list": ("not-json", ("[1]", body)),
        "a header cut off": ("not-json", (header[:-1], body)),
        "two objects in one header": ("not-json", (header + header, body)),
        "a byte order mark": ("not-json", ("\ufeff" + header, body)),
        "no device": ("no-author", composed({"device": None}, INCIDENT)),
        "a device of 42 characters": ("no-author", composed({"device": KEY.device[1:]}, INCIDENT)),
        "a device of 43 characters that end in none of the sixteen": ("no-author", composed(
            {"device": KEY.device[:-1] + "B"}, INCIDENT)),
        "another body": ("wrong-digest", (header, body.replace("VO03", "VO04"))),
        "a body with one more space": ("wrong-digest", (header, body + " ")),
        "a size that is not the size": ("wrong-digest", around(body, {"body_size": 1})),
        "no digest of the body": ("wrong-digest", around(body, {"body": None})),
        "a body that is a text": ("not-json", around('"salt"')),
        "a body cut off": ("not-json", around(body[:-1])),
        "a deep body that is a list": ("not-json", around("[" * 40 + "]" * 40)),
        "a header of more than 4096 bytes": ("too-large", composed({"more": "س" * 2048}, INCIDENT)),
        "a body of more than 32768 bytes": ("too-large", composed({}, {"salt": SALT, "text": "x" * 32768})),
        "a header nested 33 deep": ("too-deep", (header[:-1] + ',"x":' + "[" * 32 + "]" * 32 + "}", body)),
        "half of an emoji in the body": ("not-text", (header, body + "\ud83d")),
    }  # fmt: skip
    cases = [
        {"name": name, "texts": [texts[0], KEY.sign(texts[0]), texts[1]], "why": why,
         "id": digest_of(texts[0].encode())}
        for name, (why, texts) in pairs.items()
    ]  # fmt: skip
    nameless = {
        "half of an emoji in the header": [header + "\ud83d", KEY.sign(header), body],
        "two texts": [header, body],
        "four texts": [header, "", body, ""],
        "a number among the texts": [header, 1, body],
        "a text": header,
        "nothing": None,
    }
    return cases + [{"name": n, "texts": texts, "why": "not-text", "id": None} for n, texts in nameless.items()]


def flaw_cases() -> list[dict[str, Any]]:
    """What is stored and quarantined if it is signed, with all its flaws in order."""
    header, body = composed({}, INCIDENT)
    salted = f'{{"salt":"{SALT}"'
    pairs: dict[str, tuple[list[str], tuple[str, str]]] = {
        name: (["malformed-header"], around(body, changes)) for name, changes in MALFORMED.items()
    }
    pairs |= {
        "version 2": (["wrong-version"], composed({"v": 2}, INCIDENT)),
        "another election": (["wrong-election"], composed({"election": "iq-2025"}, INCIDENT)),
        "place 0": (["bad-sequence"], composed({"seq": 0}, INCIDENT)),
        "a first entry with a predecessor": (["bad-sequence"], composed({"seq": 1}, INCIDENT)),
        "a later entry without predecessor": (["bad-sequence"], composed({"prev": ""}, INCIDENT)),
        "no place": (["bad-sequence", "malformed-header"], composed({"seq": None}, INCIDENT)),
        "a field twice in the header": (["duplicate-keys"], (header[:-1] + ',"at":1}', body)),
        "a field twice in the body, once escaped": (
            ["duplicate-keys"], around(salted + ',"a":1,"\\u0061":2}')),
        "a fraction": (["number"], around(salted + ',"n":0.5}')),
        "a whole number written as a fraction": (["number"], around(salted + ',"n":[1.0]}')),
        "infinity by its exponent": (["number"], around(salted + ',"n":1e999}')),
        "NaN": (["number"], around(salted + ',"n":NaN}')),
        "an integer no browser can keep": (["number"], around(salted + ',"n":9007199254740992}')),
        "an integer of 5000 digits": (["number"], around(salted + ',"n":' + "9" * 5000 + "}")),
        "a fraction in the header": (
            ["malformed-header", "number"], (header.replace("81234", "81234.5"), body)),
        "an escaped NUL": (["control-character"], around(salted + ',"t":"a\\u0000b"}')),
        "a bell in a name": (["control-character"], around(salted + ',"t\\u0007":1}')),
        "a carriage return": (["control-character"], around(salted + ',"t":"a\\r\\nb"}')),
        "DEL": (["control-character"], around(salted + ',"t":"\x7f"}')),
        "a line broken raw": (["control-character"], around(salted + ',"t":"a\nb"}')),
        "half of an emoji, escaped": (["lone-surrogate"], around(salted + ',"t":"\\ud83d"}')),
        "a body nested 33 deep": (["too-deep"], around(salted + ',"n":' + "[" * 32 + "]" * 32 + "}")),
        "a body nested 8000 deep": (["too-deep"], around(salted + ',"n":' + "[" * 8000 + "]" * 8000 + "}")),
        "no salt": (["no-salt"], around('{"n":1}')),
        "a salt that is not first": (["no-salt"], around(f'{{"n":1,"salt":"{SALT}"}}')),
        "a salt too short": (["no-salt"], around('{"salt":"AAAA"}')),
        "several at once": (["wrong-version", "duplicate-keys", "number", "no-salt"], around(
            '{"n":1.5,"n":2}', {"v": 3})),
    }  # fmt: skip
    return [
        {"name": name, "texts": [texts[0], KEY.sign(texts[0]), texts[1]], "flaws": flaws,
         "id": digest_of(texts[0].encode())}
        for name, (flaws, texts) in pairs.items()
    ]  # fmt: skip


def vectors() -> dict[str, str]:
    """Every file and what stands in it."""
    made = {
        "entries.json": entry_cases(),
        "refusals.json": refusal_cases(),
        "flaws.json": flaw_cases(),
        "merge.json": MERGE_CASES,
        "log.json": log_cases(),
    }
    # ASCII, because some examples hold half of an emoji, which no UTF-8 file can.
    return {name: json.dumps(cases, indent=1) + "\n" for name, cases in made.items()}


if __name__ == "__main__":
    for file_name, text in vectors().items():
        (FOLDER / file_name).write_text(text)
