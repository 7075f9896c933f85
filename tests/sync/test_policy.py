"""Which outsiders must have seen the log: the policy is read as it is written, or refused by its line."""

import pytest

from sync.checkpoint import COSIGNATURE, ED25519, VerifierKey
from sync.policy import BadPolicy, read_policy


def key(name, kind=COSIGNATURE):
    return VerifierKey(f"{name}.example", kind, name.encode().ljust(32, b"."))


ABCD = "".join(f"witness {each} {key(each)} https://{each}.example/\n" for each in "abcd")


def test_no_policy_asks_for_nobody():
    policy = read_policy("# nobody yet\n\nquorum none\n")
    assert policy.is_met(set()) and policy.fewest == 0


def test_a_group_needs_its_number():
    policy = read_policy(f"{ABCD}group two 2 a b c\nquorum two\n")
    assert not policy.is_met({"a"}) and not policy.is_met({"a", "d"})
    assert policy.is_met({"a", "c"}) and policy.fewest == 2


def test_groups_stand_on_groups():
    policy = read_policy(f"{ABCD}group one any a b\ngroup both all one c\nquorum both\n")
    assert policy.is_met({"b", "c"}) and not policy.is_met({"a", "b"}) and policy.fewest == 2


def test_a_witness_is_read_with_its_key_and_address():
    witness = read_policy(f"{ABCD}quorum a\n").witnesses["a"]
    assert (witness.key, witness.url) == (key("a"), "https://a.example")


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("witness a", "line 5"),
        (f"witness a {key('e')} https://e.example", "twice"),
        (f"witness e {key('a')} https://e.example", "two witnesses"),
        (f"witness e {key('e')} http://e.example", "https"),
        (f"witness e {key('e')} http://127.0.0.1.e.example", "https"),
        (f"witness e {key('e', ED25519)} https://e.example", "cosignature key"),
        ("witness e e.example+00000000+AAAA https://e.example", "line 5"),
        ("group g 3 a b", "impossible"),
        ("group g 0 a b", "impossible"),
        ("group g 1 a a", "twice"),
        ("group g 1 nobody", "not named"),
        ("quorum nobody", "not named"),
        ("log something", "line 5"),
        ("group g any a", "no quorum"),
    ],
)
def test_a_wrong_line_is_named(line, named):
    with pytest.raises(BadPolicy, match=named):
        read_policy(f"{ABCD}{line}\n")
