"""What no honest phone sends: some three hundred odd entries, frames, uploads and enrolments, the same every time."""

from __future__ import annotations

import gzip
import json
import struct
import zlib
from collections.abc import Iterator
from typing import Any

from sync.entry import base64url_encode, compose, digest_of
from tests.sync.phones import ELECTION, SALT, Key, Phone
from tests.world import MORNING_MS

Position = Any
HEADER_FIELDS = (
    "v", "election", "device", "seq", "prev", "kind", "subject", "refs", "body", "body_size", "photos", "seen",
    "at", "mono", "offset",
)  # fmt: skip
BODY_FIELDS = ("station", "type", "severity", "occurred_ms", "text", "basis", "captured")
# JSON texts, so that what json.dumps would never write is among them.
ODD_VALUES = (
    "null", "true", "1.5", "-1", str(2**53), "1" + "0" * 400, "1e999", "-0.0", "NaN", '""', "[]", "{}", "[[1]]",
    r'"\u0000"', r'"\ud800"', r'"\u202e"', '"../../etc/passwd"', '"' + "x" * 300 + '"', "\"' OR 1=1 --\"",
)  # fmt: skip
DEEP = 100_000


def odd_positions() -> Iterator[tuple[str, Position]]:
    """(name, position of a batch), of a phone with key 700."""
    phone = Phone(Key(700), "o-7", clock_ms=MORNING_MS)
    for field in HEADER_FIELDS:
        yield f"header without {field}", signed(phone, header_text(phone, without=field))
        for value in ODD_VALUES:
            yield f"header {field} {value[:20]}", signed(phone, header_text(phone, field, value))
    for field in BODY_FIELDS:
        for value in ODD_VALUES:
            yield f"body {field} {value[:20]}", with_body(phone, body_text(field, value))
    for name, body in odd_bodies():
        yield f"body {name}", with_body(phone, body)
    yield from odd_texts(phone)


def header_text(phone: Phone, field: str = "", value: str = "", without: str = "", body: str = "") -> str:
    """A header of the phone's next place with one field laid bare."""
    body = body or body_text()
    last = phone.chain[-1] if phone.chain else None
    fields = {
        "v": 1, "election": ELECTION, "device": phone.key.device, "seq": last.seq + 1 if last else 1,
        "prev": last.id if last else "", "kind": "incident.report", "subject": "", "refs": [],
        "body": digest_of(body.encode("utf-8", "surrogatepass")), "body_size": len(body.encode()), "photos": [],
        "seen": [0, ""], "at": MORNING_MS, "mono": 0, "offset": 0,
    }  # fmt: skip
    pairs = [f'"{name}":{value if name == field else json.dumps(each)}' for name, each in fields.items()]
    return "{" + ",".join(pair for pair in pairs if not pair.startswith(f'"{without}":')) + "}"


def body_text(field: str = "", value: str = "") -> str:
    fields = {
        "salt": SALT, "station": "138450-03", "type": "VO03", "severity": 3, "occurred_ms": MORNING_MS, "text": "",
        "basis": "direct", "captured": "here",
    }  # fmt: skip
    return "{" + ",".join(f'"{name}":{value if name == field else json.dumps(e)}' for name, e in fields.items()) + "}"


def signed(phone: Phone, header: str, body: str = "") -> Position:
    """Signed by the phone, so that nothing but what is odd can be held against it."""
    return list(phone.keep(header, body or body_text()).texts)


def with_body(phone: Phone, body: str) -> Position:
    return signed(phone, header_text(phone, body=body), body)


def odd_bodies() -> Iterator[tuple[str, str]]:
    salt = f'{{"salt":"{SALT}"'
    yield "deep lists", f'{salt},"x":{"[" * 15_000}{"]" * 15_000}}}'
    yield "deep objects", salt + ',"x":' + '{"a":' * 5_000 + "1" + "}" * 5_001
    yield "never closed", salt + ',"x":' + "[" * 30_000
    yield "too long", f'{salt},"text":"{"x" * 33_000}"}}'
    yield "twice the same key", f'{salt},"station":"138450-03","station":"138450-02"}}'
    yield "no salt", '{"station":"138450-03"}'
    yield "salt not first", f'{{"station":"138450-03","salt":"{SALT}"}}'
    yield "a list", "[1,2,3]"
    yield "a number", "12"
    yield "nothing", ""
    yield "spaces", "   "
    yield "a byte order mark", "\ufeff" + salt + "}"
    yield "raw NUL", f'{salt},"text":"a\x00b"}}'
    yield "raw control characters", f'{salt},"text":"a\x01\x1fb"}}'
    yield "not quite JSON", f"{salt},'text':1}}"
    yield "ten thousand keys", salt + "".join(f',"{n}":1' for n in range(2_500)) + "}"
    yield "a key that is a path", f'{salt},"../../x":"y"}}'
    yield "a key with NUL", salt + r',"a\u0000b":1}'
    yield "a key with half an emoji", salt + r',"\ud83d":1}'


