"""Re-derives every promise of docs/wire.md §7 from plain values, of a simulation or of a live database.

Each function fails with AssertionError and says which promise is broken. None of them uses the
code it judges, except where a function is handed in.
"""

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from random import Random
from typing import Any, NamedTuple

SPECIAL_KINDS = {"retract", "reinstate", "review", "release"}
BUCKETS = {"live", "superseded", "retracted", "quarantined"}


class Line(NamedTuple):
    """One stored line of a journal; is_signed tells whether its own signature is right."""

    device: str
    seq: int
    id: str
    prev: str
    is_signed: bool


class Verdict(NamedTuple):
    """What became of one position: outcome store, duplicate, held or refused."""

    id: str | None
    outcome: str
    why: str | None
    signature: str


def fold_ignores_order(fold: Callable[[Sequence[Any]], Any], rows: Sequence[Any]) -> None:
    """1: the state is a function of the set of entries."""
    state = fold(rows)
    shuffled = list(rows)
    Random(len(rows)).shuffle(shuffled)
    assert fold(list(reversed(rows))) == state, "1: the reversed order gives another state"
    assert fold(shuffled) == state, "1: another order gives another state"
    assert fold([*rows, *shuffled]) == state, "1: entries handed in twice give another state"


def replay_changes_nothing(before: Any, after: Any, verdicts: Iterable[Verdict]) -> None:
    """2: what is stored is a duplicate for ever; state and log stay as they are."""
    assert all(v.outcome == "duplicate" for v in verdicts), "2: a stored entry was not a duplicate"
    assert before == after, "2: a replay changed the state or the log"


def acknowledged_is_stored_once(
    index_by_acknowledged: Mapping[str, int | None], stored: Sequence[str], log: Sequence[str]
) -> None:
    """3: what was acknowledged is stored, and numbered at most once, at the index that was told."""
    twice = [i for i, count in Counter(stored).items() if count > 1]
    assert not twice, f"3: stored twice: {twice}"
    numbered_twice = [i for i, count in Counter(log).items() if count > 1]
    assert not numbered_twice, f"3: numbered twice: {numbered_twice}"
    lost = set(index_by_acknowledged) - set(stored)
    assert not lost, f"3: acknowledged and lost: {lost}"
    assert set(log) <= set(stored), "3: the log names what is not stored"
    for identity, index in index_by_acknowledged.items():
        assert index is None or log[index] == identity, f"3: {identity} moved in the log"


def all_is_numbered(stored: Iterable[str], log: Iterable[str]) -> None:
    """3, once the numbering has caught up: everything stored is in the log."""
    assert set(stored) == set(log), "3: stored and never numbered"


def survivors_are_stored(surviving: Iterable[str], stored: Collection[str]) -> None:
    """4: after healing, everything on any surviving device is on the server."""
    lost = set(surviving) - set(stored)
    assert not lost, f"4: on a phone and not on the server: {lost}"


def log_only_grows(before: Sequence[Any], after: Sequence[Any]) -> None:
    """5: the log now begins with the log as it was."""
    assert list(after[: len(before)]) == list(before), "5: the log changed its past"


def pulled_is_a_prefix(
    pulled: Sequence[str], log: Sequence[str], is_in_scope: Callable[[str], bool], cursor: int
) -> None:
    """6: what was pulled up to a cursor is exactly the log up to it, within the scope."""
    assert list(pulled) == [i for i in log[:cursor] if is_in_scope(i)], "6: a pull skipped or invented"


def one_bucket_each(kind_by_id: Mapping[str, str], buckets: Iterable[tuple[str, str]]) -> None:
    """7: every entry is in exactly one bucket; what is no report is live or quarantined."""
    listed = list(buckets)
    counted = Counter(identity for identity, _ in listed)
    assert counted == Counter(dict.fromkeys(kind_by_id, 1)), "7: an entry is in no bucket or in two"
    for identity, bucket in listed:
        allowed = {"live", "quarantined"} if kind_by_id[identity] in SPECIAL_KINDS else BUCKETS
        assert bucket in allowed, f"7: {kind_by_id[identity]} cannot be {bucket}"


