"""When everybody comes at once texts are let in first, photos wait, and nobody is told to wait on a quiet day."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask

from server.operations.make_enrolment_code import make_enrolment_code
from server.pacing import (
    FEW_ENTRIES,
    MOST_ENTRIES,
    MOST_NEW_PHOTOS,
    MOST_PHOTOS,
    MOST_SPREAD_S,
    MOST_TEXTS,
    Hints,
    Measured,
    Pacing,
    TooMany,
    hints,
    photo_waits_s,
    text_waits_s,
)
from server.running import Running
from server.server_key import make_key
from tests.builders import BuiltPhone, add_register
from tests.server.small_server import SetClock, small_server

CROWDED = Measured(texts=MOST_TEXTS, mean_texts=MOST_TEXTS, crowd=MOST_TEXTS, crowded_s=12.0)


def test_on_a_quiet_day_nobody_is_told_to_wait() -> None:
    assert hints(Measured(texts=3, photos=2, mean_texts=1.0)) == Hints(MOST_ENTRIES, 0, "go")


def test_the_more_texts_there_are_the_further_apart_phones_are_asked_to_come() -> None:
    spreads = [hints(Measured(mean_texts=mean)).spread_s for mean in range(0, 2 * MOST_TEXTS, 4)]
    assert spreads == sorted(spreads) and spreads[0] == 0 and spreads[-1] == MOST_SPREAD_S


def test_photos_are_held_back_before_any_text_is() -> None:
    busy = Measured(texts=30, mean_texts=30.0)
    assert hints(busy).photos == "hold" and photo_waits_s(busy, False, 0.5) > 0
    assert text_waits_s(busy, 0.5) == 0


def test_texts_wait_only_when_they_have_stood_everywhere_for_a_while() -> None:
    assert text_waits_s(Measured(texts=MOST_TEXTS + 20, crowd=MOST_TEXTS, crowded_s=9.0), 0.5) == 0
    assert 2 <= text_waits_s(CROWDED, 0.0) < text_waits_s(CROWDED, 1.0) <= 2 + MOST_SPREAD_S


def test_a_commit_with_which_all_leave_at_once_does_not_hide_a_crowd() -> None:
    clock = SetClock()
    pacing = Pacing(clock)
    for _ in range(99):
        with ExitStack() as inside:
            for _ in range(MOST_TEXTS):
                inside.enter_context(pacing.text())
                if pacing.measured().is_crowded:
                    return
            clock.pass_s(0.2)
    raise AssertionError("never crowded")


def test_as_many_as_one_commit_takes_are_always_let_in() -> None:
    assert text_waits_s(Measured(texts=MOST_TEXTS - 1, crowd=MOST_TEXTS, crowded_s=5.0, gap_s=0.01), 0.5) == 0


def test_no_more_texts_are_let_in_than_leave_within_ten_seconds() -> None:
    quick, slow = Measured(texts=30, gap_s=0.005), Measured(texts=30, gap_s=0.4)
    assert text_waits_s(quick, 0.5) == 0 < text_waits_s(slow, 0.5)
    assert text_waits_s(Measured(texts=3, gap_s=5.0), 0.5) == 0, "a slow commit alone is no crowd"


def test_an_upload_that_has_begun_goes_on_where_a_new_one_may_not_begin() -> None:
    now = Measured(photos=MOST_NEW_PHOTOS)
    assert photo_waits_s(now, True, 0.5) == 0 < photo_waits_s(now, False, 0.5)
    assert photo_waits_s(Measured(photos=MOST_PHOTOS), True, 0.5) > 0


def test_a_reason_of_somebody_else_holds_photos_back_until_it_is_gone() -> None:
    pacing = Pacing(SetClock())
    pacing.hold_photos("disk", True)
    assert hints(pacing.measured()).photos == "hold"
    pacing.hold_photos("disk", False)
    assert hints(pacing.measured()).photos == "go"


def test_slow_answers_make_the_batches_smaller() -> None:
    assert hints(Measured(text_s=4.0)).max_entries == FEW_ENTRIES


def test_who_comes_last_into_a_crowd_is_sent_away_and_the_others_are_answered() -> None:
    clock = SetClock()
    pacing = Pacing(clock)
    with ExitStack() as inside:
        for _ in range(MOST_TEXTS - 1):
            inside.enter_context(pacing.text())
        with pacing.text():
            clock.pass_s(1.5)
            pacing.measured()
            clock.pass_s(11)
            with pytest.raises(TooMany), pacing.text():
                raise AssertionError("let in")
        with pacing.text():
            assert pacing.measured().texts == MOST_TEXTS


def test_a_clock_that_is_set_back_locks_nobody_out() -> None:
    clock = SetClock()
    pacing = Pacing(clock)
    with pacing.text():
        clock.pass_s(-10**6)
    with pacing.text():
        assert pacing.measured().text_s >= 0


def test_a_phone_hears_when_to_come_again_in_the_words_of_the_wire(tmp_path: Path) -> None:
    app, held, clock = small_server(tmp_path)
    with app.app_context():
        token = token_of_a_phone(held, app)
    client, more = app.test_client(), {"Authorization": f"Bearer {token}", "Tus-Resumable": "1.0.0"}
    frame = {"protocol": 1, "entries": []}
    with ExitStack() as inside:
        for _ in range(MOST_PHOTOS):
            inside.enter_context(held.pacing.photo(is_begun=True))
        assert client.post("/api/v1/sync", json=frame, headers=more).json["hints"]["photos"] == "hold"
        answer = client.patch(
            f"/api/v1/photos/{'A' * 43}", headers={**more, "Upload-Offset": "0"},
            content_type="application/offset+octet-stream",
        )  # fmt: skip
        assert (answer.status_code, answer.json["code"]) == (503, "busy") and int(answer.headers["Retry-After"]) >= 2
    with ExitStack() as inside:
        for _ in range(MOST_TEXTS):
            inside.enter_context(held.pacing.text())
        clock.pass_s(2)
        held.pacing.measured()
        clock.pass_s(11)
        answer = client.post("/api/v1/sync", json=frame, headers=more)
        assert (answer.status_code, answer.json["code"]) == (503, "busy") and int(answer.headers["Retry-After"]) >= 2
    clock.pass_s(30)
    assert client.post("/api/v1/sync", json=frame, headers=more).json["hints"]["photos"] == "go"


def token_of_a_phone(held: Running, app: Flask) -> str:
    add_register(held)
    BuiltPhone(held, 1, "o-dijla", "shams")
    code, key = make_enrolment_code(held, "o-dijla", made_by="test").code, make_key()
    asked = {"code": code, "jwk": key.jwk, "proof": key.sign(code.encode()), "app": "test"}
    return app.test_client().post("/api/v1/enrol", json=asked).json["token"]
