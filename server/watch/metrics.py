"""The figures in the form that Prometheus reads. No label carries a person, a station, an organisation or an address.

The library is loaded with this module, when somebody first asks: a server that nobody scrapes never pays for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector, CollectorRegistry
from sqlalchemy import func, select

from server.counters import BOUNDS_S, COUNTERS
from server.database.engine import reading
from server.database.entries import PhotoRow
from server.database.roster import ContactRow
from server.projections.counts import CoveredRow
from server.running import Running
from server.watch.lights import WORST_FIRST, lights
from server.watch.measure import measure
from server.watch.measured import Measured
from server.watch.readiness import reasons

# What counts as a failed try to be let in. A reader who is merely not signed in is shown the way, that is none.
AUTH_FAILURES = (
    "wrong-password", "token-unknown", "token-revoked", "code-unknown", "code-expired", "bad-proof", "cross-site",
)  # fmt: skip
REPLAYED = "code-used"
COUNTED = (
    ("requests", "sanad_requests", "Requests answered", ("method", "route", "status")),
    ("verdicts", "sanad_sync_ops", "Entries judged in exchanges", ("verdict",)),
    ("problems", "sanad_problems", "Problems answered, by code", ("code",)),
    ("limited", "sanad_limiter_denied", "Attempts refused by a limit", ("name",)),
    ("exported", "sanad_export_rows", "Rows exported as CSV", ()),
)
SPANS = (
    ("exchange", "sanad_sync_batch_seconds", "Time to answer an exchange"),
    ("commit", "sanad_db_commit_seconds", "Time of a commit, with its sync to disk"),
)
TYPE = CONTENT_TYPE_LATEST


def metrics_text(held: Running) -> bytes:
    registry = CollectorRegistry()
    registry.register(_Sanad(held))
    return generate_latest(registry)


class _Sanad(Collector):
    def __init__(self, held: Running) -> None:
        self._held = held

    def describe(self) -> list[Metric]:
        return []  # asked at registration, where nothing should be measured yet

    def collect(self) -> Iterator[Metric]:
        found = measure(self._held)
        yield _gauge("sanad_ready", "1 when requests should be sent here", float(not reasons(self._held)))
        yield from _counted()
        yield from _spans()
        yield from _measured(found)
        yield from _kept(self._held)
        yield _lit(found)


def _counted() -> Iterator[Metric]:
    for name, metric, said, labels in COUNTED:
        family = CounterMetricFamily(metric, said, labels=labels)
        counts = COUNTERS.counts(name)
        for key, count in counts.items() if labels else ():
            family.add_metric(key, count)
        if not labels:
            family.add_metric((), sum(counts.values()))
        yield family
    problems = COUNTERS.counts("problems")
    refused = CounterMetricFamily("sanad_auth_failures", "Tries to be let in that failed", labels=("reason",))
    for reason in AUTH_FAILURES:
        refused.add_metric((reason,), problems.get((reason,), 0))
    yield refused
    replayed = CounterMetricFamily("sanad_enrol_replay", "Enrolment codes shown a second time")
    replayed.add_metric((), problems.get((REPLAYED,), 0))
    yield replayed


def _spans() -> Iterator[Metric]:
    for name, metric, said in SPANS:
        counts, sum_s = COUNTERS.span(name)
        buckets, so_far = [], 0
        for bound, count in zip((*map(str, BOUNDS_S), "+Inf"), counts, strict=True):
            so_far += count
            buckets.append((bound, so_far))
        yield HistogramMetricFamily(metric, said, buckets=buckets, sum_value=sum_s)


def _measured(found: Measured) -> Iterator[Metric]:
    """An age that nobody knows is left out: a rule that needs one says `absent`."""
    yield _gauge("sanad_entries_unsaved", "Entries in no verified backup", found.unsaved)
    yield _gauge("sanad_disk_free_ratio", "Free share of the fullest disk", found.disk_free)
    yield _gauge("sanad_quarantine_depth", "Entries in quarantine nobody has looked at", found.quarantined)
    yield _gauge("sanad_stations_assigned", "Stations somebody is assigned to", found.assigned)
    yield _gauge("sanad_stations_silent", "Assigned stations nothing was heard from", found.silent)
    yield _gauge("sanad_blob_spool", "Photos waiting for the object store", found.spooled)
    yield _gauge("sanad_witnesses", "Witnesses asked to cosign", found.witnesses)
    yield _gauge("sanad_witnesses_cosigned", "Witnesses that cosigned lately", found.cosigned)
    yield _gauge("sanad_witnesses_contradicting", "Witnesses that say the log was rewritten", found.contradicted)
    yield _gauge("sanad_signatures_wrong", "Vouched entries whose own signature is wrong", found.wrong_signatures)
    yield _gauge("sanad_log_refused", "1 when signing would contradict what was signed", float(found.is_log_refused))
    yield _gauge("sanad_entries_unsealed", "Entries in no published checkpoint", found.unsealed)
    yield _gauge("sanad_entries_unfolded", "Entries the map does not show yet", found.unfolded)
    # Not the age of the checkpoint: a log to which nothing was added is not late.
    yield _gauge("sanad_checkpoint_age_seconds", "Age of the oldest unsealed entry", _age_s(found, found.sealed_ms))
    yield _gauge("sanad_fold_lag_seconds", "Age of the oldest unfolded entry", _age_s(found, found.unfolded_ms))
    yield _gauge("sanad_verify_queue_oldest_seconds", "Age of the oldest unchecked", _age_s(found, found.unchecked_ms))
    yield _gauge("sanad_blob_spool_oldest_seconds", "Age of the oldest spooled photo", _age_s(found, found.spooled_ms))
    if found.write_ms is not None:
        yield _gauge("sanad_write_probe_seconds", "Time of the last write probe", found.write_ms / 1000)
    if found.backup_ms is not None:
        yield _gauge("sanad_backup_age_seconds", "Age of the last verified backup", _age_s(found, found.backup_ms))
    if found.offset_ms is not None:
        yield _gauge("sanad_clock_offset_seconds", "Server minus phones, median", found.offset_ms / 1000)
        yield _gauge("sanad_clock_offset_phones", "Phones in that median", found.phones)


def _kept(held: Running) -> Iterator[Metric]:
    with reading(held.engine) as connection:
        photos, size = connection.execute(select(func.count(), func.coalesce(func.sum(PhotoRow.size), 0))).one()
        heard = select(func.sum(ContactRow.waiting_entries), func.sum(ContactRow.waiting_photos), func.count())
        entries, waiting, phones = connection.execute(heard).one()
        reporting = connection.execute(select(func.count(CoveredRow.station.distinct()))).scalar_one()
    yield _gauge("sanad_blobs", "Whole photos", photos)
    yield _gauge("sanad_blob_bytes", "Bytes of whole photos", float(size))
    yield _gauge("sanad_phones_heard", "Phones that were ever in contact", phones)
    yield _gauge("sanad_phones_waiting_entries", "Entries phones said they still hold", float(entries or 0))
    yield _gauge("sanad_phones_waiting_photos", "Photos phones said they still hold", float(waiting or 0))
    yield _gauge("sanad_stations_reporting", "Stations something was heard from", reporting)
    now = held.pacing.measured()
    yield _gauge("sanad_texts_in_hand", "Exchanges being answered now", now.texts)
    yield _gauge("sanad_photos_in_hand", "Uploads being taken in now", now.photos)
    if held.settings.is_sqlite:
        journal = Path(held.settings.database_url.removeprefix("sqlite:///") + "-wal")
        size = journal.stat().st_size if journal.exists() else 0
        yield _gauge("sanad_wal_bytes", "Size of the write-ahead log", size)


def _lit(found: Measured) -> Metric:
    """Each light of the desk's page as its state: 1 for the one it shows."""
    family = GaugeMetricFamily("sanad_light", "Lights of the page that asks if all is well", labels=("light", "state"))
    for light in lights(found):
        for state in WORST_FIRST:
            family.add_metric((light.name, state), float(light.state == state))
    return family


def _gauge(name: str, said: str, value: float) -> Metric:
    return GaugeMetricFamily(name, said, value=value)


def _age_s(found: Measured, since_ms: int | None) -> float:
    return 0.0 if since_ms is None else max(0, found.now_ms - since_ms) / 1000
