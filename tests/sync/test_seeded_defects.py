"""Each defect that ruined somebody's synchronisation is planted once; the promises must notice."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from sync import claim, judge, merge, reconcile
from sync.entry import read_body
from tests.sync import model_server
from tests.sync.any_history import AnyHistory
from tests.sync.model_server import ModelServer, Row, subject_of

Patch = pytest.MonkeyPatch
Defect = Callable[[Patch], None]
DEFECTS: list[Any] = []

# The same days every time, and no search for the smallest one: only whether it is found counts.
QUICKLY = settings(
    max_examples=1500,
    stateful_step_count=30,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    deadline=None,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)


def planted(defect: Defect) -> Defect:
    """Puts a defect into the table."""
    DEFECTS.append(pytest.param(defect, id=defect.__name__))
    return defect


@planted
def the_last_clock_wins(patch: Patch) -> None:
    def latest(heads: list[Row]) -> list[Any]:
        ordered = sorted(heads, key=lambda row: row.entry.header.at)
        return [read_body(row.body or b"").get("value") for row in ordered[-1:]]

    patch.setattr(model_server, "selected_values", latest)


@planted
def one_branch_of_a_fork_is_dropped(patch: Patch) -> None:
    store = ModelServer.store

    def store_unless_taken(self: ModelServer, entry: Any) -> None:
        if entry.header.seq not in {seq for seq, _, _ in self.places(entry.header.device)}:
            store(self, entry)

    patch.setattr(ModelServer, "store", store_unless_taken)


@planted
def one_bad_entry_refuses_the_whole_batch(patch: Patch) -> None:
    judge_each = judge.judge

    def all_or_nothing(readings: Any, known: Any, verify: Any) -> Any:
        verdicts = judge_each(readings, known, verify)
        if any(verdict.outcome == "refused" for verdict in verdicts):
            return [judge.Judgement(v.position, "refused", None, v.id, "batch") for v in verdicts]
        return verdicts

    patch.setattr(judge, "judge", all_or_nothing)


@planted
def a_bad_last_signature_sinks_its_run(patch: Patch) -> None:
    authenticate = judge._Bench._authenticate

    def tips_only(self: Any, identity: str) -> None:
        named = {copies[0].header.prev for copies in self._copies_by_id.values()}
        if identity in self._vouched or identity not in named:
            authenticate(self, identity)

    patch.setattr(judge._Bench, "_authenticate", tips_only)


@planted
def a_repeated_entry_is_numbered_again(patch: Patch) -> None:
    exchange = ModelServer.exchange

    def number_duplicates(self: ModelServer, batch: Any) -> Any:
        verdicts = exchange(self, batch)
        self.log += [v.id for v in verdicts if v.index is not None and v.id]
        return verdicts

    patch.setattr(ModelServer, "exchange", number_duplicates)


@planted
def a_copy_inside_a_batch_is_stored_twice(patch: Patch) -> None:
    judge_fresh = judge._Bench.judge_fresh

    def forgetful(self: Any, position: int, entry: Any) -> Any:
        self._taken.clear()
        return judge_fresh(self, position, entry)

    patch.setattr(judge._Bench, "judge_fresh", forgetful)


@planted
def a_receipt_is_given_before_it_is_stored(patch: Patch) -> None:
    store = ModelServer.store

    def store_unless_full(self: ModelServer, entry: Any) -> None:
        if len(self.rows) < 6:
            store(self, entry)

    patch.setattr(ModelServer, "store", store_unless_full)


@planted
def only_the_tail_of_a_journal_is_asked_for(patch: Patch) -> None:
    def after_the_last(seq: int, head: str, places: Any) -> Any:
        upto = reconcile.journal_state(places).upto
        return ((upto + 1, seq),) if seq > upto else ()

    patch.setattr(reconcile, "wanted", after_the_last)


@planted
def a_pull_gives_what_has_no_number_yet(patch: Patch) -> None:
    def by_row(self: ModelServer, cursor: int) -> tuple[list[str], int]:
        return [row.entry.id for row in self.rows][cursor:], len(self.rows)

    patch.setattr(ModelServer, "pull", by_row)


@planted
def a_correction_by_a_stranger_takes_effect(patch: Patch) -> None:
    patch.setattr(claim, "unit_of", lambda c: ("anybody", c.subject, c.kind))
    patch.setattr(claim, "corrected_by", _corrected_by_anybody)
    patch.setattr(merge, "corrected_by", _corrected_by_anybody)


def _corrected_by_anybody(c: Any, by_id: Any) -> Any:
    if c.kind in merge.SPECIAL_KINDS or c.quarantined is not None:
        return []
    return [target for target in claim.targets_of(c, by_id) if target.kind == c.kind]


@planted
def a_stranger_takes_a_report_back(patch: Patch) -> None:
    def by_anybody(c: Any, by_id: Any) -> Any:
        return [t for t in claim.targets_of(c, by_id) if t.kind not in merge.SPECIAL_KINDS]

    patch.setattr(merge, "retracted_by", by_anybody)


@planted
def a_quarantined_correction_takes_effect(patch: Patch) -> None:
    def even_if_quarantined(c: Any, by_id: Any) -> Any:
        named = claim.targets_of(c, by_id) if c.kind not in merge.SPECIAL_KINDS else []
        return [t for t in named if claim.unit_of(t) == claim.unit_of(c)]

    patch.setattr(merge, "corrected_by", even_if_quarantined)


@planted
def taking_back_a_correction_brings_back_the_first_version(patch: Patch) -> None:
    bucket = merge._bucket

    def revived(c: Any, superseded: set[str], withdrawn: set[str]) -> Any:
        return bucket(c, superseded if not withdrawn else set(), withdrawn)

    patch.setattr(merge, "_bucket", revived)


@planted
def a_retraction_that_comes_first_is_lost(patch: Patch) -> None:
    fold_in = ModelServer.fold_in

    def only_if_it_finds_its_target(self: ModelServer, row: Row) -> None:
        present = {other.entry.id for other in self.rows_by_subject[subject_of(row)]}
        if row.entry.header.kind != "retract" or present & set(row.entry.header.refs):
            fold_in(self, row)

    patch.setattr(ModelServer, "fold_in", only_if_it_finds_its_target)


@planted
def a_forged_entry_vouches_for_another(patch: Patch) -> None:
    authenticate = judge._Bench._authenticate

    def trusting(self: Any, identity: str) -> None:
        authenticate(self, identity)
        self._cover_predecessor(self._copies_by_id[identity][0])

    patch.setattr(judge._Bench, "_authenticate", trusting)


@planted
def another_device_vouches_for_a_forgery(patch: Patch) -> None:
    patch.setattr(judge._Bench, "_cover_predecessor", lambda self, entry: self._vouched.add(entry.header.prev))


@planted
def a_stored_entry_of_another_device_vouches_for_a_forgery(patch: Patch) -> None:
    def by_anybody(self: ModelServer, device: str, prev: str) -> bool:
        return any(row.entry.header.prev == prev for row in self.rows)

    patch.setattr(ModelServer, "_names", by_anybody)


@planted
def a_revocation_acts_by_arrival(patch: Patch) -> None:
    def what_is_here_now(self: ModelServer, device: str) -> None:
        held = tuple(identity for _, identity, _ in self.places(device))
        self.heads_by_revoked[device] = held
        self.refold(self.subjects_of(device))

    def only_what_was_here(self: ModelServer, rows: Any) -> Any:
        return {device: frozenset(held) for device, held in self.heads_by_revoked.items()}

    patch.setattr(ModelServer, "revoke", what_is_here_now)
    patch.setattr(ModelServer, "standing_by_revoked", only_what_was_here)


@planted
def a_late_ancestor_of_a_revoked_head_stays_quarantined(patch: Patch) -> None:
    patch.setattr(ModelServer, "subjects_touched_by", lambda self, row: {subject_of(row)})


@planted
def an_erased_body_changes_its_bucket(patch: Patch) -> None:
    why = model_server.why_quarantined

    def from_the_body(row: Row, standing: Any) -> str | None:
        found = why(row, standing)
        return None if found == row.content_why and row.body is None else found

    patch.setattr(model_server, "why_quarantined", from_the_body)


@pytest.mark.parametrize("defect", DEFECTS)
def test_the_defect_is_noticed(defect: Defect, monkeypatch: Patch) -> None:
    defect(monkeypatch)
    # A broken promise begins with its number; a crash of the simulation itself would not do.
    with pytest.raises(AssertionError, match=r"^\d+: "):
        run_state_machine_as_test(AnyHistory, settings=QUICKLY)
