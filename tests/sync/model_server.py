"""A server in fifty lines of memory, which decides nothing itself but asks the core."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sync import judge as judging
from sync import merge as merging
from sync import reconcile
from sync.entry import Entry, base64url_decode, leaf, read_body, read_entry
from sync.errors import REVOKED_DEVICE
from sync.judge import Judgement, Known
from sync.merge import Claim, Report
from sync.signature import Verify, signing_input
from tests.sync.phones import ELECTION, Phone

Texts = tuple[str, str, str]
State = dict[str, dict[str, Any]]


@dataclass
class Row:
    """One stored entry. The reason found in its content is kept, for its body may be erased."""

    entry: Entry
    leaf: bytes
    content_why: str | None
    body: bytes | None
    index: int | None = None
    signed: bool | None = None

    def is_signed(self, verify: Verify) -> bool:
        """Whether the entry's own signature is right, as the follower finds out later."""
        if self.signed is None:
            signature = base64url_decode(self.entry.signature)
            signed_bytes = signing_input(self.entry.header_bytes)
            self.signed = bool(signature) and verify(self.entry.header.device, signed_bytes, signature)
        return self.signed


@dataclass
class Exchange:
    """One exchange as the server saw it, for the invariants to judge."""

    readings: list[Any]
    known: Known
    judgements: list[Judgement]


class ModelServer:
    """Stores, numbers, folds, answers pulls."""

    def __init__(self, verify: Verify) -> None:
        self.verify = verify
        self.observer_by_device: dict[str, str] = {}
        self.rows: list[Row] = []
        self.log: list[str] = []
        self.held: dict[str, Texts] = {}
        self.heads_by_revoked: dict[str, tuple[str, ...]] = {}
        self.rows_by_subject: dict[str, list[Row]] = defaultdict(list)
        self.state: State = {}
        self.last: Exchange | None = None

    def exchange(self, batch: Sequence[Any]) -> list[Judgement]:
        """Takes a batch in; what is stored waits to be numbered."""
        readings = [read_entry(list(texts), ELECTION) for texts in batch]
        known = self.known(readings)
        judgements = judging.judge(readings, known, self.verify)
        for judgement in judgements:
            if judgement.outcome == "store" and judgement.entry:
                self.store(judgement.entry)
            if judgement.outcome == "held" and judgement.id:
                self.held[judgement.id] = batch[judgement.position]
        self.last = Exchange(readings, known, judgements)
        return judgements

    def known(self, readings: Iterable[Any]) -> Known:
        """What the core must know of the store to judge these readings."""
        ids = {reading.id for reading in readings}
        return Known(
            authors=frozenset(self.observer_by_device),
            index_by_id={row.entry.id: row.index for row in self.rows if row.entry.id in ids},
            vouched=frozenset(
                reading.id
                for reading in readings
                if isinstance(reading, Entry) and self._names(reading.header.device, reading.id)
            ),
            standing_by_revoked=self.standing_by_revoked(self.rows),
        )

    def _names(self, device: str, prev: str) -> bool:
        return any(prev == at[2] for at in self.places(device))

    def store(self, entry: Entry) -> None:
        """Keeps an entry for ever."""
        unknown = read_body(entry.body_bytes).get("station") == "nowhere"
        content_why = "unknown-station" if unknown else None
        row = Row(entry, leaf(entry.header_bytes, entry.body_bytes), content_why, entry.body_bytes)
        self.rows.append(row)

    def number(self) -> None:
        """Gives every stored entry its place in the log and folds it in."""
        for row in [row for row in self.rows if row.index is None]:
            row.index = len(self.log)
            self.log.append(row.entry.id)
            self.fold_in(row)

    def fold_in(self, row: Row) -> None:
        """The incremental fold: only what the new entry can touch is folded again."""
        self.rows_by_subject[subject_of(row)].append(row)
        self.refold(self.subjects_touched_by(row))

    def subjects_touched_by(self, row: Row) -> set[str]:
        """Its own subject; of a revoked device all, for its ancestors may stand from now on."""
        device = row.entry.header.device
        return {subject_of(row)} | (self.subjects_of(device) if device in self.heads_by_revoked else set())

    def subjects_of(self, device: str) -> set[str]:
        """Subjects that a device wrote about, as far as they are in the log."""
        rows = (row for row in self.rows if row.index is not None)
        return {subject_of(row) for row in rows if row.entry.header.device == device}

    def refold(self, subjects: Iterable[str]) -> None:
        """Merges some subjects again."""
        standing = self.standing_by_revoked(row for row in self.rows if row.index is not None)
        for subject in subjects:
            self.state[subject] = fold_subject(self.rows_by_subject[subject], standing, self.observer_by_device)

    def fold_from_scratch(self, rows: Iterable[Row]) -> State:
        """The state of these rows and nothing else."""
        rows = list(rows)
        standing = self.standing_by_revoked(rows)
        rows_by_subject: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            rows_by_subject[subject_of(row)].append(row)
        return {s: fold_subject(some, standing, self.observer_by_device) for s, some in rows_by_subject.items()}

    def standing_by_revoked(self, rows: Iterable[Row]) -> dict[str, frozenset[str]]:
        """Which entries of revoked devices stand."""
        prev_by_id: dict[str, dict[str, str]] = defaultdict(dict)
        for row in rows:
            prev_by_id[row.entry.header.device][row.entry.id] = row.entry.header.prev
        heads = self.heads_by_revoked
        return {device: reconcile.standing(heads[device], prev_by_id[device]) for device in heads}

    def enrol(self, device: str, observer: str) -> None:
        """Makes a device known and judges what was held for it."""
        self.observer_by_device[device] = observer
        batch, self.held = list(self.held.values()), {}
        self.exchange(batch)

    def revoke(self, device: str) -> None:
        """Revokes a device at the heads that are held now."""
        self.heads_by_revoked[device] = self.journal(device).heads
        self.refold(self.subjects_of(device))

    def places(self, device: str) -> list[reconcile.Place]:
        """The stored places of a device's journal."""
        headers = ((row.entry.id, row.entry.header) for row in self.rows)
        return [(header.seq, i, header.prev) for i, header in headers if header.device == device]

    def journal(self, device: str) -> reconcile.JournalState:
        """What is held of a device's journal."""
        return reconcile.journal_state(self.places(device))

    def wanted(self, phone: Phone) -> tuple[reconcile.Range, ...]:
        """What it lacks of the journal that a phone says it has."""
        if not phone.chain:
            return ()
        head = phone.chain[-1]
        return reconcile.wanted(head.seq, head.id, self.places(phone.key.device))

    def pull(self, cursor: int) -> tuple[list[str], int]:
        """The ids after a cursor, and the cursor after them: the log and nothing that has no number."""
        return self.log[cursor:], len(self.log)

    def erase(self, position: int) -> None:
        """Forgets a body for ever; header, chain and leaf stay."""
        self.rows[position].body = None
        self.refold({subject_of(self.rows[position])} & set(self.state))


