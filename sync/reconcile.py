"""Finds out what one side holds of a device's journal and what it still lacks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# (seq, id, prev) of one stored entry.
Place = tuple[int, str, str]
# First and last place, both included.
Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class JournalState:
    """What is held of one device's journal.

    upto: the highest place held; gaps: the empty places below it; forked: two entries at one
    place, or an entry whose predecessor is not the one held there; heads: entries no other names.
    """

    upto: int
    gaps: tuple[Range, ...]
    forked: bool
    heads: tuple[str, ...]


def journal_state(places: Iterable[Place]) -> JournalState:
    """The state of one device's journal, from its stored entries in any order.

    Entries whose place could not be read (seq below 1) count as heads only.
    """
    held = set(places)
    ids_by_seq = _ids_by_seq(held)
    named = {prev for _, _, prev in held}
    heads = sorted({identity for _, identity, _ in held} - named)
    return JournalState(
        upto=max(ids_by_seq, default=0),
        gaps=tuple(_empty_ranges(ids_by_seq)),
        forked=_is_forked(held, ids_by_seq),
        heads=tuple(heads),
    )


def wanted(seq: int, head: str, places: Iterable[Place]) -> tuple[Range, ...]:
    """The places to ask a device for, when it says that its journal ends with `head` at `seq`.

    Follows the device's own chain down to the first entry that is not held. Where another branch
    occupies that place, the point of divergence is unknown and all up to it is asked for:
    duplicates cost little, a lost branch is lost evidence. Asking again after each answer ends
    with nothing wanted.
    """
    held = set(places)
    ids_by_seq = _ids_by_seq(held)
    missing = _first_missing(seq, head, {identity: (at, prev) for at, identity, prev in held})
    if missing < 1:
        return ()
    if missing in ids_by_seq:
        return ((1, missing),)
    empty = _empty_ranges({*ids_by_seq, missing + 1})
    return tuple((first, last) for first, last in empty if last <= missing)


def standing(heads: Iterable[str], prev_by_id: Mapping[str, str]) -> frozenset[str]:
    """The entries of a revoked device that stand: the heads its revocation names and their ancestors.

    An ancestor that is named but has not arrived stands already; what lies before it is found
    when it has arrived. All others of the device are quarantined, whenever they arrive.
    """
    stand: set[str] = set()
    pending = list(heads)
    while pending:
        identity = pending.pop()
        if identity and identity not in stand:
            stand.add(identity)
            pending.append(prev_by_id.get(identity, ""))
    return frozenset(stand)


def _ids_by_seq(held: set[Place]) -> dict[int, set[str]]:
    ids_by_seq: dict[int, set[str]] = defaultdict(set)
    for seq, identity, _ in held:
        if seq >= 1:
            ids_by_seq[seq].add(identity)
    return dict(ids_by_seq)


def _empty_ranges(occupied: Iterable[int]) -> list[Range]:
    ranges = []
    expected = 1
    # Ranges and not places: a device may claim any place below 2^53.
    for seq in sorted(occupied):
        if seq > expected:
            ranges.append((expected, seq - 1))
        expected = seq + 1
    return ranges


def _is_forked(held: set[Place], ids_by_seq: dict[int, set[str]]) -> bool:
    if any(len(ids) > 1 for ids in ids_by_seq.values()):
        return True
    return any(prev not in ids_by_seq[seq - 1] for seq, _, prev in held if seq - 1 in ids_by_seq)


def _first_missing(seq: int, head: str, place_by_id: Mapping[str, tuple[int, str]]) -> int:
    """The place of the first entry down the chain that is not held; 0 if the chain is whole."""
    passed: set[str] = set()
    while head in place_by_id and head not in passed:
        passed.add(head)
        seq, head = place_by_id[head]
        seq -= 1
    return seq if head else 0
