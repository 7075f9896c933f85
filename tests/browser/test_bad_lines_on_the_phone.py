"""On a line that breaks every few seconds a photo arrives, little sent twice, and a report within half a minute."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.bad_lines import (
    CUTS,
    PHOTO_PIXELS,
    SHARE_TWICE,
    THIN,
    a_photo_over_a_line_with_cuts,
    reports_over_a_narrow_line,
)
from tests.browser.phone_app import election
from tests.servers import how_often

pytestmark = pytest.mark.browser


def test_a_photo_over_a_line_with_cuts_arrives_and_hardly_anything_is_sent_twice(
    browser: Browser, tmp_path: Path
) -> None:
    is_long = how_often(0, 0, 1)
    # The short way: a small photo over a quicker line, cut as often for its size; one piece is a larger share of it.
    how = (PHOTO_PIXELS, CUTS, THIN, SHARE_TWICE) if is_long else (600, 4, 4 * THIN, 2 * SHARE_TWICE)
    with election(tmp_path) as vote:
        said = a_photo_over_a_line_with_cuts(browser, vote, *how)
    assert said["ok"], said


def test_a_report_passes_a_line_on_which_every_third_connection_is_dropped(browser: Browser, tmp_path: Path) -> None:
    with election(tmp_path) as vote:
        said = reports_over_a_narrow_line(browser, vote, entries=2)
    assert said["ok"], said