def buckets_follow_the_rules(found: Mapping[str, str], expected: Mapping[str, str]) -> None:
    """§6: the buckets are those of the rules, read a second time by somebody else."""
    assert found == expected, "6: the buckets are not those of the rules"


def clocks_decide_nothing(state: Any, state_with_turned_clocks: Any) -> None:
    """8: turning all phone clocks changes no selected value."""
    assert state == state_with_turned_clocks, "8: a clock decided"


def forks_are_kept(
    acknowledged: Iterable[tuple[str, int, str]], stored: Collection[str], forked: Mapping[str, bool]
) -> None:
    """9: two ids at one place of a device's journal are both kept, and the device is flagged."""
    ids_by_place: dict[tuple[str, int], set[str]] = {}
    for device, seq, identity in acknowledged:
        ids_by_place.setdefault((device, seq), set()).add(identity)
    for (device, seq), ids in ids_by_place.items():
        if len(ids) > 1:
            assert ids <= set(stored), f"9: a branch at {seq} was dropped"
            assert forked[device], f"9: the fork at {seq} is not flagged"


def verdicts_ignore_neighbours(together: Sequence[Verdict], alone: Sequence[Verdict]) -> None:
    """10: a verdict in a batch is the verdict alone, but for vouching and second copies."""
    assert len(together) == len(alone), "10: not one verdict a position"
    stored: set[str | None] = set()
    for in_batch, by_itself in zip(together, alone, strict=True):
        is_copy = in_batch.outcome == "duplicate" and in_batch.id in stored
        is_vouched = in_batch.outcome == "store" and in_batch.signature in ("vouched", "wrong")
        if in_batch.outcome == "store":
            assert in_batch.id not in stored, "10: both copies of one entry are to be stored"
            stored.add(in_batch.id)
        same = (in_batch.outcome, in_batch.id) == (by_itself.outcome, by_itself.id)
        assert same or is_copy or is_vouched, f"10: alone {by_itself}, in a batch {in_batch}"


def stored_is_authenticated(lines: Sequence[Line]) -> None:
    """10 and §2: everything stored is signed, or leads by prev to from a signed line of its device."""
    line_by_id = {line.id: line for line in lines}
    covered: set[str] = set()
    for line in lines:
        at: Line | None = line if line.is_signed else None
        while at and at.id not in covered and at.device == line.device:
            covered.add(at.id)
            at = line_by_id.get(at.prev)
    forged = set(line_by_id) - covered
    assert not forged, f"10: stored, though nobody vouches: {forged}"


def photo_is_whole(kept: bytes, length: int, is_digest_right: bool, is_whole: bool) -> None:
    """11: a photo counts as whole if and only if length and digest match."""
    assert is_whole == (len(kept) == length and is_digest_right), "11: whole without all its bytes"


def offset_goes_forward(before: int, after: int, was_restarted: bool) -> None:
    """11: an offset goes back to 0 by a 460 or by expiry only."""
    assert after >= before or (was_restarted and after == 0), "11: an offset went back"


def revocation_acts_by_place(
    heads: Iterable[str],
    prev_by_id: Mapping[str, str],
    quarantined: Collection[str],
    otherwise: Collection[str],
) -> None:
    """12: of a revoked device exactly the named heads and their ancestors stand.

    otherwise: entries that are quarantined for another reason, whether they stand or not.
    """
    stand: set[str] = set()
    for head in heads:
        identity: str | None = head
        while identity and identity not in stand:
            stand.add(identity)
            identity = prev_by_id.get(identity)
    fallen = set(prev_by_id) - stand - set(otherwise)
    assert set(quarantined) - set(otherwise) == fallen, "12: a revocation acted by something else than place"


def nothing_is_deleted(before: Collection[Hashable], after: Collection[Hashable]) -> None:
    """12: revocation, retraction and erasure delete no entry."""
    assert set(before) <= set(after), "12: an entry was deleted"


def increment_equals_scratch(incremental: Any, from_scratch: Any) -> None:
    """13: the state kept up to date is the state folded from scratch."""
    assert incremental == from_scratch, "13: the incremental state drifted"


def erasure_changes_nothing_else(before: Any, after: Any) -> None:
    """14: chain, log and all state but the erased value are as before."""
    assert before == after, "14: an erased body took something with it"