def subject_of(row: Row) -> str:
    """What an entry is about: itself, if it is the first."""
    return row.entry.header.subject or row.entry.id


def why_quarantined(row: Row, standing: Mapping[str, frozenset[str]]) -> str | None:
    """The first reason to keep an entry out of the fold."""
    if row.entry.flaws:
        return row.entry.flaws[0]
    device = row.entry.header.device
    if device in standing and row.entry.id not in standing[device]:
        return REVOKED_DEVICE
    return row.content_why


def claim_of(row: Row, standing: Mapping[str, frozenset[str]], observers: Mapping[str, str]) -> Claim:
    """The entry as the merge sees it."""
    header = row.entry.header
    why = why_quarantined(row, standing)
    author = observers[header.device]
    return Claim(row.entry.id, author, header.kind, subject_of(row), header.refs, why, header.seq, header.device)


def fold_subject(
    rows: Iterable[Row], standing: Mapping[str, frozenset[str]], observers: Mapping[str, str]
) -> dict[str, Any]:
    """The state of one subject in plain values."""
    row_by_id = {row.entry.id: row for row in rows}
    merged = merging.merge([claim_of(row, standing, observers) for row in row_by_id.values()])
    return {
        "buckets": dict(merged.bucket_by_id),
        "findings": merged.finding_heads,
        "waiting": merged.waiting,
        "reports": {(report.author, report.kind): report_state(report, row_by_id) for report in merged.reports},
    }


def report_state(report: Report, row_by_id: Mapping[str, Row]) -> dict[str, Any]:
    """One report in plain values, with the values of all its heads."""
    return {
        "heads": report.heads,
        "retracted": report.retracted,
        "disputes": report.disputes,
        "findings": report.findings,
        "values": selected_values([row_by_id[head] for head in report.heads]),
    }


def selected_values(heads: Sequence[Row]) -> list[Any]:
    """Every value that stands, none preferred."""
    return [read_body(row.body or b"").get("value") for row in heads]
