"""Whatever phones, carriers, networks and clocks do in whatever order, the promises hold."""

import os
from dataclasses import replace

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from sync.entry import digest_of
from sync.judge import Judgement, judge
from tests import invariants
from tests.sync.model_server import ModelServer, Row, claim_of
from tests.sync.naive_merge import NaiveMerge
from tests.sync.phones import Key, Phone, Written, verifier

# Amal has two phones; Chia's phone is enrolled late or never; the desk reviews.
OBSERVERS = ("amal", "amal", "baran", "chia", "desk")
KEYS = tuple(Key(number + 1) for number in range(len(OBSERVERS)))
FORGER = Key(99)
VERIFY = verifier(KEYS)

phones = st.integers(0, len(OBSERVERS) - 1)
picks = st.lists(st.integers(0, 30), min_size=1, max_size=2)
ACTS = (
    "new", "correct", "correct", "retract", "retract", "reinstate", "stranger", "review", "flawed", "nowhere",
)  # fmt: skip
# Which phone, what, and which of the entries it could be about.
Deed = tuple[int, str, list[int]]
deeds = st.tuples(phones, st.sampled_from(ACTS), picks)
FAULTS = ("none", "none", "request lost", "answer lost")


class AnyHistory(RuleBasedStateMachine):
    """One election day in any order."""

    @initialize(acts=st.lists(deeds, min_size=4, max_size=20))
    def begin(self, acts: list[Deed]) -> None:
        """Everybody but Chia is enrolled before the day; the first hours are without signal."""
        self.server = ModelServer(VERIFY)
        self.phones = [Phone(key, observer) for key, observer in zip(KEYS, OBSERVERS, strict=True)]
        self.written: list[Written] = []
        self.acknowledged: dict[str, int | None] = {}
        self.pulled: list[str] = []
        self.cursor = 0
        self.log_before: list[str] = []
        self.stored_before: set[str] = set()
        for key, observer in zip(KEYS, OBSERVERS, strict=True):
            if observer != "chia":
                self.server.enrol(key.device, observer)
        self.work(acts)

    # What people do

    @rule(acts=st.lists(deeds, min_size=1, max_size=8))
    def work(self, acts: list[Deed]) -> None:
        """People record, correct, take back, bring back, meddle and review."""
        for at, act, pick in acts:
            self._write(at, act, pick)

    def _write(self, at: int, act: str, pick: list[int]) -> None:
        phone = self.phones[at]
        value = len(self.written)
        if act == "flawed":
            written = phone.write(body={"value": value, "severity": "a\x00b"})
        elif act == "new" or act == "nowhere":
            written = phone.write(body={"value": value, "station": "nowhere" if act == "nowhere" else "138450-03"})
        elif (targets := self._targets(phone, act, pick)) is None:
            return
        else:
            kind = {
                "correct": targets[0].kind,
                "stranger": ("retract", targets[0].kind, "reinstate")[value % 3],
            }
            written = phone.write(
                kind.get(act, act),
                {"value": value},
                subject=targets[0].subject,
                refs=dict.fromkeys(target.id for target in targets),
            )
        self.written.append(written)

    def _targets(self, phone: Phone, act: str, pick: list[int]) -> list[Written] | None:
        """Entries that the act may name, most recent first, all about one subject."""
        own = [w for w in self.written if (w.author == phone.observer) != (act in ("stranger", "review"))]
        kinds = {"reinstate": ("retract",), "review": ("incident.report", "review")}
        fitting = [w for w in reversed(own) if w.kind in kinds.get(act, ("incident.report", "retract"))]
        if act in ("correct", "retract"):
            fitting = [w for w in fitting if w.kind == "incident.report"]
        if act == "review":
            fitting += [w for w in reversed(self.written) if w.kind == "review"]
        if not fitting:
            return None
        first = fitting[pick[0] % len(fitting)]
        alike = [w for w in fitting if w.subject == first.subject and w.kind == first.kind]
        return [first, *(alike[number % len(alike)] for number in pick[1:])]

    @rule(at=phones, days=st.integers(-4000, 4000))
    def turn_clock(self, at: int, days: int) -> None:
        """A phone's clock is years off."""
        self.phones[at].clock_ms += days * 86_400_000

    @rule(at=phones)
    def back_up(self, at: int) -> None:
        """Somebody copies a phone."""
        self.phones[at].backup = tuple(self.phones[at].chain)

    @rule(at=phones)
    def restore(self, at: int) -> None:
        """The phone is set back; what it writes next forks its journal."""
        phone = self.phones[at]
        phone.chain = list(phone.backup)

    # What travels

    @rule(
        at=phones,
        order=st.randoms(use_true_random=False),
        share=st.integers(1, 12),
        fault=st.sampled_from(FAULTS),
        doubled=st.booleans(),
    )
    def exchange(self, at: int, order: object, share: int, fault: str, doubled: bool) -> None:
        """A phone hands in some of what waits, in any order, some of it twice."""
        phone = self.phones[at]
        batch = phone.waiting()
        order.shuffle(batch)  # type: ignore[attr-defined]
        batch = batch[:share]
        if doubled:
            batch += batch[:2]
        if fault == "request lost" or not batch:
            return
        answer = self._hand_in(batch)
        if fault != "answer lost":
            phone.acknowledged |= {v.id for v in answer if v.id and v.outcome in ("store", "duplicate")}

    @rule(order=st.permutations(range(len(OBSERVERS))), numbered=st.booleans())
    def signal_returns(self, order: list[int], numbered: bool) -> None:
        """Every phone hands in all it has; the log follows now or later."""
        for at in order:
            phone = self.phones[at]
            answer = self._hand_in(phone.waiting())
            phone.acknowledged |= {v.id for v in answer if v.id and v.outcome in ("store", "duplicate")}
            if numbered:
                self.server.number()

    @rule(giver=phones, taker=phones)
    def hand_over(self, giver: int, taker: int) -> None:
        """A phone carries what another could not send."""
        if giver != taker:
            texts = self.phones[giver].waiting()
            self.phones[taker].carried |= {digest_of(t[0].encode()): t for t in texts}

    @rule(at=phones, how=st.sampled_from(("signature", "body", "header", "no signature")))
    def tamper(self, at: int, how: str) -> None:
        """Somebody on the way changes what a phone hands in."""
        batch = self.phones[at].waiting()[:3]
        if not batch:
            return
        header, signature, body = batch[-1]
        batch[-1] = {
            "signature": (header, FORGER.sign(header), body),
            "no signature": (header, "", body),
            "body": (header, signature, body + " "),
            "header": (header.replace('"at":', '"at":1'), signature, body),
        }[how]
        self._hand_in(batch)

    @rule(victim=st.integers(0, 2), accomplice=st.integers(0, 2), lead=st.integers(0, 2))
    def forge(self, victim: int, accomplice: int, lead: int) -> None:
        """A forger writes in the name of another, and an enrolled phone names the forgery as its past."""
        phone = self.phones[victim]
        forgery = Phone(FORGER, phone.observer, list(phone.chain))
        batch = [forgery.write(device=phone.key.device).texts for _ in range(lead + 1)]
        witness = Phone(self.phones[accomplice].key, "", list(forgery.chain))
        if accomplice != victim:
            batch.append(witness.write(body={"value": -1}).texts)
        self._hand_in(batch)
        self._hand_in(batch)

    def _hand_in(self, batch: list[tuple[str, str, str]]) -> list[Judgement]:
        server = self.server
        answer = server.exchange(batch)
        for verdict in answer:
            if verdict.id and verdict.outcome in ("store", "duplicate"):
                self.acknowledged[verdict.id] = verdict.index
        self._check_exchange(answer)
        return answer

    # What the server does

    @rule()
    def number(self) -> None:
        """The log takes in what is stored."""
        self.server.number()

    @rule()
    def pull(self) -> None:
        """A phone picks up what is new."""
        ids, self.cursor = self.server.pull(self.cursor)
        self.pulled += ids

    @rule()
    def enrol_chia(self) -> None:
        """The late phone is enrolled; what was held for it is judged."""
        self.server.enrol(KEYS[3].device, OBSERVERS[3])
        self._note_stored()

    @rule(at=st.integers(0, 2), newest=st.integers(0, 2))
    def revoke(self, at: int, newest: int) -> None:
        """A phone is reported lost after its newest entries came through; it may be found again."""
        device = KEYS[at].device
        self._hand_in([written.texts for written in self.phones[at].chain[-newest:]] if newest else [])
        if device not in self.server.heads_by_revoked:
            self.server.revoke(device)

    @rule(pick=st.integers(0, 30))
    def erase(self, pick: int) -> None:
        """A body is erased; nothing else changes."""
        if not self.server.rows:
            return
        before = self._without_values()
        self.server.erase(pick % len(self.server.rows))
        invariants.erasure_changes_nothing_else(before, self._without_values())

    # What holds after every step

    def _check_exchange(self, answer: list[Judgement]) -> None:
        last = self.server.last
        assert last is not None
        alone = [judge([reading], last.known, VERIFY)[0] for reading in last.readings]
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

    def _note_stored(self) -> None:
        self.acknowledged |= {
            row.entry.id: row.index for row in self.server.rows if row.entry.id not in self.acknowledged
        }

    def _without_values(self) -> object:
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
        invariants.stored_is_authenticated([_line(row) for row in self.server.rows])

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

    # What holds once everything has healed

    def teardown(self) -> None:
        """The network comes back for everybody."""
        if not hasattr(self, "server"):
            return
        self.enrol_chia()
        for phone in self.phones:
            self._heal(phone)
            self._hand_in(list(phone.carried.values()))
        self.number()
        self.pull()
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
            self._hand_in([w.texts for w in phone.chain if any(a <= w.seq <= b for a, b in ranges)])
        raise AssertionError("4: the server goes on wanting what it was given")

    def _check_replay(self) -> None:
        server = self.server
        before = (list(server.log), len(server.rows), server.fold_from_scratch(server.rows))
        rows = server.rows
        texts = [(r.entry.header_bytes.decode(), r.entry.signature, r.entry.body_bytes.decode()) for r in rows]
        answer = self._hand_in(texts)
        server.number()
        after = (list(server.log), len(server.rows), server.fold_from_scratch(server.rows))
        invariants.replay_changes_nothing(before, after, _verdicts(answer))


def _verdicts(judgements: list[Judgement]) -> list[invariants.Verdict]:
    return [invariants.Verdict(j.id, j.outcome, j.why, j.signature) for j in judgements]


def _line(row: Row) -> invariants.Line:
    header = row.entry.header
    is_signed = row.is_signed(VERIFY)
    return invariants.Line(header.device, header.seq, row.entry.id, header.prev, is_signed)


def _turned(row: Row) -> Row:
    """The same entry from a phone with another clock."""
    turned = int.from_bytes(row.entry.id.encode()[:4]) * 1000
    header = replace(row.entry.header, at=turned, mono=turned % 1000, offset=-turned)
    return replace(row, entry=replace(row.entry, header=header))


def a_day(examples: int, steps: int) -> settings:
    """How long to look; deadlines off because machines differ."""
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


TestAnyHistory = AnyHistory.TestCase
TestAnyHistory.settings = a_day(4000, 50) if os.environ.get("SANAD_LONG") else a_day(200, 30)
