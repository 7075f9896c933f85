"""How often something may be tried."""

from server.limits import ONE, SIGN_IN_BY_ADDRESS, SIGN_IN_BY_NAME, Limit, hashed, network_of, pour

LIMIT = Limit("test", 5, 60_000)


def test_five_at_once_are_allowed_and_the_sixth_waits_a_minute():
    level = 0
    for _ in range(5):
        poured = pour(LIMIT, level, 0, 0)
        assert poured.is_allowed
        level = poured.level
    refused = pour(LIMIT, level, 0, 0)
    assert (refused.is_allowed, refused.retry_after_s, refused.level) == (False, 60, level)


def test_a_minute_later_one_more_is_allowed_and_only_one():
    full = 5 * ONE
    assert not pour(LIMIT, full, 0, 59_999).is_allowed
    poured = pour(LIMIT, full, 0, 60_000)
    assert poured.is_allowed
    assert not pour(LIMIT, poured.level, 60_000, 60_001).is_allowed


def test_a_clock_set_back_opens_nothing():
    assert not pour(LIMIT, 5 * ONE, 1_000_000, 0).is_allowed


def test_a_bucket_left_alone_is_empty_and_not_below():
    assert pour(LIMIT, 5 * ONE, 0, 10**12).level == ONE


def test_neighbouring_addresses_share_a_bucket_and_strangers_do_not():
    assert network_of("203.0.113.7") == network_of("203.0.113.200") != network_of("203.0.114.7")
    assert network_of("2001:db8:1:2::1") == network_of("2001:db8:1:ff::2") != network_of("2001:db8:2::1")
    assert network_of("nowhere") == "nowhere"


def test_what_is_kept_of_an_address_is_not_the_address():
    kept = hashed("203.0.113.0/24", b"pepper")
    assert "203" not in kept and kept != hashed("203.0.113.0/24", b"another pepper")


def test_one_network_can_not_shut_an_account_for_its_owner():
    assert SIGN_IN_BY_ADDRESS.at_once < SIGN_IN_BY_NAME.at_once
    assert SIGN_IN_BY_ADDRESS.refill_ms > SIGN_IN_BY_NAME.refill_ms
