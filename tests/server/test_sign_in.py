"""Who gets to the desk, for how long, and how it ends."""

import pytest
from sqlalchemy import select

from server.database.engine import reading
from server.database.organisations import LimitRow, StaffRow, StaffSessionRow, StaffTokenRow
from server.database.staff import session_list, staff_list
from server.operations.add_staff import add_staff
from server.operations.change_staff import change_password, disable_staff, set_language
from server.operations.make_staff_token import make_staff_token, revoke_staff_token
from server.operations.sign_in import sign_in, touch_session
from server.operations.sign_out import sign_out, sign_out_everywhere
from server.passwords import refuse_weak
from server.problems import Problem
from server.tokens import ABSOLUTE_MS, IDLE_MS, digest_token
from tests.server.small_server import PASSWORD, small_server


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    _, held, clock = small_server(tmp_path_factory.mktemp("sign-in"))
    return held, clock, add_staff(held, "Layla", "shams", "administrator", PASSWORD)


@pytest.fixture(autouse=True)
def _an_hour_passes(ready):
    ready[1].pass_s(3600)


def sessions(held, staff):
    with reading(held.engine) as connection:
        return session_list(connection, staff, held.clock.now_ms())


def refused(code, act):
    with pytest.raises(Problem) as caught:
        act()
    assert caught.value.code == code
    return caught.value


def test_the_right_password_opens_a_session_of_which_only_a_digest_is_kept(ready):
    held, _, staff = ready
    signed_in = sign_in(held, "Layla", PASSWORD, "203.0.113.7")
    assert signed_in.staff == staff
    kept = [row.token_digest for row in sessions(held, staff)]
    assert digest_token(signed_in.token) in kept and signed_in.token not in kept


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(ready):
    held, _, _ = ready
    refused("wrong-password", lambda: sign_in(held, "Layla", "not the password", "203.0.113.7"))
    refused("wrong-password", lambda: sign_in(held, "Nobody", PASSWORD, "203.0.113.7"))


def test_guessing_at_one_account_is_stopped_wherever_it_comes_from(ready):
    held, clock, _ = ready
    for number in range(20):
        refused("wrong-password", lambda n=number: sign_in(held, "Layla", "guess", f"198.51.{n}.1"))
    assert refused("too-often", lambda: sign_in(held, "Layla", PASSWORD, "192.0.2.1")).retry_after_s == 20
    clock.pass_s(21)
    sign_in(held, "Layla", PASSWORD, "192.0.2.1")


def test_whoever_guesses_from_one_network_does_not_shut_the_owner_out(ready):
    held, clock, _ = ready
    for _ in range(3):
        for _ in range(8):
            with pytest.raises(Problem):
                sign_in(held, "Layla", "guess", "198.51.100.1")
        clock.pass_s(60)
    sign_in(held, "Layla", PASSWORD, "192.0.2.1")


def test_guessing_from_one_address_is_stopped_whatever_the_name(ready):
    held, _, _ = ready
    for number in range(5):
        refused("wrong-password", lambda n=number: sign_in(held, f"name {n}", "guess", "203.0.113.7"))
    refused("too-often", lambda: sign_in(held, "Layla", PASSWORD, "203.0.113.8"))


def test_an_office_behind_one_address_signs_in_on_the_morning(ready):
    held, _, _ = ready
    for _ in range(8):
        sign_in(held, "Layla", PASSWORD, "203.0.113.7")


def test_the_limits_keep_no_address_and_no_name(ready):
    held, _, _ = ready
    with reading(held.engine) as connection:
        keys = connection.execute(select(LimitRow.key)).scalars().all()
    assert keys and not any("203.0.113" in key or "Layla" in key for key in keys)


def test_signing_in_ends_the_session_the_browser_came_with(ready):
    held, _, staff = ready
    former = sign_in(held, "Layla", PASSWORD, "203.0.113.7").token
    sign_in(held, "Layla", PASSWORD, "203.0.113.7", former)
    assert digest_token(former) not in [row.token_digest for row in sessions(held, staff)]


