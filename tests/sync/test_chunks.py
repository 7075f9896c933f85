"""A photo arrives in pieces over a bad line and is whole only when every byte is right."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from sync.chunks import (
    MAX_PHOTO_BYTES,
    Append,
    Creation,
    decide_append,
    decide_creation,
    is_kept,
    upload_id,
)
from sync.digest import digest_of
from tests import invariants


def test_only_a_photo_that_an_entry_names_can_be_uploaded() -> None:
    assert decide_creation(10, None, 0, is_whole=False) == Creation("unknown-digest")


def test_a_length_other_than_the_signed_one_is_turned_down() -> None:
    assert decide_creation(10, 11, 0, is_whole=False) == Creation("wrong-length")


def test_a_photo_too_large_is_turned_down_though_it_was_signed() -> None:
    length = MAX_PHOTO_BYTES + 1
    assert decide_creation(length, length, 0, is_whole=False) == Creation("too-large")


def test_creating_again_goes_on_where_it_was() -> None:
    assert decide_creation(10, 10, 4, is_whole=False) == Creation("open", 4)


def test_a_photo_already_held_is_whole_at_once() -> None:
    assert decide_creation(10, 10, 0, is_whole=True) == Creation("whole", 10)


def test_a_piece_from_another_offset_is_a_conflict() -> None:
    assert decide_append(10, 4, 0, 6) == Append("conflict", 4)


def test_a_piece_past_the_end_is_not_taken() -> None:
    assert decide_append(10, 4, 4, 7) == Append("too-long", 4)


def test_an_empty_piece_moves_nothing() -> None:
    assert decide_append(10, 4, 4, 0) == Append("partial", 4)


def test_the_name_of_an_upload_follows_from_carrier_and_photo() -> None:
    assert upload_id("amal", "photo", 9) == upload_id("amal", "photo", 9)
    others = (("amal", "photo", 9), ("baran", "photo", 9), ("amal", "other", 9), ("amal", "photo", 8))
    assert len({upload_id(*each) for each in others}) == 4


PHOTO = bytes(range(100))


class AnyUpload(RuleBasedStateMachine):
    """Pieces right and wrong, cut and repeated, until the photo is whole."""

    @initialize()
    def begin(self) -> None:
        self.kept, self.is_whole, self.restarted = b"", False, False
        self.offset_before = 0

    @rule(offset=st.integers(0, 100), length=st.integers(0, 60), is_spoilt=st.booleans(), guess=st.booleans())
    def send(self, offset: int, length: int, is_spoilt: bool, guess: bool) -> None:
        start = offset if guess else len(self.kept)
        piece = PHOTO[start : start + length]
        piece = bytes(len(piece)) if is_spoilt else piece
        answer = decide_append(len(PHOTO), len(self.kept), start, len(piece))
        self.restarted = False
        if self.is_whole or answer.outcome in ("conflict", "too-long"):
            return
        self.kept += piece
        assert len(self.kept) == answer.offset
        if answer.outcome == "complete":
            self.is_whole = is_kept(digest_of(PHOTO), digest_of(self.kept))
            self.restarted = not self.is_whole
            self.kept = self.kept if self.is_whole else b""

    @invariant()
    def promises_hold(self) -> None:
        is_right = digest_of(self.kept) == digest_of(PHOTO)
        invariants.photo_is_whole(self.kept, len(PHOTO), is_right, self.is_whole)
        invariants.offset_goes_forward(self.offset_before, len(self.kept), self.restarted)
        self.offset_before = len(self.kept)


TestAnyUpload = AnyUpload.TestCase
TestAnyUpload.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
