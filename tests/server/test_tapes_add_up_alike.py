"""The desk and the phone find the same sums of a results tape wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from server.tape_sums import check_sums, count_difference

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "tape.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", VECTORS["sums"], ids=lambda case: case["name"])
def test_the_same_sums_fail_at_the_desk_as_on_the_phone(case: dict[str, Any]) -> None:
    failing = {each.name for each in check_sums(case["figures"], case["votes"]) if not each.holds}
    assert failing == {warning["code"] for warning in case["warnings"]}


@pytest.mark.parametrize("case", VECTORS["differences"], ids=lambda case: case["name"])
def test_the_same_difference_between_machine_and_hand(case: dict[str, Any]) -> None:
    found = count_difference(case["machine"], case["hand"], threshold_percent=5)
    hundredths = None if found is None or not found.machine_votes else -(-10_000 * found.votes // found.machine_votes)
    assert hundredths == case["hundredths"]
