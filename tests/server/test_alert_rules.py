"""The shipped rules for Prometheus are read by it, name only figures that Sanad tells, and agree with the lights."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from server.watch import lights
from server.watch.measure import measure
from server.watch.metrics import metrics_text
from tests.builders import STATIONS, BuiltPhone
from tests.server.small_server import of_sqlite, small_server
from tests.servers import ROOT

RULES = ROOT / "docs" / "alerts.yml"
# Everything a label may be called. None of them can hold a person, a station, an organisation or an address.
LABELS = {"method", "route", "status", "verdict", "code", "name", "reason", "light", "state", "le"}


@pytest.fixture(scope="module")
def families(tmp_path_factory):
    app, held, _ = small_server(tmp_path_factory.mktemp("rules"))
    with app.app_context():
        yield list(text_string_to_metric_families(metrics_text(held).decode()))


@pytest.fixture(scope="module")
def rules() -> list[dict]:
    return [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]


def test_prometheus_reads_the_rules(rules) -> None:
    assert len({rule["alert"] for rule in rules}) == len(rules) > 15
    assert all({"alert", "expr", "labels", "annotations"} <= set(rule) for rule in rules)
    if tool := shutil.which("promtool"):
        subprocess.run([tool, "check", "rules", str(RULES)], check=True, capture_output=True)


@of_sqlite
def test_every_figure_that_a_rule_names_is_told(rules, families) -> None:
    told = {family.name for family in families} | {sample.name for family in families for sample in family.samples}
    # Told only once there is something to tell.
    told |= {"sanad_backup_age_seconds", "sanad_clock_offset_seconds", "sanad_clock_offset_phones"}
    told |= {f"{name}_total" for name in told}
    named = {name for rule in rules for name in re.findall(r"\bsanad_\w+", rule["expr"])}
    assert named - told == set()


def test_every_light_that_a_rule_could_name_is_told(families) -> None:
    (family,) = (each for each in families if each.name == "sanad_light")
    assert {sample.labels["light"] for sample in family.samples} == {rule.__name__ for rule in lights.RULES}


@pytest.mark.parametrize(
    ("alert", "threshold"),
    [
        ("SanadBackupLate", lights.BACKUP_LOOK_MS / 1000),
        ("SanadDiskFills", lights.DISK_LOOK),
        ("SanadQuarantineFills", lights.QUARANTINE_LOOK),
        ("SanadLogNotSigned", lights.SEALED_BAD_MS / 1000),
        ("SanadClockWrong", lights.CLOCK_LOOK_MS / 1000),
        ("SanadMapBehind", lights.FOLD_BAD_MS / 1000),
        ("SanadPhotosWait", lights.SPOOL_LOOK_MS / 1000),
    ],
)
def test_a_rule_and_its_light_have_the_same_threshold(rules, alert, threshold) -> None:
    (expr,) = (rule["expr"] for rule in rules if rule["alert"] == alert)
    assert float(re.findall(r"[<>] ([\d.]+)", expr)[0]) == threshold


def test_both_databases_are_measured_alike(world) -> None:
    app, held = world
    phone = BuiltPhone(held, 901, "o-901", "shams")
    phone.visit(STATIONS[0])
    phone.incident(station="000000-99")
    with app.app_context():
        found = measure(held)
        told = {family.name for family in text_string_to_metric_families(metrics_text(held).decode())}
    assert (found.quarantined, found.unfolded, found.unsaved, found.write_ms is None) == (1, 0, 2, False)
    assert "sanad_quarantine_depth" in told


def test_no_label_can_hold_a_person_a_station_or_an_organisation(families) -> None:
    assert {label for family in families for sample in family.samples for label in sample.labels} <= LABELS
