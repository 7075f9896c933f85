"""Every entry that is handed in gets the verdict it deserves, whatever lies beside it."""

from typing import Any

from sync.entry import read_entry
from sync.judge import Judgement, Known, judge
from tests.sync.phones import ELECTION, Key, Phone, Written, verifier

AMAL, BARAN, FORGER = Key(1), Key(2), Key(99)
VERIFY = verifier([AMAL, BARAN])
ENROLLED = frozenset({AMAL.device, BARAN.device})


class Counting:
    """Counts how many signatures were checked."""

    def __init__(self) -> None:
        self.checked = 0

    def __call__(self, device: str, signed: bytes, signature: bytes) -> bool:
        self.checked += 1
        return VERIFY(device, signed, signature)


def journal(length: int, key: Key = AMAL) -> list[Written]:
    phone = Phone(key, "")
    return [phone.write(body={"n": n}) for n in range(length)]


def judged(texts: list[Any], known: Known | None = None, verify: Any = VERIFY) -> list[Judgement]:
    readings = [read_entry(list(some), ELECTION) for some in texts]
    return judge(readings, known or Known(ENROLLED, {}), verify)


def unsigned(written: Written) -> tuple[str, str, str]:
    return written.texts[0], FORGER.sign(written.texts[0]), written.texts[2]


def outcomes(judgements: list[Judgement]) -> list[str]:
    return [judgement.outcome for judgement in judgements]


def test_of_a_run_of_fifty_only_the_last_signature_is_checked() -> None:
    verify = Counting()
    verdicts = judged([written.texts for written in journal(50)][::-1], verify=verify)
    assert verify.checked == 1
    assert {verdict.signature for verdict in verdicts} == {"valid", "vouched"}


def test_a_bad_last_signature_harms_only_itself() -> None:
    run = journal(3)
    verdicts = judged([run[0].texts, run[1].texts, unsigned(run[2])])
    assert outcomes(verdicts) == ["store", "store", "refused"]
    assert verdicts[2].why == "bad-signature"


def test_a_bad_signature_in_the_middle_is_vouched_for() -> None:
    run = journal(3)
    verdicts = judged([run[0].texts, unsigned(run[1]), run[2].texts])
    assert outcomes(verdicts) == ["store"] * 3


def test_no_signature_at_all_is_marked_wrong_though_vouched_for() -> None:
    run = journal(2)
    verdicts = judged([(run[0].texts[0], "", run[0].texts[2]), run[1].texts])
    assert [(v.outcome, v.signature) for v in verdicts] == [("store", "wrong"), ("store", "valid")]


def test_a_stored_successor_vouches_for_what_comes_late() -> None:
    run = journal(3)
    known = Known(ENROLLED, {run[2].id: 0}, vouched=frozenset({run[1].id}))
    assert outcomes(judged([unsigned(run[0]), unsigned(run[1])], known)) == ["store", "store"]


def test_another_device_vouches_for_nothing() -> None:
    forged = Phone(FORGER, "").write(device=AMAL.device)
    witness = Phone(BARAN, "", [forged]).write()
    assert outcomes(judged([forged.texts, witness.texts])) == ["refused", "store"]


def test_what_is_stored_is_a_duplicate_and_not_checked_again() -> None:
    run = journal(2)
    verify = Counting()
    verdicts = judged([run[0].texts, unsigned(run[1])], Known(ENROLLED, {run[0].id: 7, run[1].id: None}), verify)
    assert [(v.outcome, v.index) for v in verdicts] == [("duplicate", 7), ("duplicate", None)]
    assert verify.checked == 0


def test_a_valid_signature_that_comes_later_is_noticed() -> None:
    (written,) = journal(1)
    known = Known(ENROLLED, {written.id: 7}, unsigned=frozenset({written.id}))
    verdicts = judged([written.texts, unsigned(written)], known)
    assert [(v.outcome, v.signature) for v in verdicts] == [("duplicate", "valid"), ("duplicate", "wrong")]


def test_the_second_copy_in_a_batch_is_a_duplicate() -> None:
    (written,) = journal(1)
    assert outcomes(judged([written.texts, written.texts, unsigned(written)])) == ["store"] + ["duplicate"] * 2


def test_a_bad_copy_before_a_good_one_is_refused_and_the_good_one_stored() -> None:
    (written,) = journal(1)
    assert outcomes(judged([unsigned(written), written.texts])) == ["refused", "store"]


def test_an_unknown_author_is_held_whatever_the_signature() -> None:
    (written,) = journal(1, FORGER)
    verdicts = judged([written.texts, (written.texts[0], "", written.texts[2])])
    assert [(v.outcome, v.why) for v in verdicts] == [("held", "unknown-device")] * 2


def test_a_flawed_entry_is_stored_with_its_reason() -> None:
    written = Phone(AMAL, "").write(body={"n": 0.5})
    (verdict,) = judged([written.texts])
    assert (verdict.outcome, verdict.why) == ("store", "number")


def test_a_flawed_entry_nobody_signed_is_refused() -> None:
    written = Phone(AMAL, "").write(body={"n": 0.5})
    assert outcomes(judged([unsigned(written)])) == ["refused"]


def test_of_a_revoked_device_the_named_heads_and_their_past_stand() -> None:
    run = journal(5)
    known = Known(ENROLLED, {}, standing_by_revoked={AMAL.device: frozenset({run[2].id})})
    verdicts = judged([written.texts for written in run], known)
    assert [verdict.why for verdict in verdicts] == [None] * 3 + ["revoked-device"] * 2


def test_a_bad_text_takes_no_neighbour_along() -> None:
    run = journal(2)
    verdicts = judged([run[0].texts, ("{", "", "{}"), ("x",), run[1].texts])
    assert outcomes(verdicts) == ["store", "refused", "refused", "store"]
    assert [verdict.position for verdict in verdicts] == [0, 1, 2, 3]
