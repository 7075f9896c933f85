"""Whatever arrives, it is either kept or refused with a reason; nothing ever breaks the reader."""

import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.entry import MAX_HEADER_BYTES, Entry, Refusal, compose, digest_of, read_body, read_entry
from sync.header import MAX_PHOTOS
from sync.strict import is_too_deep, read_object
from tests.sync.phones import ELECTION, SALT, Key, Phone

PHONE = Phone(Key(1), "amal")
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(st.lists(anything, max_size=4) | anything)
def test_anything_at_all_is_read_without_an_error(texts: object) -> None:
    assert isinstance(read_entry(texts, ELECTION), Entry | Refusal)


@given(anything, st.dictionaries(st.sampled_from(("v", "seq", "prev", "refs", "photos", "at")), anything))
def test_any_field_of_any_type_gives_an_entry_that_can_be_stored(odd: object, changes: dict) -> None:
    body = json.dumps({"salt": SALT, "odd": odd})
    header = json.loads(compose({"election": ELECTION, "device": PHONE.key.device}, {})[0])
    bound = {"body": digest_of(body.encode()), "body_size": len(body)}
    reading = read_entry([json.dumps({**header, **changes, **bound}), "", body], ELECTION)
    if isinstance(reading, Refusal):
        assert reading.why in ("too-large", "too-deep")
        return
    texts = (reading.header.kind, reading.header.prev, reading.header.subject, *reading.header.refs)
    assert all(text.isprintable() and text.isascii() for text in texts)
    assert isinstance(read_body(reading.body_bytes), dict)


@given(anything.filter(lambda value: isinstance(value, dict)))
def test_the_fast_and_the_slow_reading_agree(value: dict) -> None:
    text = json.dumps(value)
    if not is_too_deep(text):
        found, flaws = read_object(text)
        assert isinstance(found, dict)
        assert flaws or found == value


@pytest.mark.parametrize("opening", ['{"a":' * 6000, "[" * 30000, '{"a":"' + '\\"' * 15000, '"' * 32000])
def test_no_text_exhausts_the_stack_or_the_clock(opening: str) -> None:
    header = json.loads(PHONE.write().texts[0])
    bound = {"body": digest_of(opening.encode()), "body_size": len(opening)}
    reading = read_entry([json.dumps({**header, **bound}), "", opening], ELECTION)
    assert isinstance(reading, Entry | Refusal)
    assert len(opening) > sys.getrecursionlimit()
    assert read_body(opening.encode()) == {}


def test_brackets_in_texts_are_not_depth() -> None:
    assert not is_too_deep(json.dumps({"text": "[" * 100 + '"' + "{" * 100}))


def test_a_signature_of_another_shape_is_kept_as_none() -> None:
    header, signature, body = PHONE.write().texts
    for odd in ("", "A" * 85, signature + "A", signature[:-1] + "B", "\ud83d"):
        reading = read_entry([header, odd, body], ELECTION)
        assert isinstance(reading, Entry)
        assert reading.signature == ""


def test_composed_texts_are_read_back_with_their_values() -> None:
    fields = {"election": ELECTION, "device": PHONE.key.device, "kind": "message.send", "by": "clerk-7"}
    header, body = compose({**fields, "organisation": "shams", "role": "clerk"}, {"to": "amal", "salt": SALT})
    entry = read_entry([header, "", body], ELECTION)
    assert isinstance(entry, Entry)
    assert entry.flaws == ()
    assert (entry.header.by, entry.header.organisation, entry.header.role) == ("clerk-7", "shams", "clerk")
    assert body == f'{{"salt":"{SALT}","to":"amal"}}'


def test_the_largest_honest_header_fits() -> None:
    photo = [digest_of(b"photo"), 10485760, "image/jpeg"]
    changes = {"photos": [photo] * MAX_PHOTOS, "refs": [digest_of(b"x")] * 8, "subject": digest_of(b"y")}
    header = PHONE.write(**changes).texts[0]
    assert len(header.encode()) <= MAX_HEADER_BYTES


def test_a_body_that_was_erased_or_broken_reads_as_empty() -> None:
    assert read_body(b"") == read_body(b"\xff") == read_body(b"[1]") == {}
