"""The shortcut for what our own phones write gives what the careful reading gives, or nothing."""

import json
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sync import composed, entry
from sync.entry import Entry, Refusal, compose, digest_of, read_entry
from sync.strict import is_too_deep, read_object
from tests.hostile import odd_positions
from tests.servers import how_often
from tests.sync.phones import ELECTION, SALT, Key, Phone

PHONE = Phone(Key(1), "amal")
PHOTO = ["bP7t2PPWi8oeZKBQQSp-dGXKHEtv9-idDdtaqzf853A", 25, "image/jpeg"]
WRITTEN = [
    compose({"election": ELECTION, "device": PHONE.key.device, **more}, {"salt": SALT, **body})
    for more, body in (
        ({"kind": "visit.open", "at": 1}, {"station": "138450-03", "at_ms": 1}),
        ({"kind": "tape.submit", "photos": [PHOTO, PHOTO]}, {"votes": {"101": 120}, "pages": [PHOTO[0]], "x": None}),
        ({"kind": "review", "seq": 2, "prev": PHOTO[0], "refs": [PHOTO[0]] * 32}, {"text": "لا\nشيء", "of": []}),
        ({"kind": "k", "seen": [70_000, PHOTO[0]], "subject": PHOTO[0], "offset": -5}, {"a": [{"b": [True, -1]}]}),
    )
]
# Whatever is put in, taken out or doubled in a written text, most of it turns into a flaw that must be found.
PIECES = ('"', "\\", "{", "}", "[", "]", ":", ",", " ", "0", "-", ".", "1e5", "é", "\x7f", "\x01", "\ud800", '"a":1,',
          '"a" :1', "NaN", "9007199254740993", '"seq":1,', '"by":"x",', "\\u0000", ":\"", "true", "\ufeff")  # fmt: skip


def read_carefully(texts: object) -> Entry | Refusal:
    """The same entry without the shortcut."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(entry, "read_composed_header", lambda *_: None)
        patch.setattr(entry, "is_plain_object", lambda _: False)
        return read_entry(texts, ELECTION)


def bound(header: str, body: str) -> list[str]:
    """The header names the digest of this very body, so that what is amiss in it is looked at."""
    try:
        old, raw = json.loads(header), body.encode()
        size = f'"body_size":{old["body_size"]}'
        header = header.replace(old["body"], digest_of(raw)).replace(size, f'"body_size":{len(raw)}')
    except (ValueError, KeyError, TypeError):
        pass
    return [header, "", body]


def test_the_shortcut_is_taken_for_what_phones_write(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("read carefully")

    expected = [read_carefully([header, "", body]) for header, body in WRITTEN if "\\" not in body]
    monkeypatch.setattr(entry, "read_object", never)
    monkeypatch.setattr(entry, "read_header", never)
    found = [read_entry([header, "", body], ELECTION) for header, body in WRITTEN if "\\" not in body]
    assert found == expected
    assert all(isinstance(each, Entry) and not each.flaws for each in found)


def test_every_hostile_entry_is_judged_alike() -> None:
    for name, texts in odd_positions():
        assert read_entry(texts, ELECTION) == read_carefully(texts), name


@given(st.dictionaries(st.text(max_size=3), st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)))  # fmt: skip
def test_a_plain_object_has_no_flaw(value: dict) -> None:
    for text in (json.dumps(value), json.dumps(value, ensure_ascii=False, separators=(",", ":"))):
        if not is_too_deep(text) and composed.is_plain_object(text):
            assert read_object(text) == (value, set())


@example('{"a":1,"a":2}')
@example('{"a":1,"a" :2}')
@example('{"a":":","b":{"c":1.0}}')
@example('{"a":[9007199254740992]}')
@example('{"a":1}x')
@given(st.text('{}[]":,ab1.-e \t\n\\', max_size=24).map(lambda text: "{" + text))
def test_no_short_text_slips_through(text: str) -> None:
    if composed.is_plain_object(text):
        value, flaws = read_object(text)
        assert value is not None
        assert not flaws


def test_changed_texts_are_judged_alike() -> None:
    random = Random(20261122)
    for _ in range(how_often(4_000, 20_000, 200_000)):
        header, body = random.choice(WRITTEN)
        if random.random() < 0.5:
            header = _changed(random, header)
        else:
            body = _changed(random, body)
        texts = bound(header, body)
        assert read_entry(texts, ELECTION) == read_carefully(texts), texts


def _changed(random: Random, text: str) -> str:
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        start = random.randrange(len(text))
        end = random.choice((start, start, start + 1, start + random.randrange(12)))
        text = text[:start] + random.choice(("", text[start:end] * 2, *PIECES)) + text[end:]
    return text
