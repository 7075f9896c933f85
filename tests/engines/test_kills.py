"""The app never says "saved" too early: the browser is killed in the middle of saves, again and again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engines.kills import Report, Result, judge, kill_again_and_again
from tests.engines.looking_in import Found
from tests.servers import how_often

pytestmark = pytest.mark.browser


@pytest.mark.timeout(7200)
def test_what_the_app_called_saved_outlives_a_killed_browser_once_and_what_was_cut_is_still_a_draft(
    tmp_path: Path,
) -> None:
    kills = how_often(3, 20, 500)
    result = kill_again_and_again(tmp_path, kills)
    assert result.is_ok and result.kills == kills, result
    assert result.handed_in > 0


def _found(records: list[int], drafts: list[int]) -> Found:
    rows = [{"id": str(at), "seq": at + 1, "number": number, "photos": 0} for at, number in enumerate(records)]
    return Found(rows, [{"id": "d", "number": number, "photos": 0} for number in drafts], 0)


@pytest.mark.parametrize(
    ("records", "drafts", "is_said", "lost", "doubled"),
    [
        ([1, 2], [], True, 0, 0),
        ([1, 2], [], False, 0, 0),
        ([1], [2], False, 0, 0),
        ([1], [2], True, 1, 0),
        ([1], [], False, 1, 0),
        ([2], [], True, 1, 0),
        ([1, 2], [2], True, 0, 1),
        ([1, 2, 2], [], True, 0, 1),
    ],
)
def test_the_judge_sees_what_is_lost_and_what_is_there_twice(
    records: list[int], drafts: list[int], is_said: bool, lost: int, doubled: int
) -> None:
    result = Result()
    judge(result, Report(2), is_said, _found(records, drafts), written=2)
    assert (result.lost, result.doubled) == (lost, doubled)
