"""Election days in any order: what phones, carriers, forgers, networks and clocks may do."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from sync.entry import digest_of
from tests import invariants
from tests.sync.phones import Key, Phone, Written, verifier
from tests.sync.promises import Promises

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


class AnyHistory(Promises, RuleBasedStateMachine):
    """One election day in any order."""

    verify = staticmethod(VERIFY)

    @initialize(acts=st.lists(deeds, min_size=4, max_size=20))
    def begin(self, acts: list[Deed]) -> None:
        """Everybody but Chia is enrolled before the day; the first hours are without signal."""
        self.begin_promises([Phone(key, observer) for key, observer in zip(KEYS, OBSERVERS, strict=True)])
        self.written: list[Written] = []
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
        answer = self.hand_in(batch)
        if fault != "answer lost":
            phone.acknowledged |= {v.id for v in answer if v.id and v.outcome in ("store", "duplicate")}

    @rule(order=st.permutations(range(len(OBSERVERS))), numbered=st.booleans())
    def signal_returns(self, order: list[int], numbered: bool) -> None:
        """Every phone hands in all it has; the log follows now or later."""
        for at in order:
            phone = self.phones[at]
            answer = self.hand_in(phone.waiting())
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
        self.hand_in(batch)

    @rule(victim=st.integers(0, 2), accomplice=st.integers(0, 2), lead=st.integers(0, 2))
    def forge(self, victim: int, accomplice: int, lead: int) -> None:
        """A forger writes in the name of another, and an enrolled phone names the forgery as its past."""
        phone = self.phones[victim]
        forgery = Phone(FORGER, phone.observer, list(phone.chain))
        batch = [forgery.write(device=phone.key.device).texts for _ in range(lead + 1)]
        witness = Phone(self.phones[accomplice].key, "", list(forgery.chain))
        if accomplice != victim:
            batch.append(witness.write(body={"value": -1}).texts)
        self.hand_in(batch)
        self.hand_in(batch)

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
        self.note_stored()

    @rule(at=st.integers(0, 2), newest=st.integers(0, 2))
    def revoke(self, at: int, newest: int) -> None:
        """A phone is reported lost after its newest entries came through; it may be found again."""
        device = KEYS[at].device
        self.hand_in([written.texts for written in self.phones[at].chain[-newest:]] if newest else [])
        if device not in self.server.heads_by_revoked:
            self.server.revoke(device)

    @rule(pick=st.integers(0, 30))
    def erase(self, pick: int) -> None:
        """A body is erased; nothing else changes."""
        if not self.server.rows:
            return
        before = self.without_values()
        self.server.erase(pick % len(self.server.rows))
        invariants.erasure_changes_nothing_else(before, self.without_values())

    def teardown(self) -> None:
        """The network comes back for everybody."""
        if hasattr(self, "server"):
            self.enrol_chia()
            self.heal()
            self.pull()
            self.promises_hold()


def a_day(examples: int, steps: int) -> settings:
    """How long to look; deadlines off because machines differ."""
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
