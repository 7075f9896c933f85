"""Each side finds out what the other lacks of a journal, forks and gaps included."""

from hypothesis import given
from hypothesis import strategies as st

from sync.reconcile import JournalState, journal_state, standing, wanted

CHAIN = [(seq, f"e{seq}", f"e{seq - 1}" if seq > 1 else "") for seq in range(1, 43)]


def test_an_empty_journal_has_nothing() -> None:
    assert journal_state([]) == JournalState(0, (), False, ())


def test_a_whole_journal_has_one_head() -> None:
    assert journal_state(CHAIN) == JournalState(42, (), False, ("e42",))


def test_gaps_are_told_as_ranges() -> None:
    state = journal_state([place for place in CHAIN if place[0] not in (1, 2, 37)])
    assert (state.upto, state.gaps, state.forked) == (42, ((1, 2), (37, 37)), False)
    assert state.heads == ("e36", "e42")


def test_a_far_place_makes_no_long_list() -> None:
    assert journal_state([(2**53 - 1, "far", "x")]).gaps == ((1, 2**53 - 2),)


def test_two_entries_at_one_place_are_a_fork() -> None:
    state = journal_state([*CHAIN, (42, "other", "e41")])
    assert state.forked
    assert state.heads == ("e42", "other")


def test_an_entry_whose_predecessor_is_not_the_one_held_is_a_fork() -> None:
    assert journal_state([*CHAIN, (43, "e43", "other")]).forked


def test_an_entry_before_a_gap_is_no_fork() -> None:
    assert not journal_state([CHAIN[0], CHAIN[2]]).forked


def test_a_place_that_could_not_be_read_disturbs_nothing() -> None:
    state = journal_state([*CHAIN, (0, "odd", "")])
    assert (state.upto, state.gaps, state.forked, state.heads) == (42, (), False, ("e42", "odd"))


def test_the_tail_and_the_gaps_are_wanted() -> None:
    held = [place for place in CHAIN if place[0] < 30 and place[0] != 7]
    assert wanted(42, "e42", held) == ((7, 7), (30, 42))


def test_nothing_is_wanted_of_a_whole_chain_though_another_branch_has_gaps() -> None:
    assert wanted(42, "e42", [*CHAIN, (60, "other", "e59'")]) == ()


def test_a_branch_the_server_has_not_seen_is_wanted_whole() -> None:
    assert wanted(40, "f40", CHAIN) == ((1, 40),)


def test_a_head_of_nothing_wants_nothing() -> None:
    assert wanted(0, "", CHAIN) == ()


@given(st.sets(st.integers(1, 42)), st.sets(st.integers(1, 42)), st.integers(1, 41))
def test_asking_again_until_nothing_is_wanted_brings_a_whole_branch(ours: set, theirs: set, parted: int) -> None:
    branch = [
        (seq, f"e{seq}" if seq <= parted else f"f{seq}", "" if seq == 1 else _name(seq - 1, parted))
        for seq in range(1, 43)
    ]
    held = {CHAIN[seq - 1] for seq in ours} | {branch[seq - 1] for seq in theirs}
    for _ in range(43):
        ranges = wanted(42, "f42", held)
        held |= {place for place in branch if any(first <= place[0] <= last for first, last in ranges)}
    assert wanted(42, "f42", held) == ()
    assert set(branch) <= held


def _name(seq: int, parted: int) -> str:
    return f"e{seq}" if seq <= parted else f"f{seq}"


def test_the_ancestors_of_revoked_heads_stand_also_before_they_arrive() -> None:
    prev_by_id = {identity: prev for seq, identity, prev in CHAIN if seq != 37}
    assert standing(["e42"], prev_by_id) == {f"e{seq}" for seq in range(37, 43)}
    assert standing(["e42"], {**prev_by_id, "e37": "e36"}) == {f"e{seq}" for seq in range(1, 43)}