def odd_texts(phone: Phone) -> Iterator[tuple[str, Position]]:
    """Positions that are no three good texts."""
    header, body = header_text(phone), body_text()
    good = phone.key.sign(header)
    yield "nothing", None
    yield "a number", 7
    yield "an object", {"header": header}
    yield "no texts", []
    yield "two texts", [header, good]
    yield "four texts", [header, good, body, ""]
    yield "numbers", [1, 2, 3]
    yield "nested", [[header], [good], [body]]
    yield "half an emoji in the header", [header.replace("incident", "\ud800"), good, body]
    yield "half an emoji in the body", [header, good, body.replace("direct", "\udfff")]
    yield "half an emoji in the signature", [header, "\ud800", body]
    yield "a deep header", [f"{'[' * DEEP}", good, body]
    yield "a long header", [header + " " * 5_000, good, body]
    yield "another body", [header, good, body + " "]
    yield "no signature", [header, "", body]
    yield "a short signature", [header, good[:40], body]
    yield "zeros for a signature", [header, base64url_encode(bytes(64)), body]
    yield "ones for a signature", [header, base64url_encode(b"\xff" * 64), body]
    yield "another's signature", [header, Key(701).sign(header), body]
    yield "a signature that is no base64", [header, "!" * 86, body]
    other, other_body = compose({"election": ELECTION, "device": "A" * 43}, {"salt": SALT})
    yield "a stranger's", [other, Key(702).sign(other), other_body]


def odd_frames() -> Iterator[tuple[str, bytes, dict[str, str]]]:
    """(name, body, headers) of `POST /api/v1/sync`."""
    json_type = {"Content-Type": "application/json"}
    packed = {**json_type, "Content-Encoding": "gzip"}
    for text in ("", "[]", "null", "1", '"x"', "{}", "{", '{"protocol":1}', '{"protocol":1,"entries":{}}', "NaN"):
        yield f"frame {text}", text.encode(), json_type
    for value in ODD_VALUES:
        yield f"protocol {value[:20]}", f'{{"protocol":{value},"entries":[]}}'.encode(), json_type
        yield f"cursor {value[:20]}", f'{{"protocol":1,"entries":[],"cursor":{value}}}'.encode(), json_type
        waiting = f'{{"protocol":1,"entries":[],"waiting":{{"photos":{value}}}}}'
        yield f"waiting {value[:20]}", waiting.encode(), json_type
    yield "deep", b'{"protocol":1,"entries":' + b"[" * DEEP, json_type
    yield "not UTF-8", b'{"protocol":1,"entries":["\xff\xfe"]}', json_type
    yield "101 entries", b'{"protocol":1,"entries":[' + b"1," * 100 + b"1]}", json_type
    yield "too long", b'{"protocol":1,"entries":[],"x":"' + b"x" * 300_000 + b'"}', json_type
    yield "a bomb", gzip.compress(bytes(50_000_000)), packed
    yield "a bomb in a bomb", gzip.compress(gzip.compress(bytes(5_000_000))), packed
    yield "cut gzip", gzip.compress(b'{"protocol":1,"entries":[]}')[:-9], packed
    yield "no gzip", b'{"protocol":1,"entries":[]}', packed
    yield "brotli", b"x", {**json_type, "Content-Encoding": "br"}
    yield "a form", b"a=b", {"Content-Type": "application/x-www-form-urlencoded"}
    yield "no type", b"{}", {}


def huge_picture(side: int = 13_000) -> bytes:
    """A PNG of some hundred kilobytes that takes side × side bytes and more to decode."""
    packer = zlib.compressobj(9)
    row = bytes(side + 1)
    rows = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    chunks = (struct.pack(">I", len(c)) + kind + c + struct.pack(">I", zlib.crc32(kind + c)) for kind, c in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
