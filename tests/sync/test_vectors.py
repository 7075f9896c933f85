"""The examples in tests/vectors hold here as they do on the phone."""

import json
from base64 import b64decode
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import ECKey

from sync.entry import Entry, Refusal, digest_of, leaf, read_entry
from sync.errors import FLAWS, REFUSALS
from sync.merge import Claim, merge
from sync.signature import compact_jws, thumbprint
from tests.sync.naive_merge import NaiveMerge
from tests.sync.phones import ELECTION
from tests.vectors.make import FOLDER, vectors


def _read(name: str) -> Any:
    return json.loads((FOLDER / name).read_text())


ENTRIES = _read("entries.json")


def _each(cases: list[dict[str, Any]]) -> Any:
    return pytest.mark.parametrize("case", cases, ids=[case["name"] for case in cases])


@pytest.mark.parametrize(("name", "text"), vectors().items())
def test_the_files_are_what_the_generator_makes(name: str, text: str) -> None:
    assert (FOLDER / name).read_text() == text


def test_the_device_is_the_thumbprint_of_its_key() -> None:
    assert thumbprint(ENTRIES["jwk"]) == ENTRIES["thumbprint"]
    assert ECKey.import_key(ENTRIES["jwk"]).thumbprint() == ENTRIES["thumbprint"]


@_each(ENTRIES["entries"])
def test_a_sound_entry_is_read_without_flaw(case: dict[str, Any]) -> None:
    entry = read_entry([case["header"], case["signature"], case["body"]], ELECTION)
    assert isinstance(entry, Entry)
    assert entry.flaws == ()
    assert entry.id == case["id"]
    assert entry.signature == case["signature"]
    assert leaf(entry.header_bytes, entry.body_bytes) == b64decode(case["leaf_base64"])


@_each(ENTRIES["entries"])
def test_any_jose_library_verifies_an_entry(case: dict[str, Any]) -> None:
    token = compact_jws(case["header"].encode(), case["signature"])
    assert token == case["jws"]
    verified = jws.deserialize_compact(token, ECKey.import_key(ENTRIES["jwk"]), algorithms=["ES256"])
    assert verified.payload == case["header"].encode()


@_each(_read("refusals.json"))
def test_what_cannot_be_established_is_refused(case: dict[str, Any]) -> None:
    assert read_entry(case["texts"], ELECTION) == Refusal(case["id"], case["why"])
    assert case["why"] in REFUSALS


@_each(_read("flaws.json"))
def test_what_is_odd_is_kept_with_all_its_flaws(case: dict[str, Any]) -> None:
    entry = read_entry(case["texts"], ELECTION)
    assert isinstance(entry, Entry)
    assert list(entry.flaws) == case["flaws"]
    assert entry.id == case["id"] == digest_of(case["texts"][0].encode())
    assert set(entry.flaws) <= set(FLAWS)


@_each(_read("merge.json"))
def test_the_merge_follows_the_rules(case: dict[str, Any]) -> None:
    claims = [Claim(**{**claim, "refs": tuple(claim["refs"])}) for claim in case["claims"]]
    merged = merge(claims)
    assert merged.bucket_by_id == case["buckets"] == NaiveMerge(claims).buckets()
    assert list(merged.finding_heads) == case.get("finding_heads", [])
    assert [list(pair) for pair in merged.waiting] == case.get("all_waiting", [])
    units = {(r.author, r.subject, r.kind): r for r in merged.reports}
    report = units.get(("amal", "first", "incident.report"))
    assert (report is not None) == ("heads" in case)
    if report:
        assert list(report.heads) == case["heads"]
        assert list(report.tips) == case.get("tips", case["heads"])
        assert report.retracted == case.get("retracted", False)
        for name in ("disputes", "waiting", "findings"):
            assert list(getattr(report, name)) == case.get(name, [])
