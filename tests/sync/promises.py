"""What must hold after every step of any history, and once everything has healed."""

from dataclasses import replace

from hypothesis.stateful import invariant

from sync.judge import Judgement, judge
from sync.signature import Verify
from tests import invariants
from tests.sync.model_server import ModelServer, Row, claim_of
from tests.sync.naive_merge import NaiveMerge
from tests.sync.phones import Phone


class Promises:
    """Checks the promises of docs/wire.md against what a history has brought about."""

    verify: Verify

    def begin_promises(self, phones: list[Phone]) -> None:
        """An empty server on which nothing has been acknowledged."""
        self.server = ModelServer(self.verify)
        self.phones = phones
        self.acknowledged: dict[str, int | None] = {}
        self.pulled: list[str] = []
        self.cursor = 0
        self.log_before: list[str] = []
        self.stored_before: set[str] = set()

    def hand_in(self, batch: list[tuple[str, str, str]]) -> list[Judgement]:
        """One exchange, judged."""
        answer = self.server.exchange(batch)
        for verdict in answer:
            if verdict.id and verdict.outcome in ("store", "duplicate"):
                self.acknowledged[verdict.id] = verdict.index
        self._check_exchange(answer)
        return answer

    def _check_exchange(self, answer: list[Judgement]) -> None:
        last = self.server.last
        assert last is not None
        alone = [judge([reading], last.known, self.verify)[0] for reading in last.readings]
        invariants.verdicts_ignore_neighbours(_verdicts(answer), _verdicts(alone))
        self._check_revoked_verdicts(answer)

    def _check_revoked_verdicts(self, answer: list[Judgement]) -> None:
        stored = [j for j in answer if j.outcome == "store" and j.entry and not j.entry.flaws]
        for device, heads in self.server.heads_by_revoked.items():
            prev_by_id = {identity: prev for _, identity, prev in self.server.places(device)}
            new = {j.id: j.why for j in stored if j.entry and j.entry.header.device == device}
            invariants.revocation_acts_by_place(
                heads, prev_by_id, {i for i, why in new.items() if i and why}, set(prev_by_id) - set(new)
            )

    def note_stored(self) -> None:
        """What was held and is now stored counts as acknowledged too."""
        self.acknowledged |= {
            row.entry.id: row.index for row in self.server.rows if row.entry.id not in self.acknowledged
        }

    def without_values(self) -> object:
        """The whole state but the values that bodies hold."""
        state = {
            (subject, unit): {**report, "values": None}
            for subject, merged in self.server.state.items()
            for unit, report in merged["reports"].items()
        }
        leaves = [(row.leaf, row.entry.header, row.index) for row in self.server.rows]
        buckets = {subject: merged["buckets"] for subject, merged in self.server.state.items()}
        return state, leaves, buckets, list(self.server.log)

    @invariant()
    def promises_hold(self) -> None:
        """Every promise that can be seen from here."""
        server = self.server
        stored = [row.entry.id for row in server.rows]
        invariants.acknowledged_is_stored_once(self.acknowledged, stored, server.log)
        invariants.log_only_grows(self.log_before, server.log)
        invariants.nothing_is_deleted(self.stored_before, stored)
        invariants.pulled_is_a_prefix(self.pulled, server.log, lambda _: True, self.cursor)
        self.log_before, self.stored_before = list(server.log), set(stored)
        self._check_journals(stored)
        self._check_fold()

    def _check_journals(self, stored: list[str]) -> None:
        headers = [(row.entry.header, row) for row in self.server.rows]
        devices = {header.device for header, _ in headers}
        invariants.forks_are_kept(
            [(header.device, header.seq, row.entry.id) for header, row in headers],
            stored,
            {device: self.server.journal(device).forked for device in devices},
        )
        invariants.stored_is_authenticated([_line(row, self.verify) for row in self.server.rows])

    def _check_fold(self) -> None:
        server = self.server
        numbered = [row for row in server.rows if row.index is not None]
        scratch = server.fold_from_scratch(numbered)
        invariants.increment_equals_scratch(server.state, scratch)
        invariants.fold_ignores_order(server.fold_from_scratch, numbered)
        invariants.clocks_decide_nothing(scratch, server.fold_from_scratch(map(_turned, numbered)))
        buckets = [pair for merged in scratch.values() for pair in merged["buckets"].items()]
        invariants.one_bucket_each({r.entry.id: r.entry.header.kind for r in numbered}, buckets)
        self._check_rules(numbered, dict(buckets))
        self._check_revocations(numbered, dict(buckets))

    def _check_rules(self, numbered: list[Row], bucket_by_id: dict[str, str]) -> None:
        standing = self.server.standing_by_revoked(numbered)
        claims = [claim_of(row, standing, self.server.observer_by_device) for row in numbered]
        for subject in {claim.subject for claim in claims}:
            some = [claim for claim in claims if claim.subject == subject]
            invariants.buckets_follow_the_rules(
                {claim.id: bucket_by_id[claim.id] for claim in some}, NaiveMerge(some).buckets()
            )

    def _check_revocations(self, numbered: list[Row], bucket_by_id: dict[str, str]) -> None:
        for device, heads in self.server.heads_by_revoked.items():
            rows = [row for row in numbered if row.entry.header.device == device]
            invariants.revocation_acts_by_place(
                heads,
                {row.entry.id: row.entry.header.prev for row in rows},
                {row.entry.id for row in rows if bucket_by_id[row.entry.id] == "quarantined"},
                {row.entry.id for row in rows if row.entry.flaws or row.content_why},
            )

    def heal(self) -> None:
        """The network comes back for everybody, and nothing is missing."""
        for phone in self.phones:
            self._heal(phone)
            self.hand_in(list(phone.carried.values()))
        self.server.number()
        self.promises_hold()
        stored = [row.entry.id for row in self.server.rows]
        invariants.survivors_are_stored((w.id for phone in self.phones for w in phone.chain), stored)
        invariants.all_is_numbered(stored, self.server.log)
        self._check_replay()

    def _heal(self, phone: Phone) -> None:
        """Sends what the server says it wants, until it wants nothing."""
        for _ in range(len(phone.chain) + 1):
            ranges = self.server.wanted(phone)
            if not ranges:
                return
            self.hand_in([w.texts for w in phone.chain if any(a <= w.seq <= b for a, b in ranges)])
        raise AssertionError("4: the server goes on wanting what it was given")

    def _check_replay(self) -> None:
        server = self.server
        before = (list(server.log), len(server.rows), server.fold_from_scratch(server.rows))
        rows = server.rows
        texts = [(r.entry.header_bytes.decode(), r.entry.signature, r.entry.body_bytes.decode()) for r in rows]
        answer = self.hand_in(texts)
        server.number()
        after = (list(server.log), len(server.rows), server.fold_from_scratch(server.rows))
        invariants.replay_changes_nothing(before, after, _verdicts(answer))


def _verdicts(judgements: list[Judgement]) -> list[invariants.Verdict]:
    return [invariants.Verdict(j.id, j.outcome, j.why, j.signature) for j in judgements]


def _line(row: Row, verify: Verify) -> invariants.Line:
    header = row.entry.header
    is_signed = row.is_signed(verify)
    return invariants.Line(header.device, header.seq, row.entry.id, header.prev, is_signed)


def _turned(row: Row) -> Row:
    """The same entry from a phone with another clock."""
    turned = int.from_bytes(row.entry.id.encode()[:4]) * 1000
    header = row.entry.header._replace(at=turned, mono=turned % 1000, offset=-turned)
    return replace(row, entry=row.entry._replace(header=header))
