"""What stands does not depend on the order, the repetition or the company in which claims arrive."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from sync.merge import Claim, merge
from tests import invariants
from tests.sync.naive_merge import NaiveMerge

KINDS = ("incident.report", "incident.report", "visit.open", "retract", "reinstate", "review", "release")


@st.composite
def histories(draw: st.DrawFn) -> list[Claim]:
    """Claims of two subjects; each names earlier ones only, as digests force it to."""
    claims: list[Claim] = []
    for number in range(draw(st.integers(1, 14))):
        refs = draw(st.sets(st.integers(0, max(0, number - 1)), max_size=3))
        claims.append(
            Claim(
                id=f"{number:02}",
                author=draw(st.sampled_from(("amal", "baran"))),
                kind=draw(st.sampled_from(KINDS)),
                subject=draw(st.sampled_from(("00", "00", "00", "01"))),
                refs=tuple(f"{ref:02}" for ref in refs),
                quarantined=draw(st.sampled_from((None, None, None, "unknown-station"))),
                seq=number,
                device="",
            )
        )
    return claims


@given(histories(), st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(claims: list[Claim], order: object) -> None:
    shuffled = [*claims, *claims]
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    assert merge(shuffled) == merge(claims)


@given(histories())
def test_two_readings_of_the_rules_agree(claims: list[Claim]) -> None:
    invariants.buckets_follow_the_rules(merge(claims).bucket_by_id, NaiveMerge(claims).buckets())


@given(histories())
def test_every_entry_is_in_one_bucket(claims: list[Claim]) -> None:
    merged = merge(claims)
    kind_by_id = {claim.id: claim.kind for claim in claims}
    invariants.one_bucket_each(kind_by_id, merged.bucket_by_id.items())
    reported = [pair for report in merged.reports for pair in report.bucket_by_id.items()]
    assert dict(reported).items() <= merged.bucket_by_id.items()
    assert len(reported) == sum(kind not in invariants.SPECIAL_KINDS for kind in kind_by_id.values())


@given(histories())
def test_heads_are_what_is_live(claims: list[Claim]) -> None:
    for report in merge(claims).reports:
        live = {identity for identity, bucket in report.bucket_by_id.items() if bucket == "live"}
        assert set(report.heads) == live <= set(report.tips)
        assert not (report.retracted and report.heads)


@given(histories())
def test_subjects_do_not_touch_each_other(claims: list[Claim]) -> None:
    together = merge(claims)
    apart = [merge(c for c in claims if c.subject == subject) for subject in ("00", "01")]
    assert together.bucket_by_id == {i: b for part in apart for i, b in part.bucket_by_id.items()}
    parts = [report for part in apart for report in part.reports]
    assert sorted(map(repr, together.reports)) == sorted(map(repr, parts))


@given(histories())
def test_devices_and_places_decide_nothing(claims: list[Claim]) -> None:
    elsewhere = [replace(claim, seq=99 - claim.seq, device=f"phone of {claim.id}") for claim in claims]
    assert merge(elsewhere) == merge(claims)


@given(histories())
def test_strangers_change_nothing_of_a_report(claims: list[Claim]) -> None:
    alone = merge(claim for claim in claims if claim.author == "amal")
    together = merge(claims)
    assert alone.bucket_by_id.items() <= together.bucket_by_id.items()


@given(histories())
def test_claims_that_name_each_other_in_a_ring_still_merge(claims: list[Claim]) -> None:
    ring = [replace(claim, refs=(*claim.refs, claims[-1].id)) for claim in claims]
    assert set(merge(ring).bucket_by_id) == {claim.id for claim in claims}
