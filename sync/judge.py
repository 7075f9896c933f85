"""Decides, for every entry that is handed in, whether it is stored, already here, held or refused."""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from sync.digest import base64url_decode
from sync.entry import Entry, Refusal
from sync.errors import BAD_SIGNATURE, REVOKED_DEVICE, UNKNOWN_DEVICE
from sync.signature import Verify, signing_input

Outcome = Literal["store", "duplicate", "held", "refused"]
# valid: checked and right. vouched: not checked, a later entry of the device covers it.
# wrong: checked and bad, or no signature at all. unchecked: nothing was to be decided by it.
Signature = Literal["valid", "vouched", "wrong", "unchecked"]


@dataclass(frozen=True, slots=True)
class Known:
    """What the receiver holds, as far as this batch can touch it.

    authors: devices that were ever enrolled, revoked ones too.
    index_by_id: the place in the log of stored entries (None while it is not numbered).
    vouched: ids that a stored entry OF THE SAME DEVICE names as prev.
    unsigned: stored ids whose kept signature is not valid, so that a valid one is welcome.
    standing_by_revoked: per revoked device, the ids that stand (reconcile.standing).
    """

    authors: Set[str]
    index_by_id: Mapping[str, int | None]
    vouched: Set[str] = frozenset()
    unsigned: Set[str] = frozenset()
    standing_by_revoked: Mapping[str, Set[str]] = field(default_factory=dict)


class Judgement(NamedTuple):
    """The verdict on one position. A "store" with a reason is stored and quarantined."""

    position: int
    outcome: Outcome
    entry: Entry | None
    id: str | None
    why: str | None = None
    index: int | None = None  # type: ignore[assignment]  # nobody asks a judgement for `tuple.index`
    signature: Signature = "unchecked"


def judge(readings: Sequence[Entry | Refusal], known: Known, verify: Verify) -> list[Judgement]:
    """One verdict a position, in order.

    A verdict is the one the position would have alone, but for two things: a later entry of the
    same device vouches for an earlier one, and the second copy of an entry is a duplicate.
    """
    fresh = [reading for reading in readings if _is_fresh(reading, known)]
    bench = _Bench([entry for entry in fresh if isinstance(entry, Entry)], known, verify)
    return [_judge_one(position, reading, known, bench) for position, reading in enumerate(readings)]


def _is_fresh(reading: Entry | Refusal, known: Known) -> bool:
    if isinstance(reading, Refusal) or reading.id in known.index_by_id:
        return False
    return reading.header.device in known.authors


def _judge_one(position: int, reading: Entry | Refusal, known: Known, bench: "_Bench") -> Judgement:
    if isinstance(reading, Refusal):
        return Judgement(position, "refused", None, reading.id, reading.why)
    if reading.id in known.index_by_id:
        # Looked up before anything is verified: a phone that lost an answer sends everything again.
        signature: Signature = "unchecked"
        if reading.id in known.unsigned:
            signature = "valid" if bench.is_signed(reading) else "wrong"
        index = known.index_by_id[reading.id]
        return Judgement(position, "duplicate", reading, reading.id, index=index, signature=signature)
    if reading.header.device not in known.authors:
        return Judgement(position, "held", reading, reading.id, UNKNOWN_DEVICE)
    return bench.judge_fresh(position, reading)


class _Bench:
    """The entries of one batch that are new and whose author is known."""

    def __init__(self, fresh: Sequence[Entry], known: Known, verify: Verify) -> None:
        self._verify = verify
        self._known = known
        self._copies_by_id: dict[str, list[Entry]] = defaultdict(list)
        for entry in fresh:
            self._copies_by_id[entry.id].append(entry)
        self._vouched: set[str] = set()
        self._signed: set[tuple[str, str]] = set()
        self._standing: set[str] = set()
        self._taken: set[str] = set()
        for identity in self._from_the_tips_down():
            self._authenticate(identity)

    def is_signed(self, entry: Entry) -> bool:
        """Whether the entry's own signature is right."""
        if not entry.signature:
            return False
        signature = base64url_decode(entry.signature)
        return self._verify(entry.header.device, signing_input(entry.header_bytes), signature)

    def judge_fresh(self, position: int, entry: Entry) -> Judgement:
        """The verdict on one copy of a new entry; later copies of a stored one are duplicates."""
        identity = entry.id
        if identity in self._taken:
            return Judgement(position, "duplicate", entry, identity)
        signature: Signature = "valid"
        if identity in self._vouched:
            signature = "vouched" if entry.signature else "wrong"
        elif (identity, entry.signature) not in self._signed:
            return Judgement(position, "refused", None, identity, BAD_SIGNATURE, signature="wrong")
        self._taken.add(identity)
        return Judgement(position, "store", entry, identity, self._why_quarantined(entry), None, signature)

    def _authenticate(self, identity: str) -> None:
        copies = self._copies_by_id[identity]
        if identity in self._known.vouched:
            self._vouched.add(identity)
        if identity not in self._vouched:
            signed = next((copy for copy in copies if self.is_signed(copy)), None)
            if signed is None:
                return
            self._signed.add((identity, signed.signature))
        self._cover_predecessor(copies[0])

    def _cover_predecessor(self, entry: Entry) -> None:
        """An authenticated entry vouches for its predecessor, and lets it stand if it stands itself."""
        prev, device = entry.header.prev, entry.header.device
        standing = self._known.standing_by_revoked.get(device, frozenset())
        if entry.id in standing or entry.id in self._standing:
            self._standing.add(entry.id)
            self._standing.add(prev)
        # Another device may name any id it likes; only the author's own chain vouches.
        if prev in self._copies_by_id and self._copies_by_id[prev][0].header.device == device:
            self._vouched.add(prev)

    def _why_quarantined(self, entry: Entry) -> str | None:
        if entry.flaws:
            return entry.flaws[0]
        revoked = entry.header.device in self._known.standing_by_revoked
        return REVOKED_DEVICE if revoked and entry.id not in self._standing else None

    def _from_the_tips_down(self) -> list[str]:
        """Ids ordered so that every entry comes after all entries of the batch that name it as prev."""
        successors: dict[str, int] = dict.fromkeys(self._copies_by_id, 0)
        for copies in self._copies_by_id.values():
            prev = copies[0].header.prev
            if prev in successors:
                successors[prev] += 1
        order = [identity for identity, count in successors.items() if count == 0]
        for identity in order:
            prev = self._copies_by_id[identity][0].header.prev
            if prev in successors:
                successors[prev] -= 1
                if successors[prev] == 0:
                    order.append(prev)
        return order