def test_a_session_ends_when_nobody_is_there_and_after_a_shift(ready):
    held, clock, staff = ready
    sign_out_everywhere(held, staff)
    token = sign_in(held, "Layla", PASSWORD, "203.0.113.7").token
    for _ in range(ABSOLUTE_MS // IDLE_MS):
        assert len(sessions(held, staff)) == 1
        clock.pass_s(IDLE_MS / 1000 - 1)
        touch_session(held, digest_token(token), clock.now_ms())
    clock.pass_s(60)
    assert not sessions(held, staff)


def test_signing_out_ends_one_session_and_everywhere_all_but_this(ready):
    held, _, staff = ready
    first, second, third = (sign_in(held, "Layla", PASSWORD, "203.0.113.7").token for _ in range(3))
    sign_out(held, digest_token(first))
    assert digest_token(first) not in [row.token_digest for row in sessions(held, staff)]
    sign_out_everywhere(held, staff, but=digest_token(third))
    assert [row.token_digest for row in sessions(held, staff)] == [digest_token(third)]
    assert second != third


def test_a_changed_password_ends_every_other_session_and_every_token(ready):
    held, _, _ = ready
    omar = add_staff(held, "Omar", "shams", "clerk", PASSWORD)
    kept = sign_in(held, "Omar", PASSWORD, "203.0.113.7").token
    sign_in(held, "Omar", PASSWORD, "203.0.113.7")
    make_staff_token(held, omar, "made by somebody else at an open session")
    refused("wrong-password", lambda: change_password(held, omar, "not this", "another long walk home"))
    change_password(held, omar, PASSWORD, "another long walk home", digest_token(kept))
    assert [row.token_digest for row in sessions(held, omar)] == [digest_token(kept)]
    with reading(held.engine) as connection:
        assert connection.execute(select(StaffTokenRow).where(StaffTokenRow.staff == omar)).first() is None


def test_a_disabled_account_loses_its_sessions_and_tokens_at_once(ready):
    held, _, staff = ready
    sara = add_staff(held, "Sara", "shams", "coordinator", PASSWORD)
    sign_in(held, "Sara", PASSWORD, "203.0.113.7")
    make_staff_token(held, sara, "nightly export")
    refused("not-found", lambda: disable_staff(held, sara, "tammuz"))
    refused("own-account", lambda: disable_staff(held, staff, "shams", by=staff))
    disable_staff(held, sara, "shams", by=staff)
    with reading(held.engine) as connection:
        assert not connection.execute(select(StaffTokenRow).where(StaffTokenRow.staff == sara)).all()
        assert not connection.execute(select(StaffSessionRow).where(StaffSessionRow.staff == sara)).all()
    refused("wrong-password", lambda: sign_in(held, "Sara", PASSWORD, "203.0.113.7"))


def test_a_token_is_shown_once_and_withdrawn_only_by_its_owner(ready):
    held, _, staff = ready
    token = make_staff_token(held, staff, "map on the wall")
    refused("not-found", lambda: revoke_staff_token(held, "s-another", digest_token(token)))
    revoke_staff_token(held, staff, digest_token(token))
    refused("not-found", lambda: revoke_staff_token(held, staff, digest_token(token)))


def test_a_name_is_taken_once_and_an_organisation_must_exist(ready):
    held, _, _ = ready
    refused("name-taken", lambda: add_staff(held, "Layla", "tammuz", "clerk", PASSWORD))
    refused("bad-field", lambda: add_staff(held, "Huda", "nowhere", "clerk", PASSWORD))
    refused("bad-field", lambda: add_staff(held, "Huda", "shams", "emperor", PASSWORD))
    refused("bad-field", lambda: set_language(held, "s-any", "xx"))
    with reading(held.engine) as connection:
        assert {row.organisation for row in staff_list(connection, "shams")} == {"shams"}
        assert connection.execute(select(StaffRow.password_hash)).scalars().first().startswith("$argon2id$")


@pytest.mark.parametrize(
    "weak",
    [
        "short",
        "aaaaaaaaaaaaaaaa",
        "123456789012",
        "Password-2026!!",
        "abcdefghijklm",
        "layla-1234567",
        "x" * 200,
    ],
)
def test_a_password_that_is_guessed_first_is_refused(weak):
    refused("weak-password", lambda: refuse_weak(weak, "Layla", "shams"))


def test_a_long_sentence_in_any_language_is_a_good_password():
    for good in (PASSWORD, "شاي بالهيل عند النهر", "چای لەگەڵ هێل لای ڕووبار"):
        refuse_weak(good, "Layla", "shams")
